import { describe, expect, it } from 'vitest';
import { octetsOfLatin1 } from '../../model/octets.ts';
import { mayBeRestOfHead, restOfCutHead, restOfHead, restOfLineEnds } from './rest-of-head.ts';

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
