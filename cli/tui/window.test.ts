import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampTop, type Layout, LEAST, layoutOf, topFor } from './window.ts';

const anySize = fc.tuple(fc.integer({ min: LEAST.width, max: 300 }), fc.integer({ min: LEAST.height, max: 200 }));

function laidOut(columns: number, rows: number): Layout {
  const layout = layoutOf(columns, rows);
  if (!layout) throw new Error(`no room in ${columns}x${rows}`);
  return layout;
}

/** Lines of the panes between list and reasons, rules included. */
function middleOf({ detail, hex, isSideBySide }: Layout): number {
  if (!detail || !hex) return 0;
  return isSideBySide ? 1 + Math.max(detail.height, hex.height) : 2 + detail.height + hex.height;
}

describe('layoutOf', () => {
  it('fills the screen exactly at any size', () => {
    fc.assert(
      fc.property(anySize, ([columns, rows]) => {
        const layout = laidOut(columns, rows);
        const { list, detail, hex, why, isSideBySide, hasStrip } = layout;
        expect(1 + Number(hasStrip) + list.height + middleOf(layout) + 1 + why.height + 1).toBe(rows);
        if (isSideBySide && detail && hex) expect(detail.width + 1 + hex.width).toBe(columns);
      }),
    );
  });

  it('leaves no pane without a line', () => {
    fc.assert(
      fc.property(anySize, ([columns, rows]) => {
        const { list, detail, hex, why } = laidOut(columns, rows);
        for (const area of [list, why, detail ?? list, hex ?? list]) {
          expect(Math.min(area.height, area.width)).toBeGreaterThan(0);
        }
      }),
    );
  });

  it.each([
    [80, 24, { list: 8, detail: 4, hex: 3, why: 3 }],
    [120, 40, { list: 17, detail: 12, hex: 12, why: 6 }],
    [40, 10, { list: 5, detail: undefined, hex: undefined, why: 2 }],
  ])('gives each pane its share at %ix%i', (columns, rows, heights) => {
    const layout = layoutOf(columns, rows);
    expect({
      list: layout?.list.height,
      detail: layout?.detail?.height,
      hex: layout?.hex?.height,
      why: layout?.why.height,
    }).toEqual(heights);
  });

  it('gives up below 40x10', () => {
    expect(layoutOf(39, 10)).toBeNull();
    expect(layoutOf(40, 9)).toBeNull();
  });
});

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
