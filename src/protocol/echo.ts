// Echoes as proof of processing. An echo is no duty of any endpoint; but the n-th time that an endpoint sends what the
// other one sent, it must have read the n-th sending. Equal content sent earlier is no proof, so sendings are counted.

import { hexOf, latin1Of } from '../octets.ts';
import { contentOf, type Message } from './message.ts';

export interface Sendings {
  /** For each content the ordinals of the last frames of its messages, in order. */
  readonly sent: Map<string, number[]>;
  /** How often each content of the other endpoint came back. */
  readonly echoed: Map<string, number>;
}

const REMEMBERED = 4096;
const KEY_OCTETS = 64;

export function noSendings(): Sendings {
  return { sent: new Map(), echoed: new Map() };
}

function keyOf(message: Message): string | null {
  const content = message.headless && !message.compressed ? headlessContent(message) : contentOf(message);
  if (!content || content.length === 0) return null;
  return `${content.length} ${latin1Of(content.subarray(0, KEY_OCTETS))}${hexOf(content.subarray(-4))}`;
}

/** A continuation that continues nothing is echoed by what takes it for a message. */
function headlessContent({ frames }: Message): Uint8Array | null {
  const [only] = frames;
  return only && frames.length === 1 && only.payload.length === only.length ? only.payload : null;
}

export function noteSending({ sent }: Sendings, other: Sendings, message: Message): void {
  const key = keyOf(message);
  if (key === null) return;
  const ordinals = sent.get(key);
  const last = message.frames.at(-1)?.ordinal ?? 0;
  if (ordinals) ordinals.push(last);
  else sent.set(key, [last]);
  if (sent.size <= REMEMBERED) return;
  const oldest = sent.keys().next().value as string;
  sent.delete(oldest);
  other.echoed.delete(oldest);
}

/** The ordinal of the frame that ended the message of which this one is an echo; null where it is none. */
export function echoedFrame(own: Sendings, other: Sendings, message: Message): number | null {
  const key = keyOf(message);
  const ordinals = key === null ? undefined : other.sent.get(key);
  if (key === null || !ordinals) return null;
  const before = own.echoed.get(key) ?? 0;
  own.echoed.set(key, before + 1);
  return ordinals[before] ?? null;
}
