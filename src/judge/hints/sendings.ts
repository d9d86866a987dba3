// What the endpoints sent, as far as an echo can be compared with it: messages, Pings and Pongs, Closes.

import { concatOctets, NO_OCTETS } from '../../model/octets.ts';
import type { Answered } from '../../protocol/frame/frame.ts';
import { contentOf, type Message } from '../../protocol/frame/message.ts';
import { OPCODE } from '../../protocol/frame/opcode.ts';
import type { OrdinaryWire } from './ordinary.ts';
import { agree, KEPT, kept, type WireFrame } from './wire.ts';

/** A message, a Ping or Pong, or a Close. */
export interface Sending {
  readonly kind: 'message' | 'ping' | 'close';
  readonly row: number;
  readonly startRow: number;
  /** Of its last frame. */
  readonly ordinal: number;
  readonly opcode: number;
  readonly compressed: boolean;
  readonly frames: readonly WireFrame[];
  /** After unmasking and inflating: what is known of it, and its length. */
  readonly octets: Uint8Array;
  readonly length: number;
  /** After unmasking only. */
  readonly raw: Uint8Array;
  readonly rawLength: number;
  isAnswered: boolean;
}

/** What an endpoint sent where an echo would be, and what of the other one's it may have been made from. */
export interface Echo extends Sending {
  /** The likeliest first. */
  readonly candidates: Sending[];
  /** Nothing that it may be the echo of has been forgotten. */
  readonly isSure: boolean;
}

export function sendingOfControl(kind: Sending['kind'], frame: WireFrame): Sending {
  const { row, startRow, ordinal, opcode, payload, length } = frame;
  return {
    kind,
    row,
    startRow,
    ordinal,
    opcode,
    compressed: false,
    frames: [frame],
    octets: payload,
    length,
    raw: payload,
    rawLength: length,
    isAnswered: false,
  };
}

export function sendingOfMessage(message: Message, frames: readonly WireFrame[]): Sending {
  const raw = knownOf(frames);
  const content = message.compressed ? contentOf(message) : null;
  return {
    kind: 'message',
    row: frames.at(-1)?.row ?? -1,
    startRow: frames[0]?.startRow ?? -1,
    ordinal: message.frames.at(-1)?.ordinal ?? -1,
    opcode: message.opcode,
    compressed: message.compressed,
    frames,
    octets: message.compressed ? kept(content ?? NO_OCTETS) : raw,
    length: message.compressed ? (message.inflation?.length ?? 0) : message.length,
    raw,
    rawLength: message.length,
    isAnswered: false,
  };
}

/** The payload up to the first octet that is not known. */
function knownOf(frames: readonly WireFrame[]): Uint8Array {
  const [only] = frames;
  if (frames.length === 1 && only) return only.payload;
  const parts: Uint8Array[] = [];
  let count = 0;
  for (const { payload, length } of frames) {
    parts.push(payload);
    count += payload.length;
    if (payload.length < length || count >= KEPT) break;
  }
  return concatOctets(parts).subarray(0, KEPT);
}

/** Is it what was sent, as far as the log shows both? */
export function isSame(sent: Sending, { octets, length, opcode, kind }: Sending): boolean {
  if (sent.length !== length || !agree(sent.octets, octets)) return false;
  // What was begun with a continuation frame has no type.
  return kind !== 'message' || sent.opcode === opcode || sent.opcode === OPCODE.CONTINUATION;
}

/** An ordinary message. */
export class OrdinarySending {
  readonly wire: OrdinaryWire;
  readonly kind = 'message';
  #made: Sending | null = null;
  #isAnswered = false;
  /** The first of the numbers that tell contents apart. */
  readonly #content: number;

  constructor(wire: OrdinaryWire) {
    this.wire = wire;
    this.#content = wire.row.contentA;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  set isAnswered(value: boolean) {
    this.#isAnswered = value;
    if (this.#made) this.#made.isAnswered = value;
  }

  get ordinal(): number {
    return this.wire.row.ordinal;
  }

  /** What it would be if it were not ordinary. */
  get made(): Sending {
    this.#made ??= { ...sendingOfControl('message', this.wire.made), isAnswered: this.#isAnswered };
    return this.#made;
  }

  /** Both are known, and say the same. */
  isSame(other: OrdinarySending): boolean {
    if (this.#content !== other.#content) return false;
    const [a, b] = [this.wire.row, other.wire.row];
    return a.contentB === b.contentB && a.length === b.length && a.opcode === b.opcode;
  }
}

/** A message, or one that is ordinary and has not been made one. */
export type SendingLike = Sending | OrdinarySending;

export function madeOf(sending: SendingLike): Sending {
  return sending instanceof OrdinarySending ? sending.made : sending;
}

function isAlike(sent: SendingLike, echo: SendingLike): boolean {
  if (sent instanceof OrdinarySending && echo instanceof OrdinarySending) return sent.isSame(echo);
  return isSame(madeOf(sent), madeOf(echo));
}

/**
 * Is it something that the other endpoint sent? `answers`: the frame that it is known to answer. Where a payload is cut
 * nobody knows that, and what is known of both has to do; what is still to be answered comes first.
 */
export function answered(sendings: readonly SendingLike[], echo: SendingLike, answers: Answered | null): boolean {
  const paired = answers && sendings.findLast(({ ordinal }) => ordinal === answers.ordinal);
  const found = paired && isAlike(paired, echo) ? paired : likeliest(sendings, echo);
  if (found) found.isAnswered = true;
  return found !== null;
}

/** The oldest that is still to be answered; else the latest. */
function likeliest(sendings: readonly SendingLike[], echo: SendingLike): SendingLike | null {
  let latest: SendingLike | null = null;
  for (const sending of sendings) {
    if (!isAlike(sending, echo)) continue;
    if (!sending.isAnswered) return sending;
    latest = sending;
  }
  return latest;
}

export function nameOf({ kind }: Sending): string {
  return kind === 'ping' ? 'the Ping' : kind === 'close' ? 'the Close' : 'the message';
}
