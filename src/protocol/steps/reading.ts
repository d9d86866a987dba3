// What an endpoint's Pong, echo or broken text proves that it has read of the other one, and acted on.

import { NO_OCTETS } from '../../model/octets.ts';
import { lacksBeginning } from '../connection.ts';
import { type Echo, isTelling } from '../echo.ts';
import { dueFrom } from '../expectation.ts';
import type { Frame } from '../frame/frame.ts';
import { breaksAs, type Message } from '../frame/message.ts';
import { hasOnePing, type PongMatch } from '../ping-pong.ts';
import { noteRead } from '../reading.ts';
import type { ConnectionState, EndpointState } from '../state.ts';

/** Where a Pong may answer another Ping, that which it proves was read, and no more. */
export function noteProof(
  connection: ConnectionState,
  endpoint: EndpointState,
  pong: Frame,
  { ping, proves }: PongMatch,
): void {
  if (!proves) return;
  const isProof = hasOnePing(connection.otherEnd(endpoint).pings, pong, endpoint.pongs.unasked);
  noteProcessing(connection, endpoint, proves.frame.ordinal, isProof, ping === proves);
  // Without payload it may be a heartbeat that nobody has asked for.
  noteReadBy(connection, endpoint, proves.frame.ordinal, pong.length > 0);
}

/** Pairs the message, which `frame` has ended, with the one that it is an echo of. */
export function noteEcho(connection: ConnectionState, endpoint: EndpointState, frame: Frame, message: Message): void {
  const other = connection.otherEnd(endpoint);
  const echo = endpoint.sendings.take(message, other.sendings, other.openExpectation !== null);
  if (!echo) return;
  frame.answers = echo.of;
  noteReadEcho(connection, endpoint, echo);
}

/** The endpoint has sent an echo. */
export function noteReadEcho(connection: ConnectionState, endpoint: EndpointState, echo: Echo): void {
  noteProcessing(connection, endpoint, echo.of.ordinal, echo.hasOneCause);
  // Equal content tells most of an endpoint that sends back each message: of others it may be chance. The first message
  // may be a greeting. One that the log's writer sends when it has received the like of it is none: that the content is
  // the same and the order right too would be two chances at once.
  const mayGreet = endpoint.direction === 'rx' && echo.isFirst;
  noteReadBy(connection, endpoint, echo.of.ordinal, echo.isInOrder && !mayGreet);
}

/** A text that breaks as the other one's did was made of it, though it is not whole. */
export function noteBrokenText(connection: ConnectionState, endpoint: EndpointState, message: Message): void {
  const { brokenText: theirs } = connection.otherEnd(endpoint);
  if (theirs?.brokenAt && breaksAs(theirs, message)) {
    const isProof = endpoint.sendings.isEchoing && isTelling(message.frames[0]?.payload ?? NO_OCTETS);
    noteProcessing(connection, endpoint, theirs.brokenAt.frame.ordinal, isProof);
  }
  endpoint.brokenText ??= message;
}

/** The endpoint has read the other's frame `ordinal`, unless what the log leaves out was the same. */
function noteReadBy(connection: ConnectionState, endpoint: EndpointState, ordinal: number, isSure: boolean): void {
  if (connection.otherEnd(endpoint).gap) return;
  noteRead(endpoint.reading, ordinal, isSure && !lacksBeginning(connection));
}

/**
 * The endpoint acted on the other's frame `ordinal`, which may be the one that it had to fail on, or later. `isProof`:
 * nothing else can have caused what it sent; in a case of the suite the peer echoes, and that is enough.
 */
function noteProcessing(
  connection: ConnectionState,
  endpoint: EndpointState,
  ordinal: number,
  isProof: boolean,
  isSure = true,
): void {
  const other = connection.otherEnd(endpoint);
  const expectation = other.openExpectation;
  // What the log leaves out may have been the same.
  if (other.gap || !expectation?.frame || expectation.processed) return;
  const isItself = ordinal === expectation.frame.ordinal || ordinal === lastOf(expectation.text);
  const from = dueFrom(expectation);
  if (!isItself && (from === null || ordinal < from)) return;
  if (expectation.class === 'may-fail-1002') {
    other.waive();
    return;
  }
  const processing = { row: connection.now.row, isItself: isItself && isSure };
  if (isProof || connection.header.case !== null) expectation.processed = processing;
  else expectation.suspected ??= processing;
}

/** Ordinal of the frame that ended the message. */
function lastOf(message: Message | null): number | undefined {
  return message?.finished ? message.frames.at(-1)?.ordinal : undefined;
}
