import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampTop, topFor } from './window.ts';

describe('topFor', () => {
  it('moves as little as it can, and centres after a far jump', () => {
    expect(topFor(0, 10, 10, 100)).toBe(1);
    expect(topFor(50, 49, 10, 100)).toBe(49);
    expect(topFor(0, 70, 10, 100)).toBe(65);
    expect(topFor(0, 99, 10, 100)).toBe(90);
    expect(clampTop(95, 10, 100)).toBe(90);
  });

  it('has the cursor in sight, and no more empty than must be', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.nat(499),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 500 }),
        (top, at, height, length) => {
          const cursor = at % length;
          const first = topFor(top, cursor, height, length);
          expect(first).toBeLessThanOrEqual(cursor);
          expect(first + height).toBeGreaterThan(cursor);
          expect(first).toBeLessThanOrEqual(Math.max(length - height, 0));
          expect(first).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
