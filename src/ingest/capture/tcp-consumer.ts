// What comes of a TCP connection, and who takes it.

import type { Octets } from '../../model/octets.ts';
import type { EndpointKey } from './endpoint.ts';

/** Of the two ends of a connection: 0 is the client where that is known, else the one that was seen first. */
export type Side = 0 | 1;

export interface Timestamp {
  /** Since 1970; NaN where the capture has no times. */
  readonly seconds: number;
  readonly nanos: number;
}

export interface TcpFacts {
  readonly ends: readonly [EndpointKey, EndpointKey];
  readonly ports: readonly [number, number];
  /** The capture holds its first segment: side 0 is the client. */
  readonly hasStart: boolean;
}

/** What becomes of one connection, in order. */
export interface TcpConsumer {
  /** The octets are a view of the input: who keeps them copies them. */
  octets(side: Side, octets: Octets, when: Timestamp): void;
  /** Where octets that are all known may go instead, at less cost; null while they may not. */
  readonly direct?: DirectWriter | null;
  /** That side sends no more. */
  fin(side: Side, when: Timestamp): void;
  reset(side: Side, when: Timestamp): void;
  /** Nothing more comes. */
  end(): void;
}

export interface DirectWriter {
  /** `count` octets of that side stand in `octets` from `at` on, until it returns. */
  write(side: Side, octets: Uint8Array, at: number, count: number, when: Timestamp): void;
}

/** Says who wants the connection; null where nobody does. */
export type TcpListener = (connection: TcpFacts, drop: () => void) => TcpConsumer | null;
