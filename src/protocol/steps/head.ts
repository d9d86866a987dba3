// What the opening handshake does to the connection, and what stands where it, or a frame, should.

import type { Direction, Role } from '../../model/row.ts';
import type { Connection } from '../connection.ts';
import type { Foreign, UnfinishedContent } from '../facts.ts';
import { combinedValue, type Head, isInterim, statusOf } from '../handshake/handshake.ts';
import type { ConnectionState, EndpointState } from '../state.ts';
import { forgetHistory } from './loss.ts';
import { own } from './own.ts';

export function stepHead(view: Connection, head: Head): void {
  const connection = own(view);
  const sender = connection[head.direction];
  if (sender.role === null) nameRoles(connection, head);
  sender.see('in-step');
  // What begins with it is none.
  if (sender.frames === 0) sender.hasGuesses = false;
  if (head.kind === 'request') stepRequest(connection, head);
  else stepResponse(connection, sender, head);
}

function nameRoles(connection: ConnectionState, { direction, kind }: Head): void {
  const role: Role = kind === 'request' ? 'client' : 'server';
  connection.assignRoles(direction, role);
}

function stepRequest(connection: ConnectionState, head: Head): void {
  if (connection.request?.direction === head.direction) beginAgain(connection);
  connection.request = head;
  if (!isAnsweredEarly(connection)) connection.unanswered.push(head);
}

/** The response came before the request was complete. */
export function isAnsweredEarly({ request, response }: Pick<Connection, 'request' | 'response'>): boolean {
  return request !== null && response !== null && rowOf(request) < rowOf(response);
}

function rowOf({ spans }: Head): number {
  return spans[0]?.row ?? -1;
}

/** Another request on the same connection: what was wrong with the pair before it is past. */
function beginAgain(connection: ConnectionState): void {
  connection.requestBefore = connection.request;
  for (const endpoint of [connection.rx, connection.tx]) {
    endpoint.see('next-request');
    endpoint.isAtFault = false;
    endpoint.handshakeFault = null;
    endpoint.headFaults = [];
  }
}

function stepResponse(connection: ConnectionState, server: EndpointState, head: Head): void {
  server.headFaults = [];
  if (isInterim(head)) return;
  connection.response = head;
  // The client had not waited with the request that came last.
  const answered = connection.unanswered.shift();
  if (answered && connection.unanswered.length > 0) connection.request = answered;
  if (statusOf(head) !== 101) return;
  connection.move('switched');
  connection.openedAt = { row: connection.now.row, time: connection.now.time };
  // The end of a head that is hidden may hold the field.
  if (head.complete) connection.agreeOn(combinedValue(head, 'Sec-WebSocket-Extensions') ?? '');
  else if (connection.header.case === null) {
    // Nobody knows where a 101 ends that is cut: frames may be hidden behind it. A server of the suite waits.
    server.doubtMessage();
    forgetHistory(server);
  }
  // Who had not waited for the answer may have compressed before it.
  for (const endpoint of [connection.rx, connection.tx]) if (endpoint.frames > 0) forgetHistory(endpoint);
}

/**
 * A response that was not the last one due has been judged: the next one answers the request behind its own. False where
 * none is due.
 */
export function stepNextRequest(view: Connection): boolean {
  const connection = own(view);
  const [next] = connection.unanswered;
  if (!next || statusOf(connection.response ?? next) === 101) return false;
  connection.requestBefore = connection.request;
  connection.request = next;
  connection.response = null;
  return true;
}

/** A second request after an answer that was no 101: its answer is still due. */
export function stepAnswerDue(view: Connection): void {
  own(view).response = null;
}

/** Octets where a response or a frame was due, and that are none. */
export function stepForeign(view: Connection, direction: Direction, foreign: Foreign): void {
  const endpoint = own(view)[direction];
  endpoint.foreign ??= foreign;
  if (!foreign.isPassedOver) endpoint.lose(foreign.row);
}

/** TCP has ended, and what of the content of an endpoint's latest head had not come. */
export function stepUnfinishedContent(
  view: Connection,
  direction: Direction,
  missing: Omit<UnfinishedContent, 'head'>,
): void {
  const { request, response } = view;
  const head = request?.direction === direction ? request : response;
  if (head) own(view)[direction].unfinishedContent = { head, ...missing };
}
