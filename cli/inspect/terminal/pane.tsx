import { Box } from 'ink';
import { Lines } from './lines.tsx';
import { ruleLine } from './paint.ts';
import type { Area } from './window.ts';

interface FrameProps {
  readonly area: Area;
  readonly color: boolean;
  readonly hasFocus: boolean;
  readonly title: string;
  readonly lines: readonly string[];
}

/** A lower pane: a rule with the title, and the lines below it that are in sight. */
export function Pane({ area, color, hasFocus, title, lines }: FrameProps) {
  const { width, height } = area;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Lines lines={[ruleLine(title, hasFocus, { width, color })]} width={width} height={1} />
      <Lines lines={lines} width={width} height={height} />
    </Box>
  );
}
