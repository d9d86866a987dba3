// The sums of a `check`.

import { type Counts, noCounts } from '../../judge/annotation.ts';
import { behaviorsOf } from '../../judge/verdict/verdict.ts';
import { SEVERITIES } from '../../rules/kit/rule.ts';
import type { BaselineChange, CheckedCase } from './case.ts';

/** A case that the baseline has and this run has not, or the other way round. A log that is no case goes by its file. */
export interface CaseName {
  readonly agent: string | null;
  readonly case: string | null;
  readonly source?: string | null;
}

/** `ws 1.1.1`, `case 1.1.1`, or the name of a file. */
export function caseInWords({ agent, case: id, source }: CaseName): string {
  if (id !== null) return `${agent ?? 'case'} ${id}`;
  return source ?? (agent === null ? 'a log without a name' : `a log of ${agent}`);
}

interface Changes extends Record<BaselineChange, number> {
  /** In the baseline, and not judged now. */
  readonly missing: readonly CaseName[];
}

export interface Total {
  readonly cases: number;
  readonly agents: readonly string[];
  /** The suite's word → how many cases. */
  readonly behavior: Readonly<Record<string, number>>;
  readonly behaviorClose: Readonly<Record<string, number>>;
  /** Of cases with a verdict in their report: the rows say the same; something else; or do not tell. */
  readonly agrees: { readonly yes: number; readonly no: number; readonly cannotTell: number };
  readonly violations: Counts;
  /** Cases that count towards exit code 1. */
  readonly failing: number;
  readonly files: { readonly read: number; readonly failed: number };
  /** Null without a baseline. */
  readonly changes: Changes | null;
  /** Cases of the baseline, or of an index, that are not here; whether they count towards exit code 1. */
  readonly absent: { readonly cases: readonly CaseName[]; readonly fails: boolean };
  /** The baseline has none of the cases. */
  readonly isForeign: boolean;
  /** The baseline that was written, and so accepts what was found. */
  readonly written: string | null;
  readonly failOn: string;
  readonly exitCode: number;
}

export interface Tally {
  add(checked: CheckedCase): void;
  total(
    rest: Pick<Total, 'files' | 'failOn' | 'exitCode' | 'written' | 'absent' | 'isForeign'> & {
      readonly missing: readonly CaseName[] | null;
    },
  ): Total;
  readonly cases: number;
  readonly failing: number;
  /** Cases that the baseline does not have. */
  readonly unknown: number;
}

export function openTally(): Tally {
  const agents = new Set<string>();
  // Words of a log are keys here.
  const behavior: Record<string, number> = Object.create(null);
  const behaviorClose: Record<string, number> = Object.create(null);
  const agrees = { yes: 0, no: 0, cannotTell: 0 };
  const changes: Record<BaselineChange, number> = { worse: 0, better: 0, same: 0, new: 0 };
  const violations = noCounts();
  const tally = { cases: 0, failing: 0, unknown: 0 };
  return Object.assign(tally, {
    add: (checked: CheckedCase) => {
      tally.cases++;
      if (checked.fails) tally.failing++;
      if (checked.agent !== null) agents.add(checked.agent);
      const found = behaviorsOf(checked.verdict);
      countIn(behavior, found.behavior);
      countIn(behaviorClose, found.behaviorClose);
      const { agrees: same, reported } = checked.verdict;
      if (reported) agrees[same === null ? 'cannotTell' : same ? 'yes' : 'no']++;
      for (const severity of SEVERITIES) violations[severity] += checked.violations[severity];
      if (checked.change) changes[checked.change]++;
      tally.unknown = changes.new;
    },
    total: ({ missing, ...rest }: Parameters<Tally['total']>[0]): Total => ({
      cases: tally.cases,
      agents: [...agents].sort(),
      behavior,
      behaviorClose,
      agrees,
      violations,
      failing: tally.failing,
      changes: missing === null ? null : { ...changes, missing },
      ...rest,
    }),
  });
}

function countIn(counts: Record<string, number>, word: string | null): void {
  const key = word ?? 'none';
  counts[key] = (counts[key] ?? 0) + 1;
}
