// Searching, and running to the next break: both look through the rows that are shown, in slices.

import type { Lens } from '../log/lens.ts';
import { openScan } from '../log/scan.ts';
import type { Helm } from './helm.ts';
import { filterQuery, matchesAt, type Query, searchQuery } from './query.ts';

export interface Seek {
  readonly breaks: string;
  search(text: string): void;
  /** The next match, or the one before. */
  next(by: 1 | -1): void;
  setBreaks(text: string): void;
  isBreak(row: number): boolean;
  run(): void;
  stop(): boolean;
}

export function openSeek(lens: Lens, helm: Helm): Seek {
  const scan = openScan();
  let search: Query | null = null;
  let breaks = filterQuery('violation');
  const look = (query: Query, by: 1 | -1, found: (row: number | null) => void) => {
    const from = helm.cursor + by;
    scan.start({ from, by, length: () => lens.length, test: (at) => matchesAt(lens, at, query), found });
  };
  const next = (by: 1 | -1) => {
    if (!search) return helm.say('nothing to search for: / asks');
    const { text } = search;
    look(search, by, (row) => {
      if (row === null) helm.say(`no "${text}" ${by > 0 ? 'after' : 'before'} this row`);
      else helm.jump(row, null);
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
      helm.say(`breaks: ${text}`);
    },
    isBreak: (row) => matchesAt(lens, row, breaks),
    run: () => {
      const { text } = breaks;
      look(breaks, 1, (row) => {
        if (row === null) helm.jump(lens.length - 1, `the end: no break (${text}) any more`);
        else helm.jump(row, `paused at break: ${text}`);
      });
    },
    stop: scan.stop,
  };
}
