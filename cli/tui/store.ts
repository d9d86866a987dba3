// The rows loaded so far, for all of the terminal UI. It grows in chunks while keys are answered, and tells the screen
// at most ten times a second. Rows may still get annotations after they came, so the index is made anew when asked for
// after a change, never patched.

import type { Summary } from '../../src/annotate.ts';
import type { AnnotatedRow, Annotation } from '../../src/annotation.ts';
import type { LogHeader } from '../../src/row.ts';
import { MARKS, markOf } from './marks.ts';
import { followPhases, type Phases } from './phases.ts';

export interface InspectSink {
  header(header: LogHeader): void;
  /** The rows' annotations may still grow later. */
  rows(rows: readonly AnnotatedRow[]): void;
  done(summary: Summary | null, error: string | null): void;
}

/** What a row can be jumped to for. */
export const KINDS = ['violation', 'stimulus', 'annotation', 'message', 'gap'] as const;

export type StoreKind = (typeof KINDS)[number];

/** Positions of rows, ascending, and how many annotations there are of each kind. */
export interface Index {
  readonly positions: Readonly<Record<StoreKind, readonly number[]>>;
  readonly counts: { readonly violation: number; readonly stimulus: number; readonly remark: number };
}

/** One log of those that came. */
export interface StoredLog {
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
      contents.index ??= indexOf(rows);
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

function indexOf(rows: readonly AnnotatedRow[]): Index {
  const positions: Record<StoreKind, number[]> = { violation: [], stimulus: [], annotation: [], message: [], gap: [] };
  const counts = { violation: 0, stimulus: 0, remark: 0 };
  for (let position = 0; position < rows.length; position++) {
    const row = rows[position] as AnnotatedRow;
    if (beginsMessage(row)) positions.message.push(position);
    if (isGap(row, rows[position - 1] ?? null)) positions.gap.push(position);
    if (row.annotations.length === 0) continue;
    const before = { ...counts };
    positions.annotation.push(position);
    for (const annotation of row.annotations) countIn(counts, annotation);
    if (counts.violation > before.violation) positions.violation.push(position);
    if (counts.stimulus > before.stimulus) positions.stimulus.push(position);
  }
  return { positions, counts };
}

function countIn(counts: { violation: number; stimulus: number; remark: number }, annotation: Annotation): void {
  const mark = markOf(annotation);
  if (mark === MARKS.violation) counts.violation++;
  else if (mark === MARKS.stimulus) counts.stimulus++;
  else if (mark === MARKS.remark) counts.remark++;
}

function beginsMessage({ row, frames }: AnnotatedRow): boolean {
  return row.kind === 'octets' && frames.some(({ frame: { opcode } }) => opcode !== 0 && opcode < 8);
}

/** Seconds above which a pause is a gap. */
const GAP = 0.1;
const WAITS: ReadonlySet<AnnotatedRow['row']['kind']> = new Set(['delay', 'failing', 'closing', 'log-off']);

function isGap({ row }: AnnotatedRow, before: AnnotatedRow | null): boolean {
  if (WAITS.has(row.kind)) return true;
  const since = before?.row.time ?? null;
  return row.time !== null && since !== null && row.time - since > GAP;
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
