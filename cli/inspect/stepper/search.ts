// Searching, and running to the next break: both look through the rows that are shown, in slices.

import type { FilteredRows } from '../log/filtered-rows.ts';
import { openScan } from '../log/scan.ts';
import type { Cursor } from './cursor.ts';
import { filterQuery, matchesAt, type Query, searchQuery } from './query.ts';

export interface Search {
  readonly breaks: string;
  search(text: string): void;
  /** The next match, or the one before. */
  next(by: 1 | -1): void;
  setBreaks(text: string): void;
  isBreak(row: number): boolean;
  run(): void;
  stop(): boolean;
}

export function openSearch(filtered: FilteredRows, cursor: Cursor): Search {
  const scan = openScan();
  let search: Query | null = null;
  let breaks = filterQuery('violation');
  const look = (query: Query, by: 1 | -1, found: (row: number | null) => void) => {
    const from = cursor.row + by;
    scan.start({ from, by, length: () => filtered.length, test: (at) => matchesAt(filtered, at, query), found });
  };
  const next = (by: 1 | -1) => {
    if (!search) return cursor.say('nothing to search for: / asks');
    const { text } = search;
    look(search, by, (row) => {
      if (row === null) cursor.say(`no "${text}" ${by > 0 ? 'after' : 'before'} this row`);
      else cursor.jump(row, null);
    });
  };
  return {
    get breaks() {
      return breaks.text;
    },
    search: (text) => {
      if (text !== '') search = searchQuery(text);
      next(1);
    },
    next,
    setBreaks: (text) => {
      breaks = filterQuery(text);
      cursor.say(`breaks: ${text}`);
    },
    isBreak: (row) => matchesAt(filtered, row, breaks),
    run: () => {
      const { text } = breaks;
      look(breaks, 1, (row) => {
        if (row === null) cursor.jump(filtered.length - 1, `the end: no break (${text}) any more`);
        else cursor.jump(row, `paused at break: ${text}`);
      });
    },
    stop: scan.stop,
  };
}
