// What an endpoint is doing. Five things have a name at each moment, and each has one table of what may become of it: the
// connection, how much of an endpoint's octets is in the log, whether the endpoint is inside a message, its closing
// handshake, and the duty to react that it puts on the other endpoint.
//
// A client sends a text in two frames, and the server closes. The client's octets on the left, its states on the right:
//
//   01 83 …   header    stepHeader calls `beginMessage`: `between` becomes `inside`.
//             payload   stepPayload reads it as UTF-8, and no state changes. If an octet is wrong, a rule says so and
//                       stepFault calls `fail`: the duty is `may wait`, because the text is still open.
//             its end   stepFrame. Without FIN the message stays open.
//   80 82 …   header    `continueMessage`: it stays `inside`, whose row in the table has no entry for `last`.
//             its end   `endMessage`: `between` again. If the text was wrong, `endText` makes the duty `due`.
//
// Then the server's Close comes. Its header calls `beginClose` and its end `endClose`: of the server, `open` becomes
// `begun` and then `sent`. The connection moves to `closing`, and where the text was wrong `settle` makes the client's
// duty `settled`. When TCP ends the connection is `closed`.
//
// The words:
//
//   gap          octets of an endpoint that the log leaves out. After one the endpoint is `lost` until it is known again
//                where its frames begin, then `resumed`. The getter `gap` is true of both: what hangs on the past, such as
//                the open message, cannot be told.
//   inside       of SEEN: the log begins in the middle of something. Of SENDING: a data message is open.
//   in step      where the next frame or head begins is known.
//   doubt        frames may have come that the log does not show, so that a message may be open: `unknown`, or `perhaps`.
//   fault        a certain error of an endpoint that the other one has to react to.
//   duty         what has become of that. It is a state of the endpoint with the fault, not of the one that has to react.
//   expectation  the first such fault, with what shows whether the other endpoint has acted on it (`expectation.ts`).
//   outcome      what came of it: a Close or the end of TCP, or else the sender of the fault gave up, or the log ends.
//
// The rules of this file:
//
//   - All transitions are in the tables. The methods apply them, and only the modules of `steps/` call the methods: they
//     get them by `own` of `steps/own.ts`. Everybody else has `Connection` and `Endpoint` of `connection.ts`, which
//     have no way to write.
//   - An event that a table does not name leaves the state as it is. That is no error here: an endpoint may do what it must
//     not, and a rule says so.
//   - A state is what later events depend on. What else is known is a fact: it stands in `facts.ts`, the steps gather it,
//     and none of them judges it.
//   - The states are kept for both endpoints alike, whoever wrote the log and whoever is under test.

import type { Direction, LogHeader, Role } from '../model/row.ts';
import { otherRole } from '../model/row.ts';
import {
  type Expectation,
  expect,
  type Fault,
  mayAnswer,
  type OwnExpectation,
  type ReactionOutcome,
} from './expectation.ts';
import { ConnectionFacts, EndpointFacts, type RowTime } from './facts.ts';
import type { Frame } from './frame/frame.ts';
import type { Message } from './frame/message.ts';
import { deflateAgreement, parseExtensions } from './handshake/extension.ts';

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
 * text broke that is still open; it may be judged when it is whole (§8.1 sets no time). `waived`: the other one need not
 * have failed the connection, and has not.
 */
const DUTY: Table<'none' | 'may wait' | 'due' | 'settled', 'fault' | 'text-fault' | 'text-end' | 'outcome' | 'waived'> =
  {
    none: { fault: 'due', 'text-fault': 'may wait' },
    'may wait': { fault: 'due', 'text-fault': 'due', 'text-end': 'due', outcome: 'settled' },
    due: { outcome: 'settled', waived: 'none' },
    settled: {},
  };

type StateOf<T> = T extends Table<infer State, string> ? State : never;
type EventOf<T> = T extends Table<string, infer Event> ? Event : never;

/** What one endpoint is doing. */
export class EndpointState extends EndpointFacts {
  #seen: StateOf<typeof SEEN> = 'whole';
  #sending: StateOf<typeof SENDING> = 'between';
  #message: Message | null = null;
  #closing: StateOf<typeof CLOSING> = 'open';
  #duty: StateOf<typeof DUTY> = 'none';
  #expectation: OwnExpectation | null = null;

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

  /** A message came in one frame. */
  passMessage(): void {
    this.#sending = after(SENDING, after(SENDING, this.#sending, 'first'), 'end');
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

  /**
   * A fault that asks for a reaction: the first one hides the others, unless it can wait, or need not be answered. Returns
   * what it opens.
   */
  fail(fault: Fault): Expectation | null {
    if (fault.class !== 'may-fail-1002') this.waive();
    if (this.#duty === 'may wait' && this.#expectation) this.#expectation.sooner = fault;
    const opened = this.#duty === 'none' ? expect(fault, this.#message) : null;
    this.#duty = after(DUTY, this.#duty, opened?.text ? 'text-fault' : 'fault');
    this.#expectation ??= opened;
    return opened;
  }

  /** The last octet of a frame has come. */
  endFrame(frame: Frame, at: RowTime): void {
    if (this.#expectation?.frame === frame) this.#expectation.frameEnd ??= { row: at.row, time: at.time };
  }

  /** The text that broke has ended. */
  endText(time: number | null): void {
    this.#duty = after(DUTY, this.#duty, 'text-end');
    if (this.#expectation) this.#expectation.textEnd = time;
  }

  /** The receiver went on, as it may after some faults. */
  waive(): void {
    if (this.openExpectation?.class !== 'may-fail-1002') return;
    this.#duty = after(DUTY, this.#duty, 'waived');
    this.#expectation = null;
  }

  /** Null where there is nothing to settle. */
  settle(outcome: Omit<ReactionOutcome, 'framesBetween'>): Expectation | null {
    if (this.openExpectation && !mayAnswer(this.openExpectation, outcome)) this.waive();
    const expectation = this.openExpectation;
    if (!expectation) return null;
    this.#duty = after(DUTY, this.#duty, 'outcome');
    const framesBetween = expectation.frame ? this.frames - 1 - expectation.frame.ordinal : 0;
    expectation.outcome = { ...outcome, framesBetween };
    return expectation;
  }
}

const KNOWN_EXTENSION = 'permessage-deflate';

/** Both endpoints, and how far they are together. */
export class ConnectionState extends ConnectionFacts {
  #state: StateOf<typeof CONNECTION> = 'connecting';
  readonly rx: EndpointState;
  readonly tx: EndpointState;

  constructor(header: LogHeader, maxMessage: number) {
    super(header, maxMessage);
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
