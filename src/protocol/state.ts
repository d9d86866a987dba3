// What an endpoint is doing. Five things have a name at each moment, and each has one table of what may become of it:
// the connection, how much of an endpoint's octets is in the log, whether the endpoint is inside a message, its closing
// handshake, and the duty to react that it puts on the other endpoint. An event that a table does not name leaves the
// state as it is: a rule says what is wrong with it. Nothing else changes these states; whoever reads them sees
// `Connection` and `Endpoint` of `connection.ts`, which have no way to write. The other fields are facts: the steps
// gather them and never judge.

import { NO_OCTETS } from '../model/octets.ts';
import type { Direction, LogHeader, Role } from '../model/row.ts';
import { otherRole } from '../model/row.ts';
import type { InflateContext } from './deflate/inflate.ts';
import { Sendings } from './echo.ts';
import { type Expectation, expect, type Fault, type Outcome, type OwnExpectation } from './expectation.ts';
import type { Frame } from './frame/frame.ts';
import { type KeyHistory, noKeys } from './frame/key-history.ts';
import type { Message } from './frame/message.ts';
import { type DeflateAgreement, deflateAgreement, type Extension, parseExtensions } from './handshake/extension.ts';
import type { Head } from './handshake/handshake.ts';
import { noPongs, type Ping, type Pongs } from './ping-pong.ts';
import { noReading, type Reading } from './reading.ts';

type Table<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Event, State>>>>
>;

function after<State extends string, Event extends string>(
  table: Table<State, Event>,
  state: State,
  event: Event,
): State {
  return table[state][event] ?? state;
}

/** RFC 6455 §4.1 (CONNECTING, OPEN), §7.1.3 (CLOSING), §7.1.4 (CLOSED). */
const CONNECTION: Table<'connecting' | 'open' | 'closing' | 'closed', 'switched' | 'close' | 'tcp-end'> = {
  connecting: { switched: 'open', 'tcp-end': 'closed' },
  open: { close: 'closing', 'tcp-end': 'closed' },
  closing: { 'tcp-end': 'closed' },
  closed: {},
};

/**
 * What of an endpoint's octets the log holds. `whole`: all, as far as anyone knows. `inside`: the log begins inside
 * something, and where the first frame begins is not known yet. `lost`: octets are missing, and since then it is not known
 * where frames begin. `resumed`: octets are missing, and it is known again.
 */
const SEEN: Table<'whole' | 'inside' | 'lost' | 'resumed', 'gap' | 'inside' | 'in-step' | 'next-request'> = {
  whole: { gap: 'lost', inside: 'inside' },
  inside: { gap: 'lost', 'in-step': 'whole' },
  lost: { 'in-step': 'resumed', 'next-request': 'inside' },
  resumed: { gap: 'lost', inside: 'lost', 'next-request': 'whole' },
};

/**
 * Of data messages (RFC 6455 §5.4). `unknown`: a message may be open that began before what the log holds. `perhaps`: one
 * is taken to be open, and the frames that are known do not tell whether that is so.
 */
const SENDING: Table<
  'between' | 'inside' | 'unknown' | 'perhaps',
  'first' | 'continuation' | 'last' | 'end' | 'forget' | 'doubt'
> = {
  between: { first: 'inside', continuation: 'inside', last: 'inside', forget: 'unknown', doubt: 'unknown' },
  inside: { end: 'between', forget: 'unknown', doubt: 'perhaps' },
  unknown: { first: 'inside', continuation: 'perhaps', last: 'inside' },
  perhaps: { first: 'inside', last: 'inside', end: 'unknown', forget: 'unknown' },
};

/** Of an endpoint's own Close (RFC 6455 §7.1.2): its header has come, all of it has. */
const CLOSING: Table<'open' | 'begun' | 'sent', 'header' | 'frame'> = {
  open: { header: 'begun', frame: 'sent' },
  begun: { frame: 'sent' },
  sent: {},
};

