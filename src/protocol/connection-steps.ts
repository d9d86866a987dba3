// What each thing on the wire does to the connection. The steps gather facts and never judge.

import { NO_OCTETS } from '../model/octets.ts';
import type { Direction } from '../model/row.ts';
import { nameUtf8Fault, pushUtf8 } from '../model/utf8.ts';
import {
  agreeOn,
  assignRoles,
  type Connection,
  type Endpoint,
  type Foreign,
  lacksBeginning,
  move,
  otherEnd,
} from './connection.ts';
import { forgetHistory, inflateMessage, startInflate } from './deflate/inflate.ts';
import { echoedFrame, hasOneCause, isEchoing, isTelling, noteSending } from './echo.ts';
import { dueFrom, type Expectation, type Outcome } from './expectation.ts';
import { endOf, type Frame, isWithoutOctets, startOf } from './frame/frame.ts';
import { noteKey } from './frame/key-history.ts';
import { breaksAs, type Message, openMessage, type Utf8Break } from './frame/message.ts';
import { isControl, isReservedOpcode, OPCODE } from './frame/opcode.ts';
import { combinedValue, type Head, isInterim, statusOf } from './handshake/handshake.ts';
import { hasOnePing, matchPong, notePing, payloadKey } from './ping-pong.ts';
import { cameAlone, hasRead, isEchoOfClose, noteRead } from './reading.ts';

// Memory must not grow with the log.
const KEPT = 1000;
const LONGEST_HEADER = 14;

export function stepHead(connection: Connection, head: Head): void {
  const sender = connection[head.direction];
  sender.isLost = false;
  // What begins with it is none.
  if (sender.frames === 0) sender.hasGuesses = false;
  if (head.kind === 'request') {
    if (connection.request?.direction === head.direction) beginAgain(connection);
    connection.request = head;
    connection.answeredEarly = connection.response !== null && rowOf(head) < rowOf(connection.response);
    if (!connection.answeredEarly) connection.unanswered.push(head);
    return;
  }
  connection[head.direction].headFaults = [];
  if (isInterim(head)) return;
  connection.response = head;
  // The client had not waited with the request that came last.
  const answered = connection.unanswered.shift();
  if (answered && connection.unanswered.length > 0) connection.request = answered;
  if (statusOf(head) !== 101) return;
  move(connection, 'switched');
  connection.openedAt = { row: connection.now.row, time: connection.now.time };
  // The end of a head that is hidden may hold the field.
  if (head.complete) agreeOn(connection, combinedValue(head, 'Sec-WebSocket-Extensions') ?? '');
  else if (connection.header.case === null) stepCutAnswer(sender);
  // Who had not waited for the answer may have compressed before it.
  for (const endpoint of [connection.rx, connection.tx]) if (endpoint.frames > 0) forget(endpoint);
}

/** Nobody knows where a 101 ends that is cut: frames may be hidden behind it. A server of the suite waits for the client. */
function stepCutAnswer(server: Endpoint): void {
  server.hidesFrames = true;
  server.messageUnknown = true;
  server.historyLost = true;
}

/**
 * A response that was not the last one due has been judged: the next one answers the request behind its own. False where
 * none is due.
 */
export function stepNextRequest(connection: Connection): boolean {
  const [next] = connection.unanswered;
  if (!next || statusOf(connection.response ?? next) === 101) return false;
  connection.requestBefore = connection.request;
  connection.request = next;
  connection.response = null;
  return true;
}

