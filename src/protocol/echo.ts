// Echoes as proof of processing. An echo is no duty of any endpoint; but the n-th time that an endpoint sends what the
// other one sent, it must have read the n-th sending. Equal content sent earlier is no proof, so sendings are counted.

import { contentOf, type Message } from './frame/message.ts';

export interface Sendings {
  /** For each content the ordinals of the last frames of its messages, in order. */
  readonly sent: Map<number, number[]>;
  /** Contents in the order in which they were first sent. */
  readonly order: number[];
  /** How often each content of the other endpoint came back; endless where it came unasked. */
  readonly echoed: Map<number, number>;
}

// Memory must not grow with the log: of so many contents, and so many sendings of each, the places are remembered.
const REMEMBERED = 4096;
const COUNTED = 1024;
const COMPARED = 64;

export function noSendings(): Sendings {
  return { sent: new Map(), order: [], echoed: new Map() };
}

/** A number that two contents share only if they are the same in length and in their first 64 octets, but for chance. */
function keyOf(message: Message): number | null {
  const content = message.headless && !message.compressed ? headlessContent(message) : contentOf(message);
  return content && content.length > 0 ? keyOfContent(content) : null;
}

function keyOfContent(content: Uint8Array): number {
  let a = content.length;
  let b = 0x9e3779b1;
  for (let i = 0; i < content.length && i < COMPARED; i++) {
    const octet = content[i] as number;
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

/** It sent a message with just these octets as its content. */
export function hasSent({ sent }: Sendings, octets: Uint8Array): boolean {
  return octets.length >= ENOUGH && sent.has(keyOfContent(octets));
}

export function noteSending({ sent, order, echoed }: Sendings, other: Sendings, message: Message): void {
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
  for (const old of order.splice(0, REMEMBERED)) {
    sent.delete(old);
    echoed.delete(old);
    other.echoed.delete(old);
  }
}

/** The ordinal of the frame that ended the message of which this one is an echo; null where it is none. */
export function echoedFrame(own: Sendings, other: Sendings, message: Message): number | null {
  const key = keyOf(message);
  if (key === null) return null;
  const ordinals = other.sent.get(key);
  const before = own.echoed.get(key) ?? 0;
  const ordinal = ordinals?.[before] ?? null;
  // What an endpoint sends by itself too is no echo of anything.
  own.echoed.set(key, ordinal === null ? Number.POSITIVE_INFINITY : before + 1);
  return ordinal;
}
