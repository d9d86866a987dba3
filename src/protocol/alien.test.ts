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
    ['{"a":12}', 'text without a frame'],
    ['[ -1, 2]', 'text without a frame'],
    ['["a","b"]', 'text without a frame'],
    ['[[1],[2]]', 'text without a frame'],
    ['{ "a": 1', 'text without a frame'],
    ['fifteen letters', null],
    ['a\ttab, a\r\n line.', 'text without a frame'],
    ['a bell \x07 in the text', null],
    ['a DEL \x7f in the text', null],
    // RSV1 and an opcode that exists.
    ['A line of some text', null],
    ['HTTP/1', 'an HTTP response'],
    ['xHTTP/1.1 400 Bad', 'text without a frame'],
    ['GET /', 'an HTTP request'],
    ['POST /', 'an HTTP request'],
    ['HEAD /', 'an HTTP request'],
    ['PUT /', 'an HTTP request'],
    ['OPTIONS *', 'an HTTP request'],
    ['CONNECT a:80', 'an HTTP request'],
    ['PATCH /', null],
    ['GET  /', null],
    ['M-SEARCH * HTTP/1.1\n', 'an HTTP request'],
    ['M / HTTP/1.1\r\n', null],
    [`${'m'.repeat(32)} / HTTP/1.1\r\n`, 'an HTTP request'],
    [`${'m'.repeat(33)} / HTTP/1.1\r\n`, 'text without a frame'],
    ['PATCH /chat HTTP/1.1 \r\n', 'text without a frame'],
    ['SM\r\n\r\n', 'HTTP/2'],
    ['xSM\r\n\r\n', null],
    ['220-mail\r\n', 'the greeting of a mail or file server'],
    ['+OK ready\r\n', 'the greeting of a mail or file server'],
    ['* OK ready\r\n', 'the greeting of a mail or file server'],
    ['220 mail', null],
    ['SSH-x', null],
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
    ['000006040000000000', 'HTTP/2'],
    ['000006050000000000', null],
    ['010006040000000000', null],
    ['000106040000000000', null],
    ['000006040000000100', null],
    ['1503', null],
    ['150300', 'a TLS record'],
    ['15030440', 'a TLS record'],
    ['1502030001', null],
    ['0020616263ff', 'a hixie frame'],
    ['000d616263ff', 'a hixie frame'],
    ['0009616263ff', 'a hixie frame'],
    ['001f616263ff', null],
    ['00c3bcff', 'a hixie frame'],
    ['00c3ff', null],
    ['00', null],
    ['01616263ff', null],
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
    ['300d0a0d0a', 'the end of a chunked body'],
    ['14030300024142', 'a TLS record'],
    ['18030300024142', null],
    ['150303', null],
    // The longest record; the next octet would begin another one, or would not.
    [`1703034100${'00'.repeat(0x4100)}`, null],
    [`17030340fb${'00'.repeat(0x40fb)}`, 'a TLS record'],
    [`17030340fc${'00'.repeat(0x40fc)}`, null],
    ['1703030002aabb1303030001cc', null],
    [Buffer.from('HTTP/1.1 408\n').toString('hex'), 'an HTTP response'],
    [Buffer.from('HTTP/1.1 4081').toString('hex'), null],
    [Buffer.from('PATCH /chat HTTP/1.1\r\n').toString('hex'), 'an HTTP request'],
    [Buffer.from('PATCH /chat').toString('hex'), null],
    ['00616263ff', null],
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

  it('are such a payload only where no frame begins so', () => {
    const may = Array.from({ length: 256 }, (_, first) => first).filter(
      (first) => alienAt(wholeOctets(Uint8Array.of(first, 0x80)), { ...LATER, isSent: () => true }) === null,
    );
    // Data frames, with RSV1 or not; control frames with FIN.
    const begins = [0x00, 0x40, 0x80, 0xc0].flatMap((bits) => [0, 1, 2].map((opcode) => bits | opcode));
    const controls = [0x80, 0xc0].flatMap((bits) => [8, 9, 10].map((opcode) => bits | opcode));
    expect(may).toEqual([...begins, ...controls].toSorted((a, b) => a - b));
  });

  it('are no payload where the row hides some', () => {
    const octets = { ...wholeOctets(octetsOfLatin1('Hello')), length: 6 };
    expect(alienAt(octets, { ...LATER, isSent: () => true })).toBe(null);
  });

  it.each([
    ['HTTP/1.1 408 Request Timeout\r\n', 'nothing', false],
    ['\x17\x03\x03\x00\x02ab', 'nothing', true],
    ['a line of some text', 'found-again', false],
    ['SM\r\n\r\n', 'nothing', true],
  ])('%j where the first is due are followed by: %s; of another layer: %s', (text, after, isOfOtherLayer) => {
    const expected = { after, isOfOtherLayer, length: text.length };
    expect(alienAt(wholeOctets(octetsOfLatin1(text)), FIRST)).toMatchObject(expected);
  });

  it('are passed over as far as they are no frame', () => {
    expect(alienAt(wholeOctets(octetsOfLatin1('0\r\n\r\n\x81\x00')), LATER)).toMatchObject({
      length: 5,
      after: 'frames',
    });
  });
});
