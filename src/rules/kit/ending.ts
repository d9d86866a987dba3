// How a connection ended, as the rules about its end ask for it: who ended TCP, which Closes counted, who waited, and
// whether anybody had a reason to fail.

import type { Connection, Endpoint } from '../../protocol/connection.ts';
import { isWriter, otherEnd } from '../../protocol/connection.ts';
import { endOf, type Frame, startOf } from '../../protocol/frame/frame.ts';
import { type Head, statusOf } from '../../protocol/handshake/handshake.ts';
import { doubtfulInput, mayProvoke } from '../reaction-unprovoked.ts';
import { selectsNoProtocol } from '../response-answer.ts';
import { hasPassed, isOverAfter, timerRanOut } from './reaction-time.ts';
import type { Found } from './rule.ts';

/** The endpoint whose side ended TCP. */
export function dropper({ tcpEnd, rx, tx }: Connection): Endpoint | null {
  return tcpEnd && (tcpEnd.by === 'writer' ? tx : rx);
}

/** Its Close, but for one that was sent when the other side had ended TCP: that is lost. */
export function closeInTime(endpoint: Endpoint, connection: Connection): Frame | null {
  const { close } = endpoint;
  const { tcpEnd } = connection;
  if (!close || !tcpEnd || endpoint === dropper(connection)) return close;
  return endOf(close).row > tcpEnd.row ? null : close;
}

/** The row that ended the closing handshake; null where it was not done when TCP ended. */
export function lastClose(connection: Connection): number | null {
  const received = closeInTime(connection.rx, connection);
  const sent = closeInTime(connection.tx, connection);
  return received && sent && Math.max(endOf(received).row, endOf(sent).row);
}

/** Both directions are known from the handshake to the end. */
export function isAllSeen(connection: Connection): boolean {
  const { rx, tx, tcpEnd } = connection;
  return tcpEnd !== null && !rx.gap && !tx.gap && !isOneSided(connection);
}

/** The log left the client out: the server switched, and not an octet is there of what asked it to. */
function isOneSided({ rx, tx, request, response }: Connection): boolean {
  const client = rx.role === 'client' ? rx : tx;
  return request === null && response !== null && client.latestRows.last === null && statusOf(response) === 101;
}

/** The opening handshake was done when TCP ended: before that there is no connection to close (RFC 6455 §4.1). */
export function isOpen({ extensions, response, tcpEnd }: Connection): boolean {
  return extensions !== null && (response === null || tcpEnd === null || endOfHead(response) < tcpEnd.row);
}

function endOfHead({ spans }: Head): number {
  return spans.at(-1)?.row ?? -1;
}

/**
 * The client ended TCP and had sent no frame: it may have left before the 101 came, or may not have taken it. If it waited
 * after the 101, it had taken it.
 */
export function mayHaveLeftBefore101(connection: Connection): boolean {
  const { response, tcpEnd, waited, openedAt } = connection;
  const endpoint = dropper(connection);
  if (!response || !tcpEnd || endpoint?.role !== 'client' || endpoint.frames > 0) return false;
  if (openedAt && isOverAfter(waited, openedAt)) return false;
  // What it logged itself it had read, the frames behind the 101 too.
  if (isWriter(connection, endpoint) && connection.rx.frames > 0) return false;
  return !hasPassed(openedAt, tcpEnd);
}

/** It was inside a frame when TCP ended, or went on with its message after that Close: there was no place for its own. */
export function wasSending(endpoint: Endpoint, close: Frame): boolean {
  if (endpoint.isInsideFrame) return true;
  const last = endpoint.message?.frames.at(-1);
  return last !== undefined && endOf(last).row > endOf(close).row;
}

/** Browsers and ws fail the connection then, and nothing tells them not to. */
export function missesProtocol({ request, response }: Connection): boolean {
  return request !== null && response !== null && selectsNoProtocol({ request, response });
}

// An endpoint that refuses does it as soon as it has read the head.
const REFUSAL_SECONDS = 2;

