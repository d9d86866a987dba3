// How servers get Sec-WebSocket-Accept wrong: what comes out of the usual slips in RFC 6455 §4.2.2, step 5.4.

import { createHash } from 'node:crypto';
import { acceptFor, GUID } from './handshake.ts';

function sha1(octets: string | Buffer): Buffer {
  return createHash('sha1')
    .update(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets)
    .digest();
}

function base64(octets: Buffer): string {
  return octets.toString('base64');
}

const SLIPS: readonly (readonly [what: string, accept: (key: string) => string])[] = [
  ['the GUID is left out', (key) => base64(sha1(key))],
  ['the GUID is in lower case', (key) => base64(sha1(key + GUID.toLowerCase()))],
  [
    'the key is base64-decoded first',
    (key) => base64(sha1(Buffer.concat([Buffer.from(key, 'base64'), Buffer.from(GUID)]))),
  ],
  ['the SHA-1 is base64-encoded as hex digits', (key) => base64(Buffer.from(sha1(key + GUID).toString('hex')))],
  ['the SHA-1 is in hex', (key) => sha1(key + GUID).toString('hex')],
  ['GUID and key change places', (key) => base64(sha1(GUID + key))],
  ['a line end was hashed with the key', (key) => acceptFor(`${key}\r\n`)],
  ['it is the key itself', (key) => key],
  ['it is the answer to the sample key of RFC 6455', () => acceptFor('dGhlIHNhbXBsZSBub25jZQ==')],
];

/** The slip that makes this of the key; null where none is known. */
export function acceptSlip(accept: string, key: string): string | null {
  return SLIPS.find(([, slip]) => slip(key) === accept)?.[0] ?? null;
}
