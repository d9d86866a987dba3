// The literals of languages and tools that stand for octets and tell where they begin and end, wherever they stand.

import { latin1Of, octetsFromHex } from '../../model/octets.ts';
import { byteLiteralAt, unescaped } from './byte-string.ts';
import { beginsHttp, beginsUsually } from './likely-frames.ts';
import { numberListAt } from './number-list.ts';

export interface Literal {
  readonly octets: Uint8Array;
  /** How many octets more there are than it shows, at least 1 where it is cut and does not say of how many. */
  readonly more: number;
  readonly isMoreExact: boolean;
  readonly end: number;
  readonly spelling: 'string' | 'list' | 'buffer' | 'data' | 'jetty';
  /** Nothing but octets is written so. */
  readonly isTyped: boolean;
}

const BUFFER = /<(?:Slow)?Buffer((?: [0-9a-f]{2})*)(?: \.\.\. (\d{1,9}) more bytes?)?>/iy;
const UNSHOWN = /ArrayBuffer \{ \[Uint8Contents\]: <((?: ?[0-9a-f]{2})*)(?: \.\.\. (\d{1,9}) more bytes?)?>[^}]*\}/iy;
const DATA = /<((?:[0-9a-f]{8} )*[0-9a-f]{2,8})>/iy;
const DATA_OF = /\{length ?= ?(\d+), bytes ?= ?0x([0-9a-f]+(?: [0-9a-f]+)*)\}/iy;
const JETTY = /<<<((?:[^>\\\n]|\\.|>(?!>>)){0,512})>>>/y;
/** What Kotlin, JavaScript and Scala call to make octets of numbers. */
const MAKES_OCTETS = /(?:\b[Uu]?[Bb]yteArrayOf|\bUint8Array\.of|\bByteString)$/;
const LONGEST_NAME = 16;
/**
 * Behind a string that strace cuts: the size of its part of a vector, or what the call gave, which is how many octets
 * there were. Of a part of a vector what the call gave is not the size.
 */
const CUT = /\.\.\.(?:, iov_len=(\d{1,9})|, \d+(?:, [^\n=]{0,99})?\) *= *(\d{1,9})(?!\d))?/y;
/** By their character codes. */
const OPENERS: ReadonlySet<number> = new Set(Buffer.from('<[{("\'bBrRAc'));

/** The first literal at `from` or behind it, and before `to`; where it begins is told too. */
export function nextLiteral(text: string, from: number, to: number): (Literal & { readonly start: number }) | null {
  // No expression: behind `to` may lie a whole paste, and each line would search it to its end.
  for (let start = from; start < to; start++) {
    if (!OPENERS.has(text.charCodeAt(start)) || text[start - 1] === '\\') continue;
    const literal = literalAt(text, start);
    if (literal) return { ...literal, start };
  }
  return null;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function literalAt(text: string, at: number): Literal | null {
  const letter = text[at];
  if (letter === '<') return angled(text, at);
  if (letter === 'A') {
    const found = match(UNSHOWN, text, at);
    return found && pairs(found[1] ?? '', found[2], at + found[0].length, 'buffer');
  }
  if (letter === '(' && !MAKES_OCTETS.test(text.slice(Math.max(0, at - LONGEST_NAME), at))) return null;
  if (letter === '[' || letter === '{' || letter === '(') {
    const data = letter === '{' ? match(DATA_OF, text, at) : null;
    const octets = data && octetsFromHex((data[2] ?? '').replaceAll(' ', ''));
    if (data && octets && octets.length === Number(data[1])) {
      return { octets, ...ALL, end: at + data[0].length, spelling: 'data', isTyped: true };
    }
    const list = numberListAt(text, at);
    return list && { ...list, isMoreExact: true, spelling: 'list', isTyped: list.isSpelt };
  }
  return stringAt(text, at);
}

function stringAt(text: string, at: number): Literal | null {
  const string = byteLiteralAt(text, at);
  if (!string) return null;
  const { octets, escapes, end } = string;
  if (escapes === 0 && !string.isTyped && !beginsHttp(octets)) return null;
  const digits = escapes === 0 ? octetsFromHex(latin1Of(octets)) : null;
  // What hexlify of Python gives: the digits, and no frame begins with any.
  if (digits && beginsUsually(digits)) return { octets: digits, ...ALL, end, spelling: 'string', isTyped: true };
  const isTyped = string.isTyped || escapes > 1;
  return { octets, ...behindString(text, end, octets.length), end, spelling: 'string', isTyped };
}

const ALL = { more: 0, isMoreExact: true };

function behindString(text: string, end: number, shown: number): typeof ALL {
  const [whole, ofPart, ofCall] = match(CUT, text, end) ?? [];
  const size = Number(ofPart ?? ofCall ?? 0);
  if (whole === undefined) return ALL;
  return size > shown ? { more: size - shown, isMoreExact: true } : { more: 1, isMoreExact: false };
}

function angled(text: string, at: number): Literal | null {
  const buffer = match(BUFFER, text, at);
  if (buffer) return pairs(buffer[1] ?? '', buffer[2], at + buffer[0].length, 'buffer');
  const jetty = text[at - 1] === '<' ? null : match(JETTY, text, at);
  if (jetty) {
    const inner = unescaped(jetty[1] ?? '');
    return inner && { octets: inner.octets, ...ALL, end: at + jetty[0].length, spelling: 'jetty', isTyped: true };
  }
  const data = match(DATA, text, at);
  if (data && (data[1] ?? '').length > 4) return pairs(data[1] ?? '', undefined, at + data[0].length, 'data');
  const list = text.startsWith('<<', at) ? numberListAt(text, at) : null;
  return list && { ...list, isMoreExact: true, spelling: 'list', isTyped: true };
}

function pairs(digits: string, more: string | undefined, end: number, spelling: Literal['spelling']): Literal | null {
  const octets = octetsFromHex(digits.replaceAll(' ', ''));
  return octets && { octets, ...ALL, more: Number(more ?? 0), end, spelling, isTyped: spelling === 'buffer' };
}
