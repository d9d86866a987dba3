// TCP connections put together from their segments: each direction's octets in order and once, whatever was sent again,
// came out of order or overlaps (RFC 9293 §3.4, §3.10).
//
// What goes out goes in the order in which the capture shows it, with one exception: octets of one side that acknowledge
// octets which have not come wait for those for a short while, because they may be their answer. What was acknowledged
// and does not come was lost by the capture, not by the network: it goes out as octets of known length without content.
// All that waits, of all connections, is bounded by octets.

import { cutOctets, NO_OCTETS, type Octets } from '../../model/octets.ts';
import { type EndpointKey, type Segment, TCP_FLAG } from './packet.ts';

/** Of the two ends of a connection: 0 is the client where that is known, else the one that was seen first. */
export type Side = 0 | 1;

export interface Moment {
  /** Since 1970; NaN where the capture has no times. */
  readonly seconds: number;
  readonly nanos: number;
}

interface TcpConnection {
  readonly ends: readonly [EndpointKey, EndpointKey];
  readonly ports: readonly [number, number];
  /** The capture holds its first segment: side 0 is the client. */
  readonly hasStart: boolean;
}

/** What becomes of one connection, in order. */
export interface TcpConsumer {
  /** The octets are a view of the input: who keeps them copies them. */
  octets(side: Side, octets: Octets, when: Moment): void;
  /** That side sends no more. */
  fin(side: Side, when: Moment): void;
  reset(side: Side, when: Moment): void;
  /** Nothing more comes. */
  end(): void;
}

/** Says who wants the connection; null where nobody does. */
export type TcpListener = (connection: TcpConnection, drop: () => void) => TcpConsumer | null;

export interface TcpTracker {
  segment(segment: Segment, when: Moment): void;
  /** The capture is over. */
  end(): void;
  /** A bound on what waits has bitten. */
  readonly wasFull: boolean;
}

/** Octets that may wait, of all connections together. */
const MOST_WAITING = 64 << 20;
/** And of one direction, where nothing says that the other end has them. */
const MOST_UNACKNOWLEDGED = 1 << 20;
/** Packets of the connection, and seconds, for which octets that were acknowledged are waited for. */
const PATIENCE_PACKETS = 32;
const PATIENCE_SECONDS = 2;
/** Nobody has so much on its way without an acknowledgment: such a segment is of another connection. */
const FARTHEST = 16 << 20;
/** Connections that are over, or that nobody wants, and are still remembered. */
const REMEMBERED = 1 << 16;

interface Waiting {
  readonly sequence: number;
  readonly octets: Octets;
  readonly when: Moment;
}

interface Flow {
  /** Sequence number that is due next; -1 before the first. */
  next: number;
  /** The SYN's; -1 where it was not seen. */
  initial: number;
  /** The first and the latest acknowledgment of the other side; -1 before them. */
  firstAcknowledged: number;
  acknowledged: number;
  /** In order of their sequence numbers; all behind `next`. */
  waiting: Waiting[];
  waitingOctets: number;
  /** Where the FIN stands; -1 before it came. */
  finAt: number;
  finished: boolean;
}

interface HeldSegment {
  readonly side: Side;
  readonly segment: Segment;
  readonly when: Moment;
}

interface Connection {
  readonly ends: readonly [EndpointKey, EndpointKey];
  readonly flows: readonly [Flow, Flow];
  readonly about: TcpConnection;
  /** Made with the first octets: most connections of a scan have none. */
  consumer: TcpConsumer | null;
  /** Somebody may want it. */
  isWanted: boolean;
  isOver: boolean;
  /** The side whose missing octets the other one has acknowledged; null where none are waited for. */
  stalledBy: Side | null;
  stalledSince: Moment;
  stalledPackets: number;
  held: HeldSegment[];
  heldOctets: number;
}

