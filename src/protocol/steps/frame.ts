// What a frame does to the connection: as its header is read, as its payload comes, and when it is whole.

import { nameUtf8Fault, pushUtf8 } from '../../model/utf8.ts';
import type { Connection } from '../connection.ts';
import { lacksBeginning } from '../connection.ts';
import { historyOf, inflatedStart, inflateMessage } from '../deflate/inflate.ts';
import { isClearOnWire } from '../frame/clear-payload.ts';
import { answeredFrame, endOf, type Frame, isWithoutOctets, startOf } from '../frame/frame.ts';
import { noteKey } from '../frame/key-history.ts';
import {
  type Before,
  FRAMES_KEPT,
  joinFrame,
  knownFragments,
  type Message,
  openMessage,
  type Utf8Break,
} from '../frame/message.ts';
import { isControl, isReservedOpcode, OPCODE } from '../frame/opcode.ts';
import { notePing, notePong, type PongMatch } from '../ping-pong.ts';
import { cameAlone, hasRead, isEchoOfClose, noteRead } from '../reading.ts';
import type { ConnectionState, EndpointState } from '../state.ts';
import { own } from './own.ts';
import { noteBrokenText, noteEcho, noteProof } from './reading.ts';

/** The header of a frame is read. */
export function stepHeader(view: Connection, frame: Frame): Before {
  const connection = own(view);
  const endpoint = connection[frame.direction];
  // What came before the log is not known: perhaps the beginning of a message.
  if (endpoint.frames === 0 && lacksBeginning(connection)) endpoint.doubtMessage();
  const inside = endpoint.message;
  const before = { inside, insideUnknown: endpoint.isMessageUnknown, followsControl: false };
  noteBeginning(connection, endpoint, frame);
  if (!frame.maskUnknown) guessRoles(connection, endpoint, frame);
  noteKey(endpoint.keys, frame);
  noteFragment(endpoint, frame);
  if (frame.opcode === OPCODE.CLOSE && !endpoint.hasClosed) beginClose(endpoint, frame);
  if (isControl(frame.opcode)) {
    endpoint.brokenControl = !frame.fin;
    return before;
  }
  endpoint.data = true;
  if (frame.opcode !== OPCODE.CONTINUATION) noteBegun(endpoint, connection.otherEnd(endpoint), frame);
  // Whatever a reserved opcode stands for, the open message is still to be continued.
  if (inside && isReservedOpcode(frame.opcode)) {
    if (!frame.fin) endpoint.forgetMessage();
    return before;
  }
  if (frame.opcode === OPCODE.CONTINUATION && !inside && endpoint.brokenControl) {
    endpoint.brokenControl = !frame.fin;
    return { ...before, followsControl: true };
  }
  joinMessage(connection, endpoint, frame);
  return before;
}

function noteBeginning({ response }: ConnectionState, endpoint: EndpointState, frame: Frame): void {
  if (endpoint.frames === 0 && response === null) endpoint.beforeAnswer = frame;
  endpoint.frames++;
  endpoint.hasGuesses ||= frame.isGuessed;
  endpoint.withoutOctets ||= isWithoutOctets(frame);
}

/** The mask bit is a hint of who the client is; that of both sides, where only one has a mask, is more than that. */
function guessRoles(
  connection: ConnectionState,
  { role, frames }: EndpointState,
  { direction, masked, isGuessed }: Frame,
): void {
  const seems = masked ? 'client' : 'server';
  if (role === null) {
    connection.roleGuessed = true;
    connection.assignRoles(direction, seems);
  } else if (connection.roleGuessed && frames === 1 && role === seems) {
    connection.roleGuessed = isGuessed || connection.rx.hasGuesses || connection.tx.hasGuesses;
  }
}

function noteFragment(endpoint: EndpointState, { fin, opcode, ordinal }: Frame): void {
  if (!fin || opcode === OPCODE.CONTINUATION || (endpoint.message && isControl(opcode))) endpoint.fragment = ordinal;
  else if (!isControl(opcode)) endpoint.fragment = -1;
}

function beginClose(endpoint: EndpointState, frame: Frame): void {
  endpoint.beginClose(endpoint.latestRows.find(startOf(frame).row));
}

/** Where the other's Close came in one read with earlier frames, a message may be the reply to one of those. */
function noteBegun(endpoint: EndpointState, { close }: EndpointState, frame: Frame): void {
  if (!close || endpoint.hasClosed || startOf(frame).row <= endOf(close).row) return;
  const isRead = hasRead(endpoint.reading, close);
  if (isRead) endpoint.begunAfterReading++;
  if (isRead || cameAlone(close)) endpoint.begunAfterClose++;
}

/** The frame begins a message or goes on with the open one. */
function joinMessage(connection: ConnectionState, endpoint: EndpointState, frame: Frame): void {
  if (frame.opcode === OPCODE.CONTINUATION) {
    const message = endpoint.message ?? openMessage(frame.opcode, false, false, true);
    joinFrame(message, frame);
    endpoint.continueMessage(message, frame.fin);
    return;
  }
  const compressed = connection.deflate !== null && (frame.rsv & 4) !== 0;
  const isText = frame.opcode === OPCODE.TEXT && isPlain(connection, frame);
  endpoint.beginMessage(openMessage(frame.opcode, compressed, isText, false, [frame]));
}

/** Nothing that wirelog does not know may have changed the payload. */
function isPlain({ deflate, unknownExtension }: ConnectionState, { rsv }: Frame): boolean {
  return unknownExtension === null && (rsv & (deflate ? 3 : 7)) === 0;
}

/**
 * More payload came: `octets` are the known ones of it, from payload octet `at` of the frame on; `hidden` says that
 * some were not known. Returns where the text broke, if it broke in them.
 */
