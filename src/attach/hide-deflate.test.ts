import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideCompressed } from './hide-deflate.ts';

function inflated(octets: Uint8Array): string {
  const whole = Buffer.concat([octets, Buffer.from([0, 0, 0xff, 0xff])]);
  return inflateRawSync(whole, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1');
}

describe('a compressed payload, hidden', () => {
  it('is as long as before and inflates to letters', () => {
    for (let length = 1; length < 300; length++) {
      const hidden = hideCompressed(length, null, 7);
      expect(hidden.length).toBe(length);
      expect(inflated(hidden)).toMatch(/^[a-z]*$/);
    }
  });

  it('inflates to as many octets as before, where a compressor was at work', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('the ', 'word ', 'again ', 'and ', 'x', '1234'), { minLength: 8, maxLength: 400 }),
        (words) => {
          const text = words.join('');
          const before = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
          const hidden = hideCompressed(before.length, text.length, null);
          expect(hidden.length).toBe(before.length);
          expect(inflated(hidden)).toBe('x'.repeat(text.length));
        },
      ),
    );
  });

  it('is some other text where that cannot be', () => {
    expect(inflated(hideCompressed(10, 1_000_000, null))).toBe('x'.repeat(8));
    expect(inflated(hideCompressed(20, 3, null))).toBe('x'.repeat(18));
  });
});
