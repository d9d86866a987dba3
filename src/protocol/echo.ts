// Echoes as proof of processing. An echo is no duty of any endpoint; but where the peer is one that echoes, as in the cases
// of the suite, the n-th time that it sends what the other one sent it must have read the n-th sending. Equal content sent
// earlier is no proof, so sendings are counted.
//
// Elsewhere equal content is no proof at all: it may be a greeting, a broadcast that another client caused, a heartbeat, or
// the second echo of an earlier message. Only one message can have caused another there where the sender has echoed all
// that it got and sent nothing else, and where the content is long, varied, and was in no message before.

import { hash } from 'node:crypto';
import { contentOf, type Message } from './frame/message.ts';

export interface Sendings {
  /** For each content the ordinals of the last frames of its messages, in order. */
  readonly sent: Map<number, number[]>;
  /** Contents in the order in which they were first sent. */
  readonly order: number[];
  /** How often each content of the other endpoint came back; endless where it came unasked. */
  readonly echoed: Map<number, number>;
  /** How many different contents of the other endpoint came back. */
  echoes: number;
  /** It sent a message that is no echo, or of which nobody can say. */
  hasOthers: boolean;
  /** Contents have been forgotten: what was in none before cannot be told any more. */
  hasForgotten: boolean;
}

// Memory must not grow with the log: of so many contents, and so many sendings of each, the places are remembered.
const REMEMBERED = 4096;
const COUNTED = 1024;
const SHORT = 256;

export function noSendings(): Sendings {
  return { sent: new Map(), order: [], echoed: new Map(), echoes: 0, hasOthers: false, hasForgotten: false };
}

/** A number that two contents share only if they are the same, but for chance. */
function keyOf(message: Message): number | null {
  const content = message.headless && !message.compressed ? headlessContent(message) : contentOf(message);
  return content && content.length > 0 ? keyOfContent(content) : null;
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

/** It sent a message with just these octets as its content. */
export function hasSent({ sent }: Sendings, octets: Uint8Array): boolean {
  return octets.length >= ENOUGH && sent.has(keyOfContent(octets));
}

/** It has sent nothing but echoes, and several of them: what comes back from it was sent to it. */
export function isEchoing({ echoes, hasOthers, hasForgotten }: Sendings): boolean {
  return echoes >= ENOUGH_ECHOES && !hasOthers && !hasForgotten;
}

/** Long and varied enough that nobody sends the same by chance. */
export function isTelling(octets: Uint8Array, length = TELLING_LENGTH, different = TELLING_OCTETS): boolean {
  return octets.length >= length && new Set(octets).size >= different;
}

/** Only one message of the other endpoint can have caused this one, which `echoedFrame` has not been asked about yet. */
export function hasOneCause(own: Sendings, other: Sendings, message: Message): boolean {
  const key = keyOf(message);
  const content = contentOf(message);
  if (key === null || content === null || !isEchoing(own) || other.hasForgotten || !isTelling(content)) return false;
  return other.sent.get(key)?.length === 1 && !own.sent.has(key) && !own.echoed.has(key);
}

export function noteSending(own: Sendings, other: Sendings, message: Message): void {
  const { sent, order, echoed } = own;
  const key = keyOf(message);
  if (key === null) return;
  const last = message.frames.at(-1)?.ordinal ?? 0;
  const ordinals = sent.get(key);
  if (ordinals) {
    if (ordinals.length < COUNTED) ordinals.push(last);
    return;
  }
  sent.set(key, [last]);
  order.push(key);
  if (order.length < 2 * REMEMBERED) return;
  own.hasForgotten = true;
  for (const old of order.splice(0, REMEMBERED)) {
    sent.delete(old);
    echoed.delete(old);
    other.echoed.delete(old);
  }
}

/** The ordinal of the frame that ended the message of which this one is an echo; null where it is none. */
export function echoedFrame(own: Sendings, other: Sendings, message: Message): number | null {
  const key = keyOf(message);
  if (key === null) {
    own.hasOthers ||= message.length > 0;
    return null;
  }
  const ordinals = other.sent.get(key);
  const before = own.echoed.get(key) ?? 0;
  const ordinal = ordinals?.[before] ?? null;
  if (ordinal === null) own.hasOthers = true;
  else if (before === 0) own.echoes++;
  // What an endpoint sends by itself too is no echo of anything.
  own.echoed.set(key, ordinal === null ? Number.POSITIVE_INFINITY : before + 1);
  return ordinal;
}
