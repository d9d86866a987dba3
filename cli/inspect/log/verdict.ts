// What came of the case as a whole: the verdict of `check` in its one sentence, and the row that the sentence is about.
// Often no rule is broken in that row, such as where an echo is too short: then only this says why the case failed.

import type { Judged } from '../../../src/judge/judge.ts';
import { endOf } from '../../../src/protocol/frame/frame.ts';
import { decidingRowOf, levelOf, sentenceOf, verdictStatusOf } from '../../../src/render/check/case.ts';
import type { Severity } from '../../../src/rules/kit/rule.ts';
import type { Store } from './store.ts';

export interface LogVerdict {
  /** `FAILED`, `close UNCLEAN`, `1 error charged`. */
  readonly status: string;
  readonly level: Severity | null;
  /** Empty where nothing is wrong. */
  readonly sentence: string;
  /** Of the row that the sentence is about. */
  readonly position: number | null;
  /** Likely causes, by the row that shows them. */
  readonly hints: ReadonlyMap<number, readonly string[]>;
}

export interface Verdicts {
  /** On the log in which the row stands; null while that is read. */
  at(position: number): LogVerdict | null;
  /** What is said of the case at that very row: that it failed there. */
  decidedAt(position: number): LogVerdict | null;
}

export function openVerdicts(store: Store): Verdicts {
  const kept = new Map<Judged, LogVerdict | null>();
  const at = (position: number) => {
    const log = store.logAt(position);
    if (!log?.outcome) return null;
    const verdict = kept.get(log.outcome) ?? verdictOf(log.outcome, store, log.from);
    kept.set(log.outcome, verdict);
    return verdict;
  };
  return {
    at,
    decidedAt: (position) => {
      const verdict = at(position);
      return verdict?.position === position && verdict.level === 'error' ? verdict : null;
    },
  };
}

/** Null where no verdict was asked for. */
function verdictOf({ summary, judged }: Judged, store: Store, near: number): LogVerdict | null {
  if (!judged) return null;
  const { verdict, hints, findings } = judged;
  const { violations } = summary;
  const row = decidingRowOf({ verdict, findings });
  const byPosition = new Map<number, string[]>();
  for (const hint of hints) {
    const position = octetsAt(store, hint.row, near);
    byPosition.set(position, [...(byPosition.get(position) ?? []), hint.says]);
  }
  return {
    status: verdictStatusOf({ verdict, violations }),
    level: levelOf({ verdict, violations }),
    sentence: sentenceOf({ verdict, violations, findings }),
    position: row === null ? null : octetsAt(store, row, near),
    hints: byPosition,
  };
}

/** Where the row of that number stands; of a frame that the log tells of, its octets: they are the truth. */
export function octetsAt(store: Store, row: number, near: number): number {
  const position = store.positionOf(row, near);
  const { frame } = store.at(position) ?? {};
  return frame ? store.positionOf(endOf(frame).row, near) : position;
}
