// What is said about a row, and the two ledgers: violations are charged to the endpoint under test, stimuli are what
// the log's writer broke on purpose.

import type { Direction, LogHeader, Role, Row } from '../model/row.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import type { Message } from '../protocol/frame/message.ts';
import type { Head } from '../protocol/handshake/handshake.ts';
import type { Severity } from '../rules/kit/rule.ts';

/** What an endpoint did about the other one's fault (RFC 6455 §7.1.7). */
export interface Reaction {
  /** The row that shows it; null where nothing does. */
  readonly row: number | null;
  readonly kind: 'close' | 'tcp-drop' | 'none';
  /** The close code; null where there is none. */
  readonly code: number | null;
  /** Whether that was right, in words. */
  readonly verdict: string;
}

/** One finding of one rule. */
export interface Annotation {
  /** Id of the rule, such as `frame/mask-missing`: see `ruleOf`. */
  readonly rule: string;
  /** What comes later may soften it. */
  severity: Severity;
  /** Who broke it; null for what is about the log itself, or where the roles are not known. */
  readonly by: Role | null;
  /** null for what is about the log itself. */
  readonly intent: 'violation' | 'stimulus' | null;
  readonly row: number;
  /** Octets of that row, the end exclusive; null where it is about the whole row. */
  readonly octets: readonly [number, number] | null;
  /** The frame that it is about, counted from 0 in its direction; null where it is about none. */
  readonly frame: { readonly direction: Direction; readonly ordinal: number } | null;
  /** Where the specification says so, such as `RFC 6455 §5.3`. */
  readonly section: string;
  /** What is wrong here, in words. */
  message: string;
  /** `cannot-tell` where the log does not hold what decides: it is not counted. */
  readonly certainty: 'certain' | 'cannot-tell';
  /** What is missing, where it cannot be told. */
  readonly missing: string | null;
  /** It follows that endpoint's first fatal violation: shown, not counted. */
  readonly afterFailure: boolean;
  /** On a stimulus: what the other side did. */
  reaction: Reaction | null;
  /** On a reaction: the row that it answers. */
  readonly cause: number | null;
}

/** The message as a sentence of its own: "the server sent a second Close …", "the server: opcode 3 is reserved". */
export function sentenceWithSubject({ by, message }: Pick<Annotation, 'by' | 'message'>): string {
  if (by === null) return message;
  return message.startsWith('it ') ? `the ${by} ${message.slice(3)}` : `the ${by}: ${message}`;
}

/** A frame (RFC 6455 §5.2), and the message that it belongs to if it is the last one of that. */
export interface DecodedFrame {
  readonly frame: Frame;
  /** The message that the frame ends. */
  message: Message | null;
}

/** A row, what its octets hold, and what is said of it. */
export interface AnnotatedRow {
  /** As it was pushed. */
  readonly row: Row;
  /** Frames whose last octet stands in this row; an unfinished one on the row of its last octet. */
  readonly frames: DecodedFrame[];
  /** How many more there are, where a row holds too many to list. */
  unlisted?: number;
  /** Requests and responses of the opening handshake (RFC 6455 §4) that begin in this row. */
  readonly heads: Head[];
  /** In the order in which they were found. */
  readonly annotations: Annotation[];
  /** How many more there are, where a row has too many to keep. They are counted all the same. */
  unlistedAnnotations?: number;
  /** On a frame row: do the octets say the same? null where no octets tell. */
  agrees: boolean | null;
  /** On a frame row: the frame that the octets hold. */
  frame: Frame | null;
}

/** How many findings there are of each severity. */
export type Counts = Record<Severity, number>;

export function noCounts(): Counts {
  return { error: 0, warning: 0, note: 0 };
}

/** Is it charged to the endpoint under test? */
export function isCharged(annotation: Annotation): boolean {
  return annotation.intent === 'violation' && counts(annotation);
}

export function isStimulus(annotation: Annotation): boolean {
  return annotation.intent === 'stimulus' && counts(annotation);
}

function counts(annotation: Annotation): boolean {
  return annotation.certainty === 'certain' && !annotation.afterFailure;
}

/** What a log comes to, in numbers. */
export interface Summary {
  /** The log's own, with the role of its writer where the log has shown it. */
  readonly header: LogHeader;
  readonly rows: number;
  /** Those that have begun, in each direction. */
  readonly frames: Readonly<Record<Direction, number>>;
  /** What the endpoint under test broke. */
  readonly violations: Counts;
  /** What the other endpoint broke, which is not charged. */
  readonly stimuli: Counts;
  /** What could not be told: why, and the rows where that began. */
  readonly unverified: readonly { readonly why: string; readonly rows: readonly number[] }[];
}
