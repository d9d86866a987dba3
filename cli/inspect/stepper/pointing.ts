// The mouse in the stepper: which row, field or octet stands at the place that was clicked, as the panes are drawn now.

import type { MouseInput } from '../keys/keys.ts';
import { detailLines, detailStart } from '../row/detail-lines.ts';
import { octetUnder } from '../row/hex-lines.ts';
import { hexView } from '../row/hex-view.ts';
import type { LogContext } from './context.ts';
import { type Layout, type PanePlace, paneArea, paneAt } from './layout.ts';
import { hexInSight } from './questions.ts';
import type { Pointed } from './state.ts';

export function point(context: LogContext, { x, y, wheel, isDouble }: MouseInput): void {
  const { state, dispatch } = context;
  const { layout, isZoomed, focus } = state;
  const place = layout && paneAt(layout, focus, isZoomed, x, y);
  if (!place) return;
  const { pane } = place;
  const isClick = wheel === 0;
  dispatch({ type: 'focused', pane, at: isClick ? pointedAt(context, layout, place) : {} });
  if (!isClick) dispatch({ type: 'command', command: wheel > 0 ? 'down' : 'up', count: Math.abs(wheel) });
  else if (isDouble && (pane === 'list' || pane === 'detail'))
    dispatch({ type: 'command', command: 'enter', count: null });
}

function pointedAt({ state, filtered, log }: LogContext, layout: Layout, { pane, line, column }: PanePlace): Pointed {
  if (pane === 'list') return { row: state.top + line };
  const row = filtered.at(state.cursor);
  if (!row || pane === 'why') return {};
  const { width, height } = paneArea(layout, pane, state.isZoomed);
  const fields = log.fields(state);
  if (pane === 'detail') {
    const { field, folds, focus } = state;
    const view = detailLines(fields, { field, folds, hasFocus: focus === 'detail' }, { width, color: false });
    return { field: view.ids[detailStart(view, height) + line] };
  }
  const view = hexView(row, width);
  return { octet: octetUnder(view, hexInSight(view, state, fields, height) + line, column) };
}
