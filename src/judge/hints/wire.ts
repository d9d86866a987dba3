// Octets as they stood on the wire, put together again from decoded frames, and how hints compare them.

import { concatOctets, NO_OCTETS } from '../../model/octets.ts';
import { type Frame, payloadOf, type Span } from '../../protocol/frame/frame.ts';
import { unmask } from '../../protocol/frame/masking.ts';
import { OrdinaryFrame } from './ordinary.ts';

/** Fewer equal octets are no evidence. */
export const ENOUGH = 4;

/** Payload octets that are kept of one frame or message. */
export const KEPT = 4096;
/** A piece of a large buffer would keep all of it alive. */
const LARGE_BUFFER = 4 * KEPT;

/** A frame as hints need it, small enough to be kept. */
export interface FrameSummary {
  /** Row of its last octet, and of its first. */
  readonly row: number;
  readonly startRow: number;
  readonly ordinal: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  readonly key: Uint8Array | null;
  readonly lengthBits: 7 | 16 | 64;
  readonly length: number;
  readonly headerLength: number;
  readonly header: Uint8Array;
  /** As far as it is known, unmasked. */
  readonly payload: Uint8Array;
  /** Payload octets that came. */
  readonly received: number;
  readonly finished: boolean;
  readonly spans: readonly Span[];
  readonly near: Near;
}

export type AnyFrame = Frame | OrdinaryFrame;

function frameOf(one: AnyFrame): Frame {
  return one instanceof OrdinaryFrame ? smallFrame(one.decoded) : one;
}

/** What stands on the wire around a frame. Frames hold no others, so that one that is kept does not keep all. */
export class Near {
  readonly #before: AnyFrame | null;
  /** Nearly always one is enough. */
  #next: AnyFrame | null = null;
  #others: AnyFrame[] | null = null;
  /** So many octets more are wanted of what follows. */
  missing: number;
  /** What came after those and is no whole header. */
  rest: Uint8Array | null = null;

  constructor(before: AnyFrame | null, missing: number) {
    this.#before = before;
    this.missing = missing;
  }

  get before(): Frame | null {
    return this.#before && frameOf(this.#before);
  }

  /** One after the other, without a hole. */
  get after(): Frame[] | null {
    return this.#next && [this.#next, ...(this.#others ?? [])].map(frameOf);
  }