/** Octets where a response or a frame was due, and that are none. */
export function stepForeign(endpoint: Endpoint, foreign: Foreign): void {
  endpoint.foreign ??= foreign;
  if (foreign.isPassedOver) return;
  endpoint.gap = true;
  endpoint.gapRow = foreign.row;
  endpoint.isLost = true;
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

function noteBeginning({ response }: Connection, endpoint: Endpoint, frame: Frame): void {
  if (endpoint.frames === 0 && response === null) endpoint.beforeAnswer = frame;
  endpoint.frames++;
}

/** The header of a frame is read. */
export function stepHeader(connection: Connection, frame: Frame): Before {
  const endpoint = connection[frame.direction];
  // What came before the log is not known: perhaps the beginning of a message.
  if (endpoint.frames === 0 && lacksBeginning(connection)) endpoint.messageUnknown = true;
  const inside = endpoint.message;
  const before = { inside, insideUnknown: endpoint.messageUnknown, followsControl: false };
  noteBeginning(connection, endpoint, frame);
  endpoint.hasGuesses ||= frame.isGuessed;
  endpoint.withoutOctets ||= isWithoutOctets(frame);
  if (!frame.maskUnknown) guessRoles(connection, endpoint, frame);
  noteKey(endpoint.keys, frame);
  if (!frame.fin || (inside && isControl(frame.opcode))) endpoint.fragments = true;
  if (frame.opcode === OPCODE.CLOSE && !endpoint.close) noteCloseBegun(endpoint, frame);
  if (isControl(frame.opcode)) {
    endpoint.brokenControl = !frame.fin;
    return before;
  }
  endpoint.data = true;
  if (frame.opcode !== OPCODE.CONTINUATION) noteBegun(endpoint, otherEnd(connection, endpoint), frame);
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

/** The mask bit is a hint of who the client is; that of both sides, where only one has a mask, is more than that. */
function guessRoles(connection: Connection, { role, frames }: Endpoint, { direction, masked, isGuessed }: Frame): void {
  const seems = masked ? 'client' : 'server';
  if (role === null) {
    connection.roleGuessed = true;
    assignRoles(connection, direction, seems);
  } else if (connection.roleGuessed && frames === 1 && role === seems) {
    connection.roleGuessed = isGuessed || connection.rx.hasGuesses || connection.tx.hasGuesses;
  }
}

function noteCloseBegun(endpoint: Endpoint, frame: Frame): void {
  const { row } = startOf(frame);
  const i = endpoint.latestRows.findIndex((one) => one.row === row);
  const at = endpoint.latestRows[i];
  endpoint.closeBegan = at ? { at, before: endpoint.latestRows[i - 1] ?? null } : null;
}

/** Where the other's Close came in one read with earlier frames, a message may be the reply to one of those. */
function noteBegun(endpoint: Endpoint, { close }: Endpoint, frame: Frame): void {
  if (!close || endpoint.close || startOf(frame).row <= endOf(close).row) return;
  const isRead = hasRead(endpoint.reading, close);
  if (isRead) endpoint.begunAfterReading++;
  if (isRead || cameAlone(close)) endpoint.begunAfterClose++;
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
  const { now } = connection;
  const endpoint = connection[frame.direction];
  const other = otherEnd(connection, endpoint);
  endpoint.pong = null;
  if (endpoint.expectation?.frame === frame) endpoint.expectation.frameEnd ??= { row: now.row, time: now.time };
  if (frame.payload.length < frame.length) noteHidden(endpoint, frame);
  if (frame.opcode === OPCODE.CLOSE && !endpoint.close) noteClose(connection, endpoint, frame);
  else if (frame.opcode === OPCODE.PING) notePing(endpoint.pings, frame, endpoint.message, now.time);
  else if (frame.opcode === OPCODE.PONG) notePong(connection, endpoint, frame);
  const { message } = endpoint;
  if (!message || !isPartOf(message, frame)) return null;
  message.length += frame.length;
  if (message.length > connection.maxMessage) keepStart(message, frame, connection.maxMessage);
  if (frame.payload.length < frame.length) message.hidden = true;
  if (message.brokenAt?.frame === frame) noteBrokenText(connection, endpoint, message);
  if (!frame.fin) return null;
  message.finished = true;
  endpoint.message = null;
  if (endpoint.expectation?.text === message) endpoint.expectation.textEnd = connection.now.time;
  if (message.compressed) inflate(connection, endpoint, message);
  const isProof = hasOneCause(endpoint.sendings, other.sendings, message);
  const echoed = echoedFrame(endpoint.sendings, other.sendings, message);
  if (echoed !== null) {
    noteProcessing(connection, endpoint, echoed, isProof);
    noteReadBy(connection, endpoint, echoed, isEchoInOrder(endpoint, other, echoed) && !mayGreet(endpoint));
  } else if (message.length > 0 && !message.hidden) endpoint.isEcho = false;
  if (endpoint.messageEnds.length < KEPT) endpoint.messageEnds.push(frame.ordinal);
  noteSending(endpoint.sendings, other.sendings, message);
  return message;
}

function notePong(connection: Connection, endpoint: Endpoint, frame: Frame): void {
  const { pings } = otherEnd(connection, endpoint);
  const isSettled = pings.some(({ answer }) => answer !== null);
  const match = matchPong(pings, frame, endpoint.unaskedPongs);
  endpoint.pong = match;
  const { ping, proves, instead } = match;
  const { idlePongs, strayPongs } = endpoint;
  if (instead && !idlePongs.has(payloadKey(frame)) && strayPongs.length < KEPT) {
    strayPongs.push({ frame, instead, isSettled });
  }
  if (!ping && !instead && idlePongs.size < KEPT) idlePongs.add(payloadKey(frame));
  // Where it may answer another one, that which it proves was read, and no more.
  if (!proves) return;
  const isProof = hasOnePing(pings, frame, endpoint.unaskedPongs);
  noteProcessing(connection, endpoint, proves.frame.ordinal, isProof, ping === proves);
  noteReadBy(connection, endpoint, proves.frame.ordinal, true);
}

/** The endpoint has read the other's frame `ordinal`, unless what the log leaves out was the same. */
function noteReadBy(connection: Connection, endpoint: Endpoint, ordinal: number, isSure: boolean): void {
  if (otherEnd(connection, endpoint).gap) return;
  noteRead(endpoint.reading, ordinal, isSure && !lacksBeginning(connection));
}

/** Equal content tells most of an endpoint that sends back each message: of others it may be chance. */
function isEchoInOrder(endpoint: Endpoint, other: Endpoint, ordinal: number): boolean {
  endpoint.isEcho &&= other.messageEnds[endpoint.messageEnds.length] === ordinal;
  return endpoint.isEcho;
}

/**
 * Its first message may be a greeting. One that the log's writer sends when it has received the like of it is none: that
 * the content is the same and the order right too would be two chances at once.
 */
function mayGreet({ sendings, direction }: Endpoint): boolean {
  return direction === 'rx' && sendings.sent.size === 0;
}

/** Of a message that is too long no more is kept than of one frame; what it says cannot be told. */
function keepStart(message: Message, frame: Frame, most: number): void {
  const room = Math.max(0, most - (message.length - frame.length));
  if (frame.payload.length > room) frame.payload = frame.payload.slice(0, room);
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
    const isProof = isEchoing(endpoint.sendings) && isTelling(message.frames[0]?.payload ?? NO_OCTETS);
    noteProcessing(connection, endpoint, theirs.brokenAt.frame.ordinal, isProof);
  }
  endpoint.brokenText ??= message;
}

function noteClose(connection: Connection, endpoint: Endpoint, frame: Frame): void {
  const other = otherEnd(connection, endpoint);
  endpoint.close = frame;
  endpoint.closeTime = connection.now.time;
  endpoint.closeIsReply = other.close !== null && startOf(frame).row > endOf(other.close).row;
  const isEcho = other.close !== null && isEchoOfClose(frame, other.close, isPeerOfSuite(connection, endpoint));
  if (isEcho && other.close) noteRead(endpoint.reading, other.close.ordinal, true);
  connection.closedFirst ??= frame.direction;
  if (!connection.tcpEnd) connection.closedAt = { row: connection.now.row, time: connection.now.time };
  move(connection, 'close');
}

/** In a case of the suite the peer closes only in answer: a code of the suite's own comes back then. */
function isPeerOfSuite({ header }: Connection, { direction }: Endpoint): boolean {
  return header.case !== null && direction === 'rx';
}

/**
 * The endpoint acted on the other's frame `ordinal`, which may be the one that it had to fail on, or later. `isProof`:
 * nothing else can have caused what it sent; in a case of the suite the peer echoes, and that is enough.
 */
function noteProcessing(
  connection: Connection,
  endpoint: Endpoint,
  ordinal: number,
  isProof: boolean,
  isSure = true,
): void {
  const other = otherEnd(connection, endpoint);
  const { expectation } = other;
  // What the log leaves out may have been the same.
  if (other.gap) return;
  if (!expectation?.frame || expectation.outcome || expectation.processed) return;
  const isItself = ordinal === expectation.frame.ordinal || ordinal === lastOf(expectation.text);
  const from = dueFrom(expectation);
  if (!isItself && (from === null || ordinal < from)) return;
  const processing = { row: connection.now.row, isItself: isItself && isSure };
  if (isProof || connection.header.case !== null) expectation.processed = processing;
  else expectation.suspected ??= processing;
}

/** Ordinal of the frame that ended the message. */
function lastOf(message: Message | null): number | undefined {
  return message?.finished ? message.frames.at(-1)?.ordinal : undefined;
}

/** The writer gave up waiting, by its timer: it may wait for one thing after the other. */
export function stepGaveUp(connection: Connection): void {
  if (connection.tcpEnd) return;
  connection.gaveUpAt = { row: connection.now.row, time: connection.now.time };
  connection.waitedUntil = connection.now.row;
}

/**
 * The writer waited for a while: a Ping inside its open message could have been answered, unless the other endpoint was
 * inside a frame.
 */
export function stepWaited(connection: Connection, isPeerInsideFrame: boolean): void {
  const { tx, tcpEnd, now } = connection;
  if (!tcpEnd) connection.waitedUntil = now.row;
  if (isPeerInsideFrame) return;
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

/** The log begins inside a frame, or inside what nobody can read. */
export function stepInside(connection: Connection, direction: Direction): void {
  forgetPast(connection, direction);
  connection[direction].isLost = true;
  connection[direction].hasGuesses = true;
}

/** After a gap it is known again where its frames begin. */
export function stepResumed(connection: Connection, direction: Direction): void {
  connection[direction].isLost = false;
}

/** Octets of that direction come. */
export function stepOctets(connection: Connection, direction: Direction): void {
  if (connection.tcpEnd) return;
  const { latestRows } = connection[direction];
  latestRows.push({ row: connection.now.row, time: connection.now.time });
  if (latestRows.length > LONGEST_HEADER + 1) latestRows.shift();
}

/** `inside`: who is inside a frame. */
export function stepTcpEnd(
  connection: Connection,
  by: 'writer' | 'peer',
  reset: boolean,
  inside: Readonly<Record<Direction, boolean>>,
): void {
  if (!connection.tcpEnd) {
    for (const direction of ['rx', 'tx'] as const) connection[direction].isInsideFrame = inside[direction];
  }
  connection.tcpEnd ??= { ...connection.now, by, reset };
  move(connection, 'tcp-end');
}
