// The rows that a filter leaves, over the store. They are looked for in slices between keys, so that a filter over a
// million rows never holds a key up; what has been found is shown at once.

import type { AnnotatedRow } from '../../src/annotation.ts';
import type { RowTest } from '../../src/filter.ts';
import { firstFrom } from './jumps.ts';
import type { Index, StoreKind } from './row-index.ts';
import type { Store } from './store.ts';

export interface Lens {
  readonly length: number;
  /** Null where all rows are shown. */
  readonly shown: readonly number[] | null;
  at(row: number): AnnotatedRow | null;
  positionAt(row: number): number;
  /** The row that shows the position, or the first one after it. */
  rowAt(position: number): number;
  /** Rows of that kind. */
  rowsOf(kind: StoreKind): readonly number[];
  /** Of positions those that are shown, as rows. */
  rowsAt(positions: readonly number[]): readonly number[];
  filter(test: RowTest | null): void;
  /** The store has changed; its rows may have got annotations. */
  changed(isDone: boolean): void;
  /** Looks on for so many milliseconds; true while there is more to look at. */
  advance(milliseconds: number): boolean;
}

/** Rows between two looks at the clock. */
const BATCH = 512;

export function openLens(store: Store): Lens {
  let test: RowTest | null = null;
  let shown: number[] | null = null;
  /** A second look at all rows, after they got annotations. */
  let fresh: number[] | null = null;
  let upTo = 0;
  const cache: { index: Index | null; length: number; rows: Map<StoreKind, readonly number[]> } = {
    index: null,
    length: -1,
    rows: new Map(),
  };
  const rowsAt = (positions: readonly number[]) => (shown ? meet(shown, positions) : positions);
  const look = (into: number[]) => {
    const end = Math.min(upTo + BATCH, store.length);
    for (; upTo < end; upTo++) {
      const row = store.at(upTo);
      if (row && test?.(row, store.at(upTo - 1))) into.push(upTo);
    }
  };
  return {
    get length() {
      return shown ? shown.length : store.length;
    },
    get shown() {
      return shown;
    },
    at: (row) => store.at(shown ? (shown[row] ?? -1) : row),
    positionAt: (row) => (shown ? (shown[row] ?? 0) : row),
    rowAt: (position) => (shown ? firstFrom(shown, position) : position),
    rowsAt,
    rowsOf: (kind) => {
      const { index } = store;
      const length = shown ? shown.length : -1;
      if (cache.index !== index || cache.length !== length) {
        cache.index = index;
        cache.length = length;
        cache.rows.clear();
      }
      let rows = cache.rows.get(kind);
      if (!rows) {
        rows = rowsAt(index.positions[kind]);
        cache.rows.set(kind, rows);
      }
      return rows;
    },
    filter: (next) => {
      test = next;
      shown = next ? [] : null;
      fresh = null;
      upTo = 0;
      cache.index = null;
    },
    changed: (isDone) => {
      if (!shown || !isDone) return;
      fresh = [];
      upTo = 0;
    },
    advance: (milliseconds) => {
      const until = performance.now() + milliseconds;
      while (shown && upTo < store.length && performance.now() < until) look(fresh ?? shown);
      if (!shown || upTo < store.length) return shown !== null;
      if (fresh) shown = fresh;
      fresh = null;
      cache.index = null;
      return false;
    },
  };
}

/** Where in `shown` the positions stand that are in both; both ascend. */
function meet(shown: readonly number[], positions: readonly number[]): number[] {
  const rows: number[] = [];
  for (let row = 0, at = 0; row < shown.length && at < positions.length; ) {
    const difference = (shown[row] as number) - (positions[at] as number);
    if (difference === 0) rows.push(row);
    if (difference <= 0) row++;
    if (difference >= 0) at++;
  }
  return rows;
}
