// Secrets that the opening handshake gave away, looked for in the rest of the log: a token often comes back in a payload,
// in another field, or in what the report says.

import { latin1Of } from '../model/octets.ts';
import { hideText } from './neutral.ts';

export interface KnownSecrets {
  add(octets: Uint8Array): void;
  /** Where they stand: pairs of octets, the end exclusive. `isCut`: the octets go on beyond what is known. */
  find(octets: Uint8Array, isCut?: boolean): [number, number][];
  /** A string with them hidden. */
  hide(text: string): string;
  readonly isEmpty: boolean;
}

/** Shorter ones are found everywhere. */
const LEAST = 6;
const LEAST_OF_CUT = 4;
/** Words that are found in any handshake. */
const COMMON = /^(?:websocket|upgrade|keep-alive|no-cache|gzip|deflate|permessage-deflate|\d+)$/i;

export function openSecrets(): KnownSecrets {
  const forms = new Set<string>();
  const find = (octets: Uint8Array, isCut = false): [number, number][] => {
    if (forms.size === 0) return [];
    const text = latin1Of(octets);
    return [...forms].flatMap((form) => occurrences(text, form, isCut));
  };
  return {
    add: (octets) => {
      for (const piece of piecesOf(latin1Of(octets))) for (const form of formsOf(piece)) forms.add(form);
    },
    find,
    hide: (text) => {
      const octets = Buffer.from(text, 'utf8');
      const found = find(octets);
      return found.length === 0 ? text : Buffer.from(hideRanges(octets, found)).toString('utf8');
    },
    get isEmpty() {
      return forms.size === 0;
    },
  };
}

export function hideRanges(octets: Uint8Array, ranges: readonly (readonly [number, number])[]): Uint8Array {
  return ranges.reduce((out, [from, to]) => hideText(out, { from, to }), octets);
}

function occurrences(text: string, form: string, isCut: boolean): [number, number][] {
  const found: [number, number][] = [];
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length))
    found.push([at, at + form.length]);
  if (!isCut) return found;
  for (let size = Math.min(form.length - 1, text.length); size >= LEAST_OF_CUT; size--) {
    if (text.endsWith(form.slice(0, size))) return [...found, [text.length - size, text.length]];
  }
  return found;
}

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
  return [...coded, encodeURIComponent(piece)].filter((form) => form.length >= LEAST && !COMMON.test(form));
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
