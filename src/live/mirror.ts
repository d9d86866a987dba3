// A log in which the other role breaks the same rule: what the server sent is sent by the client, so masked, and the
// other way round (RFC 6455 §5.1). Only logs of frames have a mirror; heads are not the same from the other side.

import type { AnnotatedRow } from '../judge/annotation.ts';
import { wholeOctets } from '../model/octets.ts';
import type { Direction, Row } from '../model/row.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { unmask } from '../protocol/frame/masking.ts';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

/** The rows with each frame's mask added or taken away; null where octets of the log are no frames, or are hidden. */
export function mirrored(rows: readonly AnnotatedRow[]): Row[] | null {
  const seen: Record<Direction, number> = { rx: 0, tx: 0 };
  const framed: Record<Direction, number> = { rx: 0, tx: 0 };
  const out: Row[] = [];
  for (const { row, frames, heads } of rows) {
    if (heads.length > 0 || row.kind === 'frame') return null;
    if (row.kind !== 'octets') {
      out.push(row);
      continue;
    }
    seen[row.direction] += row.octets.length;
    const parts: Uint8Array[] = [];
    for (const { frame } of frames) {
      const wire = mirroredFrame(frame);
      if (wire === null) return null;
      framed[frame.direction] += frame.headerLength + frame.received;
      parts.push(wire);
    }
    // A frame that is cut into several reads comes whole in the last of them.
    if (parts.length > 0) out.push({ ...row, octets: wholeOctets(Buffer.concat(parts)) });
  }
  return seen.rx === framed.rx && seen.tx === framed.tx ? out : null;
}

function mirroredFrame(frame: Frame): Uint8Array | null {
  if (frame.header.length < frame.headerLength || frame.payload.length < frame.received) return null;
  const lengthEnd = frame.headerLength - (frame.masked ? 4 : 0);
  const header = Uint8Array.from(frame.header.subarray(0, lengthEnd));
  header[1] = (header[1] as number) ^ 0x80;
  return frame.masked
    ? Buffer.concat([header, frame.payload])
    : Buffer.concat([header, KEY, unmask(frame.payload, KEY)]);
}
