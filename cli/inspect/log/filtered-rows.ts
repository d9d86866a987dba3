// The rows that a filter leaves, over the store, with the log's own frame rows folded away. They are looked for in slices between keys, so that a filter over a
// million rows never holds a key up; what has been found is shown at once.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import type { RowTest } from '../../../src/judge/filter/filter.ts';
import { firstFrom } from './jumps.ts';
import type { RowIndex, StoreKind } from './row-index.ts';
import type { Store } from './store.ts';

export type PositionTest = (...given: [...Parameters<RowTest>, position: number]) => boolean;

export interface FilteredRows {
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
  /** `isFolding`: without the log's own frame rows that only repeat octets. */
  filter(test: PositionTest | null, isFolding: boolean): void;
  /**
   * The store has changed: rows that were looked at may have got annotations. True where rows are now left out and none
   * were before: the filter looks anew.
   */
  changed(): boolean;
  /** Looks on for so many milliseconds; true while there is more to look at. */
  advance(milliseconds: number): boolean;
}

/** Rows between two looks at the clock. */
const BATCH = 512;

export function openFilteredRows(store: Store): FilteredRows {
  const filter = openFilter(store);
  const rowsAt = (positions: readonly number[]) => (filter.shown ? meet(filter.shown, positions) : positions);
  return {
    get length() {
      return filter.shown ? filter.shown.length : store.length;
    },
    get shown() {
      return filter.shown;
    },
    at: (row) => store.at(filter.shown ? (filter.shown[row] ?? -1) : row),
    positionAt: (row) => (filter.shown ? (filter.shown[row] ?? 0) : row),
    rowAt: (position) => (filter.shown ? firstFrom(filter.shown, position) : position),
    rowsAt,
    rowsOf: keptRows(store, filter, rowsAt),
    filter: filter.filter,
    changed: filter.changed,
    advance: filter.advance,
  };
}

/** What the filter has let through so far. */
interface OpenFilter extends Pick<FilteredRows, 'filter' | 'changed' | 'advance'> {
  /** A new list after each change of the filter, which then grows. */
  readonly shown: readonly number[] | null;
}

function openFilter(store: Store): OpenFilter {
  let test: PositionTest | null = null;
  let isFolding = false;
  let shown: number[] | null = null;
  let upTo = 0;
  const passes = (position: number) => {
    if (isFolding && store.repeatsOctets(position)) return false;
    if (!test) return true;
    const row = store.at(position);
    return row !== null && test(row, store.at(position - 1), position);
  };
  const look = (into: number[]) => {
    const end = Math.min(upTo + BATCH, store.length);
    for (; upTo < end; upTo++) if (passes(upTo)) into.push(upTo);
  };
  return {
    get shown() {
      return shown;
    },
    filter: (next, folds) => {
      test = next;
      isFolding = folds;
      // As long as nothing is left out, there is no list.
      shown = next || (folds && store.hasRepeats) ? [] : null;
      upTo = 0;
    },
    changed: () => {
      if (!shown && isFolding && store.hasRepeats) {
        shown = [];
        upTo = 0;
        store.takeChanged();
        return true;
      }
      for (const position of store.takeChanged()) {
        if (shown && position < upTo) put(shown, position, passes(position));
      }
      return false;
    },
    advance: (milliseconds) => {
      const until = performance.now() + milliseconds;
      while (shown && upTo < store.length && performance.now() < until) look(shown);
      return shown !== null && upTo < store.length;
    },
  };
}

/** In the ascending list, or out of it. */
function put(positions: number[], position: number, isIn: boolean): void {
  const at = firstFrom(positions, position);
  const wasIn = positions[at] === position;
  if (isIn !== wasIn) positions.splice(at, wasIn ? 1 : 0, ...(isIn ? [position] : []));
}

/** Rows of a kind, until rows, annotations or filter change. */
function keptRows(store: Store, filter: OpenFilter, rowsAt: FilteredRows['rowsAt']): FilteredRows['rowsOf'] {
  const rows = new Map<StoreKind, readonly number[]>();
  let of: { index: RowIndex; shown: OpenFilter['shown']; length: number } | null = null;
  return (kind) => {
    const { index } = store;
    const { shown } = filter;
    const length = shown?.length ?? 0;
    if (of?.index !== index || of.shown !== shown || of.length !== length) {
      of = { index, shown, length };
      rows.clear();
    }
    const kept = rows.get(kind) ?? rowsAt(index.positions[kind]);
    rows.set(kind, kept);
    return kept;
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
