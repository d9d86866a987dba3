import { describe, expect, it } from 'vitest';
import { octetsOfLatin1 } from '../../model/octets.ts';
import {
  isInRequestLine,
  mayBeRestOfHead,
  mayBeVersion,
  restOfBlankLine,
  restOfCutHead,
  restOfHead,
  restOfLineEnds,
} from './rest-of-head.ts';

describe('the rest of a head', () => {
  it('goes through the blank line', () => {
    expect(restOfHead(octetsOfLatin1('t: x\r\nHost: a\r\n\r\n\x81\x00'))).toBe(17);
    expect(restOfHead(octetsOfLatin1('t: x\r\nHost: a\r\n'))).toBe(-1);
  });

  it('may yet come whole', () => {
    expect(mayBeRestOfHead(octetsOfLatin1('t: x\r\nHost: a\r\n'))).toBe(true);
    expect(mayBeRestOfHead(octetsOfLatin1('t: x\r\nHost a\r\n'))).toBe(false);
  });

  it('is not waited for without end', () => {
    expect(mayBeRestOfHead(octetsOfLatin1('a'.repeat(1 << 14)))).toBe(true);
    expect(mayBeRestOfHead(octetsOfLatin1('a'.repeat((1 << 14) + 1)))).toBe(false);
  });

  it('of which the row before was cut is all text that has no blank line yet', () => {
    expect(restOfCutHead(octetsOfLatin1('ent: x\r\n\r\n\x81\x00'))).toBe(10);
    expect(restOfCutHead(octetsOfLatin1('ent: x\r\nHost: a'))).toBe('all');
    expect(restOfCutHead(octetsOfLatin1('\x81\x05Hello'))).toBe(null);
  });
});

describe('line ends before a head', () => {
  it.each([
    ['\n', 1, 1],
    ['\nG', 2, 1],
    ['\r\n', 2, 2],
    ['\r\n\r\n', 2, 4],
    ['\r\nGET', 5, 0],
    ['GET', 3, 0],
  ])(
    '%j are the end of another one where half of them, or nothing else, is in the first row',
    (text, first, length) => {
      expect(restOfLineEnds(octetsOfLatin1(text), first)).toBe(length);
    },
  );
});

describe('octets at which a log may begin', () => {
  it.each([
    ['HTTP/1.1\r\nHost: a', true, false],
    ['HTTP/1.1', true, true],
    ['HTTP/', true, true],
    ['HTTP/1', true, true],
    ['HTTP/1.', true, true],
    ['HTTP/1.1 101 x', false, false],
    ['HTTP/x', false, false],
    ['ET / HTTP/1.1', true, false],
    ['T\t/ HTTP/1.1', true, false],
    ['GET / HTTP/1.1', false, false],
    ['xHTTP/1.1', false, false],
  ])('%j are inside a request line: %s; only the next can tell: %s', (text, isInside, isOpen) => {
    expect([isInRequestLine(octetsOfLatin1(text)), mayBeVersion(octetsOfLatin1(text))]).toEqual([isInside, isOpen]);
  });

  it.each([
    ['\r\n\x81\x00', 2],
    ['\n\x81\x00', 1],
    ['\r\n\r\n\x81\x00', 4],
    ['b\r\n\r\n\x81\x00', 5],
    ['\n\r\n', 3],
    ['\r\nHello', -1],
    ['\x81\x00', -1],
  ])('%j begin with the rest of a blank line, of %i octets', (text, length) => {
    expect(restOfBlankLine(octetsOfLatin1(text))).toBe(length);
  });

  it.each([
    ['b: c\r\nHost: a\r\n\r\n', 17],
    ['\r\nHost: a\r\n\r\n', 13],
    ['\nHost: a\r\nX: \xfc\r\n\r\n', 18],
    ['b: c\r\n\r\n', -1],
    ['b: c\r\nHost a\r\n\r\n', -1],
    ['b: c\r\nHost: a\n\n', -1],
  ])('%j begin with the rest of a head, of %i octets', (text, length) => {
    expect(restOfHead(octetsOfLatin1(text))).toBe(length);
  });

  it.each([
    ['\r\n', 'all'],
    ['\r', 'all'],
    ['\r\nHost: a', 'all'],
    ['\r\n\r\n', 4],
    ['\r\n\x81\x00', 2],
    ['b\r\n\r\n\x81', 5],
    ['b\xff\r\n\r\n', null],
    ['b\xc3\xbc', 'all'],
    ['\x00', null],
  ])('%j belong to a head that was cut in the row before: %s', (text, rest) => {
    expect(restOfCutHead(octetsOfLatin1(text))).toBe(rest);
  });
});
