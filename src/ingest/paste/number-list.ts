// Lists of numbers in brackets, as languages write octets: C arrays with character literals, Java's signed bytes, Go's
// and Rust's slices, Erlang's and Elixir's binaries, what Node prints. A number that is no octet makes it no list.

import { octetsOfLatin1 } from '../../model/octets.ts';
import { byteStringAt } from './byte-string.ts';
import { likelihoodOf } from './likely-frames.ts';

export interface NumberList {
  readonly octets: Uint8Array;
  /** How many octets more there are than it shows. */
  readonly more: number;
  /** Behind the closing bracket. */
  readonly end: number;
  /** It could not have been written for anything but octets: `0x` or characters in it, or negative numbers. */
  readonly isSpelt: boolean;
}

const OPENERS: readonly (readonly [open: string, close: string])[] = [
  ['<<', '>>'],
  ['[', ']'],
  ['{', '}'],
  ['(', ')'],
];

const SPACE = /(?:\s|\/\*[^*]*\*\/|\/\/[^\n]*(?=\n))*/y;
const CAST = /\((?:unsigned |signed )?(?:byte|char|uint8_t|int8_t|u8|sbyte|uint8)\)\s*/iy;
const NUMBER = /(0x[0-9a-f]{1,2}|-?\d{1,3})(?:u8|i8|ub|u|\.toU?Byte\(\))?(?![\w.])/iy;
/** Hex of two digits in quotes. */
const QUOTED = /(['"])(0x[0-9a-f]{1,2})\1/iy;
/** The index before a number, as JSON has it of typed arrays. */
const INDEX = /"(\d{1,7})"\s*:\s*/y;
/** What the console of Chrome writes behind the numbers. */
const FIELDS = /buffer: ArrayBuffer\(\d+\)[^\]\n]*(?=\])/y;
const HEX_PAIR = /(?:[0-9a-f]{1,2}|(['"])[0-9a-f]{2}\1)(?![\w.])/iy;
const MORE = /\.\.\. (\d{1,9}) more (?:items?|bytes?)/y;

/** The list whose opening bracket stands at `at`; null where something else is in it. */
export function numberListAt(text: string, at: number): NumberList | null {
  const pair = OPENERS.find(([open]) => text.startsWith(open, at));
  if (!pair) return null;
  const [open, close] = pair;
  return open === '<<'
    ? listOf(text, at + 2, close, true)
    : (listOf(text, at + 1, close, false) ?? hexListOf(text, at + 1, close));
}

function eat(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** What the numbers of a list and what parts them say about it. */
interface Seen {
  size: number;
  hasCommas: boolean;
  hasSpaces: boolean;
  isSpelt: boolean;
  isNegative: boolean;
  isUnsigned: boolean;
  /** All have two digits, and may be hex as well. */
  areTwo: boolean;
  more: number;
}

function listOf(text: string, from: number, close: string, hasStrings: boolean): NumberList | null {
  const parts: string[] = [];
  const seen: Seen = {
    size: 0,
    hasCommas: false,
    hasSpaces: false,
    isSpelt: hasStrings,
    isNegative: false,
    isUnsigned: false,
    areTwo: true,
    more: 0,
  };
  let at = from + eat(SPACE, text, from).length;
  while (!text.startsWith(close, at)) {
    at += eat(FIELDS, text, at).length;
    if (text.startsWith(close, at)) break;
    const rest = eat(MORE, text, at);
    const item = rest === '' ? itemAt(text, at + indexAt(text, at, seen.size), hasStrings) : null;
    if (rest === '' && !item) return null;
    if (item) {
      parts.push(item.text);
      note(seen, item);
    } else seen.more = Number(/\d+/.exec(rest)?.[0]);
    const next = behindItem(text, item ? item.end : at + rest.length, close, seen);
    if (next === null) return null;
    at = next;
  }
  if (!isList(seen, hasStrings)) return null;
  const isSpelt = seen.isSpelt || seen.isNegative;
  return { octets: octetsOfLatin1(parts.join('')), more: seen.more, end: at + close.length, isSpelt };
}

/** How long the index of the item is, where it counts the items before it. */
function indexAt(text: string, at: number, count: number): number {
  const index = eat(INDEX, text, at);
  return index !== '' && Number.parseInt(index.slice(1), 10) === count ? index.length : 0;
}

function note(seen: Seen, { value, isSpelt, isTwoDigits }: Item): void {
  seen.size++;
  seen.isSpelt ||= isSpelt;
  seen.isNegative ||= value < 0;
  seen.isUnsigned ||= value > 127 && !isSpelt;
  seen.areTwo &&= isTwoDigits;
}

/** Steps over what parts an item from the next; null where nothing does. */
function behindItem(text: string, at: number, close: string, seen: Seen): number | null {
  const blank = eat(SPACE, text, at).length;
  const next = at + blank;
  if (text[next] === ',') {
    seen.hasCommas = true;
    return next + 1 + eat(SPACE, text, next + 1).length;
  }
  if (text.startsWith(close, next)) return next;
  if (blank === 0) return null;
  seen.hasSpaces = true;
  return next;
}

/** Between blanks alone, only decimals that say so are told from hex; signed and unsigned octets do not mix. */
function isList(seen: Seen, hasStrings: boolean): boolean {
  if (seen.size < (hasStrings ? 1 : 2) || (seen.isNegative && seen.isUnsigned)) return false;
  return !seen.hasSpaces || (!seen.hasCommas && !(seen.areTwo && !seen.isSpelt));
}

interface Item {
  readonly text: string;
  readonly end: number;
  readonly value: number;
  readonly isSpelt: boolean;
  readonly isTwoDigits: boolean;
}

function itemAt(text: string, from: number, hasStrings: boolean): Item | null {
  const cast = eat(CAST, text, from);
  const start = from + cast.length;
  const at = text.startsWith("b'", start) ? start + 1 : start;
  const quoted = eat(QUOTED, text, at);
  if (quoted !== '') {
    const value = Number(quoted.slice(1, -1));
    const end = at + quoted.length;
    return { text: String.fromCharCode(value), end, value, isSpelt: true, isTwoDigits: false };
  }
  const isChar = text[at] === "'";
  if (isChar || (hasStrings && text[at] === '"')) {
    const found = byteStringAt(text, at);
    if (!found || (isChar && found.octets.length !== 1)) return null;
    const latin1 = Buffer.from(found.octets).toString('latin1');
    return { text: latin1, end: found.end, value: 0, isSpelt: true, isTwoDigits: false };
  }
  const whole = eat(NUMBER, text, at);
  const digits = whole.replace(/(?:u8|i8|ub|u|\.toU?Byte\(\))$/i, '');
  if (digits === '') return null;
  const value = Number(digits);
  if (value < -128 || value > 255 || /^-?0\d/.test(digits)) return null;
  const isSpelt = cast !== '' || digits !== whole || /^0x/i.test(digits);
  return {
    text: String.fromCharCode(value & 255),
    end: at + whole.length,
    value,
    isSpelt,
    isTwoDigits: /^\d\d$/.test(digits),
  };
}

/** Hex pairs in brackets; where they may be decimals as well, the only reading that makes whole frames. */
function hexListOf(text: string, from: number, close: string): NumberList | null {
  const pairs: string[] = [];
  let at = from + eat(SPACE, text, from).length;
  while (!text.startsWith(close, at)) {
    const pair = eat(HEX_PAIR, text, at);
    if (pair === '') return null;
    pairs.push(pair.replace(/['"]/g, ''));
    at += pair.length;
    const isParted = text[at] === ',' || text.startsWith(close, at);
    // One digit alone is an octet only between commas.
    if (pair.length === 1 && !isParted) return null;
    if (text[at] === ',') at++;
    at += eat(SPACE, text, at).length;
  }
  const octets = Buffer.from(pairs.map((pair) => pair.padStart(2, '0')).join(''), 'hex');
  if (octets.length < 2) return null;
  const found = { octets, more: 0, end: at + close.length, isSpelt: false };
  if (pairs.some((pair) => /[a-f]/i.test(pair))) return found;
  const readings = [octets, Uint8Array.from(pairs, Number)].filter((one) => {
    const { isWhole, isSound } = likelihoodOf(one);
    return isWhole && isSound;
  });
  return readings.length === 1 ? { ...found, octets: readings[0] as Uint8Array } : null;
}
