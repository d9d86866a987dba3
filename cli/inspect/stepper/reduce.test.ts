import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_COMMANDS, type KeyCommand } from '../keys/keymap.ts';
import { stepIn } from '../log/jumps.ts';
import { field } from '../row/field.ts';
import { PANES, paneArea } from './layout.ts';
import { initialState, reduce } from './reduce.ts';
import type { LogAction, LogRows, LogState } from './state.ts';

const FIELDS = [
  field('header', 'header', '', {
    octets: [0, 2],
    children: [
      field('header/fin', 'FIN', '', { octets: [0, 1] }),
      field('header/length', 'length', '', { octets: [1, 2] }),
    ],
  }),
  field('payload', 'payload', '', { octets: [2, 40] }),
];

function logOf(length: number, violations: readonly number[] = []): LogRows {
  return {
    length,
    mostRows: Number.POSITIVE_INFINITY,
    rowsOf: (kind) => (kind === 'violation' || kind === 'annotation' ? violations : []),
    positionAt: (row) => row,
    rowAt: (position) => position,
    missing: (row) => (row < length ? null : `there is no row ${row}`),
    rowNumbered: (row) => Math.max(Math.min(row, length - 1), 0),
    linked: (row, what) => (what === 'cause' && row > 4 ? { row: row - 4, says: 'answers' } : null),
    extent: () => ({ lines: 50, start: 3 }),
    fields: () => FIELDS,
    octets: () => ({ count: 40, perLine: 16 }),
  };
}

function reach(log: LogRows, ...given: (LogAction | KeyCommand | number)[]): LogState {
  let state = initialState(80, 24);
  let count: number | null = null;
  for (const each of given) {
    if (typeof each === 'number') count = (count ?? 0) * 10 + each;
    else {
      state = reduce(state, typeof each === 'string' ? { type: 'command', command: each, count } : each, log);
      count = null;
    }
  }
  return state;
}

const actions = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('command' as const),
      command: fc.constantFrom(...KEY_COMMANDS),
      count: fc.option(fc.nat(400)),
    }),
    fc.record({ type: fc.constant('resized' as const), columns: fc.nat(250), rows: fc.nat(90) }),
    fc.record({ type: fc.constant('shown' as const), position: fc.nat(400) }),
    fc.record({
      type: fc.constant('focused' as const),
      pane: fc.constantFrom(...PANES),
      at: fc.oneof(
        fc.record({ row: fc.nat(400) }),
        fc.record({ field: fc.constantFrom('header', 'header/fin', 'payload') }),
        fc.record({ octet: fc.option(fc.nat(50)) }),
        fc.constant({}),
      ),
    }),
  ),
  { maxLength: 40 },
);

