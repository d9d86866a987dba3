import { describe, expect, it } from 'vitest';
import { octetsOfLatin1 } from '../../model/octets.ts';
import { chunkAt, framingOf } from './content.ts';
import { headOf, requestWith } from './head.fixture.ts';

describe('a chunk', () => {
  it.each([
    ['5\r\nhello\r\n', { length: 10, isLast: false }],
    ['1A;name=value\r\n', { length: 15 + 26 + 2, isLast: false }],
    ['0\r\n\r\n', { length: 5, isLast: true }],
    ['000\r\nExpires: 0\r\n\r\nmore', { length: 19, isLast: true }],
  ])('%j tells its length', (text, chunk) => {
    expect(chunkAt(octetsOfLatin1(text))).toEqual(chunk);
  });

  it.each(['', '5', '5\r', '5;name', '0\r\n', '0\r\nExpires: 0\r\n'])('%j may yet be one', (text) => {
    expect(chunkAt(octetsOfLatin1(text))).toBe(undefined);
  });

  it.each([
    ['1234567890abc\r\n', { length: 15 + 0x1234567890abc + 2, isLast: false }],
    ['12345678901234\r\n', null],
    ['5 \t;a\n', { length: 6 + 5 + 2, isLast: false }],
    ['x5\r\n', null],
    ['0\n\n', { length: 3, isLast: true }],
    ['0\r\nA: b\n\r\n', { length: 10, isLast: true }],
  ])('%j has a size of 13 digits at the most', (text, chunk) => {
    expect(chunkAt(octetsOfLatin1(text))).toEqual(chunk);
  });

  it.each(['hello\r\n', '\r\n', '-5\r\n', '5 5\r\n'])('%j is none', (text) => {
    expect(chunkAt(octetsOfLatin1(text))).toBe(null);
  });
});

describe('behind a request', () => {
  it.each([
    [[], 0],
    [['Content-Length: 5'], 5],
    [['Content-Length: 5', 'content-length: 5, 5'], 5],
    [['Content-Length: 5, 6'], 0],
    [['Content-Length: x5'], 0],
    [['Content-Length: 5x'], 0],
    [['Content-Length: 123456789012345'], 123456789012345],
    [['Content-Length: 1234567890123456'], 0],
    [['Transfer-Encoding: gzip, Chunked', 'Content-Length: 5'], 'chunked'],
    [['Transfer-Encoding: chunked, gzip', 'Content-Length: 5'], 0],
    [['Sec-WebSocket-Key1: a', 'Sec-WebSocket-Key2: b'], 8],
    [['Sec-WebSocket-Key1: a'], 0],
    [['Sec-WebSocket-Key2: b'], 0],
    [['Sec-WebSocket-Key1: a', 'Sec-WebSocket-Key2: b', 'Sec-WebSocket-Key: c'], 0],
  ])('with %j stands %s', (lines, content) => {
    expect(framingOf(requestWith(...lines), null)).toBe(content);
  });

  it('of which the end is not seen stands nothing that could be told', () => {
    expect(framingOf(headOf('GET / HTTP/1.1\r\nContent-Length: 5\r\n', { complete: false }), null)).toBe(0);
  });
});

describe('behind a response', () => {
  const REQUESTS = {
    none: () => null,
    'an RFC 6455 one': () => requestWith('Sec-WebSocket-Key: a'),
    'a hixie-76 one': () => requestWith('Sec-WebSocket-Key1: a', 'Sec-WebSocket-Key2: b'),
    HEAD: () => headOf('HEAD / HTTP/1.1\r\n\r\n'),
    CONNECT: () => headOf('CONNECT / HTTP/1.1\r\n\r\n'),
  };
  it.each([
    ['101 x', 'an RFC 6455 one', 0],
    ['101 x', 'a hixie-76 one', 16],
    ['101 x', 'none', 0],
    ['101 x\r\nSec-WebSocket-Accept: a', 'a hixie-76 one', 0],
    ['100 x\r\nContent-Length: 5', 'an RFC 6455 one', 0],
    ['204 x\r\nContent-Length: 5', 'an RFC 6455 one', 0],
    ['304 x\r\nContent-Length: 5', 'an RFC 6455 one', 0],
    ['400 x\r\nContent-Length: 5', 'an RFC 6455 one', 5],
    ['400 x\r\nContent-Length: 5', 'none', 5],
    ['400 x\r\nTransfer-Encoding: chunked', 'an RFC 6455 one', 'chunked'],
    ['400 x', 'an RFC 6455 one', 'endless'],
    ['400 x\r\nTransfer-Encoding: gzip', 'an RFC 6455 one', 'endless'],
    ['200 x\r\nContent-Length: 5', 'HEAD', 0],
    ['200 x\r\nContent-Length: 5', 'CONNECT', 0],
    ['299 x\r\nContent-Length: 5', 'CONNECT', 0],
    ['300 x\r\nContent-Length: 5', 'CONNECT', 5],
    ['199 x\r\nContent-Length: 5', 'CONNECT', 0],
  ] as const)('%j, with the request %s, stands %s', (text, request, content) => {
    expect(framingOf(headOf(`HTTP/1.1 ${text}\r\n\r\n`), REQUESTS[request]())).toBe(content);
  });
});
