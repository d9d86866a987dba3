import { Lines } from './lines.tsx';
import { rowLine } from './row-line.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';
import type { Area } from './window.ts';

export function ListPane({ store, state, area, color }: { store: Store; state: State; area: Area; color: boolean }) {
  const columns = { digits: Math.max(String(store.status.lastNumber).length, 3), hasTimes: store.status.hasTimes };
  const canvas = { width: area.width, color };
  const lines: string[] = [];
  for (let at = state.top; at < state.top + area.height; at++) {
    const row = store.at(at);
    if (row) lines.push(rowLine(row, at === state.cursor, columns, canvas));
  }
  return <Lines lines={lines} width={area.width} height={area.height} />;
}
