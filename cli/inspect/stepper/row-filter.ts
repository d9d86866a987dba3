// Which rows are shown: all, those that match the filter, those that are marked. The cursor stays with its row.

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
  const looking = openLooking(store, filtered, cursor);
  const show = () => looking.begin(testOf(isFiltered ? query : null, isMarkedOnly ? new Set(notes.marked) : null));
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
      if (!query) return cursor.say('no filter to turn on: f asks');
      isFiltered = !isFiltered;
      show();
    },
    toggleMarked: () => {
      if (!isMarkedOnly && notes.marked.length === 0) return cursor.say('no row is marked: m marks');
      isMarkedOnly = !isMarkedOnly;
      show();
    },
    storeChanged: () => {
      filtered.changed();
      if (filtered.shown) looking.goOn();
    },
    hold: looking.hold,
    letGo: looking.letGo,
  };
}

/** The filtered looks in slices between keys; the cursor is kept to its row meanwhile. */
function openLooking(store: Store, filtered: FilteredRows, cursor: Cursor) {
  /** The position to which the cursor belongs while the filtered rows still looks. */
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
    begin: (test: PositionTest | null) => {
      anchor = filtered.positionAt(cursor.row);
      filtered.filter(test);
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

function testOf(query: Query | null, marked: ReadonlySet<number> | null): PositionTest | null {
  if (!marked) return query?.test ?? null;
  return (row, before, position) => marked.has(position) && (query?.test(row, before) ?? true);
}
