// Octets as a log holds them: how many there were, and which of them are known. A log may keep only the
// first few octets of a long row, so length and data are two things. All text that comes from a log passes
// `escapeText` before anything shows it: a log must not be able to drive the terminal.

import { counted } from './counted.ts';

/** Octets of the wire. Units: octets. */
export interface Octets {
  /** How many octets there were. */
  readonly length: number;
  /** The octets that are known, a prefix: `known.length <= length`. */
  readonly known: Uint8Array;
  /** False where the log does not say how many there were: `length` is then the least possible. */
  readonly exact: boolean;
}

export const NO_OCTETS: Uint8Array = new Uint8Array(0);

/** So many octets and fewer are quickly made anyhow. */
const ALONE = 64;
/** More than this have a buffer of their own. */
const SHARING = 1024;
const SHARED = 8192;

let shared = new ArrayBuffer(SHARED);
let taken = 0;

/** Room to write so many octets. Small ones share a buffer: to make one for each takes ten times as long. */
export function roomFor(count: number): Uint8Array {
  if (count <= ALONE || count > SHARING) return new Uint8Array(count);
  if (taken + count > SHARED) {
    shared = new ArrayBuffer(SHARED);
    taken = 0;
  }
  taken += count;
  return new Uint8Array(shared, taken - count, count);
}

export function wholeOctets(known: Uint8Array): Octets {
  return { length: known.length, known, exact: true };
}

export function octetsInWords(count: number | bigint): string {
  return counted(count, 'octet');
}

/** Two hex digits. */
export function octetInHex(octet: number): string {
  return HEX_DIGITS[octet] as string;
}

/** Octets of which only the prefix `known` is in the log. */
export function cutOctets(known: Uint8Array, length: number): Octets {
  return { length: Math.max(length, known.length), known, exact: true };
}

export function isWhole(octets: Octets): boolean {
  return octets.exact && octets.known.length === octets.length;
}

/** The octets that hex digits stand for, or null where a digit is wrong or one is missing. */
export function octetsFromHex(hex: string): Uint8Array | null {
  if (hex.length % 2 === 1) return null;
  const octets = Buffer.from(hex, 'hex');
  return octets.length * 2 === hex.length ? octets : null;
}

/** Of each octet its two hex digits. */
const HEX_DIGITS: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));
/** For fewer octets a look at the table is quicker than a call into Node. */
const FEW_OCTETS = 8;

export function hexOf(octets: Uint8Array): string {
  if (octets.length > FEW_OCTETS) return bufferOf(octets).toString('hex');
  let hex = '';
  for (let i = 0; i < octets.length; i++) hex += HEX_DIGITS[octets[i] as number];
  return hex;
}

/** The same octets, with what Node can do with them. */
function bufferOf(octets: Uint8Array): Buffer {
  return octets instanceof Buffer ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
}

/** One character an octet, the form in which logs are read: nothing is lost and nothing is decoded. */
export function latin1Of(octets: Uint8Array): string {
  return bufferOf(octets).toString('latin1');
}

export function octetsOfLatin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

export function octetsOfText(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

export function textOf(octets: Uint8Array): string {
  return bufferOf(octets).toString('utf8');
}

export function concatOctets(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

// Controls, format characters (bidi overrides, joiners, zero widths), private and unassigned ones, line
// separators, lone surrogates, what is not shown at all (Hangul fillers, variation selectors), and the backslash that the
// escapes themselves are made of.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufffd\\]/gu;
const PLAIN = /^[\x20-\x5b\x5d-\x7e]*$/;

function escapeOne(character: string): string {
  return ESCAPES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Text of any origin, made harmless and visible: no control, bidi or invisible character is left in it. */
export function escapeText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSAFE, escapeOne);
}

/** Octets as text: UTF-8 where it is valid, `\xNN` for every octet that is not. */
export function escapeOctets(octets: Uint8Array): string {
  const text = textOf(octets);
  if (!text.includes('\ufffd')) return escapeText(text);
  let out = '';
  for (let at = 0; at < octets.length; ) {
    const size = sequenceLength(octets, at);
    const part = octets.subarray(at, at + Math.max(size, 1));
    out += size === 0 ? `\\x${hexOf(part)}` : escapeText(textOf(part));
    at += part.length;
  }
  return out;
}

/** How many octets the valid UTF-8 sequence at `at` has; 0 where none starts there (RFC 3629 §4). */
function sequenceLength(octets: Uint8Array, at: number): number {
  const lead = octets[at] ?? 0;
  const size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (size < 2) return size;
  const part = octets.subarray(at, at + size);
  return part.length === size && !textOf(part).includes('\ufffd') ? size : Number(isReplacement(part)) * 3;
}

/** U+FFFD itself, sent as such, is no sign of broken UTF-8. */
function isReplacement(part: Uint8Array): boolean {
  return part.length === 3 && part[0] === 0xef && part[1] === 0xbf && part[2] === 0xbd;
}
