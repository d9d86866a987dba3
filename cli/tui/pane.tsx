import { Box } from 'ink';
import { Lines } from './lines.tsx';
import { ruleLine } from './paint.ts';
import type { Area } from './window.ts';

export interface PaneProps {
  readonly area: Area;
  readonly color: boolean;
  readonly hasFocus: boolean;
  /** First line in sight; null until the pane is scrolled. */
  readonly first: number | null;
}

/** A lower pane: a rule with the title, and the lines below it that are in sight. */
export function Pane({
  area,
  color,
  hasFocus,
  title,
  lines,
}: Omit<PaneProps, 'first'> & { title: string; lines: readonly string[] }) {
  const { width, height } = area;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Lines lines={[ruleLine(title, hasFocus, { width, color })]} width={width} height={1} />
      <Lines lines={lines} width={width} height={height} />
    </Box>
  );
}
