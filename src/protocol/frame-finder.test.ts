import { describe, expect, it } from 'vitest';
import { type Octets, octetsFromHex, wholeOctets } from '../model/octets.ts';
import { FrameFinder } from './frame-finder.ts';

function row(hex: string): Octets {
  return wholeOctets(octetsFromHex(hex) as Uint8Array);
}

const HELLO = row('810548656c6c6f');
const BYE = row('8103627965');
/** The middle of a payload. */
const INSIDE = row('6c6c6f20776f72');
const PERIODIC = row('8104810481048104');

function finder(isMasked: boolean | null = false): FrameFinder {
  return new FrameFinder('rx', isMasked, () => false);
}

describe('a row after a gap', () => {
  it('begins with a frame where it is nothing but frames, and the next one is so too', () => {
    expect(finder().isPlace(HELLO, [], false, () => BYE)).toBe(true);
    expect(finder().isPlace(HELLO, [], false, () => null)).toBe(true);
  });

  it('does not where the next row looks otherwise', () => {
    expect(finder().isPlace(HELLO, [], false, () => INSIDE)).toBe(false);
    expect(finder().isPlace(HELLO, [], false, () => PERIODIC)).toBe(false);
  });

  it('does not where it looks otherwise itself, has another mask, or repeats itself', () => {
    expect(finder().isPlace(INSIDE, [], false, () => BYE)).toBe(false);
    expect(finder(true).isPlace(HELLO, [], false, () => BYE)).toBe(false);
    expect(finder().isPlace(PERIODIC, [], false, () => BYE)).toBe(false);
  });

  it('cannot be told before the next one is there', () => {
    expect(finder().isPlace(HELLO, [], false, () => undefined)).toBe(undefined);
  });
});

it('four rows in turn that are nothing but frames prove the place', () => {
  const found = finder();
  const proven = [HELLO, BYE, INSIDE, HELLO, BYE, PERIODIC, HELLO, BYE, HELLO, BYE].map((octets) =>
    found.isProvenBy(octets),
  );
  expect(proven).toEqual([...Array(9).fill(false), true]);
  found.begin();
  expect(found.isProvenBy(HELLO)).toBe(false);
});
