// The TCP connections of a capture: which segment belongs to which, and how long one is remembered. All that waits in
// them together is bounded by octets.

import type { EndpointKey } from './endpoint.ts';
import { type Segment, TCP_FLAG } from './packet.ts';
import { TcpConnection, type TcpContext, type WaitingRoom } from './tcp-connection.ts';
import type { TcpListener, Timestamp } from './tcp-consumer.ts';

/** Octets that may wait, of all connections together. */
const MOST_WAITING = 64 << 20;
/** Connections that are over, or that nobody wants, and are still remembered. */
const REMEMBERED = 1 << 16;

export class TcpTracker {
  readonly #connections = new Map<EndpointKey, Map<EndpointKey, TcpConnection>>();
  readonly #room: WaitingRoom = { octets: 0, busy: new Set() };
  readonly #around: TcpContext;
  readonly #past: TcpConnection[] = []; // over, or unwanted
  #begun: TcpConnection[] = []; // all, in order of their beginning
  #recent: TcpConnection | null = null; // of the last packet, which is often that of the next one
  #wasFull = false;
  #latest: Timestamp = { seconds: Number.NaN, nanos: Number.NaN };

  constructor(listener: TcpListener) {
    const retired = (connection: TcpConnection) => this.#rememberPast(connection);
    this.#around = { room: this.#room, listener, retired };
  }

  /** A bound on what waits has bitten. */
  get wasFull(): boolean {
    return this.#wasFull;
  }

  segment(segment: Segment, when: Timestamp): void {
    this.#latest = when;
    const connection = this.#connectionOf(segment, when);
    if (!connection) return;
    connection.take(connection.sideOf(segment.from), segment, when);
    const { busy } = this.#room;
    if (busy.size > 0 && busy.has(connection)) {
      connection.impatient(when);
      this.#makeRoom(when);
    }
  }

  /** The capture is over. */
  end(): void {
    for (const peers of [...this.#connections.values()]) {
      for (const connection of [...peers.values()]) {
        connection.settle(this.#latest);
        connection.finish();
      }
    }
  }

  /** The connection that the segment belongs to; null where it is left over from one that is past. */
  #connectionOf(segment: Segment, when: Timestamp): TcpConnection | null {
    const { from, to, flags, sequence } = segment;
    const found = this.#find(from, to);
    const isSyn = (flags & TCP_FLAG.SYN) !== 0;
    const isSynAck = isSyn && (flags & TCP_FLAG.ACK) !== 0;
    if (!found) return (flags & TCP_FLAG.RST) !== 0 ? null : this.#open(segment, isSynAck);
    if (!isSyn) return found.isWanted ? found : null;
    const { initial, next } = found.flows[found.sideOf(from)];
    const isFirst = initial < 0 && next < 0 && !found.isOver;
    if (isFirst || initial === sequence) return found.isWanted ? found : null;
    // The same addresses and ports, used again.
    found.settle(when);
    found.finish();
    this.#forget(found);
    return this.#open(segment, isSynAck);
  }

  #find(a: EndpointKey, b: EndpointKey): TcpConnection | undefined {
    const recent = this.#recent;
    if (recent) {
      const [one, other] = recent.facts.ends;
      if (one === a ? other === b : one === b && other === a) return recent;
    }
    const found = this.#connections.get(a)?.get(b) ?? this.#connections.get(b)?.get(a);
    if (found) this.#recent = found;
    return found;
  }

  #open(segment: Segment, isSynAck: boolean): TcpConnection {
    const { from, to, fromPort, toPort, flags } = segment;
    const hasStart = (flags & TCP_FLAG.SYN) !== 0;
    const ends = isSynAck ? ([to, from] as const) : ([from, to] as const);
    const ports = isSynAck ? ([toPort, fromPort] as const) : ([fromPort, toPort] as const);
    const connection = new TcpConnection({ ends, ports, hasStart }, this.#around);
    const peers = this.#connections.get(ends[0]) ?? new Map<EndpointKey, TcpConnection>();
    peers.set(ends[1], connection);
    this.#connections.set(ends[0], peers);
    this.#begun.push(connection);
    if (this.#begun.length > 2 * REMEMBERED) this.#forgetOld();
    return connection;
  }

  #forget(connection: TcpConnection): void {
    const [a, b] = connection.facts.ends;
    const peers = this.#connections.get(a);
    if (peers?.get(b) !== connection) return;
    if (this.#recent === connection) this.#recent = null;
    peers.delete(b);
    if (peers.size === 0) this.#connections.delete(a);
  }

  /** Connections that never had octets. */
  #forgetOld(): void {
    for (const old of this.#begun.slice(0, REMEMBERED)) if (!old.consumer) this.#forget(old);
    this.#begun = this.#begun.slice(REMEMBERED);
  }

  /** Nobody wants more of it; it is remembered, so that what is left of it is not taken for another one. */
  #rememberPast(connection: TcpConnection): void {
    this.#past.push(connection);
    if (this.#past.length <= REMEMBERED) return;
    for (const old of this.#past.splice(0, REMEMBERED / 2)) this.#forget(old);
  }

  #makeRoom(when: Timestamp): void {
    const room = this.#room;
    if (room.octets <= MOST_WAITING) return;
    this.#wasFull = true;
    for (const connection of [...room.busy]) {
      connection.settle(when);
      if (room.octets <= MOST_WAITING / 2) return;
    }
  }
}
