// What stands where the first frame should be, when it is no frame: told apart by its first octets.

import { isUtf8 } from 'node:buffer';
import { latin1Of } from '../model/octets.ts';

const HIXIE = 'a hixie frame';
const KINDS: readonly (readonly [matches: (octets: Uint8Array, text: string) => boolean, kind: string])[] = [
  [(_, text) => /^HTTP\/\d/.test(text), 'an HTTP response'],
  [(_, text) => /^(?:GET|POST|HEAD|PUT|OPTIONS|CONNECT) \S/.test(text), 'an HTTP request'],
  [(octets, text) => text.startsWith('SM\r\n\r\n') || isSettings(octets), 'HTTP/2'],
  [([type, major, minor = 0xff]) => type === 0x16 && major === 3 && minor <= 4, 'a TLS record'],
  [isHixieText, HIXIE],
];

/** UTF-8 between 00 and ff. Behind the 00 of a continuation stands a length, which no text begins with. */
function isHixieText(octets: Uint8Array): boolean {
  if (octets[0] !== 0 || octets.length < 2 || octets.indexOf(0xff) !== octets.length - 1) return false;
  const text = octets.subarray(1, -1);
  return isUtf8(text) && (text.length === 0 || (text[0] as number) >= 0x20 || isBlank(text[0] as number));
}

function isBlank(octet: number): boolean {
  return octet === 0x09 || octet === 0x0a || octet === 0x0d;
}

/** The frame with which an HTTP/2 server begins (RFC 9113 §3.4): stream 0, and settings of six octets each. */
function isSettings(octets: Uint8Array): boolean {
  const [, , length = 0, type] = octets;
  return type === 4 && length % 6 === 0 && [0, 1, 4, 5, 6, 7, 8].every((at) => octets[at] === 0);
}

/** What it is, or null for what may well be a frame; after a handshake of RFC 6455 nobody sends frames of an old draft. */
export function alienKind(octets: Uint8Array, isAgreed: boolean): string | null {
  const text = latin1Of(octets.subarray(0, 256));
  const kind = KINDS.find(([matches]) => matches(octets, text))?.[1] ?? null;
  return isAgreed && kind === HIXIE ? null : kind;
}
