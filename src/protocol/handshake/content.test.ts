import { describe, expect, it } from 'vitest';
import { octetsOfLatin1 } from '../../model/octets.ts';
import { chunkAt } from './content.ts';

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

  it.each(['hello\r\n', '\r\n', '-5\r\n', '5 5\r\n'])('%j is none', (text) => {
    expect(chunkAt(octetsOfLatin1(text))).toBe(null);
  });
});
