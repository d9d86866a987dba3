// What is held of one log at the most. Rows leave the window early where they are large; where somebody keeps them all,
// of inflated messages only the beginning is kept once there is too much of them. A log of a megabyte can hold messages
// of gigabytes, and one row of it a million frames.

import type { Message } from '../protocol/frame/message.ts';
import { stepForgetInflated } from '../protocol/steps/frame.ts';
import type { AnnotatedRow, Annotation, DecodedFrame } from './annotation.ts';
import { type RowOrStretch, Stretch } from './ordinary-row.ts';

/** Octets of rows, and of what their messages inflate to, together. */
const MOST_OCTETS = 8 << 20;
/** The same of inflated messages where somebody keeps all rows. */
const MOST_INFLATED = 64 << 20;
/** What a frame takes beside its payload. Unit: octets. */
const FRAME_WEIGHT = 512;
const MOST_PER_ROW = 50_000;
/** Of a message that is inflated and too much. Unit: octets. */
const START_KEPT = 64 << 10;

/** What the rows that are held take. Units: octets. */
export interface HeldOctets {
  octets: number;
  /** Part of it; where somebody keeps all rows, of those that have left too. */
  inflated: number;
}

export function holdsNothing(): HeldOctets {
  return { octets: 0, inflated: 0 };
}

export function isTooMuch({ octets }: HeldOctets): boolean {
  return octets > MOST_OCTETS;
}

export function noteRow(held: HeldOctets, { row }: AnnotatedRow): void {
  if (row.kind === 'octets') held.octets += row.octets.known.length;
}

/** An ordinary row takes as much as if it were an object. `octets`: those of the wire in it. */
export function noteOrdinary(held: HeldOctets, octets: number): void {
  if (octets > 0) held.octets += octets + FRAME_WEIGHT;
}

/** The rows have left, with all that they hold. Who keeps them (`areKept`) keeps what is inflated of them. */
export function dropRows(held: HeldOctets, leaving: RowOrStretch, areKept: boolean): void {
  if (!(leaving instanceof Stretch)) {
    dropRow(held, leaving, areKept);
    return;
  }
  const { batch, from, to } = leaving;
  let octets = 0;
  for (let at = from; at < to; at++) {
    const own = batch.octetsAt(at);
    if (own > 0) octets += own + FRAME_WEIGHT;
  }
  held.octets -= octets;
}

function dropRow(held: HeldOctets, { row, frames }: AnnotatedRow, isKept: boolean): void {
  if (row.kind === 'octets') held.octets -= row.octets.known.length;
  for (const { message } of frames) {
    const inflated = message?.inflation?.octets.length ?? 0;
    if (!isKept) held.inflated -= inflated;
    held.octets -= inflated;
  }
  held.octets -= frames.length * FRAME_WEIGHT;
}

/** A row lists so many frames; the others are judged and counted all the same. */
export function addFrame(held: HeldOctets, annotated: AnnotatedRow, decoded: DecodedFrame): void {
  if (annotated.frames.length >= MOST_PER_ROW) annotated.unlisted = (annotated.unlisted ?? 0) + 1;
  else {
    annotated.frames.push(decoded);
    held.octets += FRAME_WEIGHT;
  }
}

/** A row lists so many annotations; the others are counted all the same. */
export function addAnnotation(annotated: AnnotatedRow, annotation: Annotation): void {
  if (annotated.annotations.length < MOST_PER_ROW) annotated.annotations.push(annotation);
  else annotated.unlistedAnnotations = (annotated.unlistedAnnotations ?? 0) + 1;
}

/** A message was inflated and judged: is there room for all of it? */
export function keepInflated(held: HeldOctets, message: Message): void {
  const { inflation } = message;
  if (!inflation) return;
  if (held.inflated + inflation.octets.length > MOST_INFLATED) stepForgetInflated(message, START_KEPT);
  const { length } = message.inflation?.octets ?? [];
  held.inflated += length;
  held.octets += length;
}
