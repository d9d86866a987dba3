// The octets that one side of a log sent, whole: as the log has them, and where it is cut, rebuilt from what is known of
// the frames. A header is exact as soon as its fields are; of a payload that the log hides, only the length is, so it
// goes on as it began, or with asterisks where a text could not go on so.

import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { AnnotatedRow } from '../judge/annotation.ts';
import type { Direction, FrameRow } from '../model/row.ts';
import { type Frame, payloadOf } from '../protocol/frame/frame.ts';
import { unmask } from '../protocol/frame/masking.ts';

export interface SentOctets {
  /** The opening handshake's head; empty where the log has none. */
  readonly head: Uint8Array;
  /** The whole stream, the head included. */
  readonly octets: Uint8Array;
  /** For each octet: 0 unknown, 1 from the log, 2 rebuilt. */
  readonly known: Uint8Array;
}

const [FROM_LOG, REBUILT] = [1, 2];
const ASTERISK = 0x2a;

/** Rows of one log, all of them. With `hasFreshMasks` each masked frame gets a new key (RFC 6455 §5.3). */
export function sentOctets(rows: readonly AnnotatedRow[], direction: Direction, hasFreshMasks = false): SentOctets {
  const own = rows.flatMap(({ row }) => (row.kind === 'octets' && row.direction === direction ? [row.octets] : []));
  const length = own.reduce((sum, { length }) => sum + length, 0);
  const sent = { head: headOf(rows, direction), octets: new Uint8Array(length), known: new Uint8Array(length) };
  let at = 0;
  for (const { length, known } of own) {
    write(sent, at, known, FROM_LOG);
    at += length;
  }
  write(sent, 0, sent.head, REBUILT);
  const repeats = repeatsOf(rows);
  for (const { frames } of rows) {
    for (const { frame } of frames) {
      if (frame.direction !== direction) continue;
      const fresh = hasFreshMasks && frame.maskingKey !== null ? randomBytes(4) : null;
      const wire = wireOf(frame, repeats.get(frame) ?? 0, fresh);
      if (fresh) sent.known.fill(0, frame.offset, frame.offset + wire.length);
      write(sent, frame.offset, wire, REBUILT);
    }
  }
  return sent;
}

function headOf(rows: readonly AnnotatedRow[], direction: Direction): Uint8Array {
  const heads = rows.flatMap(({ heads }) => heads).filter((head) => head.direction === direction);
  return heads.at(-1)?.octets ?? new Uint8Array(0);
}

/** How long each frame's payload became by being repeated; only the frame's own row tells. */
function repeatsOf(rows: readonly AnnotatedRow[]): Map<Frame, number> {
  return new Map(
    rows.flatMap(({ row, frame }) => (frame && row.kind === 'frame' ? [[frame, repeatOf(row)] as const] : [])),
  );
}

function repeatOf({ repeat, payload }: FrameRow): number {
  return repeat === null ? 0 : (payload?.known.length ?? 0);
}

/** Never over what is known already. */
function write({ octets, known }: SentOctets, at: number, from: Uint8Array, mark: number): void {
  const end = Math.min(at + from.length, octets.length);
  for (let i = at; i < end; i++) {
    if (known[i] !== 0) continue;
    octets[i] = from[i - at] as number;
    known[i] = mark;
  }
}

/** The frame as it stood on the wire (RFC 6455 §5.2), as much of it as the log says there was. */
function wireOf(frame: Frame, repeat: number, fresh: Uint8Array | null): Uint8Array {
  const payload = wholePayload(frame, repeat);
  const header = Uint8Array.from(headerOf(frame));
  const key = fresh ?? frame.maskingKey;
  if (fresh) header.set(fresh, frame.headerLength - 4);
  return Buffer.concat([header, key ? unmask(payload, key) : payload]);
}

function headerOf(frame: Frame): Uint8Array {
  if (frame.header.length === frame.headerLength) return frame.header;
  const header = Buffer.alloc(frame.headerLength);
  header[0] = (frame.fin ? 0x80 : 0) | (frame.rsv << 4) | frame.opcode;
  const mask = frame.masked ? 0x80 : 0;
  if (frame.lengthBits === 7) header[1] = mask | frame.length;
  else if (frame.lengthBits === 16) {
    header[1] = mask | 126;
    header.writeUInt16BE(frame.length, 2);
  } else {
    header[1] = mask | 127;
    header.writeBigUInt64BE(BigInt(frame.length), 2);
  }
  if (frame.maskingKey) header.set(frame.maskingKey, frame.headerLength - 4);
  header.set(frame.header);
  return header;
}

/** `repeat`: of so many octets the payload is made, over and over. */
function wholePayload(frame: Frame, repeat: number): Uint8Array {
  const known = payloadOf(frame);
  const length = Math.min(frame.length, frame.received);
  if (known.length >= length) return known.subarray(0, length);
  const payload = new Uint8Array(length).fill(ASTERISK);
  payload.set(known);
  const pattern = repeat > 0 ? known.subarray(0, repeat) : isUtf8(known) ? known : known.subarray(0, 0);
  if (pattern.length === 0) return payload;
  for (let at = known.length; at < length; at++) payload[at] = pattern[at % pattern.length] as number;
  return payload;
}
