// What each thing on the wire does to the connection. The steps gather facts and never judge.

import type { Direction } from '../model/row.ts';
import { agreeOn, assignRoles, type Connection, type Endpoint, move, otherEnd } from './connection.ts';
import { forgetHistory, inflateMessage, startInflate } from './deflate/inflate.ts';
import { echoedFrame, noteSending } from './echo.ts';
import { dueFrom, type Expectation, type Outcome } from './expectation.ts';
import { endOf, type Frame, isWithoutOctets, startOf } from './frame/frame.ts';
import { noteKey } from './frame/key-history.ts';
import { breaksAs, type Message, openMessage, type Utf8Break } from './frame/message.ts';
import { isControl, isReservedOpcode, OPCODE } from './frame/opcode.ts';
import { nameUtf8Fault, pushUtf8 } from './frame/utf8.ts';
import { combinedValue, type Head, isInterim, statusOf } from './handshake/handshake.ts';
import { matchPong, notePing } from './ping-pong.ts';

// Memory must not grow with the log.
const STRAYS_KEPT = 1000;

export function stepHead(connection: Connection, head: Head): void {
  connection[head.direction].isLost = false;
  if (head.kind === 'request') {
    if (connection.request?.direction === head.direction) beginAgain(connection);
    connection.request = head;
    connection.answeredEarly = connection.response !== null && rowOf(head) < rowOf(connection.response);
    return;
  }
  connection[head.direction].headFaults = [];
  if (isInterim(head)) return;
  connection.response = head;
  if (statusOf(head) !== 101) return;
  move(connection, 'switched');
  // The end of a head that is hidden may hold the field.
  if (head.complete) agreeOn(connection, combinedValue(head, 'Sec-WebSocket-Extensions') ?? '');
  // Who had not waited for the answer may have compressed before it.
  for (const endpoint of [connection.rx, connection.tx]) if (endpoint.frames > 0) forget(endpoint);
}

function rowOf({ spans }: Head): number {
  return spans[0]?.row ?? -1;
}

/** Another request on the same connection: what was wrong with the pair before it is past. */
function beginAgain(connection: Connection): void {
  connection.requestBefore = connection.request;
  for (const endpoint of [connection.rx, connection.tx]) {
    endpoint.gap = false;
    endpoint.isAtFault = false;
    endpoint.handshakeFault = null;
    endpoint.headFaults = [];
  }
}

function forget(endpoint: Endpoint): void {
  endpoint.historyLost = true;
  if (endpoint.history) forgetHistory(endpoint.history);
}

/** What was so just before a frame began. */
export interface Before {
  /** The sender's message that was open. */
  readonly inside: Message | null;
  /** The log leaves out so much that a message may have been open. */
  readonly insideUnknown: boolean;
  /** The frame goes on with a control frame that was sent without FIN. */
  readonly followsControl: boolean;
}

/** The header of a frame is read. */
export function stepHeader(connection: Connection, frame: Frame): Before {
  const endpoint = connection[frame.direction];
  // What came before the log is not known: perhaps the beginning of a message.
  if (endpoint.frames === 0 && isBegunLate(connection)) endpoint.messageUnknown = true;
  const inside = endpoint.message;
  const before = { inside, insideUnknown: endpoint.messageUnknown, followsControl: false };
  endpoint.frames++;
  endpoint.withoutOctets ||= isWithoutOctets(frame);
  if (endpoint.role === null && !frame.maskUnknown) {
    connection.roleGuessed = true;
    assignRoles(connection, frame.direction, frame.masked ? 'client' : 'server');
  }
  noteKey(endpoint.keys, frame);
  if (!frame.fin || (inside && isControl(frame.opcode))) endpoint.fragments = true;
  if (isControl(frame.opcode)) {
    endpoint.brokenControl = !frame.fin;
    return before;
  }
  if (frame.opcode === OPCODE.BINARY) endpoint.binary = true;
  const other = otherEnd(connection, endpoint);
  const isAfterClose = other.close !== null && startOf(frame).row > endOf(other.close).row;
  if (frame.opcode !== OPCODE.CONTINUATION && isAfterClose && !endpoint.close) endpoint.begunAfterClose++;
  // Whatever a reserved opcode stands for, the open message is still to be continued.
  if (inside && isReservedOpcode(frame.opcode)) {
    if (!frame.fin) forgetMessage(endpoint);
    return before;
  }
  const continues = frame.opcode === OPCODE.CONTINUATION;
  if (continues && !inside && endpoint.brokenControl) {
    endpoint.brokenControl = !frame.fin;
    return { ...before, followsControl: true };
  }
  joinMessage(connection, endpoint, frame);
  return before;
}

