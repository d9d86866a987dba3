// Moves of the cursor among the rows: near ones, and far ones, which the history remembers.

import type { Command } from '../keys/command.ts';
import { leave, stepIn, walkBack, walkOn } from '../log/jumps.ts';
import { clamp, topFor } from '../terminal/window.ts';
import { areaOf, type Pane } from './layout.ts';
import { UNSCROLLED } from './layout-moves.ts';
import type { Kind, LogState, LogView } from './state.ts';

export const JUMPS: Partial<Record<Command, readonly [Kind, 1 | -1]>> = {
  'next-violation': ['violation', 1],
  'previous-violation': ['violation', -1],
  'next-annotation': ['annotation', 1],
  'previous-annotation': ['annotation', -1],
  'next-message': ['message', 1],
  'previous-message': ['message', -1],
  'next-gap': ['gap', 1],
  'previous-gap': ['gap', -1],
  'next-mark': ['mark', 1],
  'previous-mark': ['mark', -1],
};

export function heightOf({ layout, isZoomed }: LogState, pane: Pane): number {
  return layout ? areaOf(layout, pane, isZoomed).height : 1;
}

export function moved(state: LogState, row: number, log: LogView): LogState {
  const cursor = clamp(row, 0, Math.max(log.length - 1, 0));
  const top = topFor(state.top, cursor, heightOf(state, 'list'), log.length);
  if (cursor === state.cursor) return { ...state, cursor, top };
  return { ...state, cursor, top, octet: null, scroll: UNSCROLLED };
}

/** A move that the history remembers. */
export function jumped(state: LogState, row: number, log: LogView): LogState {
  const after = moved(state, row, log);
  if (after.cursor === state.cursor) return after;
  return { ...after, trail: leave(state.trail, log.positionAt(state.cursor)) };
}

const WORDS: Readonly<Record<Kind, string>> = {
  violation: 'violation',
  annotation: 'annotation',
  message: 'message',
  gap: 'gap',
  mark: 'row with a mark or a comment',
};

export function jump(state: LogState, kind: Kind, times: number, log: LogView): LogState {
  const row = stepIn(log.index[kind], state.cursor, times);
  if (row !== null) return jumped(state, row, log);
  return { ...state, says: `no ${WORDS[kind]} ${times > 0 ? 'after' : 'before'} this row` };
}

export function linked(state: LogState, what: 'cause' | 'reaction', log: LogView): LogState {
  const link = log.linked(state.cursor, what);
  if (!link) return { ...state, says: `no ${what} of this row is in the log` };
  return { ...jumped(state, link.row, log), says: link.says };
}

export function walked(state: LogState, type: Command, log: LogView): LogState {
  const walk = type === 'history-back' ? walkBack : walkOn;
  const step = walk(state.trail, log.positionAt(state.cursor));
  if (!step) return { ...state, says: `no jump to go ${type === 'history-back' ? 'back' : 'forward'} to` };
  return { ...moved(state, log.rowAt(step.to), log), trail: step.trail };
}
