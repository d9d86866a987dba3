// The octets of a row as its text shows them: hex, or a quoted text; perhaps cut, perhaps with the true length.

import {
  cutOctets,
  NO_OCTETS,
  type Octets,
  octetsFromHex,
  octetsOfLatin1,
  octetsOfText,
  wholeOctets,
} from '../../model/octets.ts';
import { runAtEnd } from '../paste/hex-run.ts';
import { nextLiteral } from '../paste/literals.ts';

/** How many octets the suites show of a row that is longer; up to 0.5.2, and since. */
const SHOWN_OLD = 256;
const SHOWN = 64;
/** From 0.5.3 on a row of more than this ends in an ellipsis, cut or not. */
const ELLIPSIS_ABOVE = 60;

/** Groups of eight binary digits are never hex. */
const BINARY = /^[01]{8}(?:[ \t,]+[01]{8})+$/;
const NOT_HEX = /[^0-9A-Fa-f \t]/;
const TAIL = /^(\.\.\.)?(?:[ \t]*LEN=(\d{1,19}))?$/;
const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([rntbf0"\\/]))|[^\\]+/y;
const NAMED: Readonly<Record<string, string>> = {
  r: '\r',
  n: '\n',
  t: '\t',
  b: '\b',
  f: '\f',
  0: '\0',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/** The octets, or why there are none. */
export function octetsOfRowText(text: string): Octets | string {
  if (text === '') return wholeOctets(NO_OCTETS);
  if (text.charCodeAt(0) === 0x22) return quotedOctets(text);
  const plain = octetsFromHex(text);
  if (plain) return wholeOctets(plain);
  const hex = BINARY.test(text) ? 'binary digits' : hexWithTail(text);
  return typeof hex === 'string' ? (octetsOfSpelling(text) ?? hex) : hex;
}

/** Does the text look like (part of) the hex of a row? */
export function isHexText(text: string): boolean {
  return TAIL.test(splitTail(text)[1]);
}

/** Hex, and what stands behind it. */
function splitTail(text: string): [string, string] {
  const at = text.search(NOT_HEX);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at).trim()];
}

function hexWithTail(text: string): Octets | string {
  const [hex, tail] = splitTail(text);
  if (!TAIL.test(tail)) return 'not a hex digit among the octets';
  const known = octetsFromHex(hex.replace(/[ \t]+/g, ''));
  return known ? withTail(known, tail) : 'an odd number of hex digits';
}

function quotedOctets(text: string): Octets | string {
  const close = closingQuote(text);
  if (close < 0) return 'the quoted text has no end';
  const known = unquote(text.slice(1, close));
  if (known === null) return 'the quoted text has an escape that does not exist';
  const tail = text.slice(close + 1).trim();
  return TAIL.test(tail) ? withTail(known, tail) : 'something stands after the quoted text';
}

function closingQuote(text: string): number {
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at;
    if (code === 0x5c) at++;
  }
  return -1;
}

function unquote(text: string): Uint8Array | null {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < text.length; ) {
    ESCAPE.lastIndex = at;
    const found = ESCAPE.exec(text);
    if (!found) return null;
    const [whole, hex, unicode, name] = found;
    if (unicode !== undefined) parts.push(octetsOfText(String.fromCharCode(Number.parseInt(unicode, 16))));
    else if (hex !== undefined) parts.push(octetsOfLatin1(String.fromCharCode(Number.parseInt(hex, 16))));
    else parts.push(octetsOfLatin1(name === undefined ? whole : (NAMED[name] ?? '')));
    at += whole.length;
  }
  return Buffer.concat(parts);
}

function withTail(known: Uint8Array, tail: string): Octets | string {
  const [, ellipsis, length] = TAIL.exec(tail) ?? [];
  if (length !== undefined) {
    const given = Number(length);
    if (!Number.isSafeInteger(given)) return `LEN=${length} is more octets than can be counted`;
    if (given < known.length) return `LEN=${length}, but ${known.length} octets are shown`;
    return cutOctets(known, given);
  }
  return ellipsis === undefined ? wholeOctets(known) : withEllipsis(known);
}

/** 61 to 63 octets and an ellipsis are all there were; 64 may be; 256 are not (an old suite cut them). */
function withEllipsis(known: Uint8Array): Octets {
  if (known.length > ELLIPSIS_ABOVE && known.length < SHOWN) return wholeOctets(known);
  return { length: known.length === SHOWN_OLD ? SHOWN_OLD + 1 : known.length, known, exact: false };
}

/** Null where the text is more than octets, however they are written, or it cannot be told which. */
function octetsOfSpelling(text: string): Octets | null {
  const literal = nextLiteral(text, 0, text.length);
  if (literal && literal.start === 0 && /^[\s;,]*$/.test(text.slice(literal.end))) {
    const { octets, more } = literal;
    return more === 0 ? wholeOctets(octets) : cutOctets(octets, octets.length + more);
  }
  const run = runAtEnd(text);
  return run && run.label.trim() === '' ? wholeOctets(run.octets) : null;
}
