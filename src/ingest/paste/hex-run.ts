// Octets written as runs of digits on one line: hex with or without separators, groups of eight binary digits, base64
// behind a label that says so. What stands before the run is its label.

import { octetsFromHex } from '../../model/octets.ts';
import { octetsOfPaste } from './hex.ts';
import { lastWords, OF_OCTETS, senderIn } from './label.ts';
import { beginsUsually, likelihoodOf } from './likely-frames.ts';

export interface OctetRun {
  readonly octets: Uint8Array;
  /** What stands before it on its line. */
  readonly label: string;
  /** Its digits as they are written. */
  readonly text: string;
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
/** As URLs escape octets. */
const PERCENTS = /(?:%[0-9a-f]{2}){4,}/gi;
const toHex = (percents: string) => percents.replaceAll('%', ' ').trim();
const BARS_IN_BITS = /(?<=\b[01]{8})\|(?=[01]{8}\b)/g;

/** The run with which the line ends. */
export function runAtEnd(text: string): OctetRun | null {
  const line = /[|%]/.test(text) ? text.replace(BARS_IN_BITS, ' ').replace(PERCENTS, toHex) : text;
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
  if (/["'`([{<][0-9a-f]{2}:$/i.test(token.slice(0, at))) at -= 3;
  return at >= token.length - 1 || at === 0 || PORT.test(token) || !LABEL_END.test(token[at - 1] as string)
    ? null
    : [token.slice(0, at), token.slice(at)];
}

const PORT = /\d\.\d{1,3}:\d{1,5}$|:[0-9a-f]*\]:\d{1,5}$/i;

/** A letter alone is no octet. */
function isToken(token: string): boolean {
  return TOKEN.test(token) && !/^[a-f][,;:]?$/i.test(token);
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
  const all = text.slice(starts[0]);
  if (whole && isLikelyWhole(whole.octets))
    return { ...whole, label, text: all, isCounted: isCountIn(label, whole.octets.length) };
  for (const from of starts.slice(1, MOST_COUNTS + 1)) {
    const found = octetsIn(text.slice(from));
    if (!found) continue;
    const dropped = text.slice(first, from);
    if (isCountIn(`${label} ${dropped}`, found.octets.length) && isCountIn(dropped, found.octets.length, found.octets))
      return { ...found, label: label + dropped, text: text.slice(from), isCounted: true };
  }
  const cell = lastCell(text, first);
  const tab = text.lastIndexOf('\t') + 1;
  if (cell) return { ...cell, label: text.slice(0, tab), text: text.slice(tab), isCounted: false };
  return whole && { ...whole, label, text: all, isCounted: isCountIn(label, whole.octets.length) };
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

/** The words before it are of octets, and it is whole frames of a kind with which frames usually begin. */
export function isSaidToBeOctets({ label, octets }: Pick<OctetRun, 'label' | 'octets'>): boolean {
  return OF_OCTETS.test(lastWords(label)) && beginsUsually(octets) && isLikelyWhole(octets);
}

function isLikelyWhole(octets: Uint8Array): boolean {
  const { isWhole, isSound } = likelihoodOf(octets);
  return isWhole && isSound;
}

/** A number farther away in a sentence is about something else. */
const NEAR_WORDS = 6;

/** A number of the text is that of the octets; or, in full, each is that or one of the first octets. */
function isCountIn(label: string, count: number, octets?: Uint8Array): boolean {
  const text = label.trim().split(/\s+/).slice(-NEAR_WORDS).join(' ');
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

const HALF_LINE = 8;

const GAP = /(?<=[0-9a-f]{2})(?: {2,}|\t| *\|)(?=\S)/gi;
/** The gap before the column, and perhaps gaps between groups of octets. */
const MOST_GAPS = 8;

/** Octets with a column of their characters behind them. */
function runBeforeColumn(line: string): OctetRun | null {
  if (line.length > LONGEST_SENTENCE) return null;
  for (const gap of [...line.matchAll(GAP)].slice(0, MOST_GAPS)) {
    const column = line.slice(gap.index + gap[0].length).replace(/\|?\s*$/, '');
    const run = runBefore(line.slice(0, gap.index), column);
    if (run) return run;
  }
  return null;
}

function runBefore(digits: string, column: string): OctetRun | null {
  const run = runIn(digits);
  if (!run || run.octets.length < 2) return null;
  const shown = Buffer.from(run.octets)
    .toString('latin1')
    .replace(/[^ -~]/g, '.');
  // Some leave a gap in the middle of a line, here too.
  const halves = `${shown.slice(0, HALF_LINE)} ${shown.slice(HALF_LINE)}`;
  return [shown, halves].some((one) => one.trim() === column.trim()) ? run : null;
}

const ZERO_X = /0x[0-9a-f]{1,2}(?:(?:\s*,\s*|\s+)0x[0-9a-f]{1,2})+(?![\w])/gi;

/** Runs of `0x` octets in a sentence. */
export function zeroXRuns(line: string): OctetRun[] {
  return [...line.matchAll(ZERO_X)].map((found) => ({
    octets:
      octetsFromHex((found[0].match(/0x[0-9a-f]{1,2}/gi) ?? []).map((one) => one.slice(2).padStart(2, '0')).join('')) ??
      new Uint8Array(0),
    label: line.slice(0, found.index),
    text: found[0],
    isSolid: false,
    isCounted: false,
    tokens: 2,
    spelling: '0x',
  }));
}

/** Pairs that one separator parts, with no word, number or date against them. */
const PAIRS = /(?<![\w.:-])[0-9a-f]{2}( |, ?|:|-)(?:[0-9a-f]{2}\1)+[0-9a-f]{2}(?![\w:-]|\.\d)/gi;
/** One run of digits between quotes, bars, tags or commas. */
const ENCLOSED = /(?<=["'(*>|,;\t\x98\x9c] ?)(?:[0-9a-f]{2}){2,}(?= ?(?:["')*<|,;\t]|\xe2\x80|$))/gi;
/** What stands before digits that are hex, however few. */
const SAYS_HEX = /hex\w*\(?["'`]?$|["']H\*["'],\s*["']$/i;
/** In JSON who sent what may stand in another line, or the member may be of anything. */
const IS_MEMBER = /"\s*:\s*"$/;
/** One run of digits behind words that say what it is. */
const SAID =
  /(?<=\b(?:bytes?|octets?|frames?|data|hex)(?: (?:is|are|was|were|of|as follows|here))? )(?:[0-9a-f]{2}){5,}(?=[\s.,;]|$)/gi;
const LEAST_PAIRS = 5;
const LEAST_ENCLOSED = 5;

/** Runs in the middle of a line that make whole frames, of a kind with which frames usually begin. */
export function innerRuns(line: string): OctetRun[] {
  if (line.length > LONGEST_SENTENCE) return [];
  const all = [PAIRS, ENCLOSED, SAID].flatMap((pattern) => [...line.matchAll(pattern)]);
  const found = all.sort((a, b) => a.index - b.index);
  const runs: OctetRun[] = [];
  let from = 0;
  for (const { 0: text, 1: separator, index } of found) {
    const octets = octetsFromHex(text.replace(/[ ,:-]/g, ''));
    if (index < from || !octets || !beginsUsually(octets) || !isLikelyWhole(octets)) continue;
    const label = line.slice(from, index);
    const isAddress = octets.length === 6 && /[:-]/.test(separator ?? '');
    const isLong =
      separator === undefined
        ? octets.length >= LEAST_ENCLOSED && (!HASH_LENGTHS.has(octets.length) || isSaidToBeOctets({ label, octets }))
        : (octets.length >= LEAST_PAIRS || /[a-f]/i.test(text)) && !isAddress;
    const isNamed = SAYS_HEX.test(label) || (separator === undefined && senderIn(label) !== null);
    if ((!isLong && !isNamed) || IS_MEMBER.test(label)) continue;
    from = index + text.length;
    runs.push({ octets, label, text, isSolid: separator === undefined, isCounted: false, tokens: 2, spelling: 'hex' });
  }
  return runs;
}

/** Octets of hashes, ids and keys. */
const HASH_LENGTHS: ReadonlySet<number> = new Set([16, 20, 24, 28, 32, 48, 64]);

const SAYS_BASE64 = /base64|b64|\batob\b/i;
const BASE64 = /^(.*(?<![a-z\d])(?:base64|b64)\b[^:=]{0,20}[:=,]\s*["'`]?)([A-Za-z0-9+/_-]{3,}={0,2})["'`]?[\s.,;]*$/i;
const BASE64_TOKEN = /(?<![\w+/=-])[A-Za-z0-9+/_-]{4,}={0,2}(?![\w+/=-])/g;

/**
 * Base64 behind a label that says so: without one it cannot be told from a key. Where the line, or that `above` it, says so
 * elsewhere, the only text on it that makes whole frames.
 */
export function base64Run(line: string, above = ''): OctetRun | null {
  const [, label = '', text = ''] = BASE64.exec(line) ?? [];
  const octets = octetsOfBase64(text);
  const rest = { isSolid: false, isCounted: false, tokens: 1, spelling: 'base64' } as const;
  if (octets) return { octets, label, text, ...rest };
  if (line.length > LONGEST_SENTENCE || !(SAYS_BASE64.test(line) || SAYS_BASE64.test(above))) return null;
  const found = [...line.matchAll(BASE64_TOKEN)].flatMap((one) => {
    const read = octetsOfBase64(one[0]);
    const before = line.slice(0, one.index);
    if (!read || !beginsUsually(read) || !isLikelyWhole(read) || IS_MEMBER.test(before)) return [];
    return [{ octets: read, label: before, text: one[0], ...rest }];
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

function octetsOfBase64(text: string): Uint8Array | null {
  const bare = text.replace(/=+$/, '');
  if (bare === '' || bare.length % 4 === 1 || (text !== bare && text.length % 4 !== 0)) return null;
  const octets = Buffer.from(bare, /[_-]/.test(bare) ? 'base64url' : 'base64');
  return octets.toString('base64').replace(/=+$/, '') === bare.replaceAll('-', '+').replaceAll('_', '/')
    ? octets
    : null;
}

/** A line that is nothing but digits, though it may begin or end within an octet. */
export function pieceOfRun(line: string): OctetRun | null {
  const text = line.trim();
  if (!/^[0-9a-f]{3,}$/i.test(text)) return null;
  return { octets: new Uint8Array(0), label: '', text, isSolid: true, isCounted: false, tokens: 1, spelling: 'hex' };
}

/** One run of digits, broken into lines. */
export function brokenRun(texts: readonly string[]): OctetRun | null {
  const found = octetsIn(texts.map((text) => text.trim()).join('\n'));
  return found && { ...found, label: '', text: '', isCounted: false };
}

/** Shorter runs of digits without anything between them are numbers. */
const LEAST_OF_NUMBER = 5;

/** Digits that may be one number, of any kind. */
export function whyNumber({ octets, label, spelling, isSolid, tokens }: OctetRun, isNamed: boolean): string | null {
  if (/\bhex\b/i.test(label)) return null;
  if (tokens === 1 && spelling === '0x' && octets.length < LEAST_OF_NUMBER) return 'it may be a number';
  const isDigits = spelling === 'hex' && !/[a-f]/i.test(Buffer.from(octets).toString('hex'));
  if (isDigits && !isNamed && label.trim() !== '') return 'digits that may be a number of any kind';
  if (isDigits && (isSolid || tokens === 1) && octets.length < LEAST_OF_NUMBER) return 'it may be a number';
  return null;
}
