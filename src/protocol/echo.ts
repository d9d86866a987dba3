// Echoes: which message of an endpoint is that of the other one come back. The n-th time that an endpoint sends what the
// other one sent, that is the n-th sending of it: equal content sent earlier proves nothing, so sendings are counted.
//
// An echo is no duty of any endpoint, and equal content proves only then that the message was read where the peer is one
// that echoes, as in the cases of the suite. Elsewhere it may be a greeting, a broadcast that another client caused, a
// heartbeat, or the second echo of an earlier message. Only one message can have caused another there where the sender has
// echoed all that it got and sent nothing else, and where the content is long, varied, and was in no message before.

import { hash } from 'node:crypto';
import { type ContentKey, ContentTable } from './content-table.ts';
import { type Answered, answeredFrame } from './frame/frame.ts';
import { contentOf, type Message } from './frame/message.ts';

// Memory must not grow with the log: of so many contents, and so many sendings of each, the places are remembered.
const REMEMBERED = 4096;
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

/** A message that has come. */
interface Said {
  /** A number for its content; null where that is empty, or not all known. */
  readonly key: ContentKey | null;
  readonly content: Uint8Array | null;
  readonly isEmpty: boolean;
  readonly isKnown: boolean;
  /** Its last frame. */
  readonly last: Answered | null;
}

/** What the messages of one endpoint said, and which of them came back from the other one. */
export class Sendings {
  /** How often each content of the other endpoint came back stands with the own message that said it. */
  readonly #sent = new ContentTable();
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
    return octets.length >= ENOUGH && this.#sent.find(keyOfContent(octets)) >= 0;
  }

  /** Takes the endpoint's next message, which is finished. `other`: what the other endpoint has sent. */
  take(message: Message, other: Sendings): Echo | null {
    const content = contentOf(message);
    const last = message.frames.at(-1);
    return this.#take(
      {
        key: keyOf(message, content),
        content,
        isEmpty: message.length === 0,
        isKnown: !message.hidden,
        last: last ? answeredFrame(last) : null,
      },
      other,
    );
  }

  /** The same for a message of one frame, of which all octets are known. */
  takeContent(content: Uint8Array, last: Answered, other: Sendings): Echo | null {
    const isEmpty = content.length === 0;
    return this.#take({ key: isEmpty ? null : keyOfContent(content), content, isEmpty, isKnown: true, last }, other);
  }

  #take(said: Said, other: Sendings): Echo | null {
    const { last } = said;
    const echo = this.#echoOf(said, other);
    if (!echo && !said.isEmpty && said.isKnown) this.#isInOrder = false;
    if (last && this.#ends.length < IN_ORDER) this.#ends.push(last.ordinal);
    if (last) this.#forgetOld(other);
    return echo;
  }

  #echoOf({ key, content, isEmpty, last }: Said, other: Sendings): Echo | null {
    if (key === null) {
      this.#hasOthers ||= !isEmpty;
      return null;
    }
    const isFirst = this.#sent.size === 0;
    const own = this.#sent.find(key);
    const theirs = other.#sent.find(key);
    const before = this.#sent.echoedAt(own);
    const hasOneCause =
      own < 0 && content !== null && this.#mayHaveOneCause(content, other) && other.#sent.countAt(theirs) === 1;
    const of = other.#sent.sendingAt(theirs, before);
    if (of === null) this.#hasOthers = true;
    else if (before === 0) this.#echoes++;
    // What an endpoint sends by itself too is no echo of anything.
    if (last) this.#sent.setEchoed(this.#sent.add(key, last), of === null ? Number.POSITIVE_INFINITY : before + 1);
    if (!of) return null;
    this.#isInOrder &&= other.#ends[this.#ends.length] === of.ordinal;
    return { of, hasOneCause, isInOrder: this.#isInOrder, isFirst };
  }

  /** It has sent nothing but echoes, and no other content was like this one. */
  #mayHaveOneCause(content: Uint8Array, other: Sendings): boolean {
    return this.isEchoing && !other.#hasForgotten && isTelling(content);
  }

  #forgetOld(other: Sendings): void {
    if (this.#sent.size < 2 * REMEMBERED) return;
    this.#hasForgotten = true;
    this.#sent.forget(REMEMBERED, (key) => {
      const place = other.#sent.find(key);
      if (place >= 0) other.#sent.setEchoed(place, 0);
    });
  }
}

/** A number that two contents share only if they are the same, but for chance. */
function keyOf(message: Message, content: Uint8Array | null): ContentKey | null {
  const said = message.headless && !message.compressed ? headlessContent(message) : content;
  return said && said.length > 0 ? keyOfContent(said) : null;
}

function keyOfContent(content: Uint8Array): ContentKey {
  let a = content.length;
  let b = 0x9e3779b1;
  // The hash of the library is slow to begin, and fast once it runs.
  const mixed = content.length > SHORT ? hash('sha1', content, 'buffer') : content;
  for (let i = 0; i < mixed.length; i++) {
    const octet = mixed[i] as number;
    a = Math.imul(a ^ octet, 0x01000193);
    b = Math.imul(b + octet, 0x85ebca6b) ^ (b >>> 15);
  }
  return { a: a >>> 6, b: b >>> 6 };
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
  if (octets.length < length) return false;
  const seen = new Set<number>();
  for (let i = 0; i < octets.length && seen.size < different; i++) seen.add(octets[i] as number);
  return seen.size >= different;
}
