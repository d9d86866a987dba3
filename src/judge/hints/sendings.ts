// What the endpoints sent, as far as an echo can be compared with it: messages, Pings and Pongs, Closes.

import { concatOctets, NO_OCTETS } from '../../model/octets.ts';
import { contentOf, type Message } from '../../protocol/frame/message.ts';
import { OPCODE } from '../../protocol/frame/opcode.ts';
import type { OrdinaryFrame } from './ordinary.ts';
import { agree, type FrameSummary, KEPT, kept, type Near, smallFrame, wireFrame } from './wire.ts';

/** A message, a Ping or Pong, or a Close. */
export interface Sending {
  readonly kind: 'message' | 'ping' | 'close';
  readonly row: number;
  readonly startRow: number;
  /** Of its last frame. */
  readonly ordinal: number;
  readonly opcode: number;
  readonly compressed: boolean;
  readonly frames: readonly FrameSummary[];
  /** After unmasking and inflating: what is known of it, and its length. */
  readonly octets: Uint8Array;
  readonly length: number;
  /** After unmasking only. */
  readonly raw: Uint8Array;
  readonly rawLength: number;
  isAnswered: boolean;
}

/** What an endpoint sent where an echo would be, and what of the other one's it may have been made from. */
export interface LikelyEcho extends Sending {
  /** The likeliest first. */
  readonly candidates: Sending[];
  /** Nothing that it may be the echo of has been forgotten. */
  readonly isSure: boolean;
}

export function sendingOfControl(kind: Sending['kind'], frame: FrameSummary): Sending {
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

export function sendingOfMessage(message: Message, frames: readonly FrameSummary[]): Sending {
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
function knownOf(frames: readonly FrameSummary[]): Uint8Array {
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
  readonly kind = 'message';
  readonly ordinal: number;
  /** The first of the numbers that tell contents apart. */
  readonly content: number;
  readonly #frame: OrdinaryFrame;
  readonly #near: Near;
  #made: Sending | null = null;
  #isAnswered = false;

  constructor(frame: OrdinaryFrame, near: Near) {
    this.ordinal = frame.batch.ordinals[frame.at] as number;
    this.content = frame.batch.contentA[frame.at] as number;
    this.#frame = frame;
    this.#near = near;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  set isAnswered(value: boolean) {
    this.#isAnswered = value;
    if (this.#made) this.#made.isAnswered = value;
  }

  get startRow(): number {
    return this.#frame.batch.rows.rows[this.#frame.at] as number;
  }

  /** What it would be if it were not ordinary. */
  get made(): Sending {
    if (!this.#made) {
      const frame = wireFrame(smallFrame(this.#frame.decoded), this.#near);
      this.#made = { ...sendingOfControl('message', frame), isAnswered: this.#isAnswered };
    }
    return this.#made;
  }

  /** Both are known, and say the same. */
  isSame(other: OrdinarySending): boolean {
    const { batch: a, at } = this.#frame;
    const { batch: b, at: to } = other.#frame;
    if (this.content !== other.content || a.contentB[at] !== b.contentB[to]) return false;
    return a.lengthAt(at) === b.lengthAt(to) && a.opcodeAt(at) === b.opcodeAt(to);
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

/** Messages and Pings that an echo is compared with. */
const RECENT = 64;
/** Of one that is not ordinary. */
const NO_CONTENT = -1;

/** The latest messages of an endpoint, or its latest Pings. */
export class LatestSendings {
  /** The next one goes to the place of the oldest. */
  readonly #ring: SendingLike[] = [];
  readonly #contents = new Int32Array(RECENT);
  #next = 0;

  get isEmpty(): boolean {
    return this.#ring.length === 0;
  }

  /** The oldest first. */
  get all(): SendingLike[] {
    return this.#ring.length < RECENT
      ? [...this.#ring]
      : [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }

  /** Returns the one that is forgotten for it. */
  add(sending: SendingLike): SendingLike | undefined {
    const oldest = this.#ring[this.#next];
    this.#ring[this.#next] = sending;
    this.#contents[this.#next] = sending instanceof OrdinarySending ? sending.content : NO_CONTENT;
    this.#next = (this.#next + 1) % RECENT;
    return oldest;
  }

  /** The latest with that ordinal. */
  withOrdinal(ordinal: number): SendingLike | null {
    const { length } = this.#ring;
    for (let i = 1; i <= length; i++) {
      const sending = this.#ring[(this.#next + RECENT - i) % RECENT] as SendingLike;
      if (sending.ordinal === ordinal) return sending;
    }
    return null;
  }

  /** That which the echo says too: the oldest that is still to be answered; else the latest. */
  likeliest(echo: SendingLike): SendingLike | null {
    const content = echo instanceof OrdinarySending ? echo.content : NO_CONTENT;
    let latest: SendingLike | null = null;
    const { length } = this.#ring;
    const oldest = length < RECENT ? 0 : this.#next;
    for (let i = 0; i < length; i++) {
      const at = (oldest + i) % RECENT;
      const own = this.#contents[at];
      if (own !== content && own !== NO_CONTENT && content !== NO_CONTENT) continue;
      const sending = this.#ring[at] as SendingLike;
      if (!isAlike(sending, echo)) continue;
      if (!sending.isAnswered) return sending;
      latest = sending;
    }
    return latest;
  }
}

/**
 * Is it something that the other endpoint sent? `answers`: the ordinal of the frame that it is known to answer, -1 where
 * that is not known. Where a payload is cut nobody knows that, and what is known of both has to do.
 */
export function markAnswered(sendings: LatestSendings, echo: SendingLike, answers: number): boolean {
  const paired = answers < 0 ? null : sendings.withOrdinal(answers);
  const found = paired && isAlike(paired, echo) ? paired : sendings.likeliest(echo);
  if (found) found.isAnswered = true;
  return found !== null;
}

export function sendingInWords({ kind }: Sending): string {
  return kind === 'ping' ? 'the Ping' : kind === 'close' ? 'the Close' : 'the message';
}
