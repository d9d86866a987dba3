// Searching, and running to the next break: both look through the rows that are shown, in slices.

import type { FilteredRows } from '../log/filtered-rows.ts';
import { openScan } from '../log/scan.ts';
import { foundInWords, type SearchWay } from '../terminal/find.ts';
import type { Cursor } from './cursor.ts';
import { filterQuery, matchesAt, type Query, searchQuery } from './query.ts';

export interface Search {
  readonly breaks: string;
  /** Empty for the text before. */
  begin(text: string, by: SearchWay): void;
  /** 1 goes on the way in which the search went, -1 the other. */
  next(by: SearchWay): void;
  setBreaks(text: string): void;
  isBreak(row: number): boolean;
  run(): void;
  stop(): boolean;
}

export function openSearch(filtered: FilteredRows, cursor: Cursor): Search {
  const scan = openScan();
  let search: Query | null = null;
  let way: SearchWay = 1;
  let breaks = filterQuery('violation');
  const look = (from: number, query: Query, by: SearchWay, found: (row: number | null) => void) => {
    scan.start({ from, by, length: () => filtered.length, test: (at) => matchesAt(filtered, at, query), found });
  };
  /** To the end, and from the other end back to here. */
  const lookRound = (query: Query, by: SearchWay) => {
    const from = cursor.row;
    const arrive = (row: number | null) => {
      if (row === null) return cursor.say(`no row that is shown has "${query.text}"`);
      const says = foundInWords(query.text, 'row', from, row, by);
      if (row === from) cursor.say(says ?? '');
      else cursor.jump(row, says);
    };
    look(from + by, query, by, (row) => {
      if (row !== null) return arrive(row);
      look(by > 0 ? 0 : filtered.length - 1, query, by, (other) => {
        const isBeyond = other !== null && (by > 0 ? other > from : other < from);
        arrive(isBeyond ? null : other);
      });
    });
  };
  const next = (by: SearchWay) => {
    if (search) lookRound(search, by > 0 ? way : (-way as SearchWay));
    else cursor.say('there is nothing to search for: / asks for it');
  };
  return {
    get breaks() {
      return breaks.text;
    },
    begin: (text, by) => {
      if (text !== '') search = searchQuery(text);
      way = by;
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
      look(cursor.row + 1, breaks, 1, (row) => {
        if (row === null) cursor.jump(filtered.length - 1, `the end: no break (${text}) any more`);
        else cursor.jump(row, `paused at break: ${text}`);
      });
    },
    stop: scan.stop,
  };
}
