// One direction of a TCP connection: which sequence number is due, what waits behind it, and what the other side has
// acknowledged (RFC 9293 §3.4).

import type { Octets } from '../../model/octets.ts';
import type { Timestamp } from './tcp-consumer.ts';

/** Octets that came before those that are due. */
export interface WaitingOctets {
  readonly sequence: number;
  readonly octets: Octets;
  readonly when: Timestamp;
  /** Which packet of the connection brought them. */
  readonly packet: number;
}

export interface Flow {
  /** Sequence number that is due next; -1 before the first. */
  next: number;
  /** The SYN's; -1 where it was not seen. */
  initial: number;
  /** The first and the latest acknowledgment of the other side; -1 before them. */
  firstAcknowledged: number;
  acknowledged: number;
  /** In order of their sequence numbers; all behind `next`. */
  waiting: WaitingOctets[];
  waitingOctets: number;
  /** Where the FIN stands, and which packet of the connection brought it; -1 before it came. */
  finAt: number;
  finPacket: number;
  finished: boolean;
}

/** Nobody has so much on its way without an acknowledgment: such a segment is of another connection. */
const FARTHEST = 16 << 20;

export function newFlow(): Flow {
  return {
    next: -1,
    initial: -1,
    firstAcknowledged: -1,
    acknowledged: -1,
    waiting: [],
    waitingOctets: 0,
    finAt: -1,
    finPacket: -1,
    finished: false,
  };
}

export function beginFlow(flow: Flow, sequence: number): void {
  if (flow.initial >= 0) return;
  flow.initial = sequence;
  flow.next = (sequence + 1) >>> 0;
}

/**
 * Where a flow begins whose SYN is not in the capture: with its first octets, but for those that had been acknowledged
 * before, such as the one octet of a keep-alive probe (RFC 9293 §3.8.4).
 */
export function firstOf({ acknowledged }: Flow, sequence: number): number {
  return acknowledged >= 0 && distance(sequence, acknowledged) > 0 ? acknowledged : sequence;
}

/** Sequence number of what has come behind what is missing: octets that wait, or the FIN; -1 where nothing has. */
export function seenBehind({ waiting: [first], finAt }: Flow): number {
  return first?.sequence ?? finAt;
}

/** How many sequence numbers the other side has acknowledged whose octets, or FIN, have not come. */
export function missingOf(flow: Flow): number {
  const { next, firstAcknowledged, acknowledged } = flow;
  const from = next < 0 ? firstAcknowledged : next;
  if (from < 0 || acknowledged < 0) return 0;
  const missing = distance(from, acknowledged);
  const seen = seenBehind(flow);
  if (seen >= 0) return Math.max(0, Math.min(missing, distance(from, seen)));
  return missing <= FARTHEST ? Math.max(0, missing) : 0;
}

/** Something is missing: it was acknowledged, or more has come behind it. */
export function lacks(flow: Flow): boolean {
  const { waiting, next, finAt, finished } = flow;
  return waiting.length > 0 || (!finished && finAt >= 0 && distance(next, finAt) > 0) || missingOf(flow) > 0;
}

/** Nobody has so much on its way, but the capture may have missed more of what was acknowledged. */
export function isLikely(flow: Flow, missing: number): boolean {
  const { acknowledged } = flow;
  return missing <= FARTHEST || (acknowledged >= 0 && distance(seenBehind(flow), acknowledged) > 0);
}

export interface DueSegment {
  readonly sequence: number;
  readonly packet: number;
}

/** What waits, or a FIN, and can go out. */
export function dueOf({ next, waiting: [first], finAt, finPacket, finished }: Flow): DueSegment | null {
  if (first) return distance(next, first.sequence) <= 0 ? first : null;
  return finAt >= 0 && finAt === next && !finished ? { sequence: finAt, packet: finPacket } : null;
}

/** From `a` to `b`, where numbers wrap at 2^32. */
export function distance(a: number, b: number): number {
  return (b - a) | 0;
}