/**
 * What an endpoint's violation asks of the other one, which has to fail the connection (RFC 6455 §7.1.7). `may wait`: a
 * text broke that is still open; it may be judged when it is whole (§8.1 sets no time).
 */
const DUTY: Table<'none' | 'may wait' | 'due' | 'settled', 'fault' | 'text-fault' | 'text-end' | 'outcome'> = {
  none: { fault: 'due', 'text-fault': 'may wait' },
  'may wait': { fault: 'due', 'text-fault': 'due', 'text-end': 'due', outcome: 'settled' },
  due: { outcome: 'settled' },
  settled: {},
};

type StateOf<T> = T extends Table<infer State, string> ? State : never;
type EventOf<T> = T extends Table<string, infer Event> ? Event : never;

/** What one endpoint has sent so far. */
export class EndpointState {
  readonly direction: Direction;
  role: Role | null;
  /** How many frames of it have begun. */
  frames = 0;
  /** Its frames are known from frame rows alone: what the log's writer left out of them nobody knows. */
  withoutOctets = false;
  readonly keys: KeyHistory = noKeys();

  #seen: StateOf<typeof SEEN> = 'whole';
  /** Row of the latest gap. */
  gapRow = -1;
  /** A frame of it was read of which only the look of the octets says that it begins there. */
  hasGuesses = false;

  #sending: StateOf<typeof SENDING> = 'between';
  #message: Message | null = null;
  /** Its latest control frame had no FIN: continuations that follow belong to that. */
  brokenControl = false;
  /** What its compressed messages inflated to: null before the first, `lost` where some may not be in the log. */
  history: InflateContext | 'lost' | null = null;
  /** The first text that broke. */
  brokenText: Message | null = null;

  #closing: StateOf<typeof CLOSING> = 'open';
  /** Its first Close. */
  close: Frame | null = null;
  /** When that came, in seconds; null where the log has no times. */
  closeTime: number | null = null;
  /** The row with the first octet of that, and the one before it of the same direction. */
  closeBegan: { readonly at: Moment; readonly before: Moment | null } | null = null;
  /** Data messages that it began before its own Close and after the other's, which came in a read of its own. */
  begunAfterClose = 0;
  /** Those of them that it began when it had certainly read that Close. */
  begunAfterReading = 0;

  #duty: StateOf<typeof DUTY> = 'none';
  #expectation: OwnExpectation | null = null;
  /** It has certainly broken a rule whose severity is error. */
  isAtFault = false;
  /** The first rule that its part of the opening handshake breaks and that has a 4xx or a drop as its reaction. */
  handshakeFault: string | null = null;
  /** All rules whose severity is error that its latest head certainly breaks. */
  headFaults: string[] = [];

  /** Its first frame, where that came before the opening handshake was answered. */
  beforeAnswer: Frame | null = null;
  /** Octets of it that are no WebSocket stood where a response or a frame was due: the first of them. */
  foreign: Foreign | null = null;
  /** Content of a head of it that had not all come when TCP ended. */
  unfinishedContent: UnfinishedContent | null = null;
  /** The latest rows with its octets, until TCP ended: as many as a header may stand in, and one more. */
  latestRows: Moment[] = [];
  /** What had come of its latest frame when the other endpoint's latest Close came, or ended TCP. */
  pending: Pending = NOTHING_PENDING;
  /** It was inside a frame when TCP ended. */
  isInsideFrame = false;

  pings: Ping[] = [];
  readonly pongs: Pongs = noPongs();
  readonly sendings = new Sendings();
  /** What it has read of the other endpoint. */
  readonly reading: Reading = noReading();

  /** Its first frame whose payload seems never to have been masked, though the mask bit is set. */
  clearOnWire: Frame | null = null;
  /** Payload of it is hidden: nobody can say that all of it was right. */
  hidden = false;
  /** Payload that could break a rule is hidden: of a text, or of what is compressed. */
  hiddenText = false;
  /** It sent a fragment, or a control frame inside a message: input that has to be accepted. */
  fragments = false;
  /** It sent a data frame. */
  data = false;

