// How servers get Sec-WebSocket-Accept wrong: what comes out of the usual slips in RFC 6455 §4.2.2, step 5.4.

import { acceptFor, GUID } from './handshake.ts';
import { sha1 } from './sha1.ts';

function hashOf(text: string): Buffer {
  return sha1(Buffer.from(text, 'latin1'));
}

function base64(octets: Buffer): string {
  return octets.toString('base64');
}

const SLIPS: readonly (readonly [what: string, accept: (key: string) => string])[] = [
  ['the GUID is left out', (key) => base64(hashOf(key))],
  ['the GUID is in lower case', (key) => base64(hashOf(key + GUID.toLowerCase()))],
  [
    'the key is base64-decoded first',
    (key) => base64(sha1(Buffer.concat([Buffer.from(key, 'base64'), Buffer.from(GUID)]))),
  ],
  ['the SHA-1 is base64-encoded as hex digits', (key) => base64(Buffer.from(hashOf(key + GUID).toString('hex')))],
  ['the SHA-1 is in hex', (key) => hashOf(key + GUID).toString('hex')],
  ['GUID and key change places', (key) => base64(hashOf(GUID + key))],
  ['a line end was hashed with the key', (key) => acceptFor(`${key}\r\n`)],
  ['it is the key itself', (key) => key],
  ['it is the answer to the sample key of RFC 6455', () => acceptFor('dGhlIHNhbXBsZSBub25jZQ==')],
];

/** The slip that makes this of the key; null where none is known. */
export function acceptSlip(accept: string, key: string): string | null {
  return SLIPS.find(([, slip]) => slip(key) === accept)?.[0] ?? null;
}
