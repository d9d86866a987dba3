// Pings that one endpoint has sent, and which Pong answers which (RFC 6455 §5.5.2, §5.5.3). A Pong answers the newest
// open Ping of the same payload; older open ones are then superseded, which is legal.

import { latin1Of } from '../model/octets.ts';
import { type Frame, payloadOf } from './frame/frame.ts';
import type { Message } from './frame/message.ts';

export interface Ping {
  readonly frame: Frame;
  /** The pinger's message that was open around it. */
  readonly inside: Message | null;
  /** When it came, in seconds; null where the log has no times. */
  readonly time: number | null;
  /** The pinger waited, with that message still open. */
  waited: boolean;
  answer: Frame | null;
  supersededBy: Ping | null;
  /** One more Pong of its payload has come than there were such Pings before it: it must have been read. */
  isProven: boolean;
}

/** What a Pong turned out to be. */
export interface PongMatch {
  readonly ping: Ping | null;
  /** The Ping that must have been read: the n-th of a payload, by the n-th Pong of it. */
  readonly proves: Ping | null;
  /** The Ping had its Pong already. */
  readonly isDuplicate: boolean;
  /** A newer Ping was answered before. */
  readonly isReordered: boolean;
  readonly superseded: readonly Ping[];
  /** Nothing fits: the newest Ping that was open. */
  readonly instead: Ping | null;
  /** Part of a payload is hidden: compared as far as it is known. */
  readonly byPrefix: boolean;
}

// Memory must not grow with the log.
const REMEMBERED = 4096;

export function notePing(pings: Ping[], frame: Frame, inside: Message | null, time: number | null): void {
  pings.push({ frame, inside, time, waited: false, answer: null, supersededBy: null, isProven: false });
  if (pings.length > REMEMBERED) pings.shift();
}

/** `unasked`: payloads of Pongs that this endpoint sent though no Ping had asked for them; one more proves nothing. */
export function matchPong(pings: readonly Ping[], pong: Frame, unasked: Set<string>): PongMatch {
  const isOpen = (ping: Ping) => ping.answer === null;
  const byPrefix = payloadOf(pong).length < pong.length;
  const proves = byPrefix ? null : provenBy(pings, pong, unasked);
  // Of a Pong whose payload is hidden the log tells only the length: it is taken to come in order.
  const isNext = (ping: Ping) => isOpen(ping) && fits(ping.frame, pong);
  const open = byPrefix ? pings.findIndex(isNext) : pings.findLastIndex(isNext);
  if (open >= 0) {
    const ping = pings[open] as Ping;
    ping.answer = pong;
    const superseded = pings.slice(0, open).filter((older) => isOpen(older) && older.supersededBy === null);
    for (const older of superseded) older.supersededBy = ping;
    // Of two that are alike nobody can say which one it answers.
    const isReordered = ping.supersededBy !== null && !fits(ping.supersededBy.frame, pong);
    return { ping, proves, isDuplicate: false, isReordered, superseded, instead: null, byPrefix };
  }
  const answered = pings.findLast((ping) => fits(ping.frame, pong)) ?? null;
  const instead = answered ? null : (pings.findLast(isOpen) ?? null);
  const isDuplicate = answered !== null;
  return { ping: answered, proves, isDuplicate, isReordered: false, superseded: [], instead, byPrefix };
}

function provenBy(pings: readonly Ping[], pong: Frame, unasked: Set<string>): Ping | null {
  const payload = payloadKey(pong);
  if (unasked.has(payload)) return null;
  const proven = pings.find((ping) => !ping.isProven && fits(ping.frame, pong));
  if (proven) proven.isProven = true;
  else if (unasked.size < REMEMBERED) unasked.add(payload);
  return proven ?? null;
}

/** What is known of the payload, as a key of a set. */
export function payloadKey(frame: Frame): string {
  return latin1Of(payloadOf(frame));
}

function fits(ping: Frame, pong: Frame): boolean {
  if (ping.length !== pong.length) return false;
  const [asked, answered] = [payloadOf(ping), payloadOf(pong)];
  const known = Math.min(asked.length, answered.length);
  return Buffer.compare(asked.subarray(0, known), answered.subarray(0, known)) === 0;
}