/** A reset overtakes what was sent before it. */
export const LOST_WITH_RESET = 'octets that were lost with the reset';

/** The client ended TCP right after a 101, before a frame of either side: for it there never was a connection. */
export function refusesSwitch(connection: Connection): boolean {
  const { tcpEnd, gaveUpAt, rx, tx, request, response, openedAt } = connection;
  if (!request || !response || statusOf(response) !== 101 || dropper(connection)?.role !== 'client') return false;
  if (rx.frames + tx.frames > 0 || rx.gap || tx.gap || (tcpEnd?.by === 'writer' && gaveUpAt !== null)) return false;
  const seconds = (tcpEnd?.time ?? 0) - (openedAt?.time ?? tcpEnd?.time ?? 0);
  return seconds < REFUSAL_SECONDS;
}

/**
 * No connection was established (RFC 6455 §4.1): the answer is no 101, or one that the client may refuse and did not go on
 * after.
 */
export function isNeverOpened(connection: Connection): boolean {
  const { rx, tx, response } = connection;
  if (response && statusOf(response) !== 101) return true;
  const [client, server] = rx.role === 'client' ? [rx, tx] : [tx, rx];
  return client.frames === 0 && (server.headFaults.length > 0 || missesProtocol(connection));
}

/** What is known of it may have been a reason to fail the connection. */
function mayHaveFailed(endpoint: Endpoint, connection: Connection): boolean {
  return endpoint.isAtFault || endpoint.foreign !== null || mayProvoke(endpoint, connection);
}

/** Nobody had a reason to fail the connection: least of all the one that ended it. */
export function nothingFailed(connection: Connection): boolean {
  const { rx, tx } = connection;
  const endpoint = dropper(connection);
  const other = endpoint && otherEnd(connection, endpoint);
  if (other && mayHaveFailed(other, connection)) return false;
  if (refusesSwitch(connection)) return false;
  if (endpoint?.role === 'client' && endpoint.frames === 0 && missesProtocol(connection)) return false;
  return !rx.expectation && !tx.expectation && !rx.handshakeFault && !tx.handshakeFault;
}

/** What came may have been a reason to fail the connection, where it is not all known. */
export function unlessProvoked(connection: Connection, found: Found): Found {
  const endpoint = dropper(connection);
  const missing = endpoint && doubtfulInput(otherEnd(connection, endpoint), connection);
  return missing === null ? found : { ...found, missing };
}

/** The endpoint did not finish what it was sending, which it need not where it fails the connection. */
export function unlessFailing(connection: Connection, endpoint: Endpoint, found: Found): Found {
  const other = otherEnd(connection, endpoint);
  if (mayHaveFailed(other, connection)) return { ...found, severity: 'note' };
  const isReset = connection.tcpEnd?.reset && endpoint === dropper(connection);
  const missing = isReset ? LOST_WITH_RESET : doubtfulInput(other, connection);
  return missing === null ? found : { ...found, missing };
}

/** The endpoint that sent Close waited for the other's before it ended TCP. */
export function waitedForReply(connection: Connection, closer: Endpoint): boolean {
  const { header, tcpEnd } = connection;
  if (!closer.close || !tcpEnd) return false;
  if (closer.direction === 'tx') {
    if (header.report?.['wasCloseHandshakeTimeout'] === true) return true;
    if (timerRanOut(connection, { row: startOf(closer.close).row, time: closer.closeTime })) return true;
  }
  return hasPassed({ row: endOf(closer.close).row, time: closer.closeTime }, tcpEnd);
}

/** It sent octets until just before TCP ended: nobody knows whether it had come to read the other's Close. */
export function wasSendingToTheEnd({ tcpEnd, gaveUpAt }: Connection, { latestRows }: Endpoint, since: number): boolean {
  const last = latestRows.last;
  if (!tcpEnd || !last || last.row <= since) return false;
  if (last.time !== null && tcpEnd.time !== null) return !hasPassed(last, tcpEnd);
  return gaveUpAt !== null && gaveUpAt.row < last.row;
}
