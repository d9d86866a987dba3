// One TCP connection put together from its segments (RFC 9293 §3.10): each direction's octets in order and once, whatever
// was sent again, came out of order or overlaps.
//
// What goes out goes in the order in which the capture shows it, with one exception: octets of one side that acknowledge
// octets which have not come wait for those for a short while, because they may be their answer. What was acknowledged
// and does not come was lost by the capture, not by the network: it goes out as octets of known length without content.
// Only where an acknowledgment is all that tells of them, the last one may be the FIN, and the length is the least.

import { cutOctets, NO_OCTETS } from '../../model/octets.ts';
import type { EndpointKey } from './endpoint.ts';
import { type Segment, TCP_FLAG } from './packet.ts';
import type { Side, TcpConsumer, TcpFacts, TcpListener, Timestamp } from './tcp-consumer.ts';
import {
  beginFlow,
  type DueSegment,
  distance,
  dueOf,
  type Flow,
  firstOf,
  isLikely,
  lacks,
  missingOf,
  newFlow,
  seenBehind,
  type WaitingOctets,
} from './tcp-flow.ts';

/** What waits in all connections of a capture together. */
export interface WaitingRoom {
  octets: number;
  /** The connections in which something waits. */
  readonly busy: Set<TcpConnection>;
}

export interface TcpContext {
  readonly room: WaitingRoom;
  readonly listener: TcpListener;
  /** Nobody wants more of the connection. */
  readonly retired: (connection: TcpConnection) => void;
}

/** Octets of one direction that wait, where nothing says that the other end has them. */
const MOST_UNACKNOWLEDGED = 1 << 20;
/** Packets of the connection, and seconds, for which octets that were acknowledged are waited for. */
const PATIENCE_PACKETS = 32;
const PATIENCE_SECONDS = 2;

/** A segment that acknowledges octets which have not come. */
interface HeldSegment {
  readonly side: Side;
  readonly segment: Segment;
  readonly when: Timestamp;
  readonly packet: number;
}

export class TcpConnection {
  readonly facts: TcpFacts;
  readonly flows: readonly [Flow, Flow] = [newFlow(), newFlow()];
  /** Somebody may want it. */
  isWanted = true;
  isOver = false;
  /** Made with the first octets: most connections of a scan have none. */
  consumer: TcpConsumer | null = null;
  private readonly around: TcpContext;
  /** The side whose missing octets the other one has acknowledged; null where none are waited for. */
  private stalledBy: Side | null = null;
  private stalledSince: Timestamp = { seconds: 0, nanos: 0 };
  private stalledPackets = 0;
  private held: HeldSegment[] = [];
  private heldOctets = 0;
  private packets = 0;
  /** What the sides acknowledge fits to what they send. */
  private isSound = true;

  constructor(facts: TcpFacts, around: TcpContext) {
    this.facts = facts;
    this.around = around;
  }

  sideOf(from: EndpointKey): Side {
    return this.facts.ends[0] === from ? 0 : 1;
  }

  take(side: Side, segment: Segment, when: Timestamp): void {
    this.packets++;
    if ((segment.flags & TCP_FLAG.SYN) !== 0) beginFlow(this.flows[side], segment.sequence);
    if (this.flows[side].next < 0 && segment.length > 1) this.checkSoundness(side, segment);
    // What it acknowledges counts when its turn comes.
    if (this.stalledBy === null || this.stalledBy === side) this.heed(side, segment, when);
    if (this.stalledBy === null || this.stalledBy === side) this.takeInOrder(side, segment, when);
    else this.hold({ side, segment: segment.copy(), when, packet: this.packets });
  }

  /**
   * Packets that somebody made up may have acknowledgments that fit to no sequence number: all that the side sends had been
   * acknowledged before, and it acknowledges what the other one never sent. They tell nothing then.
   */
  private checkSoundness(side: Side, { sequence, length, acknowledgment, flags }: Segment): void {
    const flow = this.flows[side];
    const other = this.flows[side === 0 ? 1 : 0];
    const isOld = flow.acknowledged >= 0 && distance((sequence + length) >>> 0, flow.acknowledged) > 0;
    const isAhead = other.next >= 0 && (flags & TCP_FLAG.ACK) !== 0 && distance(other.next, acknowledgment) > 1;
    if (!isOld || !isAhead) return;
    this.isSound = false;
    for (const each of this.flows) {
      each.firstAcknowledged = -1;
      each.acknowledged = -1;
    }
  }

  /** Looks at the segment's acknowledgment. That of a reset tells nothing. */
  private heed(side: Side, { flags, acknowledgment }: Segment, when: Timestamp): void {
    const tells = this.isSound && (flags & (TCP_FLAG.ACK | TCP_FLAG.RST)) === TCP_FLAG.ACK;
    if (tells) this.acknowledge(side, acknowledgment, when);
  }

