import type { AnnotatedRow } from '../../src/annotation.ts';
import { hexLines, hexTitle, hexView } from './hex-lines.ts';
import { Pane, type PaneProps } from './pane.tsx';
import { clampTop } from './window.ts';

export function HexPane({ row, ...place }: PaneProps & { row: AnnotatedRow }) {
  const { first, area, color } = place;
  const view = hexView(row, area.width);
  const lines = hexLines(view, first ?? clampTop(view.start, area.height, view.lines), area.height, {
    width: area.width,
    color,
  });
  return <Pane {...place} title={hexTitle(row)} lines={lines} />;
}
