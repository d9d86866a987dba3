import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, COMMANDS, initialState, type LogView, reduce, type State, stepIn } from './state.ts';

function logOf(length: number, violations: readonly number[] = []): LogView {
  return {
    length,
    index: { violations, annotated: violations },
    positionOf: (row) => Math.max(Math.min(row, length - 1), 0),
    extent: () => ({ lines: 50, start: 3 }),
  };
}

function reach(log: LogView, ...actions: (Action | Action['type'] | number)[]): State {
  const given = actions.map((action): Action => {
    if (typeof action === 'number') return { type: 'digit', digit: action };
    return typeof action === 'string' ? ({ type: action } as Action) : action;
  });
  return given.reduce((state, action) => reduce(state, action, log), initialState(80, 24));
}

const actions = fc.array(
  fc.oneof(
    fc.record({ type: fc.constantFrom(...COMMANDS) }),
    fc.record({ type: fc.constant('digit' as const), digit: fc.nat(9) }),
    fc.record({ type: fc.constant('resized' as const), columns: fc.nat(250), rows: fc.nat(90) }),
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
          const height = state.layout?.list.height;
          if (height === undefined) continue;
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
    expect({ cursor: state.cursor, top: state.top }).toEqual({ cursor: 10, top: 9 });
    expect(reach(log, 'half-down').cursor).toBe(4);
  });

  it('jumps to violations and says where there are no more', () => {
    const log = logOf(100, [10, 20, 30]);
    expect(reach(log, 'next-violation').cursor).toBe(10);
    expect(reach(log, 3, 'next-violation').cursor).toBe(30);
    expect(reach(log, 'last', 'previous-violation').cursor).toBe(30);
    const end = reach(log, 'last', 'next-violation');
    expect([end.cursor, end.says]).toEqual([99, 'no violation after this row']);
    expect(reduce(end, { type: 'down' }, log).says).toBeNull();
  });

  it('scrolls the pane that has the focus from where it stands', () => {
    const log = logOf(100);
    const state = reach(log, 'next-pane', 'next-pane', 'down');
    expect([state.focus, state.scroll.hex, state.cursor]).toEqual(['hex', 4, 0]);
    expect(reach(log, 'next-pane', 'last').scroll.detail).toBe(46);
    expect(reach(log, 'next-pane', 'down', 'next-violation').scroll.detail).toBe(4);
    expect(reach(log, 'previous-pane').focus).toBe('why');
  });

  it('forgets the scrolling with the row', () => {
    const log = logOf(100, [10]);
    expect(reach(log, 'next-pane', 'down', 'next-violation').scroll.detail).toBeNull();
  });

  it('takes the focus back to the list where the pane has no room', () => {
    const state = reach(logOf(10), 'next-pane', { type: 'resized', columns: 50, rows: 12 });
    expect(state.focus).toBe('list');
  });

  it('leaves with 0 or 130, and takes quit for the end of a count', () => {
    const log = logOf(10);
    expect(reach(log, 'quit').exit).toBe(0);
    expect(reach(log, 'interrupt').exit).toBe(130);
    expect(reach(log, 4, 'quit')).toMatchObject({ exit: null, count: null });
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