/** The frame begins a message or goes on with the open one. */
function joinMessage(connection: Connection, endpoint: Endpoint, frame: Frame): void {
  const continues = frame.opcode === OPCODE.CONTINUATION;
  if (!continues) {
    const compressed = connection.deflate !== null && (frame.rsv & 4) !== 0;
    const isText = frame.opcode === OPCODE.TEXT && isPlain(connection, frame);
    endpoint.message = openMessage(frame.opcode, compressed, isText);
  } else if (!endpoint.message) endpoint.message = openMessage(frame.opcode, false, false, true);
  endpoint.message?.frames.push(frame);
  if (!continues || frame.fin) endpoint.messageUnknown = false;
}

/** Neither the opening handshake is in the log nor a word of what it agreed on. */
function isBegunLate({ extensions, request, response }: Connection): boolean {
  return extensions === null && request === null && response === null;
}

/** Nothing that wirelog does not know may have changed the payload. */
function isPlain({ deflate, unknownExtension }: Connection, { rsv }: Frame): boolean {
  return unknownExtension === null && (rsv & (deflate ? 3 : 7)) === 0;
}

/**
 * More payload came: `octets` are the known ones of it, from payload octet `at` of the frame on; `hidden` says that
 * some were not known. Returns where the text broke, if it broke in them.
 */
export function stepPayload(
  endpoint: Endpoint,
  frame: Frame,
  at: number,
  octets: Uint8Array,
  hidden: boolean,
): Utf8Break | null {
  const { message } = endpoint;
  if (hidden) noteHidden(endpoint, frame);
  if (!message || !isPartOf(message, frame) || message.hidden) return null;
  message.hidden = hidden;
  return message.compressed ? null : readText(message, frame, octets, at);
}

/** Frames that stand inside a message are no part of it. */
function isPartOf(message: Message, frame: Frame): boolean {
  return message.frames.at(-1) === frame;
}

function readText(message: Message, frame: Frame, octets: Uint8Array, inFrame: number): Utf8Break | null {
  if (!message.utf8 || message.brokenAt) return null;
  const at = pushUtf8(message.utf8, octets);
  if (at < 0) return null;
  const what = nameUtf8Fault(message.utf8, octets[at] as number);
  message.brokenAt = { frame, inFrame: inFrame + at, inMessage: message.utf8.seen, octet: octets[at] as number, what };
  return message.brokenAt;
}

/** A frame is finished. Returns the message that it ends. */
export function stepFrame(connection: Connection, frame: Frame): Message | null {
  const endpoint = connection[frame.direction];
  const other = otherEnd(connection, endpoint);
  endpoint.pong = null;
  if (frame.payload.length < frame.length) noteHidden(endpoint, frame);
  if (frame.opcode === OPCODE.CLOSE && !endpoint.close) noteClose(connection, endpoint, frame);
  else if (frame.opcode === OPCODE.PING) notePing(endpoint.pings, frame, endpoint.message);
  else if (frame.opcode === OPCODE.PONG) {
    endpoint.pong = matchPong(other.pings, frame, endpoint.unaskedPongs);
    const { instead } = endpoint.pong;
    if (instead && endpoint.strayPongs.length < STRAYS_KEPT) endpoint.strayPongs.push({ frame, instead });
    const { ping, proves } = endpoint.pong;
    // Where it may answer another one, that which it proves was read, and no more.
    if (proves) noteProcessing(connection, endpoint, proves.frame.ordinal, ping === proves);
  }
  const { message } = endpoint;
  if (!message || !isPartOf(message, frame)) return null;
  message.length += frame.length;
  if (frame.payload.length < frame.length) message.hidden = true;
  if (message.brokenAt?.frame === frame) noteBrokenText(connection, endpoint, message);
  if (!frame.fin) return null;
  message.finished = true;
  endpoint.message = null;
  if (endpoint.expectation?.text === message) endpoint.expectation.textEnd = connection.now.time;
  if (message.compressed) inflate(connection, endpoint, message);
  const echoed = echoedFrame(endpoint.sendings, other.sendings, message);
  if (echoed !== null) noteProcessing(connection, endpoint, echoed);
  noteSending(endpoint.sendings, other.sendings, message);
  return message;
}

/** Payload of the frame is hidden. */
function noteHidden(endpoint: Endpoint, frame: Frame): void {
  const { message } = endpoint;
  endpoint.hidden = true;
  if (message && isPartOf(message, frame)) {
    endpoint.hiddenText ||= message.opcode !== OPCODE.BINARY || message.compressed;
  }
}