  private takeInOrder(side: Side, segment: Segment, when: Timestamp): void {
    const flow = this.flows[side];
    const { flags, length } = segment;
    if ((flags & ENDS) === 0 && flow.next === segment.sequence && flow.waiting.length === 0) {
      if (length > 0) this.takeNext(side, flow, segment, when);
      return;
    }
    if ((flags & TCP_FLAG.RST) !== 0) {
      this.settle(when);
      this.consumer?.reset(side, when);
      this.finish();
      return;
    }
    const sequence = (flags & TCP_FLAG.SYN) !== 0 ? (segment.sequence + 1) >>> 0 : segment.sequence;
    if (length > 0)
      this.takeOctets(side, { sequence, octets: cutOctets(segment.known, length), when, packet: this.packets });
    if ((flags & TCP_FLAG.FIN) !== 0 && flow.finAt < 0) {
      flow.finAt = (sequence + length) >>> 0;
      flow.finPacket = this.packets;
    }
    if (flow.next < 0 && flow.finAt >= 0) flow.next = flow.finAt;
    this.finishFlow(side, when);
  }

  /** The usual segment: its octets are those that are due. */
  private takeNext(side: Side, flow: Flow, segment: Segment, when: Timestamp): void {
    const { packet, at, count, length } = segment;
    flow.next = (segment.sequence + length) >>> 0;
    const direct = count === length ? this.consumer?.direct : null;
    if (direct) direct.write(side, packet, at, count, when);
    else this.wanted()?.octets(side, cutOctets(segment.known, length), when);
    if (this.stalledBy === side) this.deliverWaiting(side, when);
    if (flow.finAt >= 0) this.finishFlow(side, when);
  }

  private takeOctets(side: Side, piece: WaitingOctets): void {
    const flow = this.flows[side];
    if (flow.next < 0) flow.next = firstOf(flow, piece.sequence);
    if (distance(flow.next, piece.sequence) > 0) this.wait(flow, piece);
    else this.deliver(side, piece);
    this.deliverWaiting(side, piece.when);
  }

  /** `piece` begins at or before what is due. */
  private deliver(side: Side, { sequence, octets, when }: WaitingOctets): void {
    const flow = this.flows[side];
    const seen = distance(sequence, flow.next);
    if (seen >= octets.length) return;
    flow.next = (sequence + octets.length) >>> 0;
    const fresh = seen === 0 ? octets : cutOctets(octets.known.subarray(seen), octets.length - seen);
    this.wanted()?.octets(side, fresh, when);
  }

  /**
   * What was missing has come, or is given up: what waited for it goes out, and so do the segments that acknowledge it, in
   * the order in which both came; but nothing before what it acknowledges.
   */
  private deliverWaiting(side: Side, since: Timestamp): void {
    const flow = this.flows[side];
    while (this.isWanted) {
      if (this.stalledBy === side && missingOf(flow) === 0) this.stalledBy = null;
      const due = dueOf(flow);
      const held = this.stalledBy === null ? this.held[0] : undefined;
      if (held && held.side !== side && !(due && comesBefore(due, held))) this.takeHeld(held);
      else if (due === null) break;
      else if (flow.waiting.length === 0) this.finishFlow(side, since);
      else {
        const piece = this.takeFirst(flow);
        this.deliver(side, { ...piece, when: later(since, piece.when) });
      }
    }
    // What came since has been waited for as well.
    this.stalledPackets = this.held.length;
    if (this.stalledBy === null && !this.isBusy()) this.around.room.busy.delete(this);
  }

  /** Unless it acknowledges more that has not come. */
  private takeHeld({ side, segment, when }: HeldSegment): void {
    this.heed(side, segment, when);
    if (this.stalledBy !== null) return;
    this.held.shift();
    this.heldOctets -= segment.count;
    this.around.room.octets -= segment.count;
    this.takeInOrder(side, segment, when);
  }

  private takeFirst(flow: Flow): WaitingOctets {
    const piece = flow.waiting.shift() as WaitingOctets;
    flow.waitingOctets -= piece.octets.known.length;
    this.around.room.octets -= piece.octets.known.length;
    return piece;
  }

  private finishFlow(side: Side, when: Timestamp): void {
    const flow = this.flows[side];
    if (flow.finished || flow.finAt < 0 || flow.next !== flow.finAt) return;
    flow.finished = true;
    this.consumer?.fin(side, when);
    if (this.flows[side === 0 ? 1 : 0].finished && this.held.length === 0) this.finish();
  }

  private wait(flow: Flow, piece: WaitingOctets): void {
    const at = flow.waiting.findIndex(({ sequence }) => distance(piece.sequence, sequence) >= 0);
    const next = flow.waiting[at];
    const isKnown = next?.sequence === piece.sequence && next.octets.length >= piece.octets.length;
    if (isKnown) return;
    const kept = { ...piece, octets: cutOctets(Buffer.from(piece.octets.known), piece.octets.length) };
    flow.waiting.splice(at < 0 ? flow.waiting.length : at, 0, kept);
    flow.waitingOctets += kept.octets.known.length;
    this.around.room.octets += kept.octets.known.length;
    this.around.room.busy.add(this);
  }

