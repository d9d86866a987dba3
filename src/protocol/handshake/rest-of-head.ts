// A log that begins inside an HTTP head: how far the rest of the head goes. It ends with a blank line as a whole head does;
// what stands before it is text in lines, and the lines are fields but for the first, of which the beginning is missing.

import { latin1Of } from '../../model/octets.ts';

const LONGEST = 1 << 14;

const TOKEN = "[!#-'*+.0-9A-Z^-z|~-]+";
const VALUE = '[\\t\\x20-\\x7e\\x80-\\xff]*';
const END_OF_LINE = '(?:[\\t\\x20-\\x7e]*\\r)?\\n';
const FIELDS = `(?:${TOKEN}:${VALUE}\\r\\n)*`;

const REST = new RegExp(`^${END_OF_LINE}${TOKEN}:${VALUE}\\r\\n${FIELDS}\\r\\n`);
const MAY_BE_REST = new RegExp(
  `^(?:[\\t\\x20-\\x7e]*\\r?|${END_OF_LINE}${FIELDS}(?:\\r|(?:${TOKEN}(?::${VALUE}\\r?)?)?))$`,
);
/** No field is left, but the blank line or a part of it; what follows is no text. */
const BLANK_LINE = /^(?:(?:(?:[\t\x20-\x7e]*\r)?\n)?\r\n|\n)(?![\t\x20-\x7e])/;
/** The last thing of a request line, or a part of it, and no status line. */
const VERSION = /^HTTP\/(?:\d(?:\.(?:\d(?:\r|$)|$)|$)|$)/;
/** The rest of GET, which may as well be a method of its own. */
const REST_OF_METHOD = /^E?T[ \t]/;

/** How many octets the rest of a head has that begins these: a field or more, and the blank line; -1 where there is none. */
export function restOfHead(octets: Uint8Array): number {
  return REST.exec(latin1Of(octets.subarray(0, LONGEST)))?.[0].length ?? -1;
}

/** So far the octets are such a rest, and its blank line may yet come. */
export function mayBeRestOfHead(octets: Uint8Array): boolean {
  return octets.length <= LONGEST && MAY_BE_REST.test(latin1Of(octets));
}

/** How many octets a rest without a field has, which some text may be as well; -1 where there is none. */
export function restOfBlankLine(octets: Uint8Array): number {
  return BLANK_LINE.exec(latin1Of(octets.subarray(0, LONGEST)))?.[0].length ?? -1;
}

/** What begins like a response, or with a method that nobody knows, may begin inside a request line. */
export function isInRequestLine(octets: Uint8Array): boolean {
  const text = latin1Of(octets.subarray(0, 16));
  return VERSION.test(text) || REST_OF_METHOD.test(text);
}
