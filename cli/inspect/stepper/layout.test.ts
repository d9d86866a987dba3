import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arrangement, arrangementsIn, type Layout, LEAST, layoutOf, PANES, paneAt } from './layout.ts';

const anySize = fc.tuple(fc.integer({ min: LEAST.width, max: 300 }), fc.integer({ min: LEAST.height, max: 200 }));
const anyGrowth = fc.record({ lower: fc.integer({ min: -300, max: 300 }), why: fc.integer({ min: -300, max: 300 }) });
const ARRANGEMENTS: readonly Arrangement[] = [
  'stacked',
  'beside',
  'columns',
  'list and why',
  'list and detail',
  'list and hex',
  'list only',
];
const anyArrangement = fc.constantFrom(null, ...ARRANGEMENTS);

function laidOut(
  columns: number,
  rows: number,
  ...about: [Arrangement | null, { lower: number; why: number }?]
): Layout {
  const layout = layoutOf(columns, rows, ...about);
  if (!layout) throw new Error(`no room in ${columns}x${rows}`);
  return layout;
}

/** What each pane covers, its rule with it. */
function coveredCells(layout: Layout): number {
  const { list, detail, hex, why } = layout;
  const lower = [detail, hex, why].reduce((sum, area) => sum + (area ? area.width * (area.height + 1) : 0), 0);
  return list.width * list.height + lower;
}

describe('layoutOf', () => {
  it('fills the screen exactly, whatever the size, the layout and the lines that were moved', () => {
    fc.assert(
      fc.property(anySize, anyArrangement, anyGrowth, ([columns, rows], arrangement, growth) => {
        const layout = laidOut(columns, rows, arrangement, growth);
        const chrome = columns * (2 + Number(layout.hasTimeline) + Number(layout.hasHeading));
        const gap = { beside: (layout.detail?.height ?? 0) + 1, columns: layout.list.height }[
          layout.arrangement as string
        ];
        expect(chrome + coveredCells(layout) + (gap ?? 0)).toBe(columns * rows);
      }),
    );
  });

  it('leaves no pane without a line', () => {
    fc.assert(
      fc.property(anySize, anyArrangement, anyGrowth, ([columns, rows], arrangement, growth) => {
        const layout = laidOut(columns, rows, arrangement, growth);
        for (const pane of PANES) {
          const area = layout[pane];
          if (area) expect(Math.min(area.height, area.width)).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('knows what stands at each place', () => {
    fc.assert(
      fc.property(anySize, anyArrangement, ([columns, rows], arrangement) => {
        const layout = laidOut(columns, rows, arrangement);
        const first = 1 + Number(layout.hasTimeline) + Number(layout.hasHeading);
        expect(paneAt(layout, 'list', false, 0, first)).toEqual({ pane: 'list', line: 0, column: 0 });
        for (let y = first; y < rows - 1; y++) {
          for (const x of [0, columns - 1]) {
            const place = paneAt(layout, 'list', false, x, y);
            expect(place && place.line < (layout[place.pane]?.height ?? 0)).toBe(true);
            const edge = x === 0 ? 0 : (layout[place?.pane ?? 'list']?.width ?? 0) - 1;
            expect(place?.column).toBe(edge);
          }
        }
      }),
    );
  });

  it.each([
    [80, 24, null, { list: 7, detail: 4, hex: 3, why: 3 }],
    [80, 24, 'list and detail' as const, { list: 8, detail: 7, hex: undefined, why: 3 }],
    [80, 24, 'list and hex' as const, { list: 8, detail: undefined, hex: 7, why: 3 }],
    [80, 24, 'list only' as const, { list: 20, detail: undefined, hex: undefined, why: undefined }],
    [120, 40, null, { list: 16, detail: 12, hex: 12, why: 6 }],
    [40, 10, null, { list: 5, detail: undefined, hex: undefined, why: 2 }],
    [200, 60, 'columns' as const, { list: 47, detail: 22, hex: 23, why: 8 }],
  ])('gives each pane its share at %ix%i, %s', (columns, rows, arrangement, heights) => {
    const layout = layoutOf(columns, rows, arrangement);
    expect({
      list: layout?.list.height,
      detail: layout?.detail?.height,
      hex: layout?.hex?.height,
      why: layout?.why?.height,
    }).toEqual(heights);
  });

  it('gives what a short log leaves of the list to the reasons', () => {
    const heights = (length: number) => {
      const layout = layoutOf(80, 24, null, undefined, length);
      return [layout?.list.height, layout?.why?.height];
    };
    expect([heights(7), heights(4), heights(0), heights(1000)]).toEqual([
      [7, 3],
      [4, 6],
      [1, 9],
      [7, 3],
    ]);
  });

  it('takes the most suitable where what is wanted does not fit', () => {
    expect(layoutOf(80, 24, 'columns')?.arrangement).toBe('stacked');
    expect(arrangementsIn({ width: 80, height: 24 })).toEqual([
      'stacked',
      'list and detail',
      'list and hex',
      'list only',
    ]);
    expect(arrangementsIn({ width: 200, height: 60 }).slice(0, 3)).toEqual(['beside', 'columns', 'stacked']);
  });

  it('gives up below 40x10', () => {
    expect(layoutOf(39, 10)).toBeNull();
    expect(layoutOf(40, 9)).toBeNull();
  });
});
