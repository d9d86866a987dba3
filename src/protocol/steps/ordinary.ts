// A frame about which no rule has anything to say: a whole data message in one frame, not compressed. It does in one step
// what the steps of `frame.ts` do in three.

import type { Direction } from '../../model/row.ts';
import type { Connection } from '../connection.ts';
import { historyOf, type ReadAhead, readAhead, takeRead } from '../deflate/inflate.ts';
import type { PayloadView } from '../echo.ts';
import type { Answered } from '../frame/frame.ts';
import { own } from './own.ts';
import { noteReadEcho } from './reading.ts';

/** May the next frame of that direction be one? */
export function isSettled(connection: Connection, direction: Direction): boolean {
  return connection[direction].message === null && isOpenFor(connection, direction);
}

/** Whatever a step could find out about the first frame is known, and nobody has begun to close. */
export function isOpenFor({ rx, tx, tcpEnd, unknownExtension }: Connection, direction: Direction): boolean {
  const { frames, close, role, hasClosed, closeBegan } = direction === 'rx' ? rx : tx;
  const other = direction === 'rx' ? tx : rx;
  if (frames === 0 || role === null || tcpEnd !== null || unknownExtension !== null) return false;
  return close === null && other.close === null && !hasClosed && closeBegan === null;
}

/** What an ordinary frame turned out to be. */
export interface Ordinary {
  /** The frame of the other direction that it answers. */
  answers: Answered | null;
  /** A number for its content, in two halves. */
  a: number;
  b: number;
}

const found: Ordinary = { answers: null, a: 0, b: 0 };

/**
 * The frame came. `key`: its masking key as a 32-bit number, null for none. Returns what is found out of it, which changes
 * with the next one.
 */
export function stepOrdinary(
  view: Connection,
  direction: Direction,
  ordinal: number,
  key: number | null,
  content: PayloadView,
): Readonly<Ordinary> {
  const connection = own(view);
  const endpoint = direction === 'rx' ? connection.rx : connection.tx;
  const other = direction === 'rx' ? connection.tx : connection.rx;
  endpoint.frames++;
  if (key !== null) endpoint.keys.note(key, ordinal);
  endpoint.data = true;
  endpoint.fragment = -1;
  endpoint.passMessage();
  const last = { ordinal, row: connection.now.row };
  const { sendings } = endpoint;
  const echo = sendings.takeContent(content, last, other.sendings, other.openExpectation !== null);
  if (echo) noteReadEcho(connection, endpoint, echo);
  found.answers = echo ? echo.of : null;
  found.a = content.length === 0 ? 0 : sendings.latest.a;
  found.b = content.length === 0 ? 0 : sendings.latest.b;
  return found;
}

/** What a compressed message of that direction is that has come in one frame; nothing has changed. */
export function readDeflated(connection: Connection, direction: Direction, payload: Uint8Array): ReadAhead {
  return readAhead(historyOf(connection[direction].history), payload, connection.maxMessage);
}

/** It is ordinary. */
export function stepDeflated(view: Connection, direction: Direction, read: ReadAhead): void {
  takeRead(read);
  own(view)[direction].history = read.context;
}

/** A row of the log is read that stands in columns. */
export function stepMoment(view: Connection, row: number, time: number | null): void {
  own(view).setNow(row, time);
}
