// One WebSocket frame as it stands on the wire (RFC 6455 §5.2), with where in the log it stands. A frame is data:
// it can hold anything that octets can say, right or wrong.

import type { Direction } from '../../model/row.ts';

/** A place in the log: the row, and the octet within that row's octets. */
export interface Place {
  readonly row: number;
  readonly octet: number;
}

/** What a frame answers: a frame of the other direction, and the row in which that ends. */
export interface Answered {
  readonly ordinal: number;
  readonly row: number;
}

/** A run of octets of one row; `at` counts from the first octet of the thing that the run is part of. */
export interface Span {
  readonly at: number;
  readonly row: number;
  readonly octet: number;
  readonly length: number;
}

export interface Frame {
  readonly direction: Direction;
  /** Position among the frames of this direction, from 0. */
  readonly ordinal: number;
  /** Position of the first octet in this direction's octet stream, handshake included. */
  readonly offset: number;
  /** `row`: part of the header is hidden by a cut and was taken from the log's own frame row. */
  readonly via: 'octets' | 'row';
  /** That a frame begins here is a guess: nothing says so but the look of the octets. */
  readonly isGuessed: boolean;
  readonly fin: boolean;
  /** Three bits: RSV1 = 4, RSV2 = 2, RSV3 = 1. */
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** Taken from a frame row that does not tell whether it was masked: `masked` means nothing. */
  readonly maskUnknown?: boolean;
  /** Taken from a frame row that does not tell how long it was: `length` is the least possible. */
  readonly lengthUnknown?: boolean;
  /** Four octets; null when not masked, or hidden. */
  readonly maskingKey: Uint8Array | null;
  readonly lengthBits: 7 | 16 | 64;
  /** Payload length in octets as declared. Above 2^53 not exact: see `exactLength`. */
  readonly length: number;
  /** Header length in octets, masking key included. */
  readonly headerLength: number;
  /** The header octets that are known, a prefix. */
  readonly header: Uint8Array;
  /** The payload octets that are known, unmasked, from the first on without a hole. */
  payload: Uint8Array;
  /** More of the payload than the octets show, from the log's own frame row; null where that does not help. */
  witnessed: Uint8Array | null;
  /** Payload octets that have passed, known or not. */
  received: number;
  /** All of the frame's octets have passed. */
  finished: boolean;
  /** Where the frame's octets stand, in order. */
  readonly spans: Span[];
  /**
   * The frame of the other direction that this one answers: a Pong its Ping, a Close the other's Close that had come
   * before, the last frame of an echo the last one of its message. Null where it answers nothing, and until it has ended.
   */
  answers: Answered | null;
  /** The payload stands on the wire as if it had never been masked, though the mask bit is set. */
  clearOnWire?: true;
}

/** More of the thing has come, from its octet `at` on: until all of it has, its last span may grow. */
export function addSpan(
  spans: (Span & { length: number })[],
  at: number,
  row: number,
  octet: number,
  length: number,
): void {
  const last = spans[spans.length - 1];
  if (last && last.row === row && last.octet + last.length === octet) last.length += length;
  else if (length > 0) spans.push({ at, row, octet, length });
}

/** No octet of it is in the log, only a frame row. */
export function isWithoutOctets({ via, headerLength }: Frame): boolean {
  return via === 'row' && headerLength === 0;
}

/** The payload as far as the log tells it, octets and frame row together. */
export function payloadOf(frame: Frame): Uint8Array {
  return frame.witnessed ?? frame.payload;
}

export function startOf(frame: Frame): Place {
  const first = frame.spans[0];
  return { row: first?.row ?? -1, octet: first?.octet ?? 0 };
}

/** Exclusive; of a frame that is not finished, the end of what came. */
export function endOf(frame: Frame): Place {
  const last = frame.spans.at(-1);
  return { row: last?.row ?? -1, octet: last ? last.octet + last.length : 0 };
}

export function answeredFrame(frame: Frame): Answered {
  return { ordinal: frame.ordinal, row: endOf(frame).row };
}

/** The place of octet `at` of a thing that stands at `spans`; the nearest before it where that one is not there. */
export function placeAt(spans: readonly Span[], at: number): Place {
  let low = 0;
  let high = spans.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((spans[middle] as Span).at <= at) low = middle;
    else high = middle - 1;
  }
  const span = spans[low];
  return span ? { row: span.row, octet: span.octet + Math.min(at - span.at, span.length) } : { row: -1, octet: 0 };
}

/** Every octet of the frame is in the log. */
export function isComplete(frame: Frame): boolean {
  return (
    !frame.lengthUnknown &&
    frame.finished &&
    frame.header.length === frame.headerLength &&
    frame.payload.length === frame.length
  );
}

/** The declared payload length, exact up to 2^64 - 1. */
export function exactLength(frame: Frame): bigint {
  if (frame.lengthBits !== 64 || frame.header.length < 10) return BigInt(frame.length);
  return Buffer.from(frame.header).readBigUInt64BE(2);
}

/** The same as a number, where a number is exact. */
export function lengthOfFrame(frame: Frame): number | bigint {
  return Number.isSafeInteger(frame.length) ? frame.length : exactLength(frame);
}

/** The Close has a code, and the log does not show it. */
export function isCodeHidden(frame: Frame): boolean {
  return frame.length >= 2 && payloadOf(frame).length < 2;
}

/** Both have the same payload, and all of it is known. */
export function isSameWhole(one: Frame, other: Frame): boolean {
  const [payload, otherPayload] = [payloadOf(one), payloadOf(other)];
  return payload.length === one.length && one.length === other.length && Buffer.compare(payload, otherPayload) === 0;
}

/** The close code, null when the payload has none or it is hidden (RFC 6455 §5.5.1). */
export function closeCodeOf(frame: Frame): number | null {
  const payload = payloadOf(frame);
  return payload.length >= 2 ? ((payload[0] as number) << 8) | (payload[1] as number) : null;
}