  constructor(direction: Direction, role: Role | null) {
    this.direction = direction;
    this.role = role;
  }

  /** Octets of it are missing from the log: what hangs on the past cannot be told. */
  get gap(): boolean {
    return this.#seen === 'lost' || this.#seen === 'resumed';
  }

  /** It is not known where its frames begin. */
  get isLost(): boolean {
    return this.#seen === 'lost' || this.#seen === 'inside';
  }

  /** Octets are missing in that row. */
  lose(row: number): void {
    this.#seen = after(SEEN, this.#seen, 'gap');
    this.gapRow = row;
  }

  see(event: Exclude<EventOf<typeof SEEN>, 'gap'>): void {
    this.#seen = after(SEEN, this.#seen, event);
  }

  /** Its data message that is open. */
  get message(): Message | null {
    return this.#message;
  }

  /** The log leaves out so much that a message may be open, or another one than is known. */
  get isMessageUnknown(): boolean {
    return this.#sending === 'unknown' || this.#sending === 'perhaps';
  }

  beginMessage(message: Message): void {
    this.#sending = after(SENDING, this.#sending, 'first');
    this.#message = message;
  }

  /** `message`: that which the continuation frame is taken to go on with. */
  continueMessage(message: Message, isLast: boolean): void {
    this.#sending = after(SENDING, this.#sending, isLast ? 'last' : 'continuation');
    this.#message = message;
  }

  endMessage(): void {
    this.#sending = after(SENDING, this.#sending, 'end');
    this.#message = null;
  }

  /** Which message the next frames belong to is not known. */
  forgetMessage(): void {
    this.#sending = after(SENDING, this.#sending, 'forget');
    this.#message = null;
  }

  /** More frames may have come than are known. */
  doubtMessage(): void {
    this.#sending = after(SENDING, this.#sending, 'doubt');
  }

  /** All of its first Close has come. */
  get hasClosed(): boolean {
    return this.#closing === 'sent';
  }

  /** Its Close came in a later row than all of the other endpoint's. */
  get closeIsReply(): boolean {
    return this.close !== null && this.close.answers !== null;
  }

  beginClose(began: EndpointState['closeBegan']): void {
    this.#closing = after(CLOSING, this.#closing, 'header');
    this.closeBegan = began;
  }

  endClose(frame: Frame, time: number | null): void {
    this.#closing = after(CLOSING, this.#closing, 'frame');
    this.close = frame;
    this.closeTime = time;
  }

  get duty(): StateOf<typeof DUTY> {
    return this.#duty;
  }

  /** What its first violation after which the receiver need not read on asks of the other endpoint. */
  get expectation(): Expectation | null {
    return this.#expectation;
  }

  /** The same, while nothing has come of it. */
  get openExpectation(): OwnExpectation | null {
    return this.#duty === 'settled' ? null : this.#expectation;
  }

