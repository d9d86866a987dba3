// What octets that the log does not hold do to the connection.

import type { Direction } from '../../model/row.ts';
import type { Connection } from '../connection.ts';
import { forgetContext } from '../deflate/inflate.ts';
import type { EndpointState } from '../state.ts';
import { own } from './own.ts';

/** Octets of that direction are missing: the open message and all that hangs on the past are unknown. */
export function stepGap(view: Connection, direction: Direction): void {
  const connection = own(view);
  forgetPast(connection[direction]);
  connection[direction].lose(connection.now.row);
}

/** The rows before the log's first octets are missing, those of that direction too. */
export function stepLateLog(view: Connection, direction: Direction): void {
  const connection = own(view);
  connection.isBeginningLost = true;
  forgetPast(connection[direction]);
}

/** The log begins inside a frame, or inside what nobody can read. */
export function stepInside(view: Connection, direction: Direction): void {
  const endpoint = own(view)[direction];
  forgetPast(endpoint);
  endpoint.see('inside');
  endpoint.hasGuesses = true;
}

/** After a gap it is known again where its frames begin. */
export function stepResumed(view: Connection, direction: Direction): void {
  own(view)[direction].see('in-step');
}

/** The log does not hold what came before; what comes now begins with a frame. */
function forgetPast(endpoint: EndpointState): void {
  forgetHistory(endpoint);
  endpoint.forgetMessage();
}

/** Compressed messages of it may have come that the log does not hold. */
export function forgetHistory(endpoint: EndpointState): void {
  const { history } = endpoint;
  if (history === null || history === 'lost') endpoint.history = 'lost';
  else forgetContext(history);
}
