// The rows loaded so far, for all of the terminal UI. It grows in chunks while keys are answered, and tells the screen
// at most ten times a second.

import type { Summary } from '../../../src/judge/annotate.ts';
import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import type { Judged } from '../../../src/judge/judge.ts';
import { type JudgedBatch, type RowOrStretch, Stretch } from '../../../src/judge/ordinary-row.ts';
import type { RowChange } from '../../../src/judge/run.ts';
import type { LogHeader } from '../../../src/model/row.ts';
import { ROW } from '../../../src/model/row-batch.ts';
import { openPackedRows, type PackedRows } from './packed-rows.ts';
import { followPhases, type Phases } from './phases.ts';
import { type Indexer, openIndexer, type RowIndex } from './row-index.ts';

export interface InspectSink {
  header(header: LogHeader): void;
  /** The rows themselves are not kept: what happens to them later is told by `change`. */
  rows(rows: readonly RowOrStretch[]): void;
  /** Of the log that came last, the row of that number. */
  change(number: number, change: RowChange): void;
  /** What came of the log that came last: it is over. */
  judged(outcome: Judged): void;
  done(summary: Summary | null, error: string | null): void;
}

/** One log of those that came. */
interface StoredLog {
  readonly header: LogHeader;
  /** Positions of its rows, the end exclusive. */
  readonly from: number;
  readonly to: number;
  readonly phases: Phases;
  /** What came of it; null until it is over. */
  readonly outcome: Judged | null;
}

interface StoreStatus {
  readonly isLoading: boolean;
  /** Why the log could not be read to its end. */
  readonly error: string | null;
  /** Highest row number so far: the width of its column. */
  readonly lastNumber: number;
  readonly hasTimes: boolean;
}

export interface Store {
  readonly sink: InspectSink;
  readonly length: number;
  readonly index: RowIndex;
  readonly status: StoreStatus;
  at(position: number): AnnotatedRow | null;
  /** The row only says again what an octets row says. */
  repeatsOctets(position: number): boolean;
  /** There was such a row. */
  readonly hasRepeats: boolean;
  /** The log in which the row stands. */
  logAt(position: number): StoredLog | null;
  /** Position of the row of that number in the same log, of the nearest where there is none. */
  positionOf(number: number, near: number): number;
  /** What is to be said where the log of the row at `near` has no row of that number; null where it has one. */
  missing(number: number, near: number): string | null;
  /** Positions of rows that have changed since they came; taking them empties the list. */
  takeChanged(): readonly number[];
  subscribe(listener: () => void): () => void;
}

const PAUSE_MS = 100;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface StoreContents extends Mutable<StoreStatus> {
  readonly rows: PackedRows;
  readonly indexer: Indexer;
  readonly logs: Mutable<Omit<StoredLog, 'to'>>[];
  late: number[];
  hasRepeats: boolean;
  /** Null until it is asked for after a change. */
  index: RowIndex | null;
}

export function openStore(): Store {
  const logs: StoreContents['logs'] = [];
  const logAt = (position: number) =>
    Math.max(
      logs.findLastIndex(({ from }) => from <= position),
      0,
    );
  const endOfLog = (log: number) => logs[log + 1]?.from ?? rows.length;
  const positionOf = (number: number, near: number) => {
    const log = logAt(near);
    return search(rows, number, logs[log]?.from ?? 0, endOfLog(log) - 1);
  };
  const rows = openPackedRows(positionOf);
  const contents: StoreContents = {
    rows,
    indexer: openIndexer(),
    logs,
    late: [],
    hasRepeats: false,
    index: null,
    isLoading: true,
    error: null,
    lastNumber: 0,
    hasTimes: false,
  };
  const notifier = openNotifier();
  return {
    sink: sinkOf(contents, positionOf, notifier),
    get length() {
      return rows.length;
    },
    get index() {
      contents.index ??= contents.indexer.index();
      return contents.index;
    },
    get status() {
      return contents;
    },
    at: rows.at,
    repeatsOctets: rows.repeatsOctets,
    get hasRepeats() {
      return contents.hasRepeats;
    },
    logAt: (position) => {
      const log = logs[logAt(position)];
      return log ? { ...log, phases: log.phases, to: endOfLog(logAt(position)) } : null;
    },
    positionOf,
    missing: (number, near) => {
      const found = positionOf(number, near);
      if (rows.length === 0 || rows.numberAt(found) === number) return null;
      const [what, there] = [rows.numberAt(found) > number ? 'next' : 'last', rows.numberAt(found)];
      return `there is no row ${number}: the ${what} is ${there}`;
    },
    takeChanged: () => contents.late.splice(0),
    subscribe: notifier.subscribe,
  };
}

