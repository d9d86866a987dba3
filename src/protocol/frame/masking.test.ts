import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hexOf, octetsFromHex, textOf } from '../../model/octets.ts';
import { unmask } from './masking.ts';

const key = fc.uint8Array({ minLength: 4, maxLength: 4 });

it('unmasks the example of RFC 6455 §5.7', () => {
  const masked = octetsFromHex('7f9f4d5158') ?? new Uint8Array(0);
  expect(textOf(unmask(masked, Uint8Array.of(0x37, 0xfa, 0x21, 0x3d)))).toBe('Hello');
});

it('done twice gives the octets back, and does not touch those it was given', () => {
  fc.assert(
    fc.property(fc.uint8Array(), key, fc.nat(1000), (octets, mask, at) => {
      const before = hexOf(octets);
      expect(hexOf(unmask(unmask(octets, mask, at), mask, at))).toBe(before);
      expect(hexOf(octets)).toBe(before);
    }),
  );
});

it('goes on in the key where a part begins', () => {
  fc.assert(
    fc.property(fc.uint8Array(), key, fc.nat(), (octets, mask, cut) => {
      const at = cut % (octets.length + 1);
      const parts = [unmask(octets.subarray(0, at), mask), unmask(octets.subarray(at), mask, at)];
      expect(hexOf(Buffer.concat(parts))).toBe(hexOf(unmask(octets, mask)));
    }),
  );
});
