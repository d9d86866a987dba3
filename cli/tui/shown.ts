// Which rows are shown: all, those that match the filter, those that are marked. The cursor stays with its row.

import type { RowTest } from '../../src/filter.ts';
import type { Helm } from './helm.ts';
import type { Lens } from './lens.ts';
import type { Notes } from './notes.ts';
import { filterQuery, type Query } from './query.ts';
import type { Store } from './store.ts';

export interface Shown {
  /** The filter that is on, as it was written; null where all rows are shown. */
  readonly text: string | null;
  /** The filter that is kept, on or off. */
  readonly draft: string;
  filter(text: string): void;
  toggleFilter(): void;
  toggleMarked(): void;
  storeChanged(): void;
  /** The cursor was moved: it belongs where it is. */
  letGo(): void;
}

const SLICE_MS = 8;
const REDRAW_MS = 100;

export function openShown(store: Store, lens: Lens, notes: Notes, helm: Helm): Shown {
  let query: Query | null = null;
  let isFiltered = false;
  let isMarkedOnly = false;
  /** The position to which the cursor belongs while the lens still looks. */
  let anchor: number | null = null;
  let isDue = false;
  let drawn = 0;
  const look = () => {
    isDue = false;
    const isMore = lens.advance(SLICE_MS);
    if (anchor !== null) helm.move(lens.rowAt(anchor));
    if (!isMore && !store.status.isLoading) anchor = null;
    const now = performance.now();
    if (!isMore || now - drawn > REDRAW_MS) {
      drawn = now;
      helm.changed();
    }
    if (isMore) lookSoon();
  };
  const lookSoon = () => {
    if (!isDue) setImmediate(look);
    isDue = true;
  };
  const show = () => {
    anchor = lens.positionAt(helm.cursor);
    lens.filter(testOf(isFiltered ? query : null, isMarkedOnly ? markedRows(store, notes) : null));
    look();
  };
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
      if (!query) return helm.say('no filter to turn on: f asks');
      isFiltered = !isFiltered;
      show();
    },
    toggleMarked: () => {
      if (!isMarkedOnly && notes.marked.length === 0) return helm.say('no row is marked: m marks');
      isMarkedOnly = !isMarkedOnly;
      show();
    },
    storeChanged: () => {
      lens.changed(!store.status.isLoading);
      if (lens.shown) lookSoon();
    },
    letGo: () => {
      anchor = null;
    },
  };
}

function markedRows(store: Store, { marked }: Notes): ReadonlySet<unknown> {
  return new Set(marked.map((position) => store.at(position)));
}

function testOf(query: Query | null, marked: ReadonlySet<unknown> | null): RowTest | null {
  if (!marked) return query?.test ?? null;
  return (row, before) => marked.has(row) && (query?.test(row, before) ?? true);
}
