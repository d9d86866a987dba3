import { Pane, type PaneProps } from './pane.tsx';
import { whyLines, whyTitle } from './why-lines.ts';

export function WhyPane({ page, area, color }: PaneProps) {
  const { state, lens, notes } = page;
  const row = lens.at(state.cursor);
  if (!row) return null;
  const comment = notes.commentOn(lens.positionAt(state.cursor));
  const lines = whyLines(row, comment, { width: area.width, color }).slice(state.scroll.why ?? 0);
  return <Pane area={area} color={color} hasFocus={state.focus === 'why'} title={whyTitle(row)} lines={lines} />;
}
