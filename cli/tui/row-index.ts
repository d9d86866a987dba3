// Where in the log the rows are that one jumps to, and how many annotations there are of each kind. Rows may still get
// annotations after they came: of those that came last all is looked at again, and of all rows once the log is read.

import type { AnnotatedRow, Annotation } from '../../src/annotation.ts';
import { MARKS, markOf } from './marks.ts';

/** What a row can be jumped to for. */
export type StoreKind = 'violation' | 'stimulus' | 'annotation' | 'message' | 'gap';

/** Positions of rows, ascending, and how many annotations there are of each kind. */
export interface Index {
  readonly positions: Readonly<Record<StoreKind, readonly number[]>>;
  readonly counts: { readonly violation: number; readonly stimulus: number; readonly remark: number };
}

export interface Indexer {
  index(isLoading: boolean): Index;
}

/** Rows that may still get annotations while others come. */
const UNSETTLED = 10_000;

type Positions = Record<StoreKind, number[]>;
type Counts = Record<'violation' | 'stimulus' | 'remark', number>;

const NO_COUNTS: Counts = { violation: 0, stimulus: 0, remark: 0 };

export function openIndexer(rows: readonly AnnotatedRow[]): Indexer {
  const positions: Positions = { violation: [], stimulus: [], annotation: [], message: [], gap: [] };
  /** Rows of which nothing new is expected, and what was counted in them. */
  let settled = { rows: 0, counts: NO_COUNTS };
  return {
    index: (isLoading) => {
      if (!isLoading) settled = { rows: 0, counts: NO_COUNTS };
      for (const list of Object.values(positions)) cutFrom(list, settled.rows);
      const counts = { ...settled.counts };
      const last = Math.max(rows.length - UNSETTLED, settled.rows);
      for (let position = settled.rows; position < rows.length; position++) {
        if (position === last) settled = { rows: position, counts: { ...counts } };
        note(rows, position, positions, counts);
      }
      return { positions, counts };
    },
  };
}

function cutFrom(list: number[], least: number): void {
  while (list.length > 0 && (list.at(-1) as number) >= least) list.pop();
}

function note(rows: readonly AnnotatedRow[], position: number, positions: Positions, counts: Counts): void {
  const row = rows[position] as AnnotatedRow;
  if (beginsMessage(row)) positions.message.push(position);
  if (isGap(row, rows[position - 1] ?? null)) positions.gap.push(position);
  if (row.annotations.length === 0) return;
  positions.annotation.push(position);
  const { violation, stimulus } = counts;
  for (const annotation of row.annotations) countIn(counts, annotation);
  if (counts.violation > violation) positions.violation.push(position);
  if (counts.stimulus > stimulus) positions.stimulus.push(position);
}

function countIn(counts: Counts, annotation: Annotation): void {
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
