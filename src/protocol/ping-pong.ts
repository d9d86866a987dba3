// Pings that one endpoint has sent, and which Pong answers which (RFC 6455 §5.5.2, §5.5.3). A Pong answers the newest
// open Ping of the same payload; older open ones are then superseded, which is legal.

import { latin1Of } from '../model/octets.ts';
import { isTelling } from './echo.ts';
import { answeredFrame, type Frame, payloadOf } from './frame/frame.ts';
import type { Message } from './frame/message.ts';

export interface Ping {
  readonly frame: Frame;
  /** Of its payload; null where part of that is hidden. */
  readonly hash: number | null;
  /** The pinger's message that was open around it. */
  readonly inside: Message | null;
  /** When it came, in seconds; null where the log has no times. */
  readonly time: number | null;
  /** When the pinger's latest wait was over with that message still open; null where there was none. */
  waited: { readonly row: number; readonly time: number | null } | null;
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

/** A Pong that fits no Ping while one was open, of an endpoint that sends none by itself. */
export interface StrayPong {
  readonly frame: Frame;
  /** The newest Ping that was open. */
  readonly instead: Ping;
  /** A Ping that the log holds was answered before: none from before the log can be meant. */
  readonly isSettled: boolean;
}

/** Pongs of one endpoint that answer no Ping. */
export interface Pongs {
  readonly stray: StrayPong[];
  /** Payloads of those that no Ping had asked for. */
  readonly unasked: Set<string>;
  /** One came while no Ping was open: it sends such ones by itself, and their payloads need not be alike. */
  sendsUnasked: boolean;
}

// Memory must not grow with the log.
const KEPT = 1000;
const REMEMBERED = 4096;
const TELLING_LENGTH = 4;
const TELLING_OCTETS = 3;

export function noPongs(): Pongs {
  return { stray: [], unasked: new Set(), sendsUnasked: false };
}

export function notePing(pings: Ping[], frame: Frame, inside: Message | null, time: number | null): void {
  pings.push({
    frame,
    hash: hashOf(frame),
    inside,
    time,
    waited: null,
    answer: null,
    supersededBy: null,
    isProven: false,
  });
  if (pings.length > REMEMBERED) pings.shift();
}

/** Pairs the Pong with the Pings of the other endpoint, and hangs on it which one it answers. */
export function notePong(pongs: Pongs, pings: readonly Ping[], frame: Frame): PongMatch {
  const { stray, unasked } = pongs;
  const isSettled = pings.some(({ answer }) => answer !== null);
  const match = matchPong(pings, frame, unasked);
  const { ping, instead } = match;
  if (ping) frame.answers = answeredFrame(ping.frame);
  if (!ping && !instead) pongs.sendsUnasked = true;
  if (pongs.sendsUnasked) stray.length = 0;
  else if (instead && stray.length < KEPT) stray.push({ frame, instead, isSettled });
  return match;
}

/** `unasked`: payloads of Pongs that this endpoint sent though no Ping had asked for them; one more proves nothing. */
export function matchPong(pings: readonly Ping[], pong: Frame, unasked: Set<string>): PongMatch {
  const isOpen = (ping: Ping) => ping.answer === null;
  const hash = hashOf(pong);
  const byPrefix = hash === null;
  // Nearly all of thousands of Pings are told apart by a number.
  const fits = (ping: Ping) => (hash === null || ping.hash === null || ping.hash === hash) && isAlike(ping.frame, pong);
  const proves = byPrefix ? null : provenBy(pings, fits, pong, unasked);
  // Of a Pong whose payload is hidden the log tells only the length: it is taken to come in order.
  const isNext = (ping: Ping) => isOpen(ping) && fits(ping);
  const open = byPrefix ? pings.findIndex(isNext) : pings.findLastIndex(isNext);
  if (open >= 0) {
    const ping = pings[open] as Ping;
    ping.answer = pong;
    const superseded = supersededBy(pings, open);
    for (const older of superseded) older.supersededBy = ping;
    // Of two that are alike nobody can say which one it answers.
    const isReordered = ping.supersededBy !== null && !fits(ping.supersededBy);
    return { ping, proves, isDuplicate: false, isReordered, superseded, instead: null, byPrefix };
  }
  const answered = pings.findLast(fits) ?? null;
  const instead = answered ? null : (pings.findLast(isOpen) ?? null);
  const isDuplicate = answered !== null;
  return { ping: answered, proves, isDuplicate, isReordered: false, superseded: [], instead, byPrefix };
}

/** Those before it that nothing has settled yet. All before one that is settled were settled with it. */
function supersededBy(pings: readonly Ping[], at: number): Ping[] {
  let from = at;
  const isSettled = ({ answer, supersededBy: newer }: Ping) => answer !== null || newer !== null;
  while (from > 0 && !isSettled(pings[from - 1] as Ping)) from--;
  return pings.slice(from, at);
}

/** Null where part of the payload is hidden. */
function hashOf(frame: Frame): number | null {
  const payload = payloadOf(frame);
  if (payload.length < frame.length) return null;
  let hash = payload.length;
  for (let i = 0; i < payload.length; i++) hash = Math.imul(hash ^ (payload[i] as number), 0x01000193);
  return hash;
}

function provenBy(
  pings: readonly Ping[],
  fits: (ping: Ping) => boolean,
  pong: Frame,
  unasked: Set<string>,
): Ping | null {
  const payload = payloadKey(pong);
  if (unasked.has(payload)) return null;
  const proven = pings.find((ping) => !ping.isProven && fits(ping));
  if (proven) proven.isProven = true;
  else if (unasked.size < REMEMBERED) unasked.add(payload);
  return proven ?? null;
}

/** One Ping alone has asked for this Pong, with a payload that nobody sends by chance or as a heartbeat. */
export function hasOnePing(pings: readonly Ping[], pong: Frame, unasked: ReadonlySet<string>): boolean {
  const payload = payloadOf(pong);
  if (payload.length < pong.length || unasked.has(payloadKey(pong))) return false;
  if (!isTelling(payload, TELLING_LENGTH, TELLING_OCTETS)) return false;
  const hash = hashOf(pong);
  const asks = (ping: Ping) => (ping.hash === null || ping.hash === hash) && isAlike(ping.frame, pong);
  const first = pings.findIndex(asks);
  return first >= 0 && first === pings.findLastIndex(asks);
}

/** What is known of the payload, as a key of a set. */
function payloadKey(frame: Frame): string {
  return latin1Of(payloadOf(frame));
}

function isAlike(ping: Frame, pong: Frame): boolean {
  if (ping.length !== pong.length) return false;
  const [asked, answered] = [payloadOf(ping), payloadOf(pong)];
  const known = Math.min(asked.length, answered.length);
  return Buffer.compare(asked.subarray(0, known), answered.subarray(0, known)) === 0;
}