  /** What the other side acknowledges it has: where that is more than has come, it is waited for. */
  private acknowledge(side: Side, acknowledgment: number, when: Timestamp): void {
    const other: Side = side === 0 ? 1 : 0;
    const flow = this.flows[other];
    if (flow.acknowledged >= 0 && distance(flow.acknowledged, acknowledgment) <= 0) return;
    if (flow.firstAcknowledged < 0) flow.firstAcknowledged = acknowledgment;
    flow.acknowledged = acknowledgment;
    if (flow.next === acknowledgment || this.stalledBy !== null || missingOf(flow) === 0) return;
    this.stalledBy = other;
    this.stalledSince = when;
    this.stalledPackets = 0;
    this.around.room.busy.add(this);
  }

  private hold(held: HeldSegment): void {
    this.held.push(held);
    this.heldOctets += held.segment.count;
    this.around.room.octets += held.segment.count;
  }

  private isBusy(): boolean {
    const [a, b] = this.flows;
    return a.waiting.length + b.waiting.length + this.held.length > 0;
  }

  /** The octets that are due next are not in the capture. */
  private giveUp(side: Side, when: Timestamp): void {
    const flow = this.flows[side];
    const [first] = flow.waiting;
    if (flow.next < 0) flow.next = flow.firstAcknowledged;
    const seen = seenBehind(flow);
    const missing = seen >= 0 ? distance(flow.next, seen) : missingOf(flow);
    // They were there when they were acknowledged.
    const since = this.stalledBy === side ? this.stalledSince : (first?.when ?? when);
    if (missing > 0 && isLikely(flow, missing)) {
      flow.next = (flow.next + missing) >>> 0;
      // A FIN is acknowledged like an octet, as the last one of all: without more behind it, the last may be either.
      const isSure = seen >= 0 || this.acknowledgesMore(side);
      const octets = isSure ? cutOctets(NO_OCTETS, missing) : { known: NO_OCTETS, length: missing - 1, exact: false };
      this.wanted()?.octets(side, octets, since);
    } else if (first) this.takeFirst(flow);
    else if (missing > 0) flow.finAt = -1;
    this.deliverWaiting(side, since);
    this.finishFlow(side, first?.when ?? when);
  }

  /** Of what waits, something acknowledges more of that side. */
  private acknowledgesMore(side: Side): boolean {
    const { acknowledged } = this.flows[side];
    return this.held.some(({ segment }) => distance(acknowledged, segment.acknowledgment) > 0);
  }

  /** Another packet of it has come while something waits. */
  impatient(when: Timestamp): void {
    this.stalledPackets++;
    while (this.stalledBy !== null) {
      const isLong = when.seconds - this.stalledSince.seconds > PATIENCE_SECONDS;
      if (!isLong && this.stalledPackets <= PATIENCE_PACKETS) break;
      this.giveUp(this.stalledBy, when);
    }
    for (const side of [0, 1] as const) {
      if (this.flows[side].waitingOctets > MOST_UNACKNOWLEDGED) this.giveUp(side, when);
    }
  }

  /** Nothing is waited for any more. */
  settle(when: Timestamp): void {
    for (let round = 0; this.isWanted && round < 1e6; round++) {
      const side = this.stalledBy ?? this.flows.findIndex(lacks);
      if (side < 0) break;
      this.giveUp(side as Side, when);
    }
    this.around.room.busy.delete(this);
  }

  finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.consumer?.end();
    if (this.isWanted) this.retire();
  }

  private wanted(): TcpConsumer | null {
    if (this.consumer || !this.isWanted) return this.consumer;
    this.consumer = this.around.listener(this.facts, () => this.retire());
    if (!this.consumer) this.retire();
    return this.consumer;
  }

  private retire(): void {
    this.consumer = null;
    this.isWanted = false;
    this.dropWaiting();
    this.around.retired(this);
  }

  private dropWaiting(): void {
    const { room } = this.around;
    for (const flow of this.flows) {
      room.octets -= flow.waitingOctets;
      flow.waiting = [];
      flow.waitingOctets = 0;
    }
    room.octets -= this.heldOctets;
    this.held = [];
    this.heldOctets = 0;
    this.stalledBy = null;
    room.busy.delete(this);
  }
}

function comesBefore({ sequence, packet }: DueSegment, held: HeldSegment): boolean {
  return packet < held.packet || distance(sequence, held.segment.acknowledgment) > 0;
}

const ENDS = TCP_FLAG.SYN | TCP_FLAG.FIN | TCP_FLAG.RST;

function later(a: Timestamp, b: Timestamp): Timestamp {
  return a.seconds > b.seconds || (a.seconds === b.seconds && a.nanos > b.nanos) ? a : b;
}
