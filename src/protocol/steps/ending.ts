// How a connection comes to its end: rows and their times, timers, faults and what comes of them, the end of TCP.

import type { Direction, Row } from '../../model/row.ts';
import type { Connection } from '../connection.ts';
import type { Expectation, Fault, ReactionOutcome } from '../expectation.ts';
import type { Pending } from '../facts.ts';
import type { Frame } from '../frame/frame.ts';
import { own } from './own.ts';

/** The row is read. */
export function stepRow(view: Connection, row: Row): void {
  own(view).now = row;
}

/** Octets of that direction come. */
export function stepOctets(view: Connection, direction: Direction): void {
  const connection = own(view);
  if (!connection.tcpEnd) (direction === 'rx' ? connection.rx : connection.tx).latestRows.note(connection.now);
}

/** The writer gave up waiting, by its timer: it may wait for one thing after the other. */
export function stepGaveUp(view: Connection): void {
  const connection = own(view);
  if (connection.tcpEnd) return;
  connection.gaveUpAt = { row: connection.now.row, time: connection.now.time };
  connection.waited = connection.gaveUpAt;
}

/**
 * The writer waited for a while: a Ping inside its open message could have been answered, unless the other endpoint was
 * inside a frame.
 */
export function stepWaited(view: Connection, isPeerInsideFrame: boolean): void {
  const connection = own(view);
  const { tx, tcpEnd, now } = connection;
  const waited = { row: now.row, time: now.time };
  if (!tcpEnd) connection.waited = waited;
  if (isPeerInsideFrame) return;
  for (const ping of tx.pings) if (ping.inside && !ping.inside.finished && !ping.answer) ping.waited = waited;
}

/** An error that an endpoint has certainly made. */
export interface FaultEvent {
  readonly direction: Direction;
  readonly rule: string;
  /** What the other endpoint has to do: nothing; refuse the head that has the fault; or fail the connection. */
  readonly asks: 'nothing' | 'refusal' | Fault['class'];
  /** It is one of a head. */
  readonly isOfHead: boolean;
  /** Row and frame that have the fault. */
  readonly row: number;
  readonly frame: Frame | null;
}

/** Returns what the fault asks of the other endpoint, where it is the first that asks for a reaction. */
export function stepFault(
  view: Connection,
  { direction, rule, asks, isOfHead, row, frame }: FaultEvent,
): Expectation | null {
  const { [direction]: endpoint, now } = own(view);
  endpoint.isAtFault = true;
  if (isOfHead) endpoint.headFaults.push(rule);
  if (asks === 'nothing') return null;
  // What follows a Close is thrown away (RFC 6455 §1.4).
  if (endpoint.close !== null && frame !== null && endpoint.close.ordinal < frame.ordinal) return null;
  if (asks === 'refusal') {
    endpoint.handshakeFault ??= rule;
    return null;
  }
  return isOfHead ? null : endpoint.fail({ rule, class: asks, row, frame, time: now.time });
}

/** What the first fatal fault of that direction asks of the other endpoint has come, or never will. */
export function stepOutcome(
  view: Connection,
  direction: Direction,
  outcome: Omit<ReactionOutcome, 'framesBetween'>,
): Expectation | null {
  return own(view)[direction].settle(outcome);
}

/** A Close of the other endpoint came, or it ended TCP: what had come of the latest frame of that direction? */
export function stepPending(view: Connection, direction: Direction, pending: Pending): void {
  own(view)[direction].pending = pending;
}

/** `inside`: who is inside a frame. */
export function stepTcpEnd(
  view: Connection,
  by: 'writer' | 'peer',
  reset: boolean,
  inside: Readonly<Record<Direction, boolean>>,
): void {
  const connection = own(view);
  if (!connection.tcpEnd) {
    connection.tcpEnd = { ...connection.now, by, reset };
    for (const direction of ['rx', 'tx'] as const) connection[direction].isInsideFrame = inside[direction];
  }
  connection.move('tcp-end');
}
