// Frames taken from the log's own frame rows: only where a direction has no octet row in the whole log. Such a frame has
// no header octets, and what its row does not show is not known.

import { NO_OCTETS } from '../model/octets.ts';
import type { FrameRow } from '../model/row.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { mayStillCome, type Run } from './run.ts';

/** Where the frames of a row's direction come from; `unclear` while an octet row may yet come. */
export function sourceOfFrames(run: Run, { direction }: FrameRow): 'octets' | 'rows' | 'unclear' {
  if (run.header.framesFromRows?.includes(direction)) return 'rows';
  if (run.announced[direction]) return 'octets';
  return mayStillCome(run) ? 'unclear' : 'rows';
}

/** The frame that the row tells of, unmasked. */
export function frameOfRow(row: FrameRow, ordinal: number): Frame {
  const { direction, fin, rsv, opcode, masked, maskingKey, payload, repeat } = row;
  const length = repeat ?? row.length ?? payload?.length ?? 0;
  return {
    direction,
    ordinal,
    offset: 0,
    via: 'row',
    isGuessed: false,
    fin,
    rsv,
    opcode,
    masked,
    maskUnknown: row.maskUnknown ?? false,
    maskingKey: maskingKey === null ? null : Buffer.from(maskingKey, 'hex'),
    lengthBits: length > 0xffff ? 64 : length > 125 ? 16 : 7,
    length,
    lengthUnknown: repeat === null && row.length === null && !(payload?.exact ?? false),
    headerLength: 0,
    header: NO_OCTETS,
    payload: repeat === null ? (payload?.known.subarray(0, length) ?? NO_OCTETS) : NO_OCTETS,
    witnessed: null,
    received: length,
    finished: true,
    spans: [{ at: 0, row: row.row, octet: 0, length: 0 }],
    answers: null,
  };
}
