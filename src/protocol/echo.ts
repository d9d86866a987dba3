// Echoes: which message of an endpoint is that of the other one come back. The n-th time that an endpoint sends what the
// other one sent, that is the n-th sending of it: equal content sent earlier proves nothing, so sendings are counted.
//
// An echo is no duty of any endpoint, and equal content proves only then that the message was read where the peer is one
// that echoes, as in the cases of the suite. Elsewhere it may be a greeting, a broadcast that another client caused, a
// heartbeat, or the second echo of an earlier message. Only one message can have caused another there where the sender has
// echoed all that it got and sent nothing else, and where the content is long, varied, and was in no message before.

import { hash } from 'node:crypto';
import { type ContentKey, ContentTable, sendingAt } from './content-table.ts';
import { type Answered, answeredFrame } from './frame/frame.ts';
import { contentOf, type Message } from './frame/message.ts';

/** Of so many messages their order is compared. */
const IN_ORDER = 1000;
/** Unit: octets. */
const SHORT = 1024;

/** What the message is an echo of, and what that proves. */
export interface Echo {
  readonly of: Answered;
  /** Nothing else that the other endpoint sent can have caused it; false where nobody asked. */
  readonly hasOneCause: boolean;
  /** All messages of the endpoint so far are those of the other one, one by one. */
  readonly isInOrder: boolean;
  /** It is the first message of its sender. */
  readonly isFirst: boolean;
}

/** Where content stands: as long as nobody writes there again. */
export interface PayloadView {
  view: DataView;
  from: number;
  length: number;
}

/** A message that has come. */
interface SentMessage {
  /** A number for its content; null where that is empty, or not all known. */
  key: ContentKey | null;
  /** Where its content stands; null where that is not all known. */
  octets: DataView | null;
  from: number;
  /** Of its payload, as on the wire. */
  length: number;
  isKnown: boolean;
  /** Its last frame. */
  last: Answered | null;
  /** Somebody wants to know whether it has one cause: that takes a while to find out. */
  asksCause: boolean;
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
  /** For what is looked for, to be used again and again. */
  readonly #own = this.#sent.nowhere();
  readonly #theirs = this.#sent.nowhere();
  readonly #key: ContentKey = { a: 0, b: 0 };
  readonly #said: SentMessage = {
    key: null,
    octets: null,
    from: 0,
    length: 0,
    isKnown: true,
    last: null,
    asksCause: false,
  };

  /** It has sent nothing but echoes, and several of them: what comes back from it was sent to it. */
  get isEchoing(): boolean {
    return this.#echoes >= ENOUGH_ECHOES && !this.#hasOthers && !this.#hasForgotten;
  }

  /** Of the latest message that `takeContent` took and that is not empty. */
  get latest(): Readonly<ContentKey> {
    return this.#key;
  }

  /** It sent a message with just these octets as its content. */
  has(octets: Uint8Array): boolean {
    return octets.length >= ENOUGH && this.#sent.has(keyOfContent(octets));
  }

  /**
   * Takes the endpoint's next message, which is finished. `other`: what the other endpoint has sent; `asksCause`: it matters
   * whether it has one cause.
   */
  take(message: Message, other: Sendings, asksCause: boolean): Echo | null {
    const content = contentOf(message);
    const last = message.frames.at(-1);
    return this.#take(
      {
        key: keyOf(message, content),
        octets: content && viewOf(content),
        from: 0,
        length: message.length,
        isKnown: !message.hidden,
        last: last ? answeredFrame(last) : null,
        asksCause,
      },
      other,
    );
  }

  /** The same for a message of one frame, of which all octets are known. */
  takeContent({ view, from, length }: PayloadView, last: Answered, other: Sendings, asksCause: boolean): Echo | null {
    const octets = view;
    const key = length === 0 ? null : setKeyOf(octets, from, length, this.#key);
    const said = this.#said;
    said.key = key;
    said.octets = octets;
    said.from = from;
    said.length = length;
    said.last = last;
    said.asksCause = asksCause;
    const echo = this.#take(said, other);
    // Nothing is kept of them.
    said.octets = null;
    return echo;
  }

  #take(said: SentMessage, other: Sendings): Echo | null {
    const { last } = said;
    const echo = this.#echoOf(said, other);
    if (!echo && said.length > 0 && said.isKnown) this.#isInOrder = false;
    if (last && this.#ends.length < IN_ORDER) this.#ends.push(last.ordinal);
    if (this.#sent.isFull) this.#forgetOld(other);
    return echo;
  }

  #forgetOld(other: Sendings): void {
    const hasForgotten = this.#sent.forgetOld((key) => {
      if (other.#sent.find(key, this.#own)) this.#own.half.setEchoed(this.#own.at, 0);
    });
    this.#hasForgotten ||= hasForgotten;
  }

  #echoOf(said: SentMessage, other: Sendings): Echo | null {
    const { key, last } = said;
    if (key === null) {
      this.#hasOthers ||= said.length > 0;
      return null;
    }
    const isFirst = this.#sent.size === 0;
    const isOwn = this.#sent.find(key, this.#own);
    const isTheirs = other.#sent.find(key, this.#theirs);
    const before = isOwn ? this.#own.half.echoedAt(this.#own.at) : 0;
    const mayHaveOne = said.asksCause && !isOwn && isTheirs;
    const hasOneCause = mayHaveOne && this.#mayHaveOneCause(said, other) && sendingAt(this.#theirs, 1) === null;
    const of = isTheirs ? sendingAt(this.#theirs, before) : null;
    if (of === null) this.#hasOthers = true;
    else if (before === 0) this.#echoes++;
    // What an endpoint sends by itself too is no echo of anything.
    if (last) this.#sent.add(key, this.#own, last, of === null ? Number.POSITIVE_INFINITY : before + 1);
    if (!of) return null;
    this.#isInOrder &&= other.#ends[this.#ends.length] === of.ordinal;
    return { of, hasOneCause, isInOrder: this.#isInOrder, isFirst };
  }

  /** It has sent nothing but echoes, and this is no content that is sent by chance. */
  #mayHaveOneCause({ octets, from, length }: SentMessage, other: Sendings): boolean {
    if (!this.isEchoing || other.#hasForgotten || octets === null) return false;
    return isTelling(bytesOf(octets, from, length));
  }
}

