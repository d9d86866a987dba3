// Where in the log the rows are that one jumps to, and how many annotations there are of each kind. Rows come in order;
// one that has come may get more annotations at any time.

import type { AnnotatedRow, Annotation } from '../../../src/judge/annotation.ts';
import { firstFrom } from './jumps.ts';
import { MARKS, markOf } from './marks.ts';

interface JumpTarget {
  /** What such a row is called where there is no more of them. */
  readonly words: string;
  readonly ofAnnotation?: (annotation: Annotation) => boolean;
  /** `before`: time of the row that came before; null where that is not known. */
  readonly ofRow?: (annotated: AnnotatedRow, before: number | null) => boolean;
}

/**
 * What keys jump to: `next-KIND` and `previous-KIND` in the table of keys. A kind stands here and nowhere else. Marks are
 * the reader's: `notes.ts` knows their rows.
 */
export const JUMP_TARGETS = {
  violation: { words: 'violation', ofAnnotation: (annotation) => markOf(annotation) === MARKS.violation },
  stimulus: { words: 'stimulus', ofAnnotation: (annotation) => markOf(annotation) === MARKS.stimulus },
  annotation: { words: 'annotation', ofAnnotation: () => true },
  message: { words: 'message', ofRow: beginsMessage },
  gap: { words: 'gap', ofRow: isGap },
  mark: { words: 'row with a mark or a comment' },
} as const satisfies Readonly<Record<string, JumpTarget>>;

export type JumpKind = keyof typeof JUMP_TARGETS;
export type StoreKind = Exclude<JumpKind, 'mark'>;

const KINDS = Object.entries<JumpTarget>(JUMP_TARGETS).filter(([kind]) => kind !== 'mark') as [StoreKind, JumpTarget][];

/** Positions of rows, ascending, and how many annotations there are of each kind. */
export interface RowIndex {
  readonly positions: Readonly<Record<StoreKind, readonly number[]>>;
  readonly counts: { readonly violation: number; readonly stimulus: number; readonly warning: number };
}

export interface Indexer {
  row(annotated: AnnotatedRow, position: number): void;
  /** A row without annotations: octets that are one whole data message, or the log's own row for such a frame. */
  ordinary(isOctets: boolean, time: number | null, position: number): void;
  /** The row has changed; so many annotations of it are known. */
  again(annotated: AnnotatedRow, position: number, known: number): void;
  index(): RowIndex;
}

type Positions = Record<StoreKind, number[]>;
type MarkCounts = Record<'violation' | 'stimulus' | 'warning', number>;

export function openIndexer(): Indexer {
  const positions = Object.fromEntries(KINDS.map(([kind]) => [kind, []])) as unknown as Positions;
  const counts: MarkCounts = { violation: 0, stimulus: 0, warning: 0 };
  /** Time of the row that came last. */
  let before: number | null = null;
  const note = (annotated: AnnotatedRow, position: number, known: number, since: number | null) => {
    const fresh = annotated.annotations.slice(known);
    for (const [kind, { ofRow, ofAnnotation }] of KINDS) {
      const isOne = ofRow?.(annotated, since) || (ofAnnotation !== undefined && fresh.some(ofAnnotation));
      if (isOne) add(positions[kind], position);
    }
    for (const annotation of fresh) {
      const kind = kindOf(annotation);
      if (kind) counts[kind]++;
    }
  };
  return {
    row: (annotated, position) => {
      note(annotated, position, 0, before);
      before = annotated.row.time;
    },
    ordinary: (isOctets, time, position) => {
      if (isOctets) add(positions.message, position);
      if (isPause(time, before)) add(positions.gap, position);
      before = time;
    },
    again: (annotated, position, known) => note(annotated, position, known, null),
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

function kindOf(annotation: Annotation): keyof MarkCounts | null {
  const mark = markOf(annotation);
  if (mark === MARKS.violation) return 'violation';
  if (mark === MARKS.stimulus) return 'stimulus';
  return mark === MARKS.warning ? 'warning' : null;
}

function beginsMessage({ row, frames }: AnnotatedRow): boolean {
  return row.kind === 'octets' && frames.some(({ frame: { opcode } }) => opcode !== 0 && opcode < 8);
}

/** Seconds above which a pause is a gap. */
const GAP = 0.1;
const WAITS: ReadonlySet<AnnotatedRow['row']['kind']> = new Set(['delay', 'failing', 'closing', 'log-off']);

function isGap({ row }: AnnotatedRow, before: number | null): boolean {
  return WAITS.has(row.kind) || isPause(row.time, before);
}

function isPause(time: number | null, before: number | null): boolean {
  return time !== null && before !== null && time - before > GAP;
}
