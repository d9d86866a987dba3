import { Box, Text } from 'ink';
import { createContext, useContext, useEffect, useState } from 'react';
import type { Easel } from './painter.ts';

export const EaselContext = createContext<Easel>({
  claim: () => ' ',
  show: () => {},
  release: () => {},
  cover: () => {},
});

/** Finished lines, which Ink lays out as a box and the painter draws; see there for the reason. */
export function Lines({ lines, width, height }: { lines: readonly string[]; width: number; height: number }) {
  const easel = useContext(EaselContext);
  const [mark] = useState(easel.claim);
  easel.show(mark, lines.slice(0, height), width);
  useEffect(() => () => easel.release(mark), [easel, mark]);
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Text>{mark}</Text>
    </Box>
  );
}
