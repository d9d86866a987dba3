// Moves of the panes: another size of the screen, another layout, lines given from one pane to another.

import { topFor } from '../terminal/window.ts';
import { arrangementsIn, type Layout, layoutOf, PANES, paneArea } from './layout.ts';
import type { LogRows, LogState } from './state.ts';

export const UNSCROLLED: LogState['scroll'] = { detail: null, hex: null, why: null };

export function resized(state: LogState, columns: number, rows: number, log: LogRows): LogState {
  const layout = layoutOf(columns, rows, state.arrangement, state.growth, log.mostRows);
  if (!layout) return { ...state, layout };
  const focus = layout[state.focus] ? state.focus : 'list';
  const top = topFor(state.top, state.cursor, paneArea(layout, 'list', state.isZoomed).height, log.length);
  return { ...state, layout, focus, top, scroll: UNSCROLLED };
}

/** The same screen, laid out anew. */
export function laidOut(state: LogState, log: LogRows): LogState {
  const { layout } = state;
  return layout ? resized(state, layout.screen.width, layout.screen.height, log) : state;
}

export function rearranged(state: LogState, by: number, log: LogRows): LogState {
  const { layout } = state;
  if (!layout) return state;
  const fitting = arrangementsIn(layout.screen);
  const arrangement = fitting[(fitting.indexOf(layout.arrangement) + by) % fitting.length] ?? null;
  const after = laidOut({ ...state, arrangement, isZoomed: false }, log);
  return { ...after, says: `layout: ${arrangement}` };
}

/** What the list gets, the panes below it lose. */
export function grown(state: LogState, by: number, log: LogRows): LogState {
  const { growth, focus } = state;
  const changed = focus === 'why' ? { why: growth.why + by } : { lower: growth.lower + (focus === 'list' ? -by : by) };
  const after = laidOut({ ...state, growth: { ...growth, ...changed } }, log);
  const isSame = state.layout !== null && after.layout !== null && isSameSize(state.layout, after.layout);
  return isSame ? { ...state, says: 'there is no more room to give' } : after;
}

function isSameSize(one: Layout, other: Layout): boolean {
  return PANES.every((pane) => one[pane]?.height === other[pane]?.height && one[pane]?.width === other[pane]?.width);
}