  /** The next one. */
  add(frame: AnyFrame): void {
    if (this.#others) this.#others.push(frame);
    else if (this.#next) this.#others = [frame];
    else this.#next = frame;
  }
}

const MOST_SPANS = 64;

/** The frame without what would take much memory. */
export function smallFrame(frame: Frame): Frame {
  const isSmall = frame.payload.buffer.byteLength <= LARGE_BUFFER && frame.spans.length <= MOST_SPANS;
  if (isSmall) return frame;
  const { spans } = frame;
  return {
    ...frame,
    header: kept(frame.header),
    maskingKey: frame.maskingKey && kept(frame.maskingKey),
    payload: kept(frame.payload),
    spans: [...spans.slice(0, MOST_SPANS - 1), ...spans.slice(-1)],
  };
}

export function wireFrame(frame: Frame, near: Near): FrameSummary {
  const { spans } = frame;
  return {
    row: spans[spans.length - 1]?.row ?? -1,
    startRow: spans[0]?.row ?? -1,
    ordinal: frame.ordinal,
    fin: frame.fin,
    rsv: frame.rsv,
    opcode: frame.opcode,
    masked: frame.masked,
    key: frame.maskingKey && kept(frame.maskingKey),
    lengthBits: frame.lengthBits,
    length: frame.length,
    headerLength: frame.headerLength,
    header: kept(frame.header),
    payload: kept(payloadOf(frame)),
    received: frame.received,
    finished: frame.finished,
    spans,
    near,
  };
}

/** The row with whose end just so many payload octets had come; in octet-wise chops that would be no coincidence. */
export function rowEndingAt({ spans, headerLength }: FrameSummary, octets: number): number | null {
  if (spans.length === 1) return null;
  return spans.find(({ at, length }) => length > 3 && at + length - headerLength === octets)?.row ?? null;
}

/** The first octets, such that no more than them stays in memory. */
export function kept(octets: Uint8Array): Uint8Array {
  if (octets.buffer.byteLength <= LARGE_BUFFER) return octets.length <= KEPT ? octets : octets.subarray(0, KEPT);
  return new Uint8Array(octets.subarray(0, KEPT));
}

type Masked = Pick<FrameSummary, 'masked' | 'key' | 'payload'>;

/** The payload as it stood on the wire. */
export function maskedPayload({ masked, key, payload }: Masked): Uint8Array {
  if (!masked) return payload;
  return key ? unmask(payload, key) : NO_OCTETS;
}

/** The frame on the wire from its first octet on, as far as that is known without a hole. */
function wireOf(frame: Frame | FrameSummary): Uint8Array {
  const { header, headerLength, masked, payload } = frame;
  if (header.length < headerLength) return header;
  const key = 'key' in frame ? frame.key : frame.maskingKey;
  return concatOctets([header, maskedPayload({ masked, key, payload })]);
}

/** How many octets of the frame are known without a hole; less than all of them where one is hidden. */
export function knownOnWire({ header, headerLength, payload }: Frame | FrameSummary): number {
  return header.length < headerLength ? header.length : headerLength + payload.length;
}

/** The frame and what follows it on the wire, as far as that is known without a hole. */
export function wireFrom(frame: FrameSummary): Uint8Array {
  const own = wireOf(frame);
  if (own.length < frame.headerLength + frame.length) return own;
  const { after, rest } = frame.near;
  return concatOctets([own, ...(after ?? []).map(wireOf), ...(rest ? [rest] : [])]);
}

/** What stands just before the frame, it, and what of those behind it had come before that row; `at` is where it begins. */
export function wireAround(frame: FrameSummary, row: number): { readonly wire: Uint8Array; readonly at: number } {
  const { before, after } = frame.near;
  const isKnown = before !== null && knownOnWire(before) === before.headerLength + before.length;
  const front = isKnown ? wireOf(before).subarray(-BEFORE) : NO_OCTETS;
  const behind = (after ?? []).map((next) => wireOf(next).subarray(0, comeBefore(next, row)));
  return { wire: concatOctets([front, wireOf(frame), ...behind]), at: front.length };
}

/** How many octets of the frame had come before that row. */
function comeBefore({ spans }: Frame, row: number): number {
  return spans.reduce((sum, span) => (span.row < row ? sum + span.length : sum), 0);
}

const BEFORE = 8;

/** What `part` makes of each frame, put together up to the first octet that is not known. */
export function concatWire(
  frames: readonly FrameSummary[],
  length: number,
  part: (frame: FrameSummary) => Uint8Array,
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const frame of frames) {
    parts.push(part(frame));
    if (frame.payload.length < frame.length) break;
  }
  return parts.length === 0 ? NO_OCTETS : concatOctets(parts).subarray(0, Math.min(length, KEPT));
}

export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.min(a.length, b.length));
  for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) ^ (b[i] as number);
  return out;
}

/** Nothing but the same few octets over and over. */
export function hasPeriod(stream: Uint8Array): boolean {
  for (let i = 4; i < stream.length; i++) if (stream[i] !== stream[i - 4]) return false;
  return true;
}

/** Are the `count` octets there, and the same in both? */
export function isEqual(a: Uint8Array, b: Uint8Array, count: number): boolean {
  if (a.length < count || b.length < count) return false;
  for (let i = 0; i < count; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The one is the other as far as both are known. */
export function agree(a: Uint8Array, b: Uint8Array): boolean {
  return isEqual(a, b, Math.min(a.length, b.length));
}

export function startsWith(octets: Uint8Array, start: Uint8Array): boolean {
  return isEqual(octets, start, start.length);
}

/** "the 5 octets", "the first 54 of 125 octets". */
export function countInWords(known: number, length: number): string {
  return known === length ? `the ${length} octets` : `the first ${known} of ${length} octets`;
}
