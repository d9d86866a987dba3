// The rest of an HTTP head whose beginning is not in the log, or stands in a row that the log cuts: how far it goes. It ends
// with a blank line as a whole head does; what stands before it is text in lines, and the lines are fields but for the
// first, of which the beginning is missing.

import { isUtf8 } from 'node:buffer';
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
/** So far it may be that version, or a status line that begins. */
const BEGUN_VERSION = /^HTTP\/(?:\d(?:\.\d?)?)?$/;
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

/** Only the next octets can tell a response from the end of a request line. */
export function mayBeVersion(octets: Uint8Array): boolean {
  return BEGUN_VERSION.test(latin1Of(octets.subarray(0, 16)));
}

const OBS_TEXT = '[\\t\\x20-\\x7e\\x80-\\xff]';
/** At its beginning a line end is a blank line only where no text follows. A frame with FIN begins with no ASCII. */
const THROUGH_BLANK_LINE = new RegExp(
  `^(?:[\\t\\x20-\\x7e]${OBS_TEXT}*\\r?\\n|\\r?\\n(?=[\\t\\r\\n\\x20-\\x7e])|(?!\\r?\\n[\\t\\x20-\\x7e]))(?:${OBS_TEXT}+\\r?\\n)*\\r?\\n`,
);
const ALL_TEXT = /^[\t\r\n\x20-\x7e][\t\r\n\x20-\x7e\x80-\xff]*$/;
const ONE_LINE_END = /^(?:\r\n?|\n)$/;

/**
 * How much of a row belongs to a head of which the row before was cut: so many octets, through the blank line; `all`, and
 * the blank line may yet come; or null.
 */
export function restOfCutHead(octets: Uint8Array): number | 'all' | null {
  const text = latin1Of(octets.subarray(0, LONGEST));
  const rest = ONE_LINE_END.test(text) ? null : (THROUGH_BLANK_LINE.exec(text)?.[0].length ?? null);
  if (rest !== null && isUtf8(octets.subarray(0, rest))) return rest;
  return ALL_TEXT.test(text) && isUtf8(octets) ? 'all' : null;
}

const LINE_ENDS = /^(?:\r?\n){1,2}/;

/**
 * How many octets before a head may be the end of another one: half a line end, or a row of nothing else. `first`: how
 * many octets the first row has.
 */
export function restOfLineEnds(octets: Uint8Array, first: number): number {
  const length = LINE_ENDS.exec(latin1Of(octets.subarray(0, 4)))?.[0].length ?? 0;
  return octets[0] === 0x0a || first <= length ? length : 0;
}
