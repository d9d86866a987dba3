// The rows loaded so far, for all of the terminal UI. It grows in chunks while keys are answered, and tells the screen
// at most ten times a second.

import type { Summary } from '../../src/annotate.ts';
import type { AnnotatedRow } from '../../src/annotation.ts';
import type { LogHeader } from '../../src/row.ts';
import { followPhases, type Phases } from './phases.ts';
import { type Index, openIndexer } from './row-index.ts';

export interface InspectSink {
  header(header: LogHeader): void;
  /** The rows' annotations may still grow later. */
  rows(rows: readonly AnnotatedRow[]): void;
  done(summary: Summary | null, error: string | null): void;
}

/** One log of those that came. */
interface StoredLog {
  readonly header: LogHeader;
  /** Positions of its rows, the end exclusive. */
  readonly from: number;
  readonly to: number;
  readonly phases: Phases;
}

interface Status {
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
  readonly index: Index;
  readonly status: Status;
  at(position: number): AnnotatedRow | null;
  /** The log in which the row stands. */
  logAt(position: number): StoredLog | null;
  /** Position of the row of that number in the same log, of the nearest where there is none. */
  positionOf(number: number, near: number): number;
  subscribe(listener: () => void): () => void;
}

const PAUSE_MS = 100;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Contents extends Mutable<Status> {
  readonly rows: AnnotatedRow[];
  readonly logs: Omit<StoredLog, 'to'>[];
  /** Null until it is asked for after a change. */
  index: Index | null;
}

export function openStore(): Store {
  const contents: Contents = {
    rows: [],
    logs: [],
    index: null,
    isLoading: true,
    error: null,
    lastNumber: 0,
    hasTimes: false,
  };
  const { rows, logs } = contents;
  const teller = openTeller();
  const indexer = openIndexer(rows);
  const logAt = (position: number) =>
    Math.max(
      logs.findLastIndex(({ from }) => from <= position),
      0,
    );
  return {
    sink: sinkOf(contents, teller.tell),
    get length() {
      return rows.length;
    },
    get index() {
      contents.index ??= indexer.index(contents.isLoading);
      return contents.index;
    },
    get status() {
      return contents;
    },
    at: (position) => rows[position] ?? null,
    logAt: (position) => {
      const log = logs[logAt(position)];
      return log ? { ...log, phases: log.phases, to: logs[logAt(position) + 1]?.from ?? rows.length } : null;
    },
    positionOf: (number, near) => {
      const log = logAt(near);
      return search(rows, number, logs[log]?.from ?? 0, (logs[log + 1]?.from ?? rows.length) - 1);
    },
    subscribe: teller.subscribe,
  };
}

function sinkOf(contents: Contents, tell: (isUrgent: boolean) => void): InspectSink {
  const { rows, logs } = contents;
  const changed = (isUrgent: boolean) => {
    contents.index = null;
    tell(isUrgent);
  };
  return {
    header: (header) => {
      logs.push({ header, from: rows.length, phases: followPhases(header, rows.length) });
      changed(false);
    },
    rows: (more) => {
      const phases = logs.at(-1)?.phases;
      for (const annotated of more) {
        phases?.row(annotated, rows.length);
        rows.push(annotated);
        contents.lastNumber = Math.max(contents.lastNumber, annotated.row.row);
        contents.hasTimes ||= annotated.row.time !== null;
      }
      changed(false);
    },
    done: (_summary, error) => {
      contents.isLoading = false;
      contents.error = error;
      changed(true);
    },
  };
}

/** Row numbers ascend within a log. */
function search(rows: readonly AnnotatedRow[], number: number, from: number, to: number): number {
  let low = from;
  let high = Math.max(from, to);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.row.row ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first word at once, then at most one a pause, so that a fast log does not draw a frame a chunk. */
function openTeller(): { tell(isUrgent: boolean): void; subscribe: Store['subscribe'] } {
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
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
