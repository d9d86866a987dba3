import { rowLine } from '../row/row-line.ts';
import { Lines } from '../terminal/lines.tsx';
import type { PaneProps } from './pane-props.ts';

export function ListPane({ page, area, color }: PaneProps) {
  const { lens, notes, state, store, verdicts } = page;
  const columns = { digits: Math.max(String(store.status.lastNumber).length, 3), hasTimes: store.status.hasTimes };
  const canvas = { width: area.width, color };
  const lines: string[] = [];
  for (let at = state.top; at < state.top + area.height; at++) {
    const row = lens.at(at);
    if (!row) break;
    const position = lens.positionAt(at);
    const verdict = verdicts.decidedAt(position)?.status ?? null;
    const hasComment = notes.commentOn(position) !== '';
    const look = { isSelected: at === state.cursor, isMarked: notes.isMarked(position), hasComment, verdict };
    lines.push(rowLine(row, look, columns, canvas));
  }
  return <Lines lines={lines} width={area.width} height={area.height} />;
}
