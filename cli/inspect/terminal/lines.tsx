import { Box, Text } from 'ink';
import { createContext, useContext, useEffect, useState } from 'react';
import type { ScreenBuffer } from './painter.ts';

export const ScreenBufferContext = createContext<ScreenBuffer>({
  claim: () => ' ',
  show: () => {},
  release: () => {},
  cover: () => {},
});

/** Finished lines, which Ink lays out as a box and the painter draws; see there for the reason. */
export function Lines({ lines, width, height }: { lines: readonly string[]; width: number; height: number }) {
  const buffer = useContext(ScreenBufferContext);
  const [mark] = useState(buffer.claim);
  buffer.show(mark, lines.slice(0, height), width);
  useEffect(() => () => buffer.release(mark), [buffer, mark]);
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Text>{mark}</Text>
    </Box>
  );
}
