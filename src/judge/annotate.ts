// The pipeline: rows in, annotated rows out, synchronous, no I/O. One decoder a direction, one connection over both,
// the rules asked at each step. Rows are held back in a window, because much is known only later: the log's own word
// for a hidden header, the reaction to a violation, a ping that nobody answers. What comes after its row has left the
// window is handed out apart, so that memory does not grow with the log.

import type { LogHeader, Row } from '../model/row.ts';
import type { Connection } from '../protocol/connection.ts';
import { stepRow } from '../protocol/steps/ending.ts';
import { RULES } from '../rules/all.ts';
import { type Judge, judgeBy } from '../rules/kit/judge.ts';
import type { AnnotatedRow, Annotation, Summary } from './annotation.ts';
import { dropRow, isTooMuch, noteRow } from './bounds.ts';
import { endLog, readOctets, readOther } from './follow.ts';
import { type AnnotateOptions, openRun, type Run } from './run.ts';

export type { Summary } from './annotation.ts';
export type { AnnotateOptions } from './run.ts';

export interface Ending {
  readonly rows: readonly AnnotatedRow[];
  readonly summary: Summary;
}

export interface Annotator {
  readonly connection: Connection;
  /** Takes a row; returns the rows that leave the window. */
  push(row: Row): readonly AnnotatedRow[];
  /**
   * Lets out all rows that are decoded. With `hasPaused` nothing more comes for now: what waits for the next row is decided
   * by what there is.
   */
  flush(hasPaused?: boolean): readonly AnnotatedRow[];
  /** The log is over. */
  end(): Ending;
  /** Annotations whose row had left before they were known; taking them empties the list. */
  takeLate(): readonly Annotation[];
}

let judge: Judge | null = null;

export function annotate(header: LogHeader, options: AnnotateOptions = {}): Annotator {
  judge ??= judgeBy(RULES);
  const run = openRun(header, judge, options);
  return {
    connection: run.connection,
    push: (row) => {
      announce(run, row);
      process(run);
      return release(run, isTooMuch(run.weight) && run.window !== Number.POSITIVE_INFINITY ? 0 : run.window);
    },
    flush: (hasPaused = false) => {
      run.hasPaused = hasPaused;
      if (hasPaused) process(run);
      run.hasPaused = false;
      return release(run, 0);
    },
    end: () => {
      run.ended = true;
      process(run);
      endLog(run);
      return { rows: release(run, 0), summary: summaryOf(run) };
    },
    takeLate: () => run.late.splice(0),
  };
}

function announce(run: Run, row: Row): void {
  const annotated: AnnotatedRow = { row, frames: [], heads: [], annotations: [], agrees: null, frame: null };
  run.held.push(annotated);
  noteRow(run.weight, annotated);
  run.heldByNumber.set(row.row, annotated);
  run.queue.push(row);
  run.rows++;
  run.lastRow = row.row;
  if (row.kind === 'octets') run.announced[row.direction] = true;
  if (row.kind === 'octets' || row.kind === 'frame') run.witnesses[row.direction].announce(row);
}

/** Lets out the oldest processed rows until at most `keep` are held. */
function release(run: Run, keep: number): AnnotatedRow[] {
  // Cutting the array at each row would cost more than all the rest.
  const count = run.held.length - Math.max(keep, run.queue.length);
  if (count <= 0 || (keep > 0 && count < keep / 4)) return [];
  const out = run.held.slice(0, count);
  run.held = run.held.slice(count);
  for (const annotated of out) {
    // Who keeps what has left keeps what is inflated of it.
    if (!run.changed) dropRow(run.weight, annotated);
    if (run.heldByNumber.get(annotated.row.row) === annotated) run.heldByNumber.delete(annotated.row.row);
  }
  return out;
}

/** Processes waiting rows until one needs what has not come yet. */
function process(run: Run): void {
  let done = 0;
  for (; done < run.queue.length; done++) {
    const row = run.queue[done] as Row;
    stepRow(run.connection, row);
    if (row.kind === 'octets' ? !readOctets(run, row) : !readOther(run, row)) break;
    run.fed = false;
  }
  run.queue.splice(0, done);
}

function summaryOf(run: Run): Summary {
  const { ledger } = run;
  return {
    header: { ...run.header, writer: run.connection.tx.role },
    rows: run.rows,
    frames: { rx: run.connection.rx.frames, tx: run.connection.tx.frames },
    violations: ledger.violations,
    stimuli: ledger.stimuli,
    unverified: [...ledger.unverified].map(([why, rows]) => ({ why, rows })),
  };
}
