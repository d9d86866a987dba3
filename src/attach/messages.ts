// The frames of a judged log, in the order of each direction, and which of them make one message: also those of a message
// that never ended.

import type { DecodedFrame } from '../judge/annotation.ts';
import type { JudgedLog } from '../judge/judged-log.ts';
import type { Direction } from '../model/row.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import type { Message } from '../protocol/frame/message.ts';
import { isControl, OPCODE } from '../protocol/frame/opcode.ts';

/** Frames whose payloads are one content: a message's, or a single control frame. */
export interface PayloadFrames {
  readonly direction: Direction;
  readonly opcode: number;
  readonly compressed: boolean;
  readonly frames: Frame[];
  /** What the frames make, once all of them came. */
  message: Message | null;
}

function framesOf({ annotated }: Pick<JudgedLog, 'annotated'>, direction: Direction): DecodedFrame[] {
  const frames = annotated.flatMap((row) => row.frames);
  return frames.filter(({ frame }) => frame.direction === direction).sort((a, b) => a.frame.ordinal - b.frame.ordinal);
}

export function contentsOf(judged: Pick<JudgedLog, 'annotated' | 'connection'>): PayloadFrames[] {
  return (['rx', 'tx'] as const).flatMap((direction) => {
    const contents: PayloadFrames[] = [];
    let open: PayloadFrames | null = null;
    for (const { frame, message } of framesOf(judged, direction)) {
      const { opcode } = frame;
      if (opcode === OPCODE.CONTINUATION && open) {
        open.frames.push(frame);
        open.message = message;
      } else {
        const compressed = judged.connection.deflate !== null && (frame.rsv & 4) !== 0 && !isControl(opcode);
        const content: PayloadFrames = { direction, opcode, compressed, frames: [frame], message };
        contents.push(content);
        if (!isControl(opcode)) open = content;
      }
      if (frame.fin && !isControl(opcode)) open = null;
    }
    return contents;
  });
}
