// One WebSocket connection as both directions' octets show it. Joint states are RFC 6455's; every transition is in the
// table below and nowhere else. The connection gathers facts and never judges: an event that has no transition leaves
// the state as it is, and a rule says what is wrong with it.

import { NO_OCTETS } from '../model/octets.ts';
import type { Direction, LogHeader, Role } from '../model/row.ts';
import { otherRole } from '../model/row.ts';
import type { InflateContext } from './deflate/inflate.ts';
import { noSendings, type Sendings } from './echo.ts';
import type { Expectation } from './expectation.ts';
import type { Frame } from './frame/frame.ts';
import { type KeyHistory, noKeys } from './frame/key-history.ts';
import type { Message } from './frame/message.ts';
import { type DeflateAgreement, deflateAgreement, type Extension, parseExtensions } from './handshake/extension.ts';
import type { Head } from './handshake/handshake.ts';
import type { Ping, PongMatch } from './ping-pong.ts';
import { noReading, type Reading } from './reading.ts';

type ConnectionState = 'connecting' | 'open' | 'closing' | 'closed';

type StateEvent = 'switched' | 'close' | 'tcp-end';

/** RFC 6455 §4.1 (CONNECTING, OPEN), §7.1.3 (CLOSING), §7.1.4 (CLOSED). */
const TRANSITIONS: Readonly<Record<ConnectionState, Partial<Record<StateEvent, ConnectionState>>>> = {
  connecting: { switched: 'open', 'tcp-end': 'closed' },
  open: { close: 'closing', 'tcp-end': 'closed' },
  closing: { 'tcp-end': 'closed' },
  closed: {},
};

/** What one endpoint has sent so far. */
export interface Endpoint {
  readonly direction: Direction;
  role: Role | null;
  /** How many frames of it have begun. */
  frames: number;
  /** Its frames are known from frame rows alone: what the log's writer left out of them nobody knows. */
  withoutOctets: boolean;
  readonly keys: KeyHistory;
  /** What its compressed messages inflated to; null before the first one. */
  history: InflateContext | null;
  /** Compressed messages of it may have come that the log does not hold. */
  historyLost: boolean;
  /** Its data message that is open. */
  message: Message | null;
  /** Its first Close. */
  close: Frame | null;
  /** When that came, in seconds; null where the log has no times. */
  closeTime: number | null;
  /** The row with the first octet of that, and the one before it of the same direction. */
  closeBegan: { readonly at: Moment; readonly before: Moment | null } | null;
  /** The other endpoint's Close had come when it began its own. */
  closeIsReply: boolean;
  /** It has certainly broken a rule whose severity is error. */
  isAtFault: boolean;
  /** What its first violation after which the receiver need not read on asks of the other endpoint. */
  expectation: Expectation | null;
  /** The first rule that its part of the opening handshake breaks and that has a 4xx or a drop as its reaction. */
  handshakeFault: string | null;
  /** Its first frame, where that came before the opening handshake was answered. */
  beforeAnswer: Frame | null;
  /** Octets of it that are no WebSocket stood where a response or a frame was due: the first of them. */
  foreign: Foreign | null;
  /** Content of a head of it that had not all come when TCP ended. */
  unfinishedContent: UnfinishedContent | null;
  /** All rules whose severity is error that its latest head certainly breaks. */
  headFaults: string[];
  readonly pings: Ping[];
  /** Its latest Pong, while that frame is judged. */
  pong: PongMatch | null;
  /** Pongs that fit no Ping while one was open, and that it does not send by itself. */
  readonly strayPongs: StrayPong[];
  /** Payloads of its Pongs that no Ping had asked for. */
  readonly unaskedPongs: Set<string>;
  /** Payloads of its Pongs that came while no Ping was open: it sends such ones by itself. */
  readonly idlePongs: Set<string>;
  readonly sendings: Sendings;
  /** What it has read of the other endpoint. */
  readonly reading: Reading;
  /** The ordinals of the frames that ended its first messages. */
  readonly messageEnds: number[];
  /** Its messages are those of the other endpoint so far, one by one. */
  isEcho: boolean;
  /** The first text that broke. */
  brokenText: Message | null;
  /** Data messages that it began before its own Close and after the other's, which came in a read of its own. */
  begunAfterClose: number;
  /** Those of them that it began when it had certainly read that Close. */
  begunAfterReading: number;
  /** The latest rows with its octets, until TCP ended: as many as a header may stand in, and one more. */
  readonly latestRows: Moment[];
  /** It was inside a frame when TCP ended. */
  isInsideFrame: boolean;
  /** Octets of a frame header of it that is not complete, when the other endpoint's latest Close came, or ended TCP. */
  partialHeader: Uint8Array;
  /** A frame of it whose payload had not all come then. */
  openFrame: Frame | null;
  /** Its first frame whose payload seems never to have been masked, though the mask bit is set. */
  clearOnWire: Frame | null;
  /** Payload of it is hidden: nobody can say that all of it was right. */
  hidden: boolean;
  /** Payload that could break a rule is hidden: of a text, or of what is compressed. */
  hiddenText: boolean;
  /** It sent a fragment, or a control frame inside a message: input that has to be accepted. */
  fragments: boolean;
  /** It sent a data frame. */
  data: boolean;
  /** Control frame without FIN: continuations that follow belong to it. */
  brokenControl: boolean;
  /** Octets of it are missing from the log: what hangs on the past cannot be told. */
  gap: boolean;
  /** Row of the latest gap. */
  gapRow: number;
  /** Since the gap it is not known where its frames begin. */
  isLost: boolean;
  /** A frame of it was read of which only the look of the octets says that it begins there. */
  hasGuesses: boolean;
  /** Its 101 is cut, and frames may be hidden behind it in the same row. */
  hidesFrames: boolean;
  /** Since the gap nothing has told whether a message is open. */
  messageUnknown: boolean;
}

