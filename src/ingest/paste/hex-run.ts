// Octets written as runs of digits on one line: hex with or without separators, groups of eight binary digits, base64
// behind a label that says so. What stands before the run is its label.

import { octetsFromHex } from '../../model/octets.ts';
import { octetsOfPaste } from './hex.ts';
import { likelihoodOf } from './likely-frames.ts';

export interface OctetRun {
  readonly octets: Uint8Array;
  /** What stands before it on its line. */
  readonly label: string;
  /** All in one run of digits, as hashes and ids are. */
  readonly isSolid: boolean;
  /** The label gives the number of its octets. */
  readonly isCounted: boolean;
  /** How many pieces it is written in. */
  readonly tokens: number;
  readonly spelling: 'hex' | '0x' | 'binary' | 'base64';
}

const TOKEN = /^(?:(?:0x)?[0-9a-f]+(?:[:,;_-](?:0x)?[0-9a-f]+)*|(?:\\x[0-9a-f]{2})+)[,;:]?$/i;
/** The digits with which a token ends, and what parts them from the label before them. */
const DIGITS_OF_TOKEN = /[0-9a-fx:,_\\-]/i;
const LABEL_END = /[:=>|([{"'`]/;
const TAIL = /[\s.,;|`'")\]}]/;
// From the first blank of a run only: a long one would be tried from each of its places.
const COMMENT = /(?<!\s)\s+(?:(?:\/\/|#|--|;|\/\*).*|\((?![^)]*\d *\)$)[^()]*\)\s*)$/;
/** Longer lines are octets or data, and have nothing behind the run. */
const LONGEST_SENTENCE = 4096;
const MOST_COUNTS = 4;

/** The run with which the line ends. */
export function runAtEnd(line: string): OctetRun | null {
  if (line.length > LONGEST_SENTENCE) return runIn(line);
  return runIn(line) ?? (COMMENT.test(line) ? runIn(line.replace(COMMENT, '')) : null) ?? runBeforeColumn(line);
}

function runIn(line: string): OctetRun | null {
  const text = withoutTail(line);
  const starts: number[] = [];
  let label = '';
  for (let end = text.length; end > 0; ) {
    while (end > 0 && isBlankAt(text, end - 1)) end--;
    let from = end;
    while (from > 0 && !isBlankAt(text, from - 1)) from--;
    const token = text.slice(from, end);
    if (end > from && isToken(token)) {
      starts.push(from);
      end = from;
      continue;
    }
    const [before, digits] = parted(token) ?? [];
    if (before !== undefined && digits !== undefined && isToken(digits) && isAttached(before, digits, starts.length)) {
      starts.push(from + before.length);
      end = from + before.length;
    }
    label = text.slice(0, end);
    break;
  }
  starts.reverse();
  const isCountOfBytes = starts.length === 1 && /^\d+B$/.test(text.slice(starts[0]));
  return starts.length === 0 || isCountOfBytes ? null : runFrom(text, starts, label);
}

function isBlankAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 0x80 ? code === 0x20 || (code >= 9 && code <= 13) : /\s/.test(text[at] as string);
}

/** A label and the digits that stand right behind it. */
function parted(token: string): [label: string, digits: string] | null {
  let at = token.length;
  while (at > 0 && DIGITS_OF_TOKEN.test(token[at - 1] as string) && token[at - 1] !== ':') at--;
  // Where colons part the octets too, the first of them ends the label.
  while (at > 0 && token[at - 1] === ':' && /:[0-9a-f]{2}$/i.test(token.slice(Math.max(0, at - 4), at - 1))) at -= 3;
  return at >= token.length - 1 || at === 0 || !LABEL_END.test(token[at - 1] as string)
    ? null
    : [token.slice(0, at), token.slice(at)];
}

/** A letter alone is no octet. */
function isToken(token: string): boolean {
  return TOKEN.test(token) && !/^[a-f]$/i.test(token);
}

/** So few digits right behind a word are a value of any kind, unless the word says octets. */
function isAttached(before: string, digits: string, others: number): boolean {
  return (
    others > 0 || digits.length >= 6 || /(?:bytes?|data|raw|hex|octets?|frame|recv|send|sent|[rt]x)[:=]$/i.test(before)
  );
}

/** Without what closes a sentence or a bracket. */
function withoutTail(line: string): string {
  let end = line.length;
  while (end > 0 && TAIL.test(line[end - 1] as string)) end--;
  return line.slice(0, end);
}

/** Counts may stand between the label and the octets. */
function runFrom(text: string, starts: readonly number[], label: string): OctetRun | null {
  const whole = octetsIn(text.slice(starts[0]));
  const first = starts[0] as number;
  if (whole && isLikelyWhole(whole.octets))
    return { ...whole, label, isCounted: isCountIn(label, whole.octets.length) };
  for (const from of starts.slice(1, MOST_COUNTS + 1)) {
    const found = octetsIn(text.slice(from));
    if (!found) continue;
    const dropped = text.slice(first, from);
    if (isCountIn(`${label} ${dropped}`, found.octets.length) && isCountIn(dropped, found.octets.length, found.octets))
      return { ...found, label: label + dropped, isCounted: true };
  }
  const cell = lastCell(text, first);
  if (cell) return { ...cell, label: text.slice(0, text.lastIndexOf('\t') + 1), isCounted: false };
  return whole && { ...whole, label, isCounted: isCountIn(label, whole.octets.length) };
}

/** The last column of a table whose columns are parted by tabs; those before it are times, ports and lengths. */
function lastCell(text: string, from: number): RunOctets | null {
  const tab = text.lastIndexOf('\t');
  if (tab < from) return null;
  const cell = text.slice(tab + 1);
  const found = /^(?:[0-9a-f]{2}){2,}$/i.test(cell) ? octetsIn(cell) : null;
  const others = text.slice(from, tab).split('\t');
  return found && others.every((other) => /^\d+$/.test(other)) ? found : null;
}

function isLikelyWhole(octets: Uint8Array): boolean {
  const { isWhole, isSound } = likelihoodOf(octets);
  return isWhole && isSound;
}

/** A number of the text is that of the octets; or, in full, each is that or one of the first octets. */
function isCountIn(text: string, count: number, octets?: Uint8Array): boolean {
  const numbers = text.match(/(?<![\da-z])\d+(?![\da-z])/gi) ?? [];
  if (octets)
    return (
      numbers.length > 0 && numbers.every((one) => Number(one) === count || octets.subarray(0, 2).includes(Number(one)))
    );
  if (numbers.some((one) => Number(one) === count)) return true;
  return /0x/i.test(text) && new RegExp(`0x0*${count.toString(16)}\\b`, 'i').test(text);
}

type RunOctets = Pick<OctetRun, 'octets' | 'isSolid' | 'spelling' | 'tokens'>;

function octetsIn(text: string): RunOctets | null {
  const binary = binaryOctets(text);
  if (binary) return { octets: binary, isSolid: false, spelling: 'binary', tokens: binary.length };
  if (/^[01\s]{17,}$/.test(text)) return null;
  const octets = octetsOfPaste(text);
  if (typeof octets === 'string' || octets.length === 0) return null;
  const isSolid = /^(?:0x)?[0-9a-f]+$/i.test(text.trim()) && octets.length > 2;
  const tokens = text.trim().split(/[\s,:;_\\-]+/).length;
  return { octets, isSolid, spelling: /0x|\\x/i.test(text) ? '0x' : 'hex', tokens };
}

function binaryOctets(text: string): Uint8Array | null {
  const groups = text.trim().split(/[\s,|_]+/);
  if (groups.length < 2 || !groups.every((group) => /^(?:0b)?[01]{8}$/.test(group))) return null;
  return Uint8Array.from(groups, (group) => Number.parseInt(group.slice(-8), 2));
}

/** Octets with a column of their characters behind them. */
function runBeforeColumn(line: string): OctetRun | null {
  const [, digits = '', column = ''] = /^(.*?[0-9a-f]{2})(?: {2,}|\t| *\|)(\S.*?)\|?\s*$/i.exec(line) ?? [];
  const run = digits === '' ? null : runIn(digits);
  if (!run || run.octets.length < 2) return null;
  const shown = Buffer.from(run.octets)
    .toString('latin1')
    .replace(/[^ -~]/g, '.');
  return shown.trim() === column.trim() ? run : null;
}

const ZERO_X = /0x[0-9a-f]{1,2}(?:(?:\s*,\s*|\s+)0x[0-9a-f]{1,2})+(?![\w])/gi;

/** Runs of `0x` octets in a sentence. */
export function zeroXRuns(line: string): OctetRun[] {
  return [...line.matchAll(ZERO_X)].map((found) => ({
    octets:
      octetsFromHex((found[0].match(/0x[0-9a-f]{1,2}/gi) ?? []).map((one) => one.slice(2).padStart(2, '0')).join('')) ??
      new Uint8Array(0),
    label: line.slice(0, found.index),
    isSolid: false,
    isCounted: false,
    tokens: 2,
    spelling: '0x',
  }));
}

const BASE64 = /^(.*\b(?:base64|b64)\b[^:=]{0,20}[:=,]\s*["'`]?)([A-Za-z0-9+/_-]{3,}={0,2})["'`]?[\s.,;]*$/i;

/** Base64 behind a label that says so: without one it cannot be told from a key. */
export function base64Run(line: string): OctetRun | null {
  const [, label = '', text = ''] = BASE64.exec(line) ?? [];
  const bare = text.replace(/=+$/, '');
  if (bare === '' || bare.length % 4 === 1 || (text !== bare && text.length % 4 !== 0)) return null;
  const octets = Buffer.from(bare, /[_-]/.test(bare) ? 'base64url' : 'base64');
  if (octets.toString('base64').replace(/=+$/, '') !== bare.replaceAll('-', '+').replaceAll('_', '/')) return null;
  return { octets, label, isSolid: false, isCounted: false, tokens: 1, spelling: 'base64' };
}

/** A line that is nothing but digits, though it may begin or end within an octet. */
export function pieceOfRun(line: string): OctetRun | null {
  const text = line.trim();
  if (!/^[0-9a-f]{3,}$/i.test(text)) return null;
  return { octets: new Uint8Array(0), label: '', isSolid: true, isCounted: false, tokens: 1, spelling: 'hex' };
}

/** One run of digits, broken into lines. */
export function brokenRun(texts: readonly string[]): OctetRun | null {
  const found = octetsIn(texts.map((text) => text.trim()).join('\n'));
  return found && { ...found, label: '', isCounted: false };
}

/** Shorter runs of digits without anything between them are numbers. */
const LEAST_OF_NUMBER = 5;

/** Digits that may be one number, of any kind. */
export function whyNumber({ octets, label, spelling, isSolid, tokens }: OctetRun, isNamed: boolean): string | null {
  if (tokens === 1 && spelling === '0x' && octets.length < LEAST_OF_NUMBER) return 'it may be a number';
  const isDigits = spelling === 'hex' && !/[a-f]/i.test(Buffer.from(octets).toString('hex'));
  if (isDigits && !isNamed && label.trim() !== '') return 'digits that may be a number of any kind';
  if (isDigits && (isSolid || tokens === 1) && octets.length < LEAST_OF_NUMBER) return 'it may be a number';
  return null;
}