/** A number that two contents share only if they are the same, but for chance. */
function keyOf(message: Message, content: Uint8Array | null): ContentKey | null {
  const said = message.headless && !message.compressed ? headlessContent(message) : content;
  return said && said.length > 0 ? keyOfContent(said) : null;
}

function keyOfContent(content: Uint8Array): ContentKey {
  return setKeyOf(viewOf(content), 0, content.length, { a: 0, b: 0 });
}

function bytesOf({ buffer, byteOffset }: DataView, from: number, length: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + from, length);
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Four octets at a time. */
function setKeyOf(octets: DataView, start: number, length: number, key: ContentKey): ContentKey {
  let a = length;
  let b = 0x9e3779b1 | 0;
  // The hash of the library is slow to begin, and fast once it runs.
  const isLong = length > SHORT;
  const mixed = isLong ? viewOf(hash('sha1', bytesOf(octets, start, length), 'buffer')) : octets;
  let at = isLong ? 0 : start;
  const end = at + (isLong ? mixed.byteLength : length);
  for (; at + 3 < end; at += 4) {
    const four = mixed.getInt32(at, true);
    a = Math.imul(a ^ four ^ (a >>> 15), 0x2c1b3c6d);
    b = Math.imul((b + four) | 0, 0x85ebca6b) ^ (b >>> 13);
  }
  for (; at < end; at++) {
    const octet = mixed.getUint8(at);
    a = Math.imul(a ^ octet ^ (a >>> 15), 0x01000193);
    b = Math.imul(b + octet, 0x85ebca6b) ^ (b >>> 15);
  }
  key.a = (a ^ (a >>> 13)) >>> 6;
  key.b = (b ^ (b >>> 16)) >>> 6;
  return key;
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
