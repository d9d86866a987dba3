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
  /** The other endpoint's Close had come when it sent its own. */
  closeIsReply: boolean;
  /** It has certainly broken a rule whose severity is error. */
  isAtFault: boolean;
  /** What its first violation after which the receiver need not read on asks of the other endpoint. */
  expectation: Expectation | null;
  /** The first rule that its part of the opening handshake breaks and that has a 4xx or a drop as its reaction. */
  handshakeFault: string | null;
  /** All rules whose severity is error that its latest head certainly breaks. */
  headFaults: string[];
  readonly pings: Ping[];
  /** Its latest Pong, while that frame is judged. */
  pong: PongMatch | null;
  /** Pongs that fit no Ping while one was open. */
  readonly strayPongs: { readonly frame: Frame; readonly instead: Ping }[];
  /** Payloads of its Pongs that no Ping had asked for. */
  readonly unaskedPongs: Set<string>;
  readonly sendings: Sendings;
  /** The first text that broke. */
  brokenText: Message | null;
  /** Data messages that it began after the other's Close and before its own. */
  begunAfterClose: number;
  /** Octets of a frame header of it that is not complete, when the other endpoint's latest Close came, or ended TCP. */
  partialHeader: Uint8Array;
  /** A frame of it whose payload had not all come then. */
  openFrame: Frame | null;
  /** Payload of it is hidden: nobody can say that all of it was right. */
  hidden: boolean;
  /** Payload that could break a rule is hidden: of a text, or of what is compressed. */
  hiddenText: boolean;
  /** It sent a fragment, or a control frame inside a message: input that has to be accepted. */
  fragments: boolean;
  binary: boolean;
  /** Control frame without FIN: continuations that follow belong to it. */
  brokenControl: boolean;
  /** Octets of it are missing from the log: what hangs on the past cannot be told. */
  gap: boolean;
  /** Row of the latest gap. */
  gapRow: number;
  /** Since the gap it is not known where its frames begin. */
  isLost: boolean;
  /** Since the gap nothing has told whether a message is open. */
  messageUnknown: boolean;
}

interface TcpEnd {
  readonly row: number;
  readonly time: number | null;
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
  readonly rx: Endpoint;
  readonly tx: Endpoint;
  request: Head | null;
  /** The one before it on the same connection. */
  requestBefore: Head | null;
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
  /** The row that is being read, and its time in seconds where the log has times. */
  now: { row: number; time: number | null };
  /** When the writer's latest timer ran out: it gave up on the peer. */
  gaveUpAt: { readonly row: number; readonly time: number | null } | null;
  /** When the latest endpoint's Close came. */
  closedAt: { readonly row: number; readonly time: number | null } | null;
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
    closeIsReply: false,
    isAtFault: false,
    expectation: null,
    handshakeFault: null,
    headFaults: [],
    pings: [],
    pong: null,
    strayPongs: [],
    unaskedPongs: new Set(),
    sendings: noSendings(),
    brokenText: null,
    begunAfterClose: 0,
    partialHeader: NO_OCTETS,
    openFrame: null,
    hidden: false,
    hiddenText: false,
    fragments: false,
    binary: false,
    brokenControl: false,
    gap: false,
    gapRow: -1,
    isLost: false,
    messageUnknown: false,
  };
}

export function openConnection(header: LogHeader, maxMessage: number): Connection {
  const connection: Connection = {
    header,
    maxMessage,
    state: 'connecting',
    roleGuessed: false,
    rx: newEndpoint('rx', header.writer && otherRole(header.writer)),
    tx: newEndpoint('tx', header.writer),
    request: null,
    requestBefore: null,
    response: null,
    answeredEarly: false,
    extensions: null,
    deflate: null,
    unknownExtension: null,
    closedFirst: null,
    tcpEnd: null,
    now: { row: -1, time: null },
    gaveUpAt: null,
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

/** All that it sent since that row is in the log, and read as frames. */
export function isSeenSince({ isLost, gapRow }: Endpoint, row: number): boolean {
  return !isLost && gapRow < row;
}

export function otherEnd(connection: Connection, endpoint: Endpoint): Endpoint {
  return endpoint === connection.rx ? connection.tx : connection.rx;
}
