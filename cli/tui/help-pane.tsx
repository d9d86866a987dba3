import { helpLines } from './chrome-lines.ts';
import { Pane } from './pane.tsx';
import type { Area } from './window.ts';

export function HelpPane({ area, first, color }: { area: Area; first: number; color: boolean }) {
  const lines = helpLines({ width: area.width, color });
  const title = `Help · lines ${first + 1}–${Math.min(first + area.height, lines.length)} of ${lines.length}`;
  return <Pane area={area} color={color} hasFocus title={title} lines={lines.slice(first)} />;
}
