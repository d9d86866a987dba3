// Where in the log the rows are that one jumps to, and how many annotations there are of each kind. Rows come in order;
// one that has come may get more annotations at any time.

import type { AnnotatedRow, Annotation } from '../../../src/judge/annotation.ts';
import { firstFrom } from './jumps.ts';
import { MARKS, markOf } from './marks.ts';

/** What a row can be jumped to for. */
export type StoreKind = 'violation' | 'stimulus' | 'annotation' | 'message' | 'gap';

/** Positions of rows, ascending, and how many annotations there are of each kind. */
export interface Index {
  readonly positions: Readonly<Record<StoreKind, readonly number[]>>;
  readonly counts: { readonly violation: number; readonly stimulus: number; readonly remark: number };
}

export interface Indexer {
  row(annotated: AnnotatedRow, position: number): void;
  /** The row has changed; so many annotations of it are known. */
  again(annotated: AnnotatedRow, position: number, known: number): void;
  index(): Index;
}

type Positions = Record<StoreKind, number[]>;
type Counts = Record<'violation' | 'stimulus' | 'remark', number>;

export function openIndexer(): Indexer {
  const positions: Positions = { violation: [], stimulus: [], annotation: [], message: [], gap: [] };
  const counts: Counts = { violation: 0, stimulus: 0, remark: 0 };
  /** Time of the row that came last. */
  let before: number | null = null;
  const again = (annotated: AnnotatedRow, position: number, known: number) => {
    if (beginsMessage(annotated)) add(positions.message, position);
    for (const annotation of annotated.annotations.slice(known)) {
      add(positions.annotation, position);
      const kind = kindOf(annotation);
      if (kind) counts[kind]++;
      if (kind === 'violation' || kind === 'stimulus') add(positions[kind], position);
    }
  };
  return {
    row: (annotated, position) => {
      if (isGap(annotated, before)) add(positions.gap, position);
      before = annotated.row.time;
      again(annotated, position, 0);
    },
    again,
    index: () => ({ positions, counts: { ...counts } }),
  };
}

function add(positions: number[], position: number): void {
  const last = positions.at(-1) ?? -1;
  if (position > last) positions.push(position);
  if (position >= last) return;
  const at = firstFrom(positions, position);
  if (positions[at] !== position) positions.splice(at, 0, position);
}

function kindOf(annotation: Annotation): keyof Counts | null {
  const mark = markOf(annotation);
  if (mark === MARKS.violation) return 'violation';
  if (mark === MARKS.stimulus) return 'stimulus';
  return mark === MARKS.remark ? 'remark' : null;
}

function beginsMessage({ row, frames }: AnnotatedRow): boolean {
  return row.kind === 'octets' && frames.some(({ frame: { opcode } }) => opcode !== 0 && opcode < 8);
}

/** Seconds above which a pause is a gap. */
const GAP = 0.1;
const WAITS: ReadonlySet<AnnotatedRow['row']['kind']> = new Set(['delay', 'failing', 'closing', 'log-off']);

function isGap({ row }: AnnotatedRow, before: number | null): boolean {
  if (WAITS.has(row.kind)) return true;
  return row.time !== null && before !== null && row.time - before > GAP;
}
