import type { AnnotatedRow } from '../../src/annotation.ts';
import type { LogHeader } from '../../src/row.ts';
import { detailLines, detailTitle } from './detail-lines.ts';
import { Pane, type PaneProps } from './pane.tsx';

export function DetailPane({ row, header, ...place }: PaneProps & { row: AnnotatedRow; header: LogHeader | null }) {
  const { first, area, color } = place;
  const lines = detailLines(row, { width: area.width, color }).slice(first ?? 0);
  return <Pane {...place} title={detailTitle(row, header)} lines={lines} />;
}
