// The payload of an ordinary frame, unmasked.

import type { JudgedBatch } from '../../judge/ordinary-row.ts';

export interface ClearPayload {
  view: DataView;
  from: number;
  to: number;
}

/** So much is kept for the next one. */
const KEPT = 1 << 20;

let room = new DataView(new ArrayBuffer(1024));
const clear: ClearPayload = { view: room, from: 0, to: 0 };

/** What is returned changes with the next call. */
export function clearPayload(batch: JudgedBatch, at: number): ClearPayload {
  const { view, starts } = batch.rows;
  const from = batch.payloadAt(at);
  const length = batch.lengthAt(at);
  const isMasked = view.getUint8((starts[at] as number) + 1) >= 0x80;
  clear.view = isMasked ? unmask(view, from, length) : view;
  clear.from = isMasked ? 0 : from;
  clear.to = clear.from + length;
  return clear;
}

/** The key stands before the payload. */
function unmask(view: DataView, from: number, length: number): DataView {
  const to = length <= room.byteLength ? room : new DataView(new ArrayBuffer(2 * length));
  if (to.byteLength <= KEPT) room = to;
  const key = view.getInt32(from - 4, true);
  let i = 0;
  for (; i + 3 < length; i += 4) to.setInt32(i, view.getInt32(from + i, true) ^ key, true);
  for (; i < length; i++) to.setUint8(i, view.getUint8(from + i) ^ view.getUint8(from - 4 + (i & 3)));
  return to;
}

/** The octets of some of it. */
export function octetsBetween({ buffer, byteOffset }: DataView, from: number, to: number): Buffer {
  return Buffer.from(buffer, byteOffset + from, to - from);
}
