// What stands where the first frame should be, when it is no frame: told apart by its first octets.

import { latin1Of } from '../octets.ts';

const KINDS: readonly (readonly [matches: (octets: Uint8Array, text: string) => boolean, kind: string])[] = [
  [(_, text) => /^HTTP\/\d/.test(text), 'an HTTP response'],
  [(_, text) => /^(?:GET|POST|HEAD|PUT|OPTIONS|CONNECT) \S/.test(text), 'an HTTP request'],
  [([type, major, minor = 0xff]) => type === 0x16 && major === 3 && minor <= 4, 'a TLS record'],
  [(octets) => octets[0] === 0 && octets.length > 1 && octets.indexOf(0xff) === octets.length - 1, 'a hixie frame'],
];

/** What it is, or null for what may well be a frame. */
export function alienKind(octets: Uint8Array): string | null {
  const text = latin1Of(octets.subarray(0, 256));
  return KINDS.find(([matches]) => matches(octets, text))?.[1] ?? null;
}
