// Which rows are shown: all, those that match the filter, those that are marked; and the log's own frame rows, which say
// again what the octets say, only where that is asked for. The cursor stays with its row.

import type { RowTest } from '../../../src/judge/filter/filter.ts';
import type { FilteredRows, PositionTest } from '../log/filtered-rows.ts';
import type { Notes } from '../log/notes.ts';
import type { Store } from '../log/store.ts';
import type { Cursor } from './cursor.ts';
import { filterQuery, type Query } from './query.ts';

export interface RowFilter {
  /** The filter that is on, as it was written; null where all rows are shown. */
  readonly text: string | null;
  /** The filter that is kept, on or off. */
  readonly draft: string;
  filter(text: string): void;
  toggleFilter(): void;
  toggleMarked(): void;
  /** Shows the log's own frame rows, or folds them away. */
  toggleFrameRows(): void;
  /** How many rows the filter would leave, in words. */
  count(text: string, matches: RowTest): string;
  storeChanged(): void;
  /** The cursor belongs to that position, also while it is still looked for what the filter leaves. */
  hold(position: number): void;
  /** The cursor was moved: it belongs where it is. */
  letGo(): void;
}

const SLICE_MS = 8;
const REDRAW_MS = 100;

export function openRowFilter(store: Store, filtered: FilteredRows, notes: Notes, cursor: Cursor): RowFilter {
  let query: Query | null = null;
  let isFiltered = false;
  let isMarkedOnly = false;
  let isFolding = true;
  const looking = openLooking(store, filtered, cursor);
  const show = () => {
    const used = isFiltered ? query : null;
    // Marked rows are asked for by name, as are frame rows in a filter.
    const folds = isFolding && !isMarkedOnly && !asksForFrameRows(used?.text ?? '');
    looking.begin(testOf(used, isMarkedOnly ? new Set(notes.marked) : null), folds);
  };
  filtered.filter(null, isFolding);
  return {
    get text() {
      const filter = isFiltered ? (query?.text ?? null) : null;
      return isMarkedOnly ? `marked${filter === null ? '' : ` and ${filter}`}` : filter;
    },
    get draft() {
      return query?.text ?? '';
    },
    filter: (text) => {
      query = text.trim() === '' ? null : filterQuery(text);
      isFiltered = query !== null;
      show();
    },
    toggleFilter: () => {
      if (!query) return cursor.say('no filter is set: f sets one');
      isFiltered = !isFiltered;
      show();
    },
    toggleMarked: () => {
      if (!isMarkedOnly && notes.marked.length === 0) return cursor.say('no row is marked: m marks');
      isMarkedOnly = !isMarkedOnly;
      show();
    },
    toggleFrameRows: () => {
      if (!store.hasRepeats) return cursor.say('the log has no frame rows that repeat its octets');
      isFolding = !isFolding;
      show();
      cursor.say(`the log's own frame rows are ${isFolding ? 'folded' : 'shown'}`);
    },
    count: (text, matches) => {
      const folds = isFolding && !asksForFrameRows(text);
      let [count, all] = [0, 0];
      for (let at = 0; at < store.length; at++) {
        if (folds && store.repeatsOctets(at)) continue;
        all++;
        const row = store.at(at);
        if (row && matches(row, store.at(at - 1))) count++;
      }
      return `${count} of ${all} rows`;
    },
    storeChanged: () => {
      if (filtered.changed()) looking.again();
      else if (filtered.shown) looking.goOn();
    },
    hold: looking.hold,
    letGo: looking.letGo,
  };
}

/** The filter looks in slices between keys; the cursor is kept to its row meanwhile. */
function openLooking(store: Store, filtered: FilteredRows, cursor: Cursor) {
  /** The position to which the cursor belongs while the filter still looks. */
  let anchor: number | null = null;
  let isDue = false;
  let drawn = 0;
  const look = () => {
    isDue = false;
    const isMore = filtered.advance(SLICE_MS);
    if (anchor !== null) cursor.move(Math.min(filtered.rowAt(anchor), filtered.length - 1));
    if (!isMore && !store.status.isLoading) anchor = null;
    const now = performance.now();
    if (!isMore || now - drawn > REDRAW_MS) {
      drawn = now;
      cursor.changed();
    }
    if (isMore) goOn();
  };
  const goOn = () => {
    if (!isDue) setImmediate(look);
    isDue = true;
  };
  return {
    begin: (test: PositionTest | null, folds: boolean) => {
      anchor = filtered.positionAt(cursor.row);
      filtered.filter(test, folds);
      look();
    },
    /** Rows are left out from now on: until now the cursor was counted among all. */
    again: () => {
      anchor ??= cursor.row;
      look();
    },
    goOn,
    hold: (position: number) => {
      if (filtered.shown) anchor = position;
    },
    letGo: () => {
      anchor = null;
    },
  };
}

/** `frame` and `kind==frame` are about them. */
function asksForFrameRows(filter: string): boolean {
  return /(?<![\w/-])frame(?![\w/-])/.test(filter);
}

function testOf(query: Query | null, marked: ReadonlySet<number> | null): PositionTest | null {
  if (!marked) return query?.test ?? null;
  return (row, before, position) => marked.has(position) && (query?.test(row, before) ?? true);
}
