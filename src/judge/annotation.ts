// What is said about a row, and the two ledgers: violations are charged to the endpoint under test, stimuli are what
// the log's writer broke on purpose.

import type { Direction, LogHeader, Role, Row } from '../model/row.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import type { Message } from '../protocol/frame/message.ts';
import type { Head } from '../protocol/handshake/handshake.ts';
import type { Severity } from '../rules/kit/rule.ts';

export interface Reaction {
  readonly row: number | null;
  readonly kind: 'close' | 'tcp-drop' | 'none';
  readonly code: number | null;
  readonly verdict: string;
}

export interface Annotation {
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
  readonly frame: { readonly direction: Direction; readonly ordinal: number } | null;
  readonly section: string;
  message: string;
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

export interface DecodedFrame {
  readonly frame: Frame;
  /** The message that the frame ends. */
  message: Message | null;
}

export interface AnnotatedRow {
  readonly row: Row;
  /** Frames whose last octet stands in this row; an unfinished one on the row of its last octet. */
  readonly frames: DecodedFrame[];
  /** How many more there are, where a row holds too many to list. */
  unlisted?: number;
  readonly heads: Head[];
  readonly annotations: Annotation[];
  /** How many more there are, where a row has too many to keep. They are counted all the same. */
  unlistedAnnotations?: number;
  /** On a frame row: do the octets say the same? null where no octets tell. */
  agrees: boolean | null;
  /** On a frame row: the frame that the octets hold. */
  frame: Frame | null;
}

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
  readonly header: LogHeader;
  readonly rows: number;
  readonly frames: Readonly<Record<Direction, number>>;
  readonly violations: Counts;
  readonly stimuli: Counts;
  readonly unverified: readonly { readonly why: string; readonly rows: readonly number[] }[];
}
