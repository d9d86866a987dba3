// Just enough of a frame's header (RFC 6455 §5.2) to find out how long rows are: reading a log needs no more.

import { hexOf } from '../../model/octets.ts';
import type { FrameRow } from '../../model/row.ts';

export interface FrameHead {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly masked: boolean;
  readonly maskingKey: string | null;
  readonly payload: number;
  /** Header and payload. */
  readonly total: number;
}

/** The header at `at`; null where it is not all there. */
export function readFrameHead(known: Uint8Array, at: number): FrameHead | null {
  const first = known[at] ?? 0;
  const second = known[at + 1] ?? 0;
  const short = second & 0x7f;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const masked = second >= 0x80;
  const size = 2 + extended + (masked ? 4 : 0);
  if (at + size > known.length) return null;
  let payload = extended === 0 ? short : 0;
  for (let i = 0; i < extended; i++) payload = payload * 256 + (known[at + 2 + i] ?? 0);
  return {
    opcode: first & 15,
    fin: first >= 0x80,
    rsv: (first >> 4) & 7,
    masked,
    maskingKey: masked ? hexOf(known.subarray(at + size - 4, at + size)) : null,
    payload,
    total: size + payload,
  };
}

/** Is this the frame that the row tells of? Of what the row does not say, anything will do. */
export function isFrameOfRow(head: FrameHead, row: FrameRow): boolean {
  const length = row.repeat ?? row.length;
  return hasBitsOfRow(head, row) && (length === null || length === head.payload);
}

/** The same but for the length: for frames received it is 0 where the suite threw the payload away. */
export function hasBitsOfRow(head: FrameHead, row: FrameRow): boolean {
  return (
    head.opcode === row.opcode &&
    head.fin === row.fin &&
    head.rsv === row.rsv &&
    head.masked === row.masked &&
    (row.maskingKey === null || row.maskingKey === head.maskingKey)
  );
}

/** Header and payload of the frame that the row tells of, with the length coded as short as it can be. */
export function totalOfRow(row: FrameRow): number | null {
  const length = row.repeat ?? row.length;
  if (length === null) return null;
  return length + (length < 126 ? 2 : length < 65536 ? 4 : 10) + (row.masked ? 4 : 0);
}

/** The octets are the head of the opening handshake. */
export function isHttp(known: Uint8Array): boolean {
  const text = String.fromCharCode(...known.subarray(0, 5));
  return text.startsWith('GET ') || text === 'HTTP/';
}
