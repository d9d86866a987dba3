import { describe, expect, it } from 'vitest';
import { cutOctets, type Octets, octetsFromHex, octetsOfText, wholeOctets } from '../model/octets.ts';
import { beginningOf, isPeriodic, isText } from './place.ts';

function row(hex: string): Octets {
  return wholeOctets(octetsFromHex(hex) as Uint8Array);
}

const UNMASKED = { isMasked: false, isDeflated: false };
const HELLO = row('810548656c6c6f');
const INSIDE = row('6c6c6f20f76f72');

function beginning(octets: Octets, next: Octets | null | undefined) {
  return beginningOf(octets, UNMASKED, () => next);
}

describe('the first row of a log that begins late', () => {
  it('is a frame where it is one from end to end', () => {
    expect(beginning(HELLO, null)).toBe('frame');
    expect(beginning(row('8105486581056c6c6f2121'), null)).not.toBe('frame');
  });

  it.each([
    ['a header of a Ping', '8905aabb'],
    ['a header of a binary message', '8205aabb'],
    ['a header of a fragment', '0105aabb'],
    ['a header whose length has two octets', '827e0100aabb'],
    ['the first octet of a header', '82'],
  ])('may begin with %s whose payload goes on, though the next row is a frame', (_, hex) => {
    expect(beginning(row(hex), HELLO)).toBe('perhaps a frame');
  });

  it.each([
    ['a Ping that is too long', '897e0100aabb'],
    ['reserved bits', 'a205aabb'],
    ['a reserved opcode', '8305aabb'],
    ['a mask that is not due', '8285aabbccdd11'],
    ['a length that a shorter form could hold', '827e0005aabb'],
  ])('is the inside of something where it has %s, and the next row is a frame', (_, hex) => {
    expect(beginning(row(hex), HELLO)).toBe('inside');
  });

  it('is the inside of something where it is text, whatever comes', () => {
    expect(beginning(wholeOctets(octetsOfText('llo world')), null)).toBe('inside');
  });

  it('waits for the next row where it looks like nothing, and may be a frame where that tells nothing', () => {
    expect(beginning(INSIDE, undefined)).toBe(undefined);
    expect(beginning(INSIDE, null)).toBe('perhaps a frame');
    expect(beginning(INSIDE, HELLO)).toBe('inside');
    expect(beginning(INSIDE, INSIDE)).toBe('perhaps a frame');
  });

  it('is a frame for sure where only its mask is wrong and nothing speaks against it', () => {
    const masked = row('818537fa213d7f9f4d5158');
    expect(beginning(masked, HELLO)).toBe('frame');
    expect(beginning(masked, null)).toBe('frame');
    expect(beginning(masked, INSIDE)).toBe('perhaps a frame');
  });
});

describe('a row', () => {
  it.each([
    ['Hello', true],
    ['a\tb\r\n', true],
    ['gr\u00fc\u00df dich', true],
    ['H', false],
    ['a\u0000b', false],
    ['a\u001bb', false],
  ])('%j is text: %s', (text, is) => {
    expect(isText(wholeOctets(octetsOfText(text)))).toBe(is);
  });

  it('is no text where it is not UTF-8', () => {
    expect(isText(row('48656cff6f'))).toBe(false);
  });

  it.each([
    ['000000', true],
    ['010201', false],
    ['01020102', true],
    ['010203', false],
    ['0101', false],
    ['0102', false],
    ['01020301020304', false],
  ])('%s repeats itself: %s', (hex, is) => {
    expect(isPeriodic(row(hex))).toBe(is);
  });

  it('repeats itself as far as it is known', () => {
    expect(isPeriodic(cutOctets(Uint8Array.of(1, 2, 1, 2), 100))).toBe(true);
  });
});
