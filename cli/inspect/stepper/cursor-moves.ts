// Moves of the cursor among the rows: near ones, and far ones, which the history remembers.

import type { KeyCommand } from '../keys/keymap.ts';
import { leave, stepIn, walkBack, walkOn } from '../log/jumps.ts';
import { JUMP_TARGETS, type JumpKind } from '../log/row-index.ts';
import { clamp, topFor } from '../terminal/window.ts';
import { type PaneName, paneArea } from './layout.ts';
import { UNSCROLLED } from './layout-moves.ts';
import type { LogRows, LogState } from './state.ts';

/** `next-gap`, `previous-gap`: which rows, and whether on or back; null for what is no jump of that kind. */
export function jumpOf(command: KeyCommand): { readonly kind: JumpKind; readonly by: 1 | -1 } | null {
  const [, way, kind = ''] = /^(next|previous)-(.+)$/.exec(command) ?? [];
  return Object.hasOwn(JUMP_TARGETS, kind) ? { kind: kind as JumpKind, by: way === 'next' ? 1 : -1 } : null;
}

export function heightOf({ layout, isZoomed }: LogState, pane: PaneName): number {
  return layout ? paneArea(layout, pane, isZoomed).height : 1;
}

export function moved(state: LogState, row: number, log: LogRows): LogState {
  const cursor = clamp(row, 0, Math.max(log.length - 1, 0));
  const top = topFor(state.top, cursor, heightOf(state, 'list'), log.length);
  if (cursor === state.cursor) return { ...state, cursor, top };
  return { ...state, cursor, top, octet: null, scroll: UNSCROLLED };
}

/** A move that the history remembers. */
export function jumped(state: LogState, row: number, log: LogRows): LogState {
  const after = moved(state, row, log);
  if (after.cursor === state.cursor) return after;
  return { ...after, history: leave(state.history, log.positionAt(state.cursor)) };
}

export function jump(state: LogState, kind: JumpKind, times: number, log: LogRows): LogState {
  const row = stepIn(log.rowsOf(kind), state.cursor, times);
  if (row !== null) return jumped(state, row, log);
  return { ...state, says: `no ${JUMP_TARGETS[kind].words} ${times > 0 ? 'after' : 'before'} this row` };
}

export function movedToLink(state: LogState, what: 'cause' | 'reaction', log: LogRows): LogState {
  const link = log.linked(state.cursor, what);
  if (!link) return { ...state, says: `no ${what} of this row is in the log` };
  return { ...jumped(state, link.row, log), says: link.says };
}

export function walked(state: LogState, type: KeyCommand, log: LogRows): LogState {
  const walk = type === 'history-back' ? walkBack : walkOn;
  const step = walk(state.history, log.positionAt(state.cursor));
  if (!step) return { ...state, says: `no jump to go ${type === 'history-back' ? 'back' : 'forward'} to` };
  return { ...moved(state, log.rowAt(step.to), log), history: step.history };
}
