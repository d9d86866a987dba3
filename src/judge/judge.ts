// One stream for everybody: rows of a log in, annotated rows out, and at the end what came of it: the counts, the verdict
// in one sentence, what is charged, likely causes. Nobody collects rows to judge them a second time.

import type { LogHeader, Row } from '../model/row.ts';
import type { RowBatch } from '../model/row-batch.ts';
import type { Connection } from '../protocol/connection.ts';
import { annotateInColumns, inRows, type RunOptions, type Summary } from './annotate.ts';
import type { AnnotatedRow, Annotation } from './annotation.ts';
import { type RowOrStretch, rowsOf } from './ordinary-row.ts';
import { type CaseVerdict, judgeCase } from './verdict/case.ts';

export interface JudgeOptions extends RunOptions {
  /** Only rows and counts are asked for: no verdict, no hints. */
  readonly withoutVerdict?: boolean;
}

/** What came of a log: the counts, and what is said of the whole. */
export interface Judged {
  /** How many rows, frames and findings there were. */
  readonly summary: Summary;
  /** The verdict, the rules charged to the endpoint under test, and likely causes; null with `withoutVerdict`. */
  readonly judged: CaseVerdict | null;
}

/**
 * Judges one log: `push` or `pushBatch` for its rows in their order, then `end` once. `Out`: how the rows come out. Each
 * row comes out once and in order, but not at once: it is held back while rows to come may tell more of it.
 */
export interface Judge<Out = AnnotatedRow> {
  /** What is known of the connection so far (RFC 6455 §4 to §7): it changes with each row. */
  readonly connection: Connection;
  /** Takes the next row; returns those of which nothing more is to be known, or that have to make room. */
  push(row: Row): readonly Out[];
  /** Takes rows in columns, all or those from `from` to `to`; the batch is the judge's from then on. */
  pushBatch(batch: RowBatch, from?: number, to?: number): readonly Out[];
  /**
   * Lets out all rows that are decoded; what is found of them later comes as late. With `hasPaused` nothing more comes for
   * now, and what waits for the next row is decided by what there is.
   */
  flush(hasPaused?: boolean): readonly Out[];
  /** Annotations whose row had left before they were known; taking them empties the list. */
  takeLate(): readonly Annotation[];
  /** The log is over: what is still open is settled. Returns the last rows, the counts and the verdict. */
  end(): Judged & { readonly rows: readonly Out[] };
}

/** So many rows that were let out early are kept, for the verdict has to know what was found of them later. */
const EARLY_KEPT = 4096;
/** And of them no more than so many octets. */
const EARLY_OCTETS = 16 << 20;

/**
 * Opens a judge for one log. It decodes octets to heads, frames and messages, and says where they break RFC 6455 or
 * RFC 7692, and whose fault that is. It is synchronous, keeps a bounded part of the log in memory, reads no file, and does
 * not throw, whatever the rows hold.
 *
 *     const judging = judge(header);
 *     const annotated = [...rows.flatMap((row) => judging.push(row)), ...judging.end().rows];
 */
export function judge(header: LogHeader, options: JudgeOptions = {}): Judge {
  const inner = judgeInColumns(header, options);
  return {
    ...inner,
    ...inRows(inner),
    end: () => {
      const { rows, ...ending } = inner.end();
      return { rows: rowsOf(rows), ...ending };
    },
  };
}

/** Rows that nobody has to look at come out as they stand in their batch. */
export function judgeInColumns(header: LogHeader, options: JudgeOptions = {}): Judge<RowOrStretch> {
  const verdict = options.withoutVerdict ? null : judgeCase(header);
  const { changed } = options;
  const early = openEarly((row) => verdict?.take(row));
  const annotator = annotateInColumns(header, {
    ...options,
    ...(changed && {
      changed: (row, change) => {
        early.change(row, change);
        changed(row, change);
      },
    }),
  });
  const pass = (rows: readonly RowOrStretch[]) => {
    // What was let out early is older than what leaves now.
    if (rows.length > 0) early.settle();
    if (verdict) for (const one of rows) verdict.take(one);
    return rows;
  };
  return {
    connection: annotator.connection,
    push: (row) => pass(annotator.push(row)),
    pushBatch: (batch, from, to) => pass(annotator.pushBatch(batch, from, to)),
    flush: (hasPaused) => {
      const rows = annotator.flush(hasPaused);
      if (verdict) early.add(rowsOf(rows));
      return rows;
    },
    takeLate: () => {
      const late = annotator.takeLate();
      for (const annotation of late) early.change(annotation.row, ({ annotations }) => annotations.push(annotation));
      return late;
    },
    end: () => {
      const { rows, summary } = annotator.end();
      // Of a small log these are all of them.
      const last = early.isEmpty() ? rows : [];
      if (!early.isEmpty()) early.add(rowsOf(rows));
      early.settle();
      return { rows, summary, judged: verdict?.end(summary, annotator.connection, last) ?? null };
    },
  };
}

/** What is found later is added to the row by whoever was handed it, too. */
function copyOf(row: AnnotatedRow): AnnotatedRow {
  const { row: own, frames, unlisted, heads, annotations, agrees, frame } = row;
  const copied = { row: own, frames: [...frames], heads: [...heads], annotations: [...annotations], agrees, frame };
  return unlisted === undefined ? copied : { ...copied, unlisted };
}

function octetsOf({ row }: AnnotatedRow): number {
  return row.kind === 'octets' ? row.octets.known.length : 0;
}

/** Rows that were let out before all was known of them, in order; `settled` gets each once it will not change any more. */
function openEarly(settled: (row: AnnotatedRow) => void) {
  let rows: AnnotatedRow[] = [];
  let octets = 0;
  const byNumber = new Map<number, AnnotatedRow>();
  const release = (count: number) => {
    for (const row of rows.slice(0, count)) {
      settled(row);
      octets -= octetsOf(row);
      if (byNumber.get(row.row.row) === row) byNumber.delete(row.row.row);
    }
    rows = rows.slice(count);
  };
  return {
    isEmpty: () => rows.length === 0,
    add: (more: readonly AnnotatedRow[]): void => {
      for (const handedOut of more) {
        const row = copyOf(handedOut);
        rows.push(row);
        octets += octetsOf(row);
        byNumber.set(row.row.row, row);
      }
      if (rows.length > 2 * EARLY_KEPT) release(rows.length - EARLY_KEPT);
      if (octets > EARLY_OCTETS) release(rows.length >> 1);
    },
    change: (row: number, change: (annotated: AnnotatedRow) => void): void => {
      const found = byNumber.get(row);
      if (found) change(found);
    },
    settle: () => release(rows.length),
  };
}