export function openTcp(listener: TcpListener): TcpTracker {
  const connections = new Map<EndpointKey, Map<EndpointKey, Connection>>();
  /** Those for which something waits. */
  const busy = new Set<Connection>();
  const past: Connection[] = [];
  /** In the order in which they began; those without octets are forgotten first. */
  const begun: Connection[] = [];
  let waitingOctets = 0;
  let wasFull = false;
  let latest: Moment = { seconds: Number.NaN, nanos: Number.NaN };

  function find(a: EndpointKey, b: EndpointKey): Connection | undefined {
    return connections.get(a)?.get(b) ?? connections.get(b)?.get(a);
  }

  function forget({ ends: [a, b] }: Connection): void {
    const peers = connections.get(a);
    peers?.delete(b);
    if (peers?.size === 0) connections.delete(a);
  }

  function open(segment: Segment, isSynAck: boolean): Connection {
    const { from, to, fromPort, toPort, flags } = segment;
    const hasStart = (flags & TCP_FLAG.SYN) !== 0;
    const ends = isSynAck ? ([to, from] as const) : ([from, to] as const);
    const ports = isSynAck ? ([toPort, fromPort] as const) : ([fromPort, toPort] as const);
    const connection: Connection = {
      ends,
      about: { ends, ports, hasStart },
      flows: [newFlow(), newFlow()],
      consumer: null,
      isWanted: true,
      isOver: false,
      stalledBy: null,
      stalledSince: { seconds: 0, nanos: 0 },
      stalledPackets: 0,
      held: [],
      heldOctets: 0,
    };
    const peers = connections.get(ends[0]) ?? new Map<EndpointKey, Connection>();
    peers.set(ends[1], connection);
    connections.set(ends[0], peers);
    begun.push(connection);
    if (begun.length > 2 * REMEMBERED) {
      for (const old of begun.splice(0, REMEMBERED)) if (!old.consumer && find(...old.ends) === old) forget(old);
    }
    return connection;
  }

  function consumerOf(connection: Connection): TcpConsumer | null {
    if (connection.consumer || !connection.isWanted) return connection.consumer;
    connection.consumer = listener(connection.about, () => retire(connection));
    if (!connection.consumer) retire(connection);
    return connection.consumer;
  }

  /** Nobody wants more of it; it is remembered, so that what is left of it is not taken for another one. */
  function retire(connection: Connection): void {
    connection.consumer = null;
    connection.isWanted = false;
    dropWaiting(connection);
    past.push(connection);
    if (past.length <= REMEMBERED) return;
    for (const old of past.splice(0, REMEMBERED / 2)) if (find(...old.ends) === old) forget(old);
  }

  function dropWaiting(connection: Connection): void {
    for (const flow of connection.flows) {
      waitingOctets -= flow.waitingOctets;
      flow.waiting = [];
      flow.waitingOctets = 0;
    }
    waitingOctets -= connection.heldOctets;
    connection.held = [];
    connection.heldOctets = 0;
    connection.stalledBy = null;
    busy.delete(connection);
  }

  function finish(connection: Connection): void {
    if (connection.isOver) return;
    connection.isOver = true;
    connection.consumer?.end();
    if (connection.isWanted) retire(connection);
  }

  /** The connection that the segment belongs to; null where it is left over from one that is past. */
  function connectionOf(segment: Segment, when: Moment): Connection | null {
    const { from, to, flags, sequence } = segment;
    const found = find(from, to);
    const isSyn = (flags & TCP_FLAG.SYN) !== 0;
    const isSynAck = isSyn && (flags & TCP_FLAG.ACK) !== 0;
    if (!found) return (flags & TCP_FLAG.RST) !== 0 ? null : open(segment, isSynAck);
    if (!isSyn) return found.isWanted ? found : null;
    const { initial, next } = found.flows[sideOf(found, from)];
    const isFirst = initial < 0 && next < 0 && !found.isOver;
    if (isFirst || initial === sequence) return found.isWanted ? found : null;
    // The same addresses and ports, used again.
    settleAll(found, when);
    finish(found);
    forget(found);
    return open(segment, isSynAck);
  }

  function take(connection: Connection, side: Side, segment: Segment, when: Moment): void {
    const { flags } = segment;
    const flow = connection.flows[side];
    if ((flags & TCP_FLAG.SYN) !== 0) beginFlow(flow, segment.sequence);
    // What it acknowledges counts when its turn comes.
    if (connection.stalledBy === null || connection.stalledBy === side) heed(connection, side, segment, when);
    if (connection.stalledBy === null || connection.stalledBy === side) takeInOrder(connection, side, segment, when);
    else hold(connection, { side, segment, when });
  }

  /** Looks at the segment's acknowledgment. That of a reset tells nothing. */
  function heed(connection: Connection, side: Side, { flags, acknowledgment }: Segment, when: Moment): void {
    if ((flags & (TCP_FLAG.ACK | TCP_FLAG.RST)) === TCP_FLAG.ACK) acknowledge(connection, side, acknowledgment, when);
  }

  function takeInOrder(connection: Connection, side: Side, segment: Segment, when: Moment): void {
    const flow = connection.flows[side];
    const { flags, known, length } = segment;
    if ((flags & TCP_FLAG.RST) !== 0) {
      settleAll(connection, when);
      connection.consumer?.reset(side, when);
      finish(connection);
      return;
    }
    const sequence = (flags & TCP_FLAG.SYN) !== 0 ? (segment.sequence + 1) >>> 0 : segment.sequence;
    if (length > 0) takeOctets(connection, side, { sequence, octets: cutOctets(known, length), when });
    if ((flags & TCP_FLAG.FIN) !== 0 && flow.finAt < 0) flow.finAt = (sequence + length) >>> 0;
    if (flow.next < 0 && flow.finAt >= 0) flow.next = flow.finAt;
    finishFlow(connection, side, when);
  }

  function takeOctets(connection: Connection, side: Side, piece: Waiting): void {
    const flow = connection.flows[side];
    if (flow.next < 0) flow.next = firstOf(flow, piece.sequence);
    if (distance(flow.next, piece.sequence) > 0) wait(connection, flow, piece);
    else deliver(connection, side, piece);
    deliverWaiting(connection, side, piece.when);
  }

  /** `piece` begins at or before what is due. */
  function deliver(connection: Connection, side: Side, { sequence, octets, when }: Waiting): void {
    const flow = connection.flows[side];
    const seen = distance(sequence, flow.next);
    if (seen >= octets.length) return;
    flow.next = (sequence + octets.length) >>> 0;
    const fresh = seen === 0 ? octets : cutOctets(octets.known.subarray(seen), octets.length - seen);
    consumerOf(connection)?.octets(side, fresh, when);
  }

  /** What waited is there when that has come which was missing before it. */
  function deliverWaiting(connection: Connection, side: Side, since: Moment): void {
    const flow = connection.flows[side];
    while (flow.waiting.length > 0 && distance(flow.next, (flow.waiting[0] as Waiting).sequence) <= 0) {
      const piece = flow.waiting.shift() as Waiting;
      flow.waitingOctets -= piece.octets.known.length;
      waitingOctets -= piece.octets.known.length;
      deliver(connection, side, { ...piece, when: later(since, piece.when) });
    }
    if (connection.stalledBy === side && missingOf(flow) === 0) resume(connection);
  }

  function finishFlow(connection: Connection, side: Side, when: Moment): void {
    const flow = connection.flows[side];
    if (flow.finished || flow.finAt < 0 || flow.next !== flow.finAt) return;
    flow.finished = true;
    connection.consumer?.fin(side, when);
    const other = connection.flows[side === 0 ? 1 : 0];
    if (other.finished && connection.held.length === 0) finish(connection);
  }

  function wait(connection: Connection, flow: Flow, piece: Waiting): void {
    const at = flow.waiting.findIndex(({ sequence }) => distance(piece.sequence, sequence) >= 0);
    const next = flow.waiting[at];
    const isKnown = next?.sequence === piece.sequence && next.octets.length >= piece.octets.length;
    if (isKnown) return;
    const kept = { ...piece, octets: cutOctets(Buffer.from(piece.octets.known), piece.octets.length) };
    flow.waiting.splice(at < 0 ? flow.waiting.length : at, 0, kept);
    flow.waitingOctets += kept.octets.known.length;
    waitingOctets += kept.octets.known.length;
    busy.add(connection);
  }

  /** What the other side acknowledges it has: where that is more than has come, it is waited for. */
  function acknowledge(connection: Connection, side: Side, acknowledgment: number, when: Moment): void {
    const other: Side = side === 0 ? 1 : 0;
    const flow = connection.flows[other];
    if (flow.acknowledged >= 0 && distance(flow.acknowledged, acknowledgment) <= 0) return;
    if (flow.firstAcknowledged < 0) flow.firstAcknowledged = acknowledgment;
    flow.acknowledged = acknowledgment;
    if (connection.stalledBy !== null || missingOf(flow) === 0) return;
    connection.stalledBy = other;
    connection.stalledSince = when;
    connection.stalledPackets = 0;
    busy.add(connection);
  }

  function hold(connection: Connection, held: HeldSegment): void {
    const { known } = held.segment;
    connection.held.push({ ...held, segment: { ...held.segment, known: Buffer.from(known) } });
    connection.heldOctets += known.length;
    waitingOctets += known.length;
  }

  /** What was waited for is there, or is given up. What was held may acknowledge more that has not come. */
  function resume(connection: Connection): void {
    connection.stalledBy = null;
    const { held } = connection;
    for (let next = held[0]; next && connection.isWanted; next = held[0]) {
      const { side, segment, when } = next;
      heed(connection, side, segment, when);
      if (connection.stalledBy !== null) break;
      held.shift();
      connection.heldOctets -= segment.known.length;
      waitingOctets -= segment.known.length;
      takeInOrder(connection, side, segment, when);
    }
    // What came since has been waited for as well.
    connection.stalledPackets = held.length;
    if (!isBusy(connection)) busy.delete(connection);
  }

  /** The octets that are due next are not in the capture. */
  function giveUp(connection: Connection, side: Side, when: Moment): void {
    const flow = connection.flows[side];
    const [first] = flow.waiting;
    if (flow.next < 0) flow.next = flow.firstAcknowledged;
    const missing = first ? distance(flow.next, first.sequence) : missingOf(flow);
    if (missing > 0 && isLikely(flow, missing)) {
      flow.next = (flow.next + missing) >>> 0;
      // Of what the other side acknowledged as it ended, one octet was the FIN.
      const length = !first && isEnding(connection, side) ? missing - 1 : missing;
      consumerOf(connection)?.octets(side, cutOctets(NO_OCTETS, length), first?.when ?? when);
    } else if (first) {
      flow.waiting.shift();
      flow.waitingOctets -= first.octets.known.length;
      waitingOctets -= first.octets.known.length;
    }
    deliverWaiting(connection, side, first?.when ?? when);
    finishFlow(connection, side, first?.when ?? when);
    if (connection.stalledBy === side && missingOf(flow) === 0) resume(connection);
  }

  function settleAll(connection: Connection, when: Moment): void {
    for (let round = 0; connection.isWanted && round < 1e6; round++) {
      const side = connection.stalledBy ?? connection.flows.findIndex(({ waiting }) => waiting.length > 0);
      if (side < 0) break;
      giveUp(connection, side as Side, when);
    }
    busy.delete(connection);
  }

  function impatient(connection: Connection, when: Moment): void {
    connection.stalledPackets++;
    while (connection.stalledBy !== null) {
      const isLong = when.seconds - connection.stalledSince.seconds > PATIENCE_SECONDS;
      if (!isLong && connection.stalledPackets <= PATIENCE_PACKETS) break;
      giveUp(connection, connection.stalledBy, when);
    }
    for (const side of [0, 1] as const) {
      if (connection.flows[side].waitingOctets > MOST_UNACKNOWLEDGED) giveUp(connection, side, when);
    }
  }

  function makeRoom(when: Moment): void {
    if (waitingOctets <= MOST_WAITING) return;
    wasFull = true;
    for (const connection of [...busy]) {
      settleAll(connection, when);
      if (waitingOctets <= MOST_WAITING / 2) return;
    }
  }

  return {
    get wasFull() {
      return wasFull;
    },
    segment: (segment, when) => {
      latest = when;
      const connection = connectionOf(segment, when);
      if (!connection) return;
      take(connection, sideOf(connection, segment.from), segment, when);
      if (busy.has(connection)) {
        impatient(connection, when);
        makeRoom(when);
      }
    },
    end: () => {
      for (const peers of [...connections.values()]) {
        for (const connection of [...peers.values()]) {
          settleAll(connection, latest);
          finish(connection);
        }
      }
    },
  };
}

