// The payload of an ordinary frame, unmasked.

import type { OrdinaryOctets } from '../../judge/ordinary-row.ts';

export interface ClearPayload {
  octets: Buffer;
  from: number;
}

/** So much is kept for the next one. */
const KEPT = 1 << 20;

let room: Buffer = Buffer.alloc(1024);
const clear: ClearPayload = { octets: room, from: 0 };

/** What is returned changes with the next call. */
export function clearPayload({ batch, at, octets, length }: OrdinaryOctets): ClearPayload {
  const arena = batch.arena as Buffer;
  const start = batch.starts[at] as number;
  const from = start + octets - length;
  const isMasked = (arena[start + 1] as number) >= 0x80;
  clear.octets = isMasked ? unmask(arena, from, length) : arena;
  clear.from = isMasked ? 0 : from;
  return clear;
}

/** The key stands before the payload. */
function unmask(arena: Uint8Array, from: number, length: number): Buffer {
  const to = length <= room.length ? room : Buffer.allocUnsafeSlow(2 * length);
  if (to.length <= KEPT) room = to;
  for (let i = 0; i < length; i++) to[i] = (arena[from + i] as number) ^ (arena[from - 4 + (i & 3)] as number);
  return to;
}