function sinkOf(contents: StoreContents, positionOf: Store['positionOf'], notifier: Notifier): InspectSink {
  const { rows, logs, indexer } = contents;
  const changed = (isUrgent: boolean) => {
    contents.index = null;
    notifier.tell(isUrgent);
  };
  return {
    header: (header) => {
      logs.push({ header, from: rows.length, phases: followPhases(header, rows.length), outcome: null });
      changed(false);
    },
    rows: (more) => {
      for (const one of more) {
        if (!(one instanceof Stretch)) addRow(contents, one);
        else for (let at = one.from; at < one.to; at++) addOrdinary(contents, one.batch, at);
      }
      changed(false);
    },
    change: (number, change) => {
      const position = positionOf(number, rows.length);
      const annotated = rows.at(position);
      if (annotated?.row.row !== number) return;
      const known = { annotations: annotated.annotations.length, heads: annotated.heads.length };
      change(annotated);
      rows.put(position, annotated);
      contents.late.push(position);
      indexer.again(annotated, position, known.annotations);
      if (annotated.heads.length > known.heads) logs.at(-1)?.phases.row(annotated, position);
      // Nobody looks in between: rows that belong together may be still to come.
      contents.index = null;
      notifier.tellLater();
    },
    judged: (outcome) => {
      const log = logs.at(-1);
      if (log) log.outcome = outcome;
      changed(false);
    },
    done: (_summary, error) => {
      contents.isLoading = false;
      contents.error = error;
      changed(true);
    },
  };
}

function addRow(contents: StoreContents, annotated: AnnotatedRow): void {
  const { rows, logs, indexer } = contents;
  logs.at(-1)?.phases.row(annotated, rows.length);
  indexer.row(annotated, rows.length);
  rows.push(annotated);
  added(contents, annotated.row.row, annotated.row.time);
}

/** Nearly all rows are such: no object is made of them. They begin no phase. */
function addOrdinary(contents: StoreContents, batch: JudgedBatch, at: number): void {
  if (batch.annotationsAt(at)) {
    addRow(contents, batch.view(at));
    return;
  }
  const { rows, indexer } = contents;
  const time = batch.rows.times[at] as number;
  const known = Number.isNaN(time) ? null : time;
  indexer.ordinary(batch.rows.kinds[at] === ROW.OCTETS, known, rows.length);
  rows.pushOrdinary(batch, at);
  added(contents, batch.rows.rows[at] as number, known);
}

function added(contents: StoreContents, number: number, time: number | null): void {
  contents.hasRepeats ||= contents.rows.repeatsOctets(contents.rows.length - 1);
  contents.lastNumber = Math.max(contents.lastNumber, number);
  contents.hasTimes ||= time !== null;
}

/** Row numbers ascend within a log. */
function search(rows: PackedRows, number: number, from: number, to: number): number {
  let low = from;
  let high = Math.max(from, to);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows.numberAt(middle) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Notifier {
  tell(isUrgent: boolean): void;
  /** Not from within. */
  tellLater(): void;
  readonly subscribe: Store['subscribe'];
}

/** The first word at once, then at most one a pause, so that a fast log does not draw a frame a chunk. */
function openNotifier(): Notifier {
  const listeners = new Set<() => void>();
  let pause: NodeJS.Timeout | null = null;
  let isDue = false;
  const now = () => {
    isDue = false;
    for (const listener of listeners) listener();
  };
  const over = () => {
    pause = null;
    if (isDue) tell(false);
  };
  const tell = (isUrgent: boolean) => {
    isDue = true;
    if (pause && !isUrgent) return;
    now();
    pause ??= setTimeout(over, PAUSE_MS).unref();
  };
  return {
    tell,
    tellLater: () => {
      isDue = true;
      pause ??= setTimeout(over, PAUSE_MS).unref();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
