// Which rows are shown: all, those that match the filter, those that are marked. The cursor stays with its row.

import type { Lens, PositionTest } from '../log/lens.ts';
import type { Notes } from '../log/notes.ts';
import type { Store } from '../log/store.ts';
import type { Helm } from './helm.ts';
import { filterQuery, type Query } from './query.ts';

export interface Shown {
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

export function openShown(store: Store, lens: Lens, notes: Notes, helm: Helm): Shown {
  let query: Query | null = null;
  let isFiltered = false;
  let isMarkedOnly = false;
  const looking = openLooking(store, lens, helm);
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
      lens.changed();
      if (lens.shown) looking.goOn();
    },
    hold: looking.hold,
    letGo: looking.letGo,
  };
}

/** The lens looks in slices between keys; the cursor is kept to its row meanwhile. */
function openLooking(store: Store, lens: Lens, helm: Helm) {
  /** The position to which the cursor belongs while the lens still looks. */
  let anchor: number | null = null;
  let isDue = false;
  let drawn = 0;
  const look = () => {
    isDue = false;
    const isMore = lens.advance(SLICE_MS);
    if (anchor !== null) helm.move(Math.min(lens.rowAt(anchor), lens.length - 1));
    if (!isMore && !store.status.isLoading) anchor = null;
    const now = performance.now();
    if (!isMore || now - drawn > REDRAW_MS) {
      drawn = now;
      helm.changed();
    }
    if (isMore) goOn();
  };
  const goOn = () => {
    if (!isDue) setImmediate(look);
    isDue = true;
  };
  return {
    begin: (test: PositionTest | null) => {
      anchor = lens.positionAt(helm.cursor);
      lens.filter(test);
      look();
    },
    goOn,
    hold: (position: number) => {
      if (lens.shown) anchor = position;
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
