// A frame as a library, a browser or a proxy tells of it, and as a frame row.

import type { Octets } from '../model/octets.ts';
import type { DamagedRow, Direction, FrameRow } from '../model/row.ts';

/** One frame, or a message that is told as if it were one. */
export interface ToldFrame {
  readonly direction: Direction;
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv?: number;
  /** Absent where the input does not say. */
  readonly masked?: boolean;
  /** Eight hex digits. */
  readonly maskingKey?: string | null;
  /** Null where the input does not say. */
  readonly length: number | null;
  readonly payload: Octets | null;
}

/** What the input says of the frame that no frame can have (RFC 6455 §5.2). */
function whyNoFrame({ opcode, rsv = 0, length }: ToldFrame): string | null {
  if (!Number.isInteger(opcode) || opcode < 0 || opcode > 15) return `opcode ${opcode} is none`;
  if (!Number.isInteger(rsv) || rsv < 0 || rsv > 7) return `${rsv} are not reserved bits`;
  return length === null || (Number.isSafeInteger(length) && length >= 0) ? null : `${length} is not a length`;
}

/** A damaged row where that is none. */
export function frameRowOf(row: number, time: number | null, frame: ToldFrame): FrameRow | DamagedRow {
  const why = whyNoFrame(frame);
  if (why !== null) return { kind: 'damaged', row, time, text: '', why, loses: frame.direction };
  const { direction, opcode, fin, rsv = 0, masked, maskingKey = null, length, payload } = frame;
  return {
    kind: 'frame',
    row,
    time,
    direction,
    opcode,
    fin,
    rsv,
    masked: masked ?? false,
    ...(masked === undefined ? { maskUnknown: true } : {}),
    maskingKey,
    length,
    payload,
    repeat: null,
    chopSize: null,
    sync: false,
  };
}
