// What happens in a connection, with its octets as the two ends wrote them.

import { cutOctets, type Octets } from '../../model/octets.ts';
import type { Side, Timestamp } from './tcp-consumer.ts';

export interface OctetsEvent {
  readonly kind: 'octets';
  readonly side: Side;
  readonly octets: Octets;
  readonly when: Timestamp;
}

export type ConversationEvent =
  | OctetsEvent
  | { readonly kind: 'fin' | 'reset'; readonly side: Side; readonly when: Timestamp }
  /** Octets of that side cannot be read. */
  | { readonly kind: 'lost'; readonly side: Side; readonly why: string; readonly when: Timestamp };

/** For whoever keeps it: its octets are a view of the input. */
export function withOwnOctets(event: OctetsEvent): OctetsEvent {
  const { known, length, exact } = event.octets;
  return { ...event, octets: { known: Buffer.from(known), length, exact } };
}

/** The event's first `count` octets. */
export function upTo(event: OctetsEvent, count: number): OctetsEvent {
  const { known, length } = event.octets;
  return count >= length ? event : { ...event, octets: cutOctets(known.subarray(0, count), count) };
}

/** What of the event is behind them; null where nothing is. */
export function behind(event: OctetsEvent, count: number): OctetsEvent | null {
  const { known, length, exact } = event.octets;
  return count >= length ? null : { ...event, octets: { ...cutOctets(known.subarray(count), length - count), exact } };
}

export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0;
}