interface UnfinishedContent {
  readonly head: Head;
  /** How many octets have not come; null where chunks do not tell. */
  readonly missing: number | null;
  /** Some of it has come. */
  readonly hasBegun: boolean;
}

/** Octets that are no WebSocket. */
export interface Foreign {
  readonly row: number;
  /** Where they stand in that row, the end exclusive. */
  readonly place: readonly [number, number];
  /** What is known of them. */
  readonly octets: Uint8Array;
  /** Frames go on right behind them. */
  readonly isPassedOver: boolean;
  /** They belong to another layer than the stream of octets: TLS, or whole packets. */
  readonly isOfOtherLayer: boolean;
}

/** A row of the log, and its time in seconds where the log has times. */
export interface Moment {
  readonly row: number;
  readonly time: number | null;
}

export interface StrayPong {
  readonly frame: Frame;
  /** The newest Ping that was open. */
  readonly instead: Ping;
  /** A Ping that the log holds was answered before: none from before the log can be meant. */
  readonly isSettled: boolean;
}

interface TcpEnd extends Moment {
  readonly by: 'writer' | 'peer';
  readonly reset: boolean;
}

export interface Connection {
  readonly header: LogHeader;
  /** Octets to which a message is inflated at the most. */
  readonly maxMessage: number;
  state: ConnectionState;
  /** Nothing in the log tells who the client is; the mask bit of the first frame was taken for a hint. */
  roleGuessed: boolean;
  /** The rows before the log's first octets are missing. */
  isBeginningLost: boolean;
  readonly rx: Endpoint;
  readonly tx: Endpoint;
  request: Head | null;
  /** The one before it on the same connection. */
  requestBefore: Head | null;
  /** Those that no final response has answered yet; the client need not wait with the next one. */
  readonly unanswered: Head[];
  response: Head | null;
  /** The response came before the request was complete. */
  answeredEarly: boolean;
  /** What is agreed; null while it is not known. */
  extensions: readonly Extension[] | null;
  deflate: DeflateAgreement | null;
  /** An extension is agreed that wirelog does not know: reserved bits and opcodes may mean something. */
  unknownExtension: string | null;
  closedFirst: Direction | null;
  tcpEnd: TcpEnd | null;
  /** The row that is being read. */
  now: Moment;
  /** When the writer's latest timer ran out: it gave up on the peer. */
  gaveUpAt: Moment | null;
  /** The row in which the writer's latest wait was over, whatever it waited for. */
  waitedUntil: number;
  /** When the 101 came. */
  openedAt: Moment | null;
  /** When the latest endpoint's Close came before TCP ended. */
  closedAt: Moment | null;
}

