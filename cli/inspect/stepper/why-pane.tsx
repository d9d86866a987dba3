import { whyLines, whyTitle } from '../row/why-lines.ts';
import { Pane } from '../terminal/pane.tsx';
import type { PaneProps } from './pane-props.ts';

export function WhyPane({ page, area, color }: PaneProps) {
  const { state, lens } = page;
  const row = lens.at(state.cursor);
  if (!row) return null;
  const beside = page.beside();
  const lines = whyLines(row, beside, { width: area.width, color }).slice(state.scroll.why ?? 0);
  return (
    <Pane area={area} color={color} hasFocus={state.focus === 'why'} title={whyTitle(row, beside)} lines={lines} />
  );
}
