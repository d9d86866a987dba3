import { describe, expect, it } from 'vitest';
import { octetsFromHex } from '../../model/octets.ts';
import type { Frame } from './frame.ts';
import { isSequence, KeyHistory, keyOf, noteKey } from './key-history.ts';

function historyOf(...keys: readonly string[]): KeyHistory {
  const history = new KeyHistory();
  keys.forEach((key, ordinal) => void noteKey(history, { ordinal, maskingKey: octetsFromHex(key) } as Frame));
  return history;
}

describe('the keys of one endpoint', () => {
  it('are constant as long as all are the same', () => {
    expect(historyOf('01020304', '01020304', '01020304')).toMatchObject({ count: 3, constant: true, sameAs: 0 });
    expect(historyOf('01020304', '01020304', '01020305')).toMatchObject({ constant: false, sameAs: null });
    expect(historyOf('01020304', '01020305', '01020305')).toMatchObject({ constant: false, sameAs: 1 });
    expect(historyOf('01020304', '01020305', '01020304')).toMatchObject({ constant: false, sameAs: 0 });
  });

  it('tell the frame that used the latest one before', () => {
    expect(historyOf('aaaaaaaa', 'bbbbbbbb', 'aaaaaaaa').sameAs).toBe(0);
    expect(historyOf('aaaaaaaa', 'bbbbbbbb').sameAs).toBe(null);
  });

  it('leave out frames without a key, and those whose key is hidden', () => {
    const history = new KeyHistory();
    noteKey(history, { ordinal: 0, maskingKey: null } as Frame);
    expect(history.count).toBe(0);
  });

  it('are kept in bounds, however many there are', () => {
    const history = new KeyHistory();
    for (let i = 0; i < 70_000; i++) {
      const key = Uint8Array.of(i >> 24, i >> 16, i >> 8, i);
      noteKey(history, { ordinal: i, maskingKey: key } as Frame);
    }
    // The oldest are forgotten, and no others.
    expect(history.isNew(0)).toBe(true);
    expect([...Array(70_000 - (1 << 16)).keys()].some((key) => history.isNew(69_999 - key))).toBe(false);
    expect(history.recent).toHaveLength(4);
  });
});

it('is a number of all its four octets', () => {
  expect(keyOf(Uint8Array.of(0xff, 0x81, 0x02, 0x03, 0x04), 1)).toBe(0x81020304);
});

describe('four keys in a row', () => {
  it.each([
    ['count up', ['00000001', '00000002', '00000003', '00000004'], true],
    ['count up over the end', ['fffffffe', 'ffffffff', '00000000', '00000001'], true],
    ['count down', ['00000009', '00000007', '00000005', '00000003'], true],
    ['differ in one octet only', ['a1b2c301', 'a1b2c377', 'a1b2c30f', 'a1b2c3e0'], true],
    ['differ in the second octet only', ['a101c301', 'a177c301', 'a10fc301', 'a1e0c301'], true],
    ['differ in two octets', ['a101c301', 'a177c302', 'a10fc307', 'a1e0c304'], false],
    ['are all the same', ['01020304', '01020304', '01020304', '01020304'], false],
    ['are two in turn', ['01020304', 'a5b6c7d8', '01020304', 'a5b6c7d8'], false],
    ['are fresh', ['37fa213d', '9c51e07b', '5d0b8ea2', 'c4126f99'], false],
    ['are only three', ['00000001', '00000002', '00000003'], false],
  ])('that %s: a sequence is %3$s', (_, keys, expected) => {
    expect(isSequence(historyOf(...keys))).toBe(expected);
  });
});