function newEndpoint(direction: Direction, role: Role | null): Endpoint {
  return {
    direction,
    role,
    frames: 0,
    withoutOctets: false,
    keys: noKeys(),
    history: null,
    historyLost: false,
    message: null,
    close: null,
    closeTime: null,
    closeBegan: null,
    closeIsReply: false,
    isAtFault: false,
    expectation: null,
    handshakeFault: null,
    beforeAnswer: null,
    foreign: null,
    unfinishedContent: null,
    headFaults: [],
    pings: [],
    pong: null,
    strayPongs: [],
    unaskedPongs: new Set(),
    idlePongs: new Set(),
    sendings: noSendings(),
    reading: noReading(),
    messageEnds: [],
    isEcho: true,
    brokenText: null,
    begunAfterClose: 0,
    begunAfterReading: 0,
    latestRows: [],
    isInsideFrame: false,
    partialHeader: NO_OCTETS,
    openFrame: null,
    clearOnWire: null,
    hidden: false,
    hiddenText: false,
    fragments: false,
    data: false,
    brokenControl: false,
    gap: false,
    gapRow: -1,
    isLost: false,
    hasGuesses: false,
    hidesFrames: false,
    messageUnknown: false,
  };
}

export function openConnection(header: LogHeader, maxMessage: number): Connection {
  const connection: Connection = {
    header,
    maxMessage,
    state: 'connecting',
    roleGuessed: false,
    isBeginningLost: false,
    rx: newEndpoint('rx', header.writer && otherRole(header.writer)),
    tx: newEndpoint('tx', header.writer),
    request: null,
    requestBefore: null,
    unanswered: [],
    response: null,
    answeredEarly: false,
    extensions: null,
    deflate: null,
    unknownExtension: null,
    closedFirst: null,
    tcpEnd: null,
    now: { row: -1, time: null },
    gaveUpAt: null,
    waitedUntil: -1,
    openedAt: null,
    closedAt: null,
  };
  if (header.extensions !== null) {
    agreeOn(connection, header.extensions === 'none' ? '' : header.extensions);
    move(connection, 'switched');
  }
  return connection;
}

export function move(connection: Connection, event: StateEvent): void {
  connection.state = TRANSITIONS[connection.state][event] ?? connection.state;
}

const KNOWN_EXTENSION = 'permessage-deflate';

export function agreeOn(connection: Connection, value: string): void {
  const { extensions } = parseExtensions(value);
  const deflate = extensions.find((extension) => extension.name === KNOWN_EXTENSION);
  connection.extensions = extensions;
  connection.deflate = deflate ? deflateAgreement(deflate) : null;
  connection.unknownExtension = extensions.find((extension) => extension.name !== KNOWN_EXTENSION)?.name ?? null;
}

/** Names both ends once the direction of a request or response tells them. */
export function assignRoles(connection: Connection, direction: Direction, role: Role): void {
  const other = direction === 'rx' ? connection.tx : connection.rx;
  connection[direction].role = role;
  other.role = otherRole(role);
}

/**
 * The log does not hold the connection's beginning: neither the opening handshake is in it, nor a word of what that
 * agreed on. Whatever came before is then open: Pings, Closes, faults, an open message.
 */
export function lacksBeginning({ isBeginningLost, extensions, request, response }: Connection): boolean {
  return isBeginningLost || (extensions === null && request === null && response === null);
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
