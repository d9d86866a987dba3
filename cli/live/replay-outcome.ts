// What came of a replay: does the peer do as in the log, and what is it charged with?

import type { JudgedLog } from '../../src/judge/judged-log.ts';
import type { Behaviors } from '../../src/judge/verdict/verdict.ts';
import type { Replayed } from '../../src/live/replay.ts';
import { escapeText } from '../../src/model/octets.ts';
import { type Difference, differencesOf } from '../../src/render/comparison.ts';

export interface ReplayOutcome {
  readonly source: string;
  readonly case: string | null;
  /** The verdict stays; of a log that is no case, the peer says the same. Never where the log was not played to its end. */
  readonly isAsRecorded: boolean;
  readonly recorded: Behaviors | null;
  readonly now: Behaviors | null;
  readonly why: string | null;
  /** What the peer sends otherwise than in the log; masking keys and times are no difference. */
  readonly differences: readonly Difference[];
  /** Charged to the peer. */
  readonly errors: number;
  readonly troubles: readonly string[];
  readonly rebuilt: readonly number[];
  readonly lost: readonly number[];
}

/** Of a case that was not played to its end nothing is known. */
export const UNPLAYED: Behaviors = { behavior: null, behaviorClose: null };

export function outcomeOf(log: JudgedLog, { judged, pairs, troubles, rebuilt, lost }: Replayed): ReplayOutcome {
  const headers = { left: log.summary.header, right: judged.summary.header };
  const differences = differencesOf(pairs, headers);
  const recorded = log.verdict.derived;
  const isPlayed = lost.length === 0;
  const now = recorded && (isPlayed ? judged.verdict.derived : UNPLAYED);
  const isSame = (key: keyof Behaviors) => recorded?.[key] === now?.[key];
  return {
    source: log.header.source,
    case: log.header.case,
    isAsRecorded: !isPlayed
      ? false
      : recorded
        ? isSame('behavior') && isSame('behaviorClose')
        : differences.length === 0,
    recorded,
    now,
    why: isPlayed ? judged.verdict.why : `the log does not hold row ${lost[0]}, so the case is not played any further`,
    differences,
    errors: judged.summary.violations.error,
    troubles,
    rebuilt,
    lost,
  };
}

export function outcomeLine(outcome: ReplayOutcome, isOneOfMany: boolean): string {
  const name = escapeText(outcome.case ?? outcome.source);
  const { recorded, now } = outcome;
  const verdict = recorded
    ? `${inWords(now)}${outcome.isAsRecorded ? ' as recorded' : `, recorded ${inWords(recorded)}`}`
    : null;
  const [first] = outcome.differences;
  const said =
    outcome.lost.length > 0
      ? null
      : first
        ? `first difference of what the peer sends: ${first.what}: ${sideInWords(first.left)} → ${sideInWords(first.right)}`
        : 'the peer sends the same';
  const parts = [verdict, said, ...lacks(outcome, isOneOfMany), ...outcome.troubles.map(escapeText)];
  return `${isOneOfMany ? `${name}  ` : 'compared with the log: '}${parts.filter((part) => part !== null).join('; ')}\n`;
}

function lacks({ rebuilt, lost }: ReplayOutcome, isOneOfMany: boolean): string[] {
  const rows = (list: readonly number[]) =>
    `${list.length === 1 ? 'row' : 'rows'} ${list.slice(0, 5).join(', ')}${list.length > 5 ? ', …' : ''}`;
  return [
    ...(rebuilt.length > 0 && !isOneOfMany ? [`rebuilt where the log is cut: ${rows(rebuilt)}`] : []),
    ...(lost.length > 0 ? [`not in the log, so not played: ${rows(lost)}`] : []),
  ];
}

function inWords(behaviors: Behaviors | null): string {
  return behaviors
    ? `${behaviors.behavior ?? 'cannot tell'}, close ${behaviors.behaviorClose ?? 'cannot tell'}`
    : 'no verdict';
}

function sideInWords(side: Difference['left']): string {
  return side === null ? 'nothing' : `row ${side.row} ${side.says}`;
}

export function outcomeRecord(outcome: ReplayOutcome): string {
  return `${JSON.stringify({ type: 'replay', ...outcome })}\n`;
}