function newFlow(): Flow {
  return {
    next: -1,
    initial: -1,
    firstAcknowledged: -1,
    acknowledged: -1,
    waiting: [],
    waitingOctets: 0,
    finAt: -1,
    finished: false,
  };
}

/**
 * How many octets the other side has acknowledged that have not come. A FIN counts as one: where one octet is missing and
 * nothing tells what it was, it was that.
 */
function missingOf(flow: Flow): number {
  const { next, firstAcknowledged, acknowledged, waiting, finAt } = flow;
  const from = next < 0 ? firstAcknowledged : next;
  if (from < 0 || acknowledged < 0 || (finAt >= 0 && finAt === next)) return 0;
  const missing = distance(from, acknowledged);
  const [first] = waiting;
  if (first) return Math.max(0, Math.min(missing, distance(from, first.sequence)));
  return missing > 1 && missing <= FARTHEST ? missing : 0;
}

/** Nobody has so much on its way, but the capture may have missed more of what was acknowledged. */
function isLikely({ waiting: [first], acknowledged }: Flow, missing: number): boolean {
  return missing <= FARTHEST || (acknowledged >= 0 && distance(first?.sequence ?? 0, acknowledged) > 0);
}

/** The other side ends too, and acknowledges no more than it has. */
function isEnding({ flows, held }: Connection, side: Side): boolean {
  const other: Side = side === 0 ? 1 : 0;
  const { acknowledged } = flows[side];
  const hasMore = held.some(({ segment }) => distance(acknowledged, segment.acknowledgment) > 0);
  return !hasMore && (flows[other].finAt >= 0 || held.some(({ segment }) => (segment.flags & TCP_FLAG.FIN) !== 0));
}

function isBusy({ flows: [a, b], held }: Connection): boolean {
  return a.waiting.length + b.waiting.length + held.length > 0;
}

function beginFlow(flow: Flow, sequence: number): void {
  if (flow.initial >= 0) return;
  flow.initial = sequence;
  flow.next = (sequence + 1) >>> 0;
}

/**
 * Where a flow begins whose SYN is not in the capture: with its first octets, but for those that had been acknowledged
 * before, such as the one octet of a keep-alive probe (RFC 9293 §3.8.4).
 */
function firstOf({ acknowledged }: Flow, sequence: number): number {
  return acknowledged >= 0 && distance(sequence, acknowledged) > 0 ? acknowledged : sequence;
}

function sideOf({ ends }: Connection, from: EndpointKey): Side {
  return ends[0] === from ? 0 : 1;
}

function later(a: Moment, b: Moment): Moment {
  return a.seconds > b.seconds || (a.seconds === b.seconds && a.nanos > b.nanos) ? a : b;
}

/** From `a` to `b`, where numbers wrap at 2^32. */
function distance(a: number, b: number): number {
  return (b - a) | 0;
}
