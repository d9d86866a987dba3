// The TCP connections of a capture: which segment belongs to which, and how long one is remembered. All that waits in
// them together is bounded by octets.

import type { EndpointKey } from './endpoint.ts';
import { type Segment, TCP_FLAG } from './packet.ts';
import { TcpConnection, type WaitingRoom } from './tcp-connection.ts';
import type { Moment, TcpListener } from './tcp-consumer.ts';

export interface TcpTracker {
  segment(segment: Segment, when: Moment): void;
  /** The capture is over. */
  end(): void;
  /** A bound on what waits has bitten. */
  wasFull(): boolean;
}

/** Octets that may wait, of all connections together. */
const MOST_WAITING = 64 << 20;
/** Connections that are over, or that nobody wants, and are still remembered. */
const REMEMBERED = 1 << 16;

export function openTcp(listener: TcpListener): TcpTracker {
  const connections = new Map<EndpointKey, Map<EndpointKey, TcpConnection>>();
  const room: WaitingRoom = { octets: 0, busy: new Set() };
  /** Over or unwanted. */
  const past: TcpConnection[] = [];
  /** All, in order of their beginning. */
  let begun: TcpConnection[] = [];
  let wasFull = false;
  let latest: Moment = { seconds: Number.NaN, nanos: Number.NaN };
  const around = { room, listener, retired: rememberPast };

  /** The connection of the last packet, which is often that of the next one. */
  let recent: TcpConnection | null = null;

  function find(a: EndpointKey, b: EndpointKey): TcpConnection | undefined {
    if (recent) {
      const [one, other] = recent.facts.ends;
      if (one === a ? other === b : one === b && other === a) return recent;
    }
    const found = connections.get(a)?.get(b) ?? connections.get(b)?.get(a);
    if (found) recent = found;
    return found;
  }

  function forget(connection: TcpConnection): void {
    const [a, b] = connection.facts.ends;
    const peers = connections.get(a);
    if (peers?.get(b) !== connection) return;
    if (recent === connection) recent = null;
    peers.delete(b);
    if (peers.size === 0) connections.delete(a);
  }

  function open(segment: Segment, isSynAck: boolean): TcpConnection {
    const { from, to, fromPort, toPort, flags } = segment;
    const hasStart = (flags & TCP_FLAG.SYN) !== 0;
    const ends = isSynAck ? ([to, from] as const) : ([from, to] as const);
    const ports = isSynAck ? ([toPort, fromPort] as const) : ([fromPort, toPort] as const);
    const connection = new TcpConnection({ ends, ports, hasStart }, around);
    const peers = connections.get(ends[0]) ?? new Map<EndpointKey, TcpConnection>();
    peers.set(ends[1], connection);
    connections.set(ends[0], peers);
    begun.push(connection);
    if (begun.length > 2 * REMEMBERED) forgetOld();
    return connection;
  }

  /** Connections that never had octets. */
  function forgetOld(): void {
    for (const old of begun.slice(0, REMEMBERED)) if (!old.consumer) forget(old);
    begun = begun.slice(REMEMBERED);
  }

  /** Nobody wants more of it; it is remembered, so that what is left of it is not taken for another one. */
  function rememberPast(connection: TcpConnection): void {
    past.push(connection);
    if (past.length <= REMEMBERED) return;
    for (const old of past.splice(0, REMEMBERED / 2)) forget(old);
  }

  /** The connection that the segment belongs to; null where it is left over from one that is past. */
  function connectionOf(segment: Segment, when: Moment): TcpConnection | null {
    const { from, to, flags, sequence } = segment;
    const found = find(from, to);
    const isSyn = (flags & TCP_FLAG.SYN) !== 0;
    const isSynAck = isSyn && (flags & TCP_FLAG.ACK) !== 0;
    if (!found) return (flags & TCP_FLAG.RST) !== 0 ? null : open(segment, isSynAck);
    if (!isSyn) return found.isWanted ? found : null;
    const { initial, next } = found.flows[found.sideOf(from)];
    const isFirst = initial < 0 && next < 0 && !found.isOver;
    if (isFirst || initial === sequence) return found.isWanted ? found : null;
    // The same addresses and ports, used again.
    found.settle(when);
    found.finish();
    forget(found);
    return open(segment, isSynAck);
  }

  function makeRoom(when: Moment): void {
    if (room.octets <= MOST_WAITING) return;
    wasFull = true;
    for (const connection of [...room.busy]) {
      connection.settle(when);
      if (room.octets <= MOST_WAITING / 2) return;
    }
  }

  return {
    wasFull: () => wasFull,
    segment: (segment, when) => {
      latest = when;
      const connection = connectionOf(segment, when);
      if (!connection) return;
      connection.take(connection.sideOf(segment.from), segment, when);
      if (room.busy.size > 0 && room.busy.has(connection)) {
        connection.impatient(when);
        makeRoom(when);
      }
    },
    end: () => {
      for (const peers of [...connections.values()]) {
        for (const connection of [...peers.values()]) {
          connection.settle(latest);
          connection.finish();
        }
      }
    },
  };
}
