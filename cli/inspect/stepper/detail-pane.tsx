import { detailLines, detailTitle } from '../row/detail-lines.ts';
import { Pane } from '../terminal/pane.tsx';
import { clampTop } from '../terminal/window.ts';
import type { PaneProps } from './pane-props.ts';

export function DetailPane({ page, area, color }: PaneProps) {
  const { state, store, lens } = page;
  const row = lens.at(state.cursor);
  if (!row) return null;
  const hasFocus = state.focus === 'detail';
  const { field, folds } = state;
  const header = store.logAt(lens.positionAt(state.cursor))?.header ?? null;
  const { lines, selected } = detailLines(page.fields(), { field, folds, hasFocus }, { width: area.width, color });
  const isInSight = selected < area.height - 1 || lines.length <= area.height;
  const first = isInSight ? 0 : clampTop(selected - (area.height >> 1), area.height, lines.length);
  return (
    <Pane area={area} color={color} hasFocus={hasFocus} title={detailTitle(row, header)} lines={lines.slice(first)} />
  );
}