describe('reduce', () => {
  it('keeps the cursor in the log and in sight for any actions', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.uniqueArray(fc.nat(300)), actions, (length, marked, given) => {
        const log = logOf(
          length,
          marked.filter((at) => at < length).sort((a, b) => a - b),
        );
        let state = initialState(80, 24);
        for (const action of given) {
          state = reduce(state, action, log);
          expect(state.cursor).toBeGreaterThanOrEqual(0);
          expect(state.cursor).toBeLessThan(Math.max(length, 1));
          if (!state.layout) continue;
          const { height } = paneArea(state.layout, 'list', state.isZoomed);
          expect(state.top).toBeLessThanOrEqual(state.cursor);
          expect(state.top + height).toBeGreaterThan(state.cursor);
        }
      }),
    );
  });

  it('moves by rows and counts', () => {
    const log = logOf(100);
    expect(reach(log, 'down', 'down', 'up').cursor).toBe(1);
    expect(reach(log, 2, 5, 'down').cursor).toBe(25);
    expect(reach(log, 'last').cursor).toBe(99);
    expect(reach(log, 'last', 'first').cursor).toBe(0);
    expect(reach(log, 1, 2, 'last').cursor).toBe(12);
    expect(reach(log, 0, 'last').cursor).toBe(0);
  });

  it('moves by pages and keeps the place in the window', () => {
    const log = logOf(100);
    const state = reach(log, 'down', 'page-down');
    expect({ cursor: state.cursor, top: state.top }).toEqual({ cursor: 8, top: 7 });
    expect(reach(log, 'half-down').cursor).toBe(3);
  });

  it('jumps to violations and says where there are no more', () => {
    const log = logOf(100, [10, 20, 30]);
    expect(reach(log, 'next-violation').cursor).toBe(10);
    expect(reach(log, 3, 'next-violation').cursor).toBe(30);
    expect(reach(log, 'last', 'previous-violation').cursor).toBe(30);
    const end = reach(log, 'last', 'next-violation');
    expect([end.cursor, end.says]).toEqual([99, 'no violation after this row']);
    expect(reduce(end, { type: 'command', command: 'up', count: null }, log).says).toBeNull();
  });

  it('moves from field to field, folds and unfolds', () => {
    const log = logOf(100);
    const there = reach(log, 'enter', 'right', 'down', 'down');
    expect([there.focus, there.field, there.cursor]).toEqual(['detail', 'header/length', 0]);
    expect(reach(log, 'enter', 'down').field).toBe('payload');
    expect(reach(log, 'enter', 'right', 'down', 'left').field).toBe('header');
    expect([...reach(log, 'enter', 'right', 'right', 'left').folds]).toEqual([]);
  });

  it('takes the field along with the octet, and unfolds to it', () => {
    const log = logOf(100);
    const state = reach(log, 'next-pane', 'next-pane', 'right');
    expect([state.octet, state.field, [...state.folds]]).toEqual([1, 'header/length', ['header']]);
    expect(reach(log, 'next-pane', 'next-pane', 'down')).toMatchObject({ octet: 16, field: 'payload' });
    expect(reach(log, 'next-pane', 'next-pane', 'last', 'down').scroll.hex).toBe(4);
    expect(reach(log, 'next-pane', 'next-pane', 'last', 'down', 'up').scroll.hex).toBeNull();
  });

  it('keeps the field when the row changes, and forgets octet and scrolling', () => {
    const log = logOf(100, [10]);
    const state = reach(log, 'enter', 'down', 'next-pane', 'right', 'next-violation');
    expect(state).toMatchObject({ field: 'payload', octet: null, cursor: 10 });
    expect(reach(log, 'previous-pane', 'down', 'next-violation').scroll.why).toBeNull();
  });

  it('goes to the cause and back through the history', () => {
    const log = logOf(100, [50]);
    expect(reach(log, 'next-violation', 'cause')).toMatchObject({ cursor: 46, says: 'answers' });
    expect(reach(log, 'next-violation', 'cause', 'history-back').cursor).toBe(50);
    expect(reach(log, 'next-violation', 'cause', 2, 'history-back', 'history-back').cursor).toBe(0);
    expect(reach(log, 'next-violation', 'history-back', 'history-forward').cursor).toBe(50);
    expect(reach(log, 'history-back').says).toBe('no jump to go back to');
    expect(reach(log, 'reaction').says).toBe('no reaction of this row is in the log');
  });

  it('goes to a share of the log', () => {
    expect(reach(logOf(101), 5, 0, 'percent').cursor).toBe(50);
    expect(reach(logOf(101), 9, 9, 9, 'percent').cursor).toBe(100);
  });

  it('gives a pane the screen', () => {
    const state = reach(logOf(100), 'zoom', 'page-down');
    expect(state).toMatchObject({ isZoomed: true, cursor: 19 });
  });

  it('takes the focus back to the list where the pane has no room', () => {
    const state = reach(logOf(10), 'next-pane', { type: 'resized', columns: 50, rows: 12 });
    expect(state.focus).toBe('list');
  });
});

describe('stepIn', () => {
  it('finds what a search from the cursor finds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(100)), fc.nat(100), fc.integer({ min: 1, max: 5 }), (given, cursor, times) => {
        const positions = given.sort((a, b) => a - b);
        const below = positions.filter((at) => at < cursor).reverse();
        const above = positions.filter((at) => at > cursor);
        expect(stepIn(positions, cursor, times)).toBe(above[Math.min(times, above.length) - 1] ?? null);
        expect(stepIn(positions, cursor, -times)).toBe(below[Math.min(times, below.length) - 1] ?? null);
      }),
    );
  });
});