/** A text that breaks as the other one's did was made of it, though it is not whole. */
function noteBrokenText(connection: Connection, endpoint: Endpoint, message: Message): void {
  const { brokenText: theirs } = otherEnd(connection, endpoint);
  if (theirs?.brokenAt && breaksAs(theirs, message)) {
    noteProcessing(connection, endpoint, theirs.brokenAt.frame.ordinal);
  }
  endpoint.brokenText ??= message;
}

function noteClose(connection: Connection, endpoint: Endpoint, frame: Frame): void {
  const other = otherEnd(connection, endpoint);
  endpoint.close = frame;
  endpoint.closeTime = connection.now.time;
  endpoint.closeIsReply = other.close !== null;
  connection.closedFirst ??= frame.direction;
  connection.closedAt = { row: connection.now.row, time: connection.now.time };
  move(connection, 'close');
}

/** The endpoint provably acted on the other's frame `ordinal`, which may be the one that it had to fail on, or later. */
function noteProcessing(connection: Connection, endpoint: Endpoint, ordinal: number, isSure = true): void {
  const other = otherEnd(connection, endpoint);
  const { expectation } = other;
  // What the log leaves out may have been the same.
  if (other.gap) return;
  if (!expectation?.frame || expectation.outcome || expectation.processed) return;
  const isItself = ordinal === expectation.frame.ordinal || ordinal === lastOf(expectation.text);
  const from = dueFrom(expectation);
  if (!isItself && (from === null || ordinal < from)) return;
  expectation.processed = { row: connection.now.row, isItself: isItself && isSure };
}

/** Ordinal of the frame that ended the message. */
function lastOf(message: Message | null): number | undefined {
  return message?.finished ? message.frames.at(-1)?.ordinal : undefined;
}

/** The writer gave up waiting, by its timer: it may wait for one thing after the other. */
export function stepGaveUp(connection: Connection): void {
  if (!connection.tcpEnd) connection.gaveUpAt = { row: connection.now.row, time: connection.now.time };
}

/** The writer waited for a while: a Ping inside its open message could have been answered. */
export function stepWaited({ tx }: Connection): void {
  for (const ping of tx.pings) if (ping.inside && !ping.inside.finished && !ping.answer) ping.waited = true;
}

/** Closes what the violator's first fatal fault asks of the other endpoint. */
export function settleExpectation(violator: Endpoint, outcome: Omit<Outcome, 'framesBetween'>): Expectation | null {
  const { expectation } = violator;
  if (!expectation || expectation.outcome) return null;
  const framesBetween = expectation.frame ? violator.frames - 1 - expectation.frame.ordinal : 0;
  expectation.outcome = { ...outcome, framesBetween };
  return expectation;
}

/** Inflates a whole message; the history goes on even where takeover is not agreed, so that using it shows. */
function inflate({ maxMessage }: Connection, endpoint: Endpoint, message: Message): void {
  if (!endpoint.history) {
    endpoint.history = startInflate();
    if (endpoint.historyLost) forgetHistory(endpoint.history);
  }
  const fragments = message.frames.map(({ payload }) => payload);
  message.inflation = inflateMessage(endpoint.history, fragments, { limit: maxMessage, cut: message.hidden });
  const { octets } = message.inflation;
  const last = message.frames.at(-1);
  if (message.utf8 && last) readText(message, last, octets, 0);
}

/** Octets of that direction are missing: the open message and all that hangs on the past are unknown. */
export function stepGap(connection: Connection, direction: Direction): void {
  const endpoint = connection[direction];
  forgetPast(connection, direction);
  endpoint.gap = true;
  endpoint.gapRow = connection.now.row;
  endpoint.isLost = true;
}

/** The log does not hold what came before; what comes now begins with a frame. */
export function forgetPast(connection: Connection, direction: Direction): void {
  const endpoint = connection[direction];
  forget(endpoint);
  forgetMessage(endpoint);
}

/** Which message the next frames belong to is not known. */
function forgetMessage(endpoint: Endpoint): void {
  endpoint.message = null;
  endpoint.messageUnknown = true;
}

/** After a gap it is known again where its frames begin. */
export function stepResumed(connection: Connection, direction: Direction): void {
  connection[direction].isLost = false;
}

export function stepTcpEnd(connection: Connection, by: 'writer' | 'peer', reset: boolean): void {
  connection.tcpEnd ??= { ...connection.now, by, reset };
  move(connection, 'tcp-end');
}
