import type { AnnotatedRow } from '../../src/annotation.ts';
import { Pane, type PaneProps } from './pane.tsx';
import { whyLines, whyTitle } from './why-lines.ts';

export function WhyPane({ row, ...place }: PaneProps & { row: AnnotatedRow }) {
  const { first, area, color } = place;
  const lines = whyLines(row, { width: area.width, color }).slice(first ?? 0);
  return <Pane {...place} title={whyTitle(row)} lines={lines} />;
}
