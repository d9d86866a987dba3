// Byte strings as languages write them: Python, Rust, Ruby, Perl, PHP, Lua, C, and what Jetty prints. An escape is
// exactly as long as its language says; what follows it is text. `\x81\x04face` is six octets, not five.

import { octetsOfLatin1 } from '../../model/octets.ts';
import { likelihoodOf } from './likely-frames.ts';

export interface ByteString {
  readonly octets: Uint8Array;
  /** Behind the closing quote. */
  readonly end: number;
  /** How many escapes it has that stand for an octet by its number. */
  readonly escapes: number;
}

const NAMED: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27 };
const OCTAL = /[0-7]{1,3}/y;
const DECIMAL = /\d{1,3}/y;
const HEX = /x(?:([0-9a-f]{2})|\{([0-9a-f]{1,2})\})/iy;

/** The string whose opening quote stands at `at`; null where it does not end on its line, or no octets can be told. */
export function byteStringAt(text: string, at: number): ByteString | null {
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return null;
  const close = closingQuote(text, at, quote);
  if (close < 0) return null;
  const inner = unescaped(text.slice(at + 1, close));
  return inner && { ...inner, end: close + 1 };
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    const letter = text[at];
    if (letter === quote) return at;
    if (letter === '\n') return -1;
    if (letter === '\\') at++;
  }
  return -1;
}

/** The octets that the inside of a string stands for; null where an escape is none, or may be octal or decimal. */
export function unescaped(inner: string): Omit<ByteString, 'end'> | null {
  const digits = inner.match(/\\\d{1,3}/g) ?? [];
  // Digits above 7, or a number that is no octet in octal, are Lua's decimals.
  const mustBeDecimal = digits.some((one) => /[89]/.test(one) || Number.parseInt(one.slice(1), 8) > 255);
  const asOctal = mustBeDecimal ? null : unescapedIn(inner, OCTAL, 8);
  const mayBeDecimal = digits.length > 1 && digits.every((one) => one.length === 4);
  const asDecimal = mustBeDecimal || mayBeDecimal ? unescapedIn(inner, DECIMAL, 10) : null;
  if (!asOctal || !asDecimal) return asOctal ?? asDecimal;
  const likely = [asOctal, asDecimal].filter(({ octets }) => {
    const { isWhole, isSound } = likelihoodOf(octets);
    return isWhole && isSound;
  });
  return likely.length === 1 ? (likely[0] ?? null) : inner.includes('\\x') ? asOctal : null;
}

function unescapedIn(inner: string, number: RegExp, radix: number): Omit<ByteString, 'end'> | null {
  const parts: string[] = [];
  let escapes = 0;
  for (let at = 0; at < inner.length; ) {
    const next = inner.indexOf('\\', at);
    const to = next < 0 ? inner.length : next;
    parts.push(inner.slice(at, to));
    if (next < 0) break;
    const found = escapeAt(inner, next + 1, number, radix);
    if (!found) return null;
    parts.push(String.fromCharCode(found.octet));
    escapes += Number(found.isNumber);
    at = found.end;
  }
  return { octets: octetsOfLatin1(parts.join('')), escapes };
}

interface Escape {
  readonly octet: number;
  readonly end: number;
  readonly isNumber: boolean;
}

/** `at`: behind the backslash. Null where no octet is escaped so. */
function escapeAt(inner: string, at: number, number: RegExp, radix: number): Escape | null {
  HEX.lastIndex = at;
  const hex = HEX.exec(inner);
  if (hex) return { octet: Number.parseInt(hex[1] ?? hex[2] ?? '', 16), end: at + hex[0].length, isNumber: true };
  number.lastIndex = at;
  const digits = number.exec(inner)?.[0];
  if (digits !== undefined) {
    const octet = Number.parseInt(digits, radix);
    return octet > 255 ? null : { octet, end: at + digits.length, isNumber: true };
  }
  const letter = inner[at] ?? '0';
  const octet = NAMED[letter] ?? (/[0-9A-Za-z]/.test(letter) ? null : letter.charCodeAt(0));
  return octet === null ? null : { octet, end: at + 1, isNumber: false };
}

const LITERAL = /(?:(?<![\w$])(?:b|rb|br|u8|c))?(?=["'])/iy;

/** A byte string at `at`, with the `b` that may stand before its quote. */
export function byteLiteralAt(text: string, at: number): (ByteString & { readonly isTyped: boolean }) | null {
  LITERAL.lastIndex = at;
  const prefix = LITERAL.exec(text)?.[0];
  if (prefix === undefined) return null;
  const found = byteStringAt(text, at + prefix.length);
  return found && { ...found, isTyped: prefix !== '' };
}
