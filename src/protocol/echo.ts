// Echoes: which message of an endpoint is that of the other one come back. The n-th time that an endpoint sends what the
// other one sent, that is the n-th sending of it: equal content sent earlier proves nothing, so sendings are counted.
//
// An echo is no duty of any endpoint, and equal content proves only then that the message was read where the peer is one
// that echoes, as in the cases of the suite. Elsewhere it may be a greeting, a broadcast that another client caused, a
// heartbeat, or the second echo of an earlier message. Only one message can have caused another there where the sender has
// echoed all that it got and sent nothing else, and where the content is long, varied, and was in no message before.

import { hash } from 'node:crypto';
import { type Answered, answeredFrame } from './frame/frame.ts';
import { contentOf, type Message } from './frame/message.ts';

// Memory must not grow with the log: of so many contents, and so many sendings of each, the places are remembered.
const REMEMBERED = 4096;
const COUNTED = 1024;
/** Of so many messages their order is compared. */
const IN_ORDER = 1000;
const SHORT = 256;

/** What the message is an echo of, and what that proves. */
export interface Echo {
  readonly of: Answered;
  /** Nothing else that the other endpoint sent can have caused it. */
  readonly hasOneCause: boolean;
  /** All messages of the endpoint so far are those of the other one, one by one. */
  readonly isInOrder: boolean;
  /** It is the first message of its sender. */
  readonly isFirst: boolean;
}

/** What the messages of one endpoint said, and which of them came back from the other one. */
export class Sendings {
  /** For each content the last frames of its messages, in order. */
  readonly #sent = new Map<number, Answered[]>();
  /** Contents in the order in which they were first sent. */
  readonly #order: number[] = [];
  /** How often each content of the other endpoint came back; endless where it came unasked. */
  readonly #echoed = new Map<number, number>();
  /** How many different contents of the other endpoint came back. */
  #echoes = 0;
  /** It sent a message that is no echo, or of which nobody can say. */
  #hasOthers = false;
  /** Contents have been forgotten: what was in none before cannot be told any more. */
  #hasForgotten = false;
  /** The ordinals of the frames that ended its first messages. */
  readonly #ends: number[] = [];
  #isInOrder = true;

  /** It has sent nothing but echoes, and several of them: what comes back from it was sent to it. */
  get isEchoing(): boolean {
    return this.#echoes >= ENOUGH_ECHOES && !this.#hasOthers && !this.#hasForgotten;
  }

  /** It sent a message with just these octets as its content. */
  has(octets: Uint8Array): boolean {
    return octets.length >= ENOUGH && this.#sent.has(keyOfContent(octets));
  }

  /** Takes the endpoint's next message, which is finished. `other`: what the other endpoint has sent. */
  take(message: Message, other: Sendings): Echo | null {
    const content = contentOf(message);
    const key = keyOf(message, content);
    const echo = this.#echoOf(message, content, key, other);
    if (!echo && message.length > 0 && !message.hidden) this.#isInOrder = false;
    const last = message.frames.at(-1);
    if (last && this.#ends.length < IN_ORDER) this.#ends.push(last.ordinal);
    if (key !== null && last) this.#remember(key, answeredFrame(last), other);
    return echo;
  }

  #echoOf(message: Message, content: Uint8Array | null, key: number | null, other: Sendings): Echo | null {
    if (key === null) {
      this.#hasOthers ||= message.length > 0;
      return null;
    }
    const hasOneCause = content !== null && this.#hasOneCause(key, content, other);
    const before = this.#echoed.get(key) ?? 0;
    const of = other.#sent.get(key)?.[before] ?? null;
    if (of === null) this.#hasOthers = true;
    else if (before === 0) this.#echoes++;
    // What an endpoint sends by itself too is no echo of anything.
    this.#echoed.set(key, of === null ? Number.POSITIVE_INFINITY : before + 1);
    if (!of) return null;
    this.#isInOrder &&= other.#ends[this.#ends.length] === of.ordinal;
    return { of, hasOneCause, isInOrder: this.#isInOrder, isFirst: this.#sent.size === 0 };
  }

  #hasOneCause(key: number, content: Uint8Array, other: Sendings): boolean {
    if (!this.isEchoing || other.#hasForgotten || !isTelling(content)) return false;
    return other.#sent.get(key)?.length === 1 && !this.#sent.has(key) && !this.#echoed.has(key);
  }

  #remember(key: number, last: Answered, other: Sendings): void {
    const before = this.#sent.get(key);
    if (before) {
      if (before.length < COUNTED) before.push(last);
      return;
    }
    this.#sent.set(key, [last]);
    this.#order.push(key);
    if (this.#order.length < 2 * REMEMBERED) return;
    this.#hasForgotten = true;
    for (const old of this.#order.splice(0, REMEMBERED)) {
      this.#sent.delete(old);
      this.#echoed.delete(old);
      other.#echoed.delete(old);
    }
  }
}

/** A number that two contents share only if they are the same, but for chance. */
function keyOf(message: Message, content: Uint8Array | null): number | null {
  const said = message.headless && !message.compressed ? headlessContent(message) : content;
  return said && said.length > 0 ? keyOfContent(said) : null;
}

function keyOfContent(content: Uint8Array): number {
  let a = content.length;
  let b = 0x9e3779b1;
  // The hash of the library is slow to begin, and fast once it runs.
  const mixed = content.length > SHORT ? hash('sha1', content, 'buffer') : content;
  for (let i = 0; i < mixed.length; i++) {
    const octet = mixed[i] as number;
    a = Math.imul(a ^ octet, 0x01000193);
    b = Math.imul(b + octet, 0x85ebca6b) ^ (b >>> 15);
  }
  return (a >>> 6) * 2 ** 26 + (b >>> 6);
}

/** A continuation that continues nothing is echoed by what takes it for a message. */
function headlessContent({ frames }: Message): Uint8Array | null {
  const [only] = frames;
  return only && frames.length === 1 && only.payload.length === only.length ? only.payload : null;
}

// Fewer octets are the same by chance.
const ENOUGH = 4;
const ENOUGH_ECHOES = 2;
const TELLING_LENGTH = 16;
const TELLING_OCTETS = 8;

/** Long and varied enough that nobody sends the same by chance. */
export function isTelling(octets: Uint8Array, length = TELLING_LENGTH, different = TELLING_OCTETS): boolean {
  return octets.length >= length && new Set(octets).size >= different;
}
