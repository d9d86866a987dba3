// Secrets that the opening handshake gave away, looked for in the rest of the log: a token often comes back in a payload,
// in another field, or in what the report says.

import { latin1Of, octetsOfLatin1, octetsOfText, textOf } from '../model/octets.ts';
import { hideText } from './neutral.ts';
import { shapesIn } from './secret-shapes.ts';
import type { TextRange } from './secret-words.ts';

export interface KnownSecrets {
  add(octets: Uint8Array): void;
  /** Where they stand in the octets. `isCut`: the octets go on beyond what is known. */
  find(octets: Uint8Array, isCut?: boolean): TextRange[];
  /** These, and whatever has the shape of a secret. */
  findAll(octets: Uint8Array, isCut?: boolean): TextRange[];
  /** A string with all of them hidden. */
  hide(text: string): string;
}

/** Shorter ones are found everywhere. */
const LEAST = 6;
const LEAST_OF_CUT = 4;
/** Words that are found in any handshake. */
const COMMON = /^(?:websocket|upgrade|keep-alive|no-cache|gzip|deflate|permessage-deflate|\d+)$/i;
/** A log with more of them has nothing else in it; those by shape are hidden all the same. */
const MOST = 50_000;
/** Of one beginning, so that no text makes every octet of itself a place to look at many of them. */
const MOST_LENGTHS = 16;
const MOST_ALIKE = 256;

/** Forms by their first four characters, so that a text is searched for all of them at once. */
interface FormsByPrefix {
  readonly forms: string[];
  readonly lengths: Set<number>;
  longest: number;
}

export function openSecrets(): KnownSecrets {
  const forms = new Set<string>();
  const beginnings = new Map<number, FormsByPrefix>();
  /** Their first two characters: nearly everywhere this says that nothing begins. */
  const starts = new Uint8Array(1 << 16);
  const addForm = (form: string) => {
    if (forms.has(form) || forms.size >= MOST) return;
    const key = keyAt(form, 0);
    const begun = beginnings.get(key) ?? { forms: [], lengths: new Set(), longest: 0 };
    if (begun.lengths.size >= MOST_LENGTHS && !begun.lengths.has(form.length)) return;
    forms.add(form);
    starts[startAt(form, 0)] = 1;
    if (begun.forms.length < MOST_ALIKE) begun.forms.push(form);
    begun.lengths.add(form.length);
    begun.longest = Math.max(begun.longest, form.length);
    beginnings.set(key, begun);
  };
  const find = (octets: Uint8Array, isCut = false): TextRange[] => {
    if (forms.size === 0) return [];
    const text = latin1Of(octets);
    const found: TextRange[] = [];
    for (let at = 0; at + LEAST_OF_CUT <= text.length; at++) {
      const begun = starts[startAt(text, at)] === 0 ? undefined : beginnings.get(keyAt(text, at));
      if (!begun) continue;
      const whole = [...begun.lengths].filter(
        (length) => at + length <= text.length && forms.has(text.slice(at, at + length)),
      );
      found.push(...whole.map((length): TextRange => [at, at + length]));
      if (isCut && isBegunAt(text, at, begun)) found.push([at, text.length]);
    }
    return found;
  };
  const findAll = (octets: Uint8Array, isCut = false) => [...find(octets, isCut), ...shapesIn(octets, isCut)];
  return {
    add: (octets) => {
      for (const piece of piecesOf(latin1Of(octets))) for (const form of formsOf(piece)) addForm(form);
    },
    find,
    findAll,
    hide: (text) => {
      const octets = octetsOfText(text);
      const found = findAll(octets);
      return found.length === 0 ? text : textOf(hideRanges(octets, found));
    },
  };
}

function startAt(text: string, at: number): number {
  return ((text.charCodeAt(at) << 8) | text.charCodeAt(at + 1)) & 0xffff;
}

function keyAt(text: string, at: number): number {
  const high = (text.charCodeAt(at) << 8) | text.charCodeAt(at + 1);
  return (high << 16) | (text.charCodeAt(at + 2) << 8) | text.charCodeAt(at + 3);
}

/** Is what is left of the text the beginning of one of them? */
function isBegunAt(text: string, at: number, { forms, longest }: FormsByPrefix): boolean {
  const rest = text.length - at;
  if (rest > longest) return false;
  const tail = text.slice(at);
  return forms.some((form) => form.length > rest && form.startsWith(tail));
}

/** Whole characters go: none is left that is half hidden. */
export function hideRanges(octets: Uint8Array, ranges: readonly TextRange[]): Uint8Array {
  const out = Uint8Array.from(octets);
  let done = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    let from = Math.max(start, done);
    let to = end;
    if (from >= to) continue;
    while (from > done && start - from < 3 && isContinuation(octets[from])) from--;
    while (to < octets.length && to - end < 3 && isContinuation(octets[to])) to++;
    out.set(hideText(octets.subarray(from, to)), from);
    done = to;
  }
  return out;
}

function isContinuation(octet: number | undefined): boolean {
  return octet !== undefined && (octet & 0xc0) === 0x80;
}

/** What is found by its shape may come again in another place: what nobody writes by chance is looked for there too. */
export function addDistinct(secrets: KnownSecrets, octets: Uint8Array, ranges: readonly TextRange[]): void {
  for (const [from, to] of ranges) {
    if (to - from > LONGEST) continue;
    for (const word of latin1Of(octets.subarray(from, to)).split(/[\s;,"]+/))
      if (word.length >= 8 && word.length <= LONGEST_WORD && /\d/.test(word) && /[A-Za-z]/.test(word))
        secrets.add(octetsOfLatin1(word));
  }
}

const LONGEST = 512;

const LONGEST_WORD = 128;

/** The whole, and its words; of `name=value` the value. */
function piecesOf(secret: string): string[] {
  const words = secret
    .split(/[\s;,"]+/)
    .map((word) => word.slice(word.indexOf('=', 1) < word.length - 2 ? word.indexOf('=', 1) + 1 : 0));
  const parts = words.flatMap((word) => (/^eyJ/.test(word) ? word.split('.') : []));
  return [...words, ...parts];
}

/** As it is, decoded, and as others write it. */
function formsOf(piece: string): string[] {
  const plain = [piece, fromPercent(piece), ...fromBase64(piece)];
  const coded = plain.flatMap((text) => {
    const octets = Buffer.from(text, 'latin1');
    const hex = octets.toString('hex');
    return [text, octets.toString('base64').replace(/=+$/, ''), octets.toString('base64url'), hex, hex.toUpperCase()];
  });
  const escaped = plain.map((text) => JSON.stringify(text).slice(1, -1));
  const slashed = escaped.map((text) => text.replaceAll('/', '\\/'));
  return [...coded, ...escaped, ...slashed, encodeURIComponent(piece)].filter(
    (form) => form.length >= LEAST && !COMMON.test(form),
  );
}

function fromPercent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Basic credentials: `user:password`. */
function fromBase64(text: string): string[] {
  if (!/^[\w+/-]{8,}=*$/.test(text)) return [];
  const decoded = Buffer.from(text, 'base64').toString('latin1');
  if (!/^[\x20-\x7e]+$/.test(decoded)) return [];
  return [decoded, ...decoded.split(':')];
}
