// Searching in what is on the screen: in lines of text, round and round. What is typed and what is shown are compared in
// one normal form, with blanks as they come.

export type SearchWay = 1 | -1;

export interface SearchResult {
  /** The line; null where there is none. */
  readonly at: number | null;
  /** What is to be said of it: that the search went round, or why it found nothing. */
  readonly says: string | null;
}

/** Without capitals in what is wanted, letters of either size match. */
export function finderOf(wanted: string): (text: string) => boolean {
  const isExact = /\p{Lu}/u.test(wanted);
  const form = (text: string) => (isExact ? normal(text) : normal(text).toLowerCase());
  const pattern = form(wanted);
  return (text) => form(text).includes(pattern);
}

const ASCII = /^[\x20-\x7e]*$/;

function normal(text: string): string {
  return (ASCII.test(text) ? text : text.normalize('NFC')).replace(/\s+/g, ' ');
}

/** What is said where a search that began at `from` has ended at `at`. */
export function foundInWords(wanted: string, thing: string, from: number, at: number, by: SearchWay): string | null {
  if (at === from) return `only this ${thing} has "${wanted}"`;
  if (by > 0 ? at > from : at < from) return null;
  return by > 0 ? 'the search went past the end, on from the first' : 'the search went past the first, on from the end';
}

/** The next one after `from`, or before it; the last that is looked at is `from` itself. */
export function findRound(
  length: number,
  from: number,
  by: SearchWay,
  wanted: string,
  thing: string,
  matches: (at: number) => boolean,
): SearchResult {
  for (let step = 1; step <= length; step++) {
    const at = (((from + by * step) % length) + length) % length;
    if (matches(at)) return { at, says: foundInWords(wanted, thing, from, at, by) };
  }
  return { at: null, says: `no ${thing} has "${wanted}"` };
}

/** What was searched for last, and which way: `n` goes on that way, `N` the other. */
export interface Finder {
  begin(wanted: string, by: SearchWay): void;
  /** `by`: 1 goes on. */
  next(by: SearchWay, length: number, from: number, thing: string, textAt: (at: number) => string): SearchResult;
}

export function openFinder(): Finder {
  let wanted = '';
  let way: SearchWay = 1;
  return {
    begin: (text, by) => {
      if (text !== '') wanted = text;
      way = by;
    },
    next: (by, length, from, thing, textAt) => {
      if (wanted === '') return { at: null, says: 'there is nothing to search for: / asks for it' };
      const matches = finderOf(wanted);
      return findRound(length, from, by > 0 ? way : (-way as SearchWay), wanted, thing, (at) => matches(textAt(at)));
    },
  };
}
