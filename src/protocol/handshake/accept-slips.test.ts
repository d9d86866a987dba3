import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { acceptSlip } from './accept-slips.ts';

const KEY = 'x3JJHMbDL1EzLkh9GBhXDw==';
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

function sha1(...parts: readonly (string | Buffer)[]): Buffer {
  return createHash('sha1')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1'))))
    .digest();
}

it.each([
  [sha1(KEY).toString('base64'), 'the GUID is left out'],
  [sha1(KEY, GUID.toLowerCase()).toString('base64'), 'the GUID is in lower case'],
  [sha1(Buffer.from(KEY, 'base64'), GUID).toString('base64'), 'the key is base64-decoded first'],
  [Buffer.from(sha1(KEY, GUID).toString('hex')).toString('base64'), 'the SHA-1 is base64-encoded as hex digits'],
  [sha1(KEY, GUID).toString('hex'), 'the SHA-1 is in hex'],
  [sha1(GUID, KEY).toString('base64'), 'GUID and key change places'],
  [sha1(KEY, '\r\n', GUID).toString('base64'), 'a line end was hashed with the key'],
  [KEY, 'it is the key itself'],
  ['s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'it is the answer to the sample key of RFC 6455'],
  [sha1(KEY, GUID).toString('base64'), null],
])('%s: %s', (accept, slip) => {
  expect(acceptSlip(accept, KEY)).toBe(slip);
});
