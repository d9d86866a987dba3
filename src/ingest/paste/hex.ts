// Octets as people paste them: hex digits with or without blanks, `0x`, `\x`, commas, a C array, a Buffer as Node prints
// it, a list of decimals, and the dumps of xxd, hexdump and Wireshark. One run of octets, with nothing else around it.
// What may be something else, such as a label, a time or an offset, is refused: taken for octets, it would move all
// that follows.

import { counted } from '../../model/counted.ts';
import { octetsFromHex } from '../../model/octets.ts';
import { octetsOfDump, type PasteLine, type Refusal } from './hex-dump.ts';

const WORDS =
  /<Buffer|Buffer\.from|(?:new )?Uint8Array(?:\(\d+\)(?= *\[))?|b(?=["'])|\b(?:unsigned )?char\b[^=]{0,99}=/g;
const QUOTES = /["'`;]/g;
const ARROW = /[-=]>|<[-=]/;
const ELLIPSIS_AT_END = /\.{3}[\s>\])}"';]*$/;
/** A bracket between octets: `1) 81`, `[7] 81`, `81 (1)`. Those of a list of lists are not. */
const INNER_BRACKET = /[\])}>]\s*[^\s\])}>,]|[^\s[({<,]\s*[[({<]/;
const BRACKETS = /[[\](){}<>]/g;
/** Between octets only in a run of octets: it ends labels and joins times and dates as well. */
const JOINT = /[:|_-]/;
const JOINED_OCTETS = /^(?:0x)?[0-9a-f]{2}(?:[:|_-](?:0x)?[0-9a-f]{2})+:?$/i;
const SEPARATORS = /[\s,:_|-]+/;
const DECIMAL = /^(?:0|[1-9]\d{0,2})$/;

interface TokenLine {
  readonly line: number;
  readonly tokens: readonly string[];
}

/** The octets that a text stands for, or why it does not stand for any. */
export function octetsOfPaste(text: string): Uint8Array | string {
  const lines = linesOf(text);
  const octets = octetsOfDump(lines) ?? octetsOfLines(lines);
  if (octets instanceof Uint8Array) return octets;
  return lines.length > 1 && octets.line > 0 ? `line ${octets.line}: ${octets.why}` : octets.why;
}

function linesOf(text: string): PasteLine[] {
  const lines = text.split(/\r?\n/).map((line, i) => ({ number: i + 1, text: line.trimEnd() }));
  return lines.filter((line) => line.text !== '');
}

function octetsOfLines(lines: readonly PasteLine[]): Uint8Array | Refusal {
  const read: TokenLine[] = [];
  for (const [i, { number, text }] of lines.entries()) {
    const tokens = tokensOf(i === lines.length - 1 ? text.replace(ELLIPSIS_AT_END, '') : text);
    if (typeof tokens === 'string') return { line: number, why: tokens };
    if (tokens.length > 0) read.push({ line: number, tokens });
  }
  const all = read.flatMap(({ tokens }) => tokens);
  if (all.length === 0) return { line: 0, why: 'no hex digits in it' };
  const hasCommas = lines.some(({ text }) => text.includes(','));
  return isDecimalList(all, hasCommas) ? Uint8Array.from(all, Number) : octetsOfTokens(read);
}

/** What stands between the separators of a line; a string says what else there is. */
function tokensOf(line: string): string[] | string {
  const plain = line.replace(/(?:#|\/\/).*$/, '');
  if (ARROW.test(plain)) return 'an arrow, and hex is of one direction: write "rx" or "tx" before each line';
  const bare = plain.replace(WORDS, ' ').replace(/\\x/gi, ' ').replace(QUOTES, ' ');
  if (INNER_BRACKET.test(bare.trim())) return 'a bracket among the octets: a label?';
  const run = withoutBullets(bare.replace(BRACKETS, ' '));
  const joint = JOINT.exec(run)?.[0];
  if (joint !== undefined && !JOINED_OCTETS.test(run) && !hasOtherWord(run)) {
    return `"${joint}" among the octets: a label, a time or an offset?`;
  }
  return run.split(SEPARATORS).filter((token) => token !== '');
}

/** Without the blanks, dashes and bars around it. */
function withoutBullets(line: string): string {
  const isBullet = (at: number) => /[\s|-]/.test(line[at] ?? '');
  let from = 0;
  let to = line.length;
  while (from < to && isBullet(from)) from++;
  while (to > from && isBullet(to - 1)) to--;
  return line.slice(from, to);
}

function hasOtherWord(run: string): boolean {
  return run.split(SEPARATORS).some((token) => token !== '' && !isHex(token));
}

function isHex(token: string): boolean {
  return /^(?:0x)?[0-9a-f]+$/i.test(token);
}

function octetsOfTokens(lines: readonly TokenLine[]): Uint8Array | Refusal {
  for (const { line, tokens } of lines) {
    const wrong = tokens.find((token) => !isHex(token));
    if (wrong !== undefined) return { line, why: `"${wrong.slice(0, 20)}" is not hex digits` };
  }
  const areSure = areOffsets(lines);
  const offset = lines.find(({ tokens }) => beginsWithOffset(tokens, areSure));
  if (offset) return { line: offset.line, why: `"${offset.tokens[0]}" may be an offset: use "hexdump -C" or xxd` };
  const odd = isBrokenRun(lines) ? undefined : lines.find(({ tokens }) => tokens.some(isOdd));
  if (odd) return { line: odd.line, why: whyOdd(odd.tokens.find(isOdd) ?? '') };
  const digits = lines.flatMap(({ tokens }) => tokens.map(digitsOf)).join('');
  return octetsFromHex(digits) ?? { line: 0, why: `${digits.length} hex digits: an octet takes two` };
}

/** Digits before groups that are all of one size, and shorter. */
function beginsWithOffset([first = '', ...groups]: readonly string[], isSure: boolean): boolean {
  const size = groups[0]?.length ?? 0;
  if (!/^0[0-9a-f]{3,15}$/i.test(first) || groups.length < (isSure ? 1 : 2) || size >= first.length) return false;
  return groups.every((group, i) => group.length === size || (i === groups.length - 1 && group.length < size));
}

/** Each line begins with digits filled up to the same length, and the last has nothing else. */
function areOffsets(lines: readonly TokenLine[]): boolean {
  const firsts = lines.map(({ tokens: [first = ''] }) => first);
  const areFilled = firsts.every((first) => first.startsWith('0') && first.length === firsts[0]?.length);
  return areFilled && lines.length > 1 && lines.at(-1)?.tokens.length === 1;
}

/** One run of digits that was broken into lines of one length, perhaps within an octet. */
function isBrokenRun(lines: readonly TokenLine[]): boolean {
  const [first, ...others] = lines.map(({ tokens }) => (tokens.length === 1 ? (tokens[0] ?? '').length : 0));
  const isFull = (size: number, i: number) =>
    size === first || (i === others.length - 1 && size > 0 && size < (first ?? 0));
  return first !== undefined && first > 1 && others.length > 0 && others.every(isFull);
}

function isOdd(token: string): boolean {
  return digitsOf(token).length % 2 === 1;
}

function whyOdd(token: string): string {
  const { length } = digitsOf(token);
  return `"${token.slice(0, 20)}", ${counted(length, 'hex digit')}: an octet takes two`;
}

function digitsOf(token: string): string {
  const digits = token.replace(/^0x/i, '');
  return digits.length === 1 && digits !== token ? `0${digits}` : digits;
}

/** Decimals from 0 to 255: told from hex by one of three digits, or by one digit between commas. */
function isDecimalList(tokens: readonly string[], hasCommas: boolean): boolean {
  const areOctets = tokens.every((token) => DECIMAL.test(token) && Number(token) <= 255);
  const told = tokens.some(({ length }) => length === 3 || (length === 1 && hasCommas));
  return areOctets && tokens.length > 1 && told;
}
