import { describe, expect, it } from 'vitest';
import { octetsFromHex, octetsOfLatin1, wholeOctets } from '../model/octets.ts';
import { alienAt, type FrameContext } from './alien.ts';

const FIRST: FrameContext = { isFirst: true, isAgreed: false, isSent: () => false };
const LATER: FrameContext = { isFirst: false, isAgreed: true, isSent: () => false };

function kindOf(octets: Uint8Array | null, surroundings: FrameContext): string | null {
  return alienAt(wholeOctets(octets as Uint8Array), surroundings)?.kind ?? null;
}

describe('text where the first frame should begin', () => {
  it.each([
    ['HTTP/1.1 400 Bad Request\r\n', 'an HTTP response'],
    ['GET / HTTP/1.1\r\n', 'an HTTP request'],
    ['PATCH /chat HTTP/1.1\r\n', 'an HTTP request'],
    ['please GET / HTTP/1.1\r\n', 'text without a frame'],
    ['SSH-2.0-OpenSSH_9.6\r\n', 'an SSH banner'],
    ['220 mail.example.com\r\n', 'the greeting of a mail or file server'],
    ['a line of some text', 'text without a frame'],
    // What is short may be a frame with wrong bits, unless it is JSON.
    ['hello there', null],
    ['{"a":[1,2]}', 'text without a frame'],
    ['[{"a":1}]', 'text without a frame'],
    ['[a, b, c]', null],
    ['{"a":1}', null],
  ])('%j is %s', (text, kind) => {
    expect(kindOf(octetsOfLatin1(text), FIRST)).toBe(kind);
  });
});

describe('octets where the first frame should begin', () => {
  it.each([
    ['1403010001', 'a TLS record'],
    ['1603030040', 'a TLS record'],
    ['1703040040', 'a TLS record'],
    // No type of TLS, and no version of it.
    ['1303010001', null],
    ['1803010001', null],
    ['1604010001', null],
    ['1603050001', null],
    ['00616263ff', 'a hixie frame'],
    ['000a616263ff', 'a hixie frame'],
    ['00ff', 'a hixie frame'],
    // A length, something behind the end, and no end.
    ['0003616263ff', null],
    ['00616263ff00', null],
    ['00616263', null],
    // Settings of HTTP/2 on stream 0, of six octets each.
    ['000006040000000000000300000064', 'HTTP/2'],
    ['000007040000000000000300000064', null],
    ['000006040000000001000300000064', null],
    ['810548656c6c6f', null],
  ])('%s: %s', (hex, kind) => {
    expect(kindOf(octetsFromHex(hex), FIRST)).toBe(kind);
  });

  it('are no frame of an old draft after a handshake of RFC 6455', () => {
    expect(kindOf(octetsFromHex('00616263ff'), { ...FIRST, isAgreed: true })).toBe(null);
  });
});

describe('octets where a later frame should begin', () => {
  it.each([
    ['1703030002aabb', 'a TLS record'],
    ['1703030002aabb1503030001cc', 'a TLS record'],
    // The length goes wrong, or there is none.
    ['1703030003aabb', null],
    ['1703030001aabb', null],
    ['1703030000', null],
    [Buffer.from('HTTP/1.1 408 Request Timeout\r\n').toString('hex'), 'an HTTP response'],
    [Buffer.from('HTTP/1.1 is what I speak').toString('hex'), null],
    // The greeting of a server stands at the beginning.
    [Buffer.from('SSH-2.0-OpenSSH_9.6\r\n').toString('hex'), null],
    ['300d0a0d0a8100', 'the end of a chunked body'],
    ['300d0a0d0a6100', null],
  ])('%s: %s', (hex, kind) => {
    expect(kindOf(octetsFromHex(hex), LATER)).toBe(kind);
  });

  it('are a payload without its header where the other endpoint sent just these in a message', () => {
    const octets = octetsOfLatin1('Hello');
    expect(kindOf(octets, LATER)).toBe(null);
    expect(alienAt(wholeOctets(octets), { ...LATER, isSent: () => true })).toMatchObject({
      kind: 'a payload without a header',
      after: 'frames',
      length: 5,
    });
  });

  it('are passed over as far as they are no frame', () => {
    expect(alienAt(wholeOctets(octetsOfLatin1('0\r\n\r\n\x81\x00')), LATER)).toMatchObject({
      length: 5,
      after: 'frames',
    });
  });
});
