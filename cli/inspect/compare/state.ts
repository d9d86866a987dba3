// Where one stands in the comparison of two logs. Pure.

import type { AlignedPair } from '../../../src/judge/align.ts';
import type { KeyCommand } from '../keys/keymap.ts';
import { stepIn } from '../log/jumps.ts';
import { clamp, clampTop, topFor } from '../terminal/window.ts';

export interface DiffState {
  readonly cursor: number;
  readonly top: number;
  readonly height: number;
  readonly side: 'left' | 'right';
  readonly says: string | null;
}

export type DiffAction =
  | { readonly type: 'command'; readonly command: KeyCommand; readonly count: number | null }
  | { readonly type: 'resized'; readonly rows: number }
  | { readonly type: 'pointed'; readonly y: number; readonly wheel: number };

/** Title and names of the logs above, the key line below. */
const ABOVE = 2;
const BELOW = 1;

export function initialDiff(rows: number): DiffState {
  return { cursor: 0, top: 0, height: heightIn(rows), side: 'left', says: null };
}

function heightIn(rows: number): number {
  return Math.max(rows - ABOVE - BELOW, 1);
}

export function isDifferent({ isSame }: AlignedPair): boolean {
  return !isSame;
}

export function reduceDiff(state: DiffState, action: DiffAction, pairs: readonly AlignedPair[]): DiffState {
  if (action.type === 'resized') return moved({ ...state, height: heightIn(action.rows) }, state.cursor, pairs);
  if (action.type === 'pointed') {
    const { y, wheel } = action;
    if (wheel === 0) return y < ABOVE ? state : moved(state, state.top + y - ABOVE, pairs);
    return moved(
      { ...state, top: clampTop(state.top + wheel, state.height, pairs.length) },
      state.cursor + wheel,
      pairs,
    );
  }
  const after = command({ ...state, says: null }, action.command, action.count, pairs);
  const isSame = after.cursor === state.cursor && after.top === state.top && after.side === state.side;
  return isSame && after.says === null ? { ...after, says: whyNot(after, action.command, pairs) } : after;
}

function whyNot({ side, cursor }: DiffState, type: KeyCommand, pairs: readonly AlignedPair[]): string {
  if (pairs.length === 0) return 'there are no rows';
  if (type === 'left' || type === 'right') return `the ${side} log is chosen already`;
  return cursor === 0
    ? 'this is the first row'
    : cursor === pairs.length - 1
      ? 'this is the last row'
      : 'the cursor is there already';
}

function command(state: DiffState, type: KeyCommand, count: number | null, pairs: readonly AlignedPair[]): DiffState {
  const times = Math.max(count ?? 1, 1);
  const by = stepsOf(state.height)[type];
  if (by !== undefined) return moved(state, state.cursor + by * times, pairs);
  switch (type) {
    case 'next-violation':
    case 'previous-violation':
      return toDifference(state, type === 'next-violation' ? times : -times, pairs);
    case 'first':
    case 'last':
      return moved(state, count !== null ? count - 1 : type === 'first' ? 0 : pairs.length, pairs);
    case 'left':
    case 'right':
      return { ...state, side: type };
    default:
      return state;
  }
}

function moved(state: DiffState, to: number, pairs: readonly AlignedPair[]): DiffState {
  const cursor = clamp(to, 0, Math.max(pairs.length - 1, 0));
  return { ...state, cursor, top: topFor(state.top, cursor, state.height, pairs.length) };
}

/** Each row that differs counts, as in the title. */
function toDifference(state: DiffState, times: number, pairs: readonly AlignedPair[]): DiffState {
  const differing = pairs.flatMap((pair, at) => (isDifferent(pair) ? [at] : []));
  const to = stepIn(differing, state.cursor, times);
  if (to === null) return { ...state, says: `no difference ${times > 0 ? 'after' : 'before'} this row` };
  return moved(state, to, pairs);
}

function stepsOf(height: number): Partial<Record<KeyCommand, number>> {
  return {
    down: 1,
    up: -1,
    'page-down': height,
    'page-up': -height,
    'half-down': height >> 1,
    'half-up': -(height >> 1),
  };
}
