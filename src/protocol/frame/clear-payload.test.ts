import { describe, expect, it } from 'vitest';
import { octetsFromHex, octetsOfText } from '../../model/octets.ts';
import { isClearOnWire, isKeyMissing } from './clear-payload.ts';
import type { Frame } from './frame.ts';
import { unmask } from './masking.ts';
import { OPCODE } from './opcode.ts';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const TEXT = octetsOfText('Hello, hello');
const FRAME = { fin: true, opcode: OPCODE.TEXT, rsv: 0, masked: true, maskingKey: KEY, length: TEXT.length } as Frame;

describe('a payload that is not masked behind its key', () => {
  /** `payload`: as it stands on the wire. */
  const is = (payload: Uint8Array, other: Partial<Frame> = {}) =>
    isClearOnWire({ ...FRAME, length: payload.length, ...other }, unmask(payload, KEY));

  it('is a text that can be read as it stands, and not with the key', () => {
    expect(is(TEXT)).toBe(true);
    expect(is(unmask(TEXT, KEY))).toBe(false);
  });

  it('is not seen where octets are missing, or an extension may have changed them', () => {
    expect(is(TEXT, { length: TEXT.length + 1 })).toBe(false);
    expect(is(TEXT, { rsv: 4 })).toBe(false);
  });

  it('is not seen in a few octets, in a fragment, or where there is no key that changes anything', () => {
    expect(is(octetsOfText('Hell'))).toBe(false);
    expect(is(TEXT, { fin: false })).toBe(false);
    expect(isClearOnWire({ ...FRAME, maskingKey: new Uint8Array(4) }, TEXT)).toBe(false);
  });

  it('is the body of a Close with a code that exists, and a reason that is text', () => {
    const close = { opcode: OPCODE.CLOSE };
    expect(is(octetsFromHex('03e8') as Uint8Array, close)).toBe(true);
    expect(is(octetsFromHex('03e8627965') as Uint8Array, close)).toBe(true);
    expect(is(octetsFromHex('03e8ff') as Uint8Array, close)).toBe(false);
    expect(is(octetsFromHex('03f6') as Uint8Array, close)).toBe(true);
    expect(is(octetsFromHex('03f8') as Uint8Array, close)).toBe(false);
    expect(is(octetsFromHex('0bb8') as Uint8Array, close)).toBe(false);
  });
});

describe('a text that stands where the key should be', () => {
  const [maskingKey, behind] = [TEXT.subarray(0, 4), TEXT.subarray(4)];
  const missing = { ...FRAME, maskingKey, received: behind.length, payload: unmask(behind, maskingKey) };

  it('shows that no key was written', () => {
    expect(isKeyMissing(missing)).toBe(true);
  });

  it('shows nothing where more or less came than the text', () => {
    const more = octetsOfText(' there');
    expect(isKeyMissing({ ...missing, received: behind.length + 1 })).toBe(false);
    expect(isKeyMissing({ ...missing, received: more.length, payload: unmask(more, maskingKey) })).toBe(false);
    expect(isKeyMissing({ ...missing, payload: missing.payload.subarray(1) })).toBe(false);
  });

  it('shows nothing in a fragment, another frame, or with bits of an extension', () => {
    expect(isKeyMissing({ ...missing, fin: false })).toBe(false);
    expect(isKeyMissing({ ...missing, opcode: OPCODE.BINARY })).toBe(false);
    expect(isKeyMissing({ ...missing, rsv: 4 })).toBe(false);
  });
});
