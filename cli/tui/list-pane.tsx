import { Lines } from './lines.tsx';
import type { PaneProps } from './pane.tsx';
import { rowLine } from './row-line.ts';

export function ListPane({ page, area, color }: PaneProps) {
  const { lens, notes, state, store } = page;
  const columns = { digits: Math.max(String(store.status.lastNumber).length, 3), hasTimes: store.status.hasTimes };
  const canvas = { width: area.width, color };
  const lines: string[] = [];
  for (let at = state.top; at < state.top + area.height; at++) {
    const row = lens.at(at);
    if (!row) break;
    const isMarked = notes.isMarked(lens.positionAt(at));
    lines.push(rowLine(row, { isSelected: at === state.cursor, isMarked }, columns, canvas));
  }
  return <Lines lines={lines} width={area.width} height={area.height} />;
}