  /** A fault that asks for a reaction: the first one hides the others, unless it can wait. Returns what it opens. */
  fail(fault: Fault): Expectation | null {
    if (this.#duty === 'may wait' && this.#expectation) this.#expectation.sooner = fault;
    const opened = this.#duty === 'none' ? expect(fault, this.#message) : null;
    this.#duty = after(DUTY, this.#duty, opened?.text ? 'text-fault' : 'fault');
    this.#expectation ??= opened;
    return opened;
  }

  /** The last octet of a frame has come. */
  endFrame(frame: Frame, at: Moment): void {
    if (this.#expectation?.frame === frame) this.#expectation.frameEnd ??= { row: at.row, time: at.time };
  }

  /** The text that broke has ended. */
  endText(time: number | null): void {
    this.#duty = after(DUTY, this.#duty, 'text-end');
    if (this.#expectation) this.#expectation.textEnd = time;
  }

  /** Null where there is nothing to settle. */
  settle(outcome: Omit<Outcome, 'framesBetween'>): Expectation | null {
    const expectation = this.openExpectation;
    if (!expectation) return null;
    this.#duty = after(DUTY, this.#duty, 'outcome');
    const framesBetween = expectation.frame ? this.frames - 1 - expectation.frame.ordinal : 0;
    expectation.outcome = { ...outcome, framesBetween };
    return expectation;
  }
}

const NOTHING_PENDING: Pending = { header: NO_OCTETS, frame: null };

const KNOWN_EXTENSION = 'permessage-deflate';

/** Both endpoints, and what lies between them. */
export class ConnectionState {
  readonly header: LogHeader;
  /** Octets to which a message is inflated at the most. */
  readonly maxMessage: number;
  #state: StateOf<typeof CONNECTION> = 'connecting';
  readonly rx: EndpointState;
  readonly tx: EndpointState;
  /** Nothing in the log tells who the client is; the mask bit of the first frame was taken for a hint. */
  roleGuessed = false;
  /** The rows before the log's first octets are missing. */
  isBeginningLost = false;
  request: Head | null = null;
  /** The one before it on the same connection. */
  requestBefore: Head | null = null;
  /** Those that no final response has answered yet; the client need not wait with the next one. */
  unanswered: Head[] = [];
  response: Head | null = null;
  /** What is agreed; null while it is not known. */
  extensions: readonly Extension[] | null = null;
  deflate: DeflateAgreement | null = null;
  /** An extension is agreed that wirelog does not know: reserved bits and opcodes may mean something. */
  unknownExtension: string | null = null;
  tcpEnd: TcpEnd | null = null;
  /** The row that is being read. */
  now: Moment = { row: -1, time: null };
  /** When the writer's latest timer ran out: it gave up on the peer. */
  gaveUpAt: Moment | null = null;
  /** The row in which the writer's latest wait was over, whatever it waited for. */
  waitedUntil = -1;
  /** When the 101 came. */
  openedAt: Moment | null = null;
  /** When the latest endpoint's Close came before TCP ended. */
  closedAt: Moment | null = null;

  constructor(header: LogHeader, maxMessage: number) {
    this.header = header;
    this.maxMessage = maxMessage;
    this.rx = new EndpointState('rx', header.writer && otherRole(header.writer));
    this.tx = new EndpointState('tx', header.writer);
    if (header.extensions === null) return;
    this.agreeOn(header.extensions === 'none' ? '' : header.extensions);
    this.move('switched');
  }

  get state(): StateOf<typeof CONNECTION> {
    return this.#state;
  }

  move(event: EventOf<typeof CONNECTION>): void {
    this.#state = after(CONNECTION, this.#state, event);
  }

  agreeOn(value: string): void {
    const { extensions } = parseExtensions(value);
    const deflate = extensions.find((extension) => extension.name === KNOWN_EXTENSION);
    this.extensions = extensions;
    this.deflate = deflate ? deflateAgreement(deflate) : null;
    this.unknownExtension = extensions.find((extension) => extension.name !== KNOWN_EXTENSION)?.name ?? null;
  }

  /** Names both ends once the direction of a request or response tells them. */
  assignRoles(direction: Direction, role: Role): void {
    this[direction].role = role;
    this.otherEnd(this[direction]).role = otherRole(role);
  }

  otherEnd(endpoint: EndpointState): EndpointState {
    return endpoint === this.rx ? this.tx : this.rx;
  }
}

/** A row of the log, and its time in seconds where the log has times. */
export interface Moment {
  readonly row: number;
  readonly time: number | null;
}

/** A frame that has not all come. */
export interface Pending {
  /** The known octets of its header, where that is not complete. */
  readonly header: Uint8Array;
  /** The frame, where its header is read. */
  readonly frame: Frame | null;
}

/** Content that has not all come. */
export interface UnfinishedContent {
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

export interface TcpEnd extends Moment {
  readonly by: 'writer' | 'peer';
  readonly reset: boolean;
}
