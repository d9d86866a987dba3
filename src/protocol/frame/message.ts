// A data message: one frame, or a first fragment and its continuations (RFC 6455 §5.4). The text is checked as it
// grows, so that the very octet that breaks it is known; a compressed message is inflated when it is whole.

import { concatOctets, NO_OCTETS } from '../../model/octets.ts';
import { startUtf8, type Utf8State } from '../../model/utf8.ts';
import type { InflateResult } from '../deflate/inflate.ts';
import type { Frame } from './frame.ts';

export interface Utf8Break {
  /** Of a compressed message its last one. */
  readonly frame: Frame;
  /** Payload octet of the frame in which it stands. */
  readonly inFrame: number;
  readonly inMessage: number;
  readonly octet: number;
  readonly what: string;
}

export interface Message {
  readonly opcode: number;
  /** RSV1 on its first frame, with permessage-deflate agreed (RFC 7692 §6). */
  readonly compressed: boolean;
  readonly frames: Frame[];
  /** Payload octets of its finished frames, as on the wire. */
  length: number;
  /** A payload octet is hidden: what follows it is not judged. */
  hidden: boolean;
  /** The message was begun before the log, in a gap or never: its start is not known. */
  readonly headless: boolean;
  /** Null for what is no text, begins before what is known, or has reserved bits that may change its payload. */
  utf8: Utf8State | null;
  brokenAt: Utf8Break | null;
  finished: boolean;
  /** What inflating it showed, once it is finished. */
  inflation: InflateResult | null;
}

/** What was so just before a frame began. */
export interface Before {
  /** The sender's message that was open. */
  readonly inside: Message | null;
  /** The log leaves out so much that a message may have been open. */
  readonly insideUnknown: boolean;
  /** The frame goes on with a control frame that was sent without FIN. */
  readonly followsControl: boolean;
}

export function openMessage(
  opcode: number,
  compressed: boolean,
  isText: boolean,
  headless = false,
  frames: Frame[] = [],
): Message {
  return {
    opcode,
    compressed,
    frames,
    length: 0,
    hidden: headless,
    headless,
    utf8: isText && !headless ? startUtf8() : null,
    brokenAt: null,
    finished: false,
    inflation: null,
  };
}

/** So many frames of a message are kept at the most, and its latest one. */
export const FRAMES_KEPT = 1 << 17;

/** The frame is the message's latest. */
export function joinFrame({ frames }: Message, frame: Frame): void {
  if (frames.length > FRAMES_KEPT) frames.pop();
  frames.push(frame);
}

/** The message's octets after unmasking and inflating; null where they are not all known. */
export function contentOf(message: Message): Uint8Array | null {
  if (message.headless || message.hidden) return null;
  if (message.compressed) return isInflated(message) ? (message.inflation?.octets ?? null) : null;
  const { frames } = message;
  // Nearly all messages are one frame.
  if (frames.length === 1) return (frames[0] as Frame).payload;
  return frames.length === 0 ? NO_OCTETS : concatOctets(frames.map(({ payload }) => payload));
}

/** All that came out is known, and nothing stopped it. */
function isInflated({ inflation }: Message): boolean {
  if (!inflation || inflation.isStart || inflation.fault !== null || inflation.unknown !== null) return false;
  return inflation.end !== 'limit' && inflation.end !== 'cut' && inflation.end !== 'inside-block';
}

/** The frame in which payload octet `at` of the message stands, and where in that frame. */
export function frameAt(message: Message, at: number): { readonly frame: Frame; readonly octet: number } | null {
  let from = 0;
  for (const frame of message.frames) {
    if (at < from + frame.length || frame === message.frames.at(-1)) {
      return { frame, octet: frame.headerLength + Math.min(at - from, Math.max(frame.length - 1, 0)) };
    }
    from += frame.length;
  }
  return null;
}

/** Do both texts break at the same octet, and are all octets that are known of both so far the same? */
export function breaksAs(a: Message, b: Message): boolean {
  if (!a.brokenAt || !b.brokenAt || a.brokenAt.inMessage !== b.brokenAt.inMessage) return false;
  const [inA, inB] = [concatOctets(knownFragments(a)), concatOctets(knownFragments(b))];
  const size = Math.min(inA.length, inB.length);
  return size > a.brokenAt.inMessage && Buffer.compare(inA.subarray(0, size), inB.subarray(0, size)) === 0;
}

/** Payloads of the message's frames, from its first octet on, up to the first that is hidden. */
export function knownFragments({ frames }: Message): Uint8Array[] {
  const cut = frames.findIndex(({ payload, length }) => payload.length < length);
  return frames.slice(0, cut < 0 ? undefined : cut + 1).map(({ payload }) => payload);
}
