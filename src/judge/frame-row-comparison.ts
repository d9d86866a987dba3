// What the log's own row says of a frame, held against the octets of that frame.

import { hexOf } from '../model/octets.ts';
import { type FrameRow, lengthOfRow } from '../model/row.ts';
import { FRAME_ROW, type RowBatch } from '../model/row-batch.ts';
import { type Frame, lengthOfFrame } from '../protocol/frame/frame.ts';
import { headerLengthOf } from '../protocol/frame/frame-header.ts';
import { keyOf } from '../protocol/frame/key-history.ts';

/** Does the log's row at that place say just what the octets at `to` of the batch say, which are one whole frame? */
export function saysFrame(batch: RowBatch, at: number, to: number): boolean {
  const { arena, starts, view } = batch;
  const start = starts[to] as number;
  const payloadAt = start + (headerLengthOf(arena, start) as number);
  const length = start + (batch.known[to] as number) - payloadAt;
  const isMasked = (arena[start + 1] as number) >= 0x80;
  const bits = batch.bits[at] as number;
  if ((bits & 0xff) !== arena[start] || length !== batch.known[at]) return false;
  if (isMasked !== ((bits & FRAME_ROW.MASKED) !== 0)) return false;
  const shown = starts[at] as number;
  if (!isMasked) return isSame(view, shown, payloadAt, length, 0);
  const key = keyOf(arena, payloadAt - 4);
  if ((bits & FRAME_ROW.HAS_KEY) !== 0 && batch.keys[at] !== (key | 0)) return false;
  return isSame(view, shown, payloadAt, length, view.getInt32(payloadAt - 4, true));
}

/** Is what stands at `to`, unmasked with the key, what stands at `from`? The key is as it stands in memory; 0 for none. */
function isSame(octets: DataView, from: number, to: number, length: number, key: number): boolean {
  let i = 0;
  for (; i + 3 < length; i += 4) {
    if (octets.getInt32(from + i, true) !== (octets.getInt32(to + i, true) ^ key)) return false;
  }
  for (; i < length; i++) {
    const mask = (key >> (8 * (i & 3))) & 0xff;
    if (octets.getUint8(from + i) !== (octets.getUint8(to + i) ^ mask)) return false;
  }
  return true;
}

/** What the log's row says otherwise than the octets, in words. A compressed payload is logged inflated, so not compared. */
export function differences(row: FrameRow, frame: Frame, compressed: boolean): string[] {
  const found: string[] = [];
  const compare = (what: string, logged: unknown, decoded: unknown) => {
    if (logged !== decoded) found.push(`${what} ${String(logged)} in the log, ${String(decoded)} in the octets`);
  };
  compare('opcode', row.opcode, frame.opcode);
  compare('FIN', row.fin, frame.fin);
  compare('RSV', row.rsv, frame.rsv);
  compare('MASK', row.masked, frame.masked);
  if (row.masked && frame.masked && frame.maskingKey && row.maskingKey) {
    compare('masking key', row.maskingKey, hexOf(frame.maskingKey));
  }
  if (compressed && row.direction === 'rx') return found;
  if (row.length !== null) compare('length', row.repeat ?? lengthOfRow(row), lengthOfFrame(frame));
  if (found.length === 0 && payloadDiffers(row, frame)) found.push('payload differs from the octets');
  return found;
}

/**
 * Does the log's row say what the octets say? Null where they were not compared: a header that the octets hide is taken
 * from the row itself, and of the payload one of the two may show nothing.
 */
export function agreement(
  { length, payload }: FrameRow,
  frame: Frame,
  found: readonly string[],
  isInflated: boolean,
): boolean | null {
  if (found.length > 0) return false;
  const isPayloadCompared = !isInflated && Math.min(payload?.known.length ?? 0, frame.payload.length) > 0;
  return frame.via === 'octets' && (isPayloadCompared || (length ?? frame.length) === 0) ? true : null;
}

function payloadDiffers({ payload, repeat }: FrameRow, frame: Frame): boolean {
  if (!payload || payload.known.length === 0) return false;
  const size = Math.min(payload.known.length, frame.payload.length);
  if (repeat !== null && payload.known.length > repeat) return false;
  return Buffer.compare(payload.known.subarray(0, size), frame.payload.subarray(0, size)) !== 0;
}
