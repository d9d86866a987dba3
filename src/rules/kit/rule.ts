// What a rule is. A rule is one small record: what it says, who can break it, where the specification says so, a
// check that looks at one thing, and examples that prove it. Rules hold no state: what they need from the past is
// in the connection that is handed to them. They know no rows, colours or ledgers.

import type { Direction, FrameRow, Role, Row } from '../../model/row.ts';
import type { Connection, Endpoint } from '../../protocol/connection.ts';
import type { Expectation, ReactionOutcome } from '../../protocol/expectation.ts';
import type { Frame } from '../../protocol/frame/frame.ts';
import type { Before, Message, Utf8Break } from '../../protocol/frame/message.ts';
import type { Head } from '../../protocol/handshake/handshake.ts';
import type { PongMatch } from '../../protocol/ping-pong.ts';

/** The worst first. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;

export type Severity = (typeof SEVERITIES)[number];

/**
 * What the other endpoint has to do (the catalogue's reaction classes): fail the connection with 1002, with 1007, with
 * either; nothing, but it may fail the connection with 1002; answer a request 4xx; drop after a 101, before the connection exists; the one or the other, whichever head it
 * is; or nothing.
 */
export type ReactionClass =
  | 'fail-1002'
  | 'fail-1007'
  | 'fail'
  | 'may-fail-1002'
  | 'http-4xx'
  | 'client-drops'
  | 'handshake-fails'
  | 'none';

export interface HeadSubject {
  readonly head: Head;
  readonly sender: Endpoint;
}

export interface HandshakeSubject {
  readonly request: Head;
  readonly response: Head;
  readonly sender: Endpoint;
}

export interface FrameSubject extends Before {
  readonly frame: Frame;
  readonly sender: Endpoint;
  readonly receiver: Endpoint;
  /** The message that the frame belongs to, once its header is read. */
  readonly message: Message | null;
  /** Of a Pong whose last octet came: which Ping it fits. */
  readonly pong: PongMatch | null;
}

interface TextSubject extends FrameSubject {
  readonly message: Message;
  /** Where the text broke just now; null at the end of a message whose text did not break. */
  readonly broke: Utf8Break | null;
}

interface ReactionSubject {
  readonly expectation: Expectation;
  readonly outcome: ReactionOutcome;
  readonly violator: Endpoint;
  readonly receiver: Endpoint;
}

/** `octets` of the row, the end exclusive. */
interface AlienSubject {
  readonly says: string;
  readonly row: number;
  readonly octets: readonly [number, number];
  readonly by: Role | null;
}

interface StraySubject {
  readonly row: number;
  readonly octets: readonly [number, number];
  readonly sender: Endpoint;
}

interface RefusalSubject {
  readonly request: Head;
  readonly response: Head;
  /** The endpoint that did not go on. */
  readonly by: Endpoint;
}

interface InsideSubject {
  readonly row: number;
  readonly direction: Direction;
  readonly of: 'a frame' | 'an HTTP head';
}

interface GapSubject {
  readonly row: number;
  readonly direction: Direction;
  /** How many are missing; null where that is not known. */
  readonly octets: number | null;
}

interface FrameRowSubject {
  readonly row: FrameRow;
  /** The frame that the octets of the same ordinal hold; null where there are none. */
  readonly frame: Frame | null;
  /** What differs, in words; empty where all agrees. */
  readonly differences: readonly string[];
}

/** What a check can be about; the key is the moment at which it is asked. */
export interface Subjects {
  /** Either head, before it is asked as what it is. */
  head: HeadSubject;
  request: HeadSubject;
  response: HeadSubject;
  /** The final response is there: both heads together. The response's sender is the sender. */
  handshake: HandshakeSubject;
  /** A frame's header is read. */
  header: FrameSubject;
  /** A text message broke as its octets came, or ended. */
  text: TextSubject;
  /** A final response came that need not be a 101, or TCP ended after a 101. */
  refusal: RefusalSubject;
  /** Something else stands where a frame, or the answer to a request, should begin. */
  alien: AlienSubject;
  /** Octets of the server came before its 101. */
  stray: StraySubject;
  /** The log ends, and octets of the frame have not come. */
  unfinished: FrameSubject;
  /** The frame's last octet came. */
  frame: FrameSubject;
  /** The message's last frame came; `frame` is that one. */
  message: FrameSubject;
  'frame-row': FrameRowSubject;
  row: { readonly row: Row };
  /** Octets of one direction are missing from the log here. */
  gap: GapSubject;
  /** The log begins inside something whose rest is passed over. */
  inside: InsideSubject;
  /** `partial`: octets of a frame's header that stand at the end of a direction. */
  end: { readonly row: number; readonly partial: Readonly<Record<Direction, number>> };
  /** The expectation that a fatal violation opened is settled; the receiver is the sender of the reaction. */
  reaction: ReactionSubject;
}

