// The smallest log that still shows the finding: rows are left out, in halves, quarters, and so on down to single rows,
// as long as the same finding stands on the same row and nothing new is found (Zeller's ddmin). What is left is a log of
// its own: numbered anew, judged by its rows alone, without what a report says of the whole case.

import type { Annotation } from '../judge/annotation.ts';
import { judge } from '../judge/judge.ts';
import { type JudgedLog, judgeLog, type Shows, type WholeLog } from '../judge/judged-log.ts';
import type { LogHeader, Row } from '../model/row.ts';

export interface Minimised {
  readonly judged: JudgedLog;
  /** Rows of the log before, in the order of those left. */
  readonly kept: readonly number[];
  readonly of: number;
  /** Time ran out before no single row could go. */
  readonly isPartial: boolean;
}

/** Rows judged in all; a log of thousands of rows is made small, not always minimal. */
const BUDGET = 3_000_000;

export function minimiseLog(judged: JudgedLog, finding: Annotation | null, shows?: Shows): Minimised | null {
  if (!finding) return null;
  const header: LogHeader = { ...judged.header, report: withoutCase(judged.header) };
  const known = new Set(
    judged.annotated.flatMap(({ annotations }) => annotations.filter(isJudgement).map(judgementKey)),
  );
  const wanted = judgementKey(finding);
  let left = BUDGET;
  const holds = (rows: readonly Row[]): boolean => {
    left -= rows.length + 20;
    const found = judgementsOf({ header, rows: renumbered(rows) }, rows);
    return found.includes(wanted) && found.every((key) => known.has(key));
  };
  const rows = judged.rows;
  if (!holds(rows)) return null;
  const kept = ddmin(rows, holds, () => left > 0);
  const log = { header, rows: renumbered(kept) };
  return { judged: judgeLog(log, shows), kept: kept.map(({ row }) => row), of: rows.length, isPartial: left <= 0 };
}

/** What a report says of the whole case is not true of a part of it. */
function withoutCase({ report }: LogHeader): LogHeader['report'] {
  const { headsAsPrinted } = report ?? {};
  return headsAsPrinted === undefined ? null : { headsAsPrinted };
}

function renumbered(rows: readonly Row[]): Row[] {
  return rows.map((row, i) => ({ ...row, row: i }));
}

function isJudgement({ certainty, intent }: Annotation): boolean {
  return certainty === 'certain' && intent !== null;
}

function judgementKey({ rule, severity, by, intent, row, octets }: Annotation): string {
  return JSON.stringify([rule, severity, by, intent, row, octets]);
}

/** What is judged of the rows left, under the numbers that they had. */
function judgementsOf({ header, rows }: WholeLog, originals: readonly Row[]): string[] {
  const stream = judge(header, { window: Number.POSITIVE_INFINITY, withoutVerdict: true });
  for (const row of rows) stream.push(row);
  const annotations = stream.end().rows.flatMap((row) => row.annotations);
  return annotations
    .filter(isJudgement)
    .map((annotation) => judgementKey({ ...annotation, row: originals[annotation.row]?.row ?? -1 }));
}

function ddmin<T>(all: readonly T[], holds: (some: readonly T[]) => boolean, mayGoOn: () => boolean): readonly T[] {
  let current = all;
  let parts = 2;
  while (current.length > 1 && mayGoOn()) {
    const size = Math.ceil(current.length / parts);
    let smaller: readonly T[] | null = null;
    // From the end: what comes after the finding matters least.
    for (let from = Math.floor((current.length - 1) / size) * size; from >= 0 && !smaller && mayGoOn(); from -= size) {
      const without = [...current.slice(0, from), ...current.slice(from + size)];
      if (holds(without)) smaller = without;
    }
    if (smaller) {
      current = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (size === 1) break;
    else parts = Math.min(parts * 2, current.length);
  }
  return current;
}
