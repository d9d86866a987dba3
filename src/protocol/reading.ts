// What proves that one endpoint has read something of the other. Frames are handled in the order in which they come, so
// who has read one frame has read all before it. The order of rows proves nothing: what stands in one read is handled one
// after the other, and rows of both directions may have crossed, on the wire and at the tap. Proof is what nobody sends
// but in answer: a Pong, an echo, a Close that comes back as it was.

import { closeCodeOf, type Frame, isSameWhole, startOf } from './frame/frame.ts';

/** What an endpoint has read of the other one, as ordinals of the other's frames; -1 where nothing tells. */
export interface Reading {
  proven: number;
  /** An equal message tells this, which may also be the endpoint's greeting. */
  likely: number;
}

export function noReading(): Reading {
  return { proven: -1, likely: -1 };
}

/** It has read the frame `ordinal`. */
export function noteRead(reading: Reading, ordinal: number, isSure: boolean): void {
  if (isSure) reading.proven = Math.max(reading.proven, ordinal);
  reading.likely = Math.max(reading.likely, ordinal);
}

export function hasRead(reading: Reading, frame: Frame): boolean {
  return reading.proven >= frame.ordinal;
}

/**
 * It has the other's reason: nobody sends that but in answer. Codes alone are few, and both endpoints may have chosen the
 * same, but for one that `closesOnlyInAnswer`.
 */
export function isEchoOfClose(reply: Frame, first: Frame, closesOnlyInAnswer: boolean): boolean {
  if (!isSameWhole(reply, first)) return false;
  return first.length > 2 || (closesOnlyInAnswer && (closeCodeOf(first) ?? 0) >= 3000);
}

/** Nothing else of its sender came with it in one read. */
export function cameAlone(frame: Frame): boolean {
  return startOf(frame).octet === 0;
}