export type Moment = keyof Subjects;

/** What a check found. Octets count from the subject's first octet (frame header, or head), the end exclusive. */
export interface Found {
  readonly says: string;
  readonly octets?: readonly [number, number];
  /** Set where the rule cannot tell: what is missing. */
  readonly missing?: string;
  /** What is missing leaves each rule open in its own way, and is said for each. */
  readonly isOfRule?: boolean;
  /** The annotation sits on this frame, head or row instead of on the subject. */
  readonly on?: Frame | Head | number;
  /** Who broke it, where that is not the subject's sender. */
  readonly by?: Role | null;
  readonly severity?: Severity;
  /** Where the specification says so, and what the other endpoint has to do, where that is not what the rule says. */
  readonly section?: string;
  readonly reaction?: ReactionClass;
  /** Row that it answers. */
  readonly cause?: number;
}

export interface Example {
  /** Rows in the text notation. Without a header of its own: writer is the client, no extensions. */
  readonly log: string;
  /** Row and octets of the annotation, the end exclusive. */
  readonly at?: readonly [row: number, from: number, to: number];
  /** Other rules that it shows too. */
  readonly also?: readonly string[];
}

export interface Rule {
  /** `area/fault`. */
  readonly id: string;
  readonly severity: Severity;
  /** What the severity stands on: a keyword of RFC 2119, the grammar, or why it is softened. */
  readonly basis: string;
  /** Who can break it; empty for findings about the log itself. */
  readonly by: readonly Role[];
  readonly section: string;
  readonly title: string;
  readonly reaction: ReactionClass;
  /**
   * Set where what came before the log begins may excuse it: a Ping or a Close that it misses, a fault that was answered.
   */
  readonly needs?: 'beginning';
  readonly on: Moment;
  /** The signs of which one has to show for the rule to be asked, as bits of `SIGN`; only where signs are looked for. */
  readonly when?: number;
  /** Of a rule about heads: more counts for it than what makes heads alike (`known-heads.ts`). */
  readonly asksEach?: true;
  readonly check: (subject: never, connection: Connection) => Check;
  readonly examples: { readonly violates: readonly Example[]; readonly holds: readonly Example[] };
}

export type Check = Found | readonly Found[] | string | null | undefined | false;

/** The moments that come with most rows. Signs are looked for there first, and where none shows no rule is asked. */
export type SignedMoment = 'header' | 'frame' | 'message' | 'text' | 'row' | 'frame-row';

type RuleOn<M extends Moment> = Omit<Rule, 'on' | 'when' | 'check'> & {
  readonly on: M;
  readonly check: (subject: Subjects[M], connection: Connection) => Check;
} & (M extends SignedMoment ? { readonly when: number } : { readonly when?: never });

/** Types the check by its moment. */
export function defineRule<M extends Moment>(rule: RuleOn<M>): Rule {
  return rule;
}

/** What is missing where `clearOnWire` is set. */
export const NEVER_MASKED = 'what stood on the wire: the payload seems to be shown before it was masked';

/** Of a frame: what there is to show where the whole of it is wrong. */
export const FIRST_OCTET: readonly [number, number] = [0, 1];

export const EITHER: readonly Role[] = ['client', 'server'];

/** The endpoint in a sentence about the other one. */
export function sideName({ role }: Endpoint): string {
  return role === null ? 'the other side' : `the ${role}`;
}

/** The part of an id before the slash. */
export function areaOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}
