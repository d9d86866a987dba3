// One WebSocket connection as both directions' octets show it, to read: rules, ledger and pipeline ask here, and have
// no way to write. What an endpoint is doing changes in `state.ts`; the steps in `steps/` gather the facts beside it.

import { statusOf } from './handshake/handshake.ts';
import type { ConnectionState, EndpointState } from './state.ts';

/** What can be read of it: no way to change it, lists neither. */
type ReadOnly<T> = {
  readonly [Key in keyof T as T[Key] extends (...given: never[]) => unknown ? never : Key]: T[Key] extends (infer One)[]
    ? readonly One[]
    : T[Key];
};

export type Endpoint = ReadOnly<EndpointState>;

export interface Connection extends Omit<ReadOnly<ConnectionState>, 'rx' | 'tx'> {
  readonly rx: Endpoint;
  readonly tx: Endpoint;
}

export type { RowTime } from './facts.ts';

/**
 * The log does not hold the connection's beginning: neither the opening handshake is in it, nor a word of what that
 * agreed on. Whatever came before is then open: Pings, Closes, faults, an open message.
 */
export function lacksBeginning({
  isBeginningLost,
  extensions,
  request,
  response,
}: Pick<Connection, 'isBeginningLost' | 'extensions' | 'request' | 'response'>): boolean {
  return isBeginningLost || (extensions === null && request === null && response === null);
}

/** A 101 of it is cut, and frames may be hidden behind it in the same row. A server of the suite waits for the client. */
export function mayHideFrames(
  { response, header }: Pick<Connection, 'response' | 'header'>,
  { direction }: Pick<Endpoint, 'direction'>,
): boolean {
  return response?.direction === direction && statusOf(response) === 101 && !response.complete && header.case === null;
}

/** All that it sent since that row is in the log, and read as frames. */
export function isSeenSince({ isLost, gapRow }: Endpoint, row: number): boolean {
  return !isLost && gapRow < row;
}

export function otherEnd(connection: Connection, endpoint: Endpoint): Endpoint {
  return endpoint === connection.rx ? connection.tx : connection.rx;
}

/** The log's writer: what came before stands before what it sends. On a log that was taken on the way nobody is. */
export function isWriter({ header, tx }: Connection, endpoint: Endpoint): boolean {
  return endpoint === tx && header.isTap !== true;
}

/** The window in which it refers back to what it said (RFC 7692 §7.1.2), as a power of two. */
export function windowOf({ role }: Endpoint, { deflate }: Connection): number {
  if (!deflate) return 15;
  return role === 'client' ? deflate.clientMaxWindowBits : deflate.serverMaxWindowBits;
}

/** Its messages may refer to earlier ones (RFC 7692 §7.1.1). */
export function mayTakeOver({ role }: Endpoint, { deflate }: Connection): boolean {
  return !(role === 'client' ? deflate?.clientNoContextTakeover : deflate?.serverNoContextTakeover);
}