export function stepPayload(
  view: Connection,
  frame: Frame,
  at: number,
  octets: Uint8Array,
  hidden: boolean,
): Utf8Break | null {
  const endpoint = own(view)[frame.direction];
  if (at === 0 && octets.length === frame.length && isClearOnWire(frame, octets)) {
    frame.clearOnWire = true;
    endpoint.clearOnWire ??= frame;
  }
  const { message } = endpoint;
  if (!message) return null;
  if (hidden) noteHidden(endpoint, frame);
  if (!isPartOf(message, frame) || message.hidden) return null;
  message.hidden = hidden;
  return message.compressed ? null : readText(message, frame, octets, at);
}

/** Frames that stand inside a message are no part of it. */
function isPartOf({ frames }: Message, frame: Frame): boolean {
  return frames[frames.length - 1] === frame;
}

function readText(message: Message, frame: Frame, octets: Uint8Array, inFrame: number): Utf8Break | null {
  if (!message.utf8 || message.brokenAt) return null;
  const at = pushUtf8(message.utf8, octets);
  if (at < 0) return null;
  const what = nameUtf8Fault(message.utf8, octets[at] as number);
  message.brokenAt = { frame, inFrame: inFrame + at, inMessage: message.utf8.seen, octet: octets[at] as number, what };
  return message.brokenAt;
}

/** What a frame that is finished turned out to be. */
export interface FinishedFrame {
  /** The message that it ends. */
  readonly message: Message | null;
  /** Of a Pong: which Ping it fits. */
  readonly pong: PongMatch | null;
}

/** A frame is finished. */
export function stepFrame(view: Connection, frame: Frame): FinishedFrame {
  const connection = own(view);
  const { now } = connection;
  const endpoint = connection[frame.direction];
  endpoint.endFrame(frame, now);
  if (frame.payload.length < frame.length) noteHidden(endpoint, frame);
  const pong = frame.opcode === OPCODE.PONG ? takePong(connection, endpoint, frame) : null;
  if (frame.opcode === OPCODE.CLOSE && !endpoint.hasClosed) takeClose(connection, endpoint, frame);
  else if (frame.opcode === OPCODE.PING) notePing(endpoint.pings, frame, endpoint.message, now.time);
  return { message: takeMessage(connection, endpoint, frame), pong };
}

/** Returns the message that the frame ends. */
function takeMessage(connection: ConnectionState, endpoint: EndpointState, frame: Frame): Message | null {
  const { message } = endpoint;
  if (!message || !isPartOf(message, frame)) return null;
  message.length += frame.length;
  const most = message.frames.length > FRAMES_KEPT ? 0 : connection.maxMessage;
  if (message.length > most) keepStart(message, frame, most);
  if (frame.payload.length < frame.length) message.hidden = true;
  if (message.brokenAt?.frame === frame) noteBrokenText(connection, endpoint, message);
  if (!frame.fin) return null;
  message.finished = true;
  endpoint.endMessage();
  if (endpoint.expectation?.text === message) endpoint.endText(connection.now.time);
  if (message.compressed) inflate(connection, endpoint, message);
  noteEcho(connection, endpoint, frame, message);
  return message;
}

function takePong(connection: ConnectionState, endpoint: EndpointState, frame: Frame): PongMatch {
  const { pings } = connection.otherEnd(endpoint);
  const match = notePong(endpoint.pongs, pings, frame);
  noteProof(connection, endpoint, frame, match);
  return match;
}

/** Of a message that is too long no more is kept than of one frame; what it says cannot be told. */
function keepStart(message: Message, frame: Frame, most: number): void {
  const room = Math.max(0, most - (message.length - frame.length));
  if (frame.payload.length > room) frame.payload = frame.payload.slice(0, room);
}

/** Payload of the frame is hidden. */
function noteHidden(endpoint: EndpointState, frame: Frame): void {
  const { message } = endpoint;
  endpoint.hidden = true;
  if (message && isPartOf(message, frame)) {
    endpoint.hiddenText ||= message.opcode !== OPCODE.BINARY || message.compressed;
  }
}

function takeClose(connection: ConnectionState, endpoint: EndpointState, frame: Frame): void {
  const { close } = connection.otherEnd(endpoint);
  endpoint.endClose(frame, connection.now.time);
  if (close && startOf(frame).row > endOf(close).row) frame.answers = answeredFrame(close);
  if (close && isEchoOfClose(frame, close, isPeerOfSuite(connection, endpoint))) {
    noteRead(endpoint.reading, close.ordinal, true);
  }
  if (!connection.tcpEnd) connection.closedAt = { row: connection.now.row, time: connection.now.time };
  connection.move('close');
}

/** In a case of the suite the peer closes only in answer: a code of the suite's own comes back then. */
function isPeerOfSuite({ header }: ConnectionState, { direction }: EndpointState): boolean {
  return header.case !== null && direction === 'rx';
}

/** Inflates a whole message; the history goes on even where takeover is not agreed, so that using it shows. */
function inflate({ maxMessage }: ConnectionState, endpoint: EndpointState, message: Message): void {
  const history = historyOf(endpoint.history);
  endpoint.history = history;
  message.inflation = inflateMessage(history, knownFragments(message), { limit: maxMessage, cut: message.hidden });
  const { octets } = message.inflation;
  const last = message.frames.at(-1);
  if (message.utf8 && last) readText(message, last, octets, 0);
}

/** The message has been judged, and of what came out of it only the beginning is kept. Unit: octets. */
export function stepForgetInflated(message: Message, most: number): void {
  if (message.inflation) message.inflation = inflatedStart(message.inflation, most);
}
