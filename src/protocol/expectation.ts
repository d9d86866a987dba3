// After an endpoint's first fatal violation the other one has to fail the connection (RFC 6455 §7.1.7). That is one
// expectation, opened by the violation and closed by the first of: the receiver's Close, the receiver's end of TCP, the
// violator giving up, the end of the log.

import { closeCodeOf, type Frame, isCodeHidden } from './frame/frame.ts';
import type { Message } from './frame/message.ts';

/** `may-fail-1002`: the receiver may fail the connection, and may go on as well. */
type ExpectationClass = 'fail-1002' | 'fail-1007' | 'fail' | 'may-fail-1002';

export interface Fault {
  readonly rule: string;
  readonly class: ExpectationClass;
  /** Row and frame of the violation. */
  readonly row: number;
  readonly frame: Frame | null;
  /** When it was seen, in seconds; null where the log has no times. */
  readonly time: number | null;
}

export interface OwnExpectation extends Fault {
  /** The message whose text broke while it was open: it may be judged when it is whole (RFC 6455 §8.1 sets no time). */
  readonly text: Message | null;
  /** When that message ended. */
  textEnd: number | null;
  /** When the last octet of the bad frame came, whose header may have been enough to see the fault; null before that. */
  frameEnd: { readonly row: number; readonly time: number | null } | null;
  /** A fault that cannot wait for the end of that text. */
  sooner: Fault | null;
  outcome: ReactionOutcome | null;
  /** The receiver provably acted on the bad frame itself, or on a later one: row where it showed. */
  processed: Processing | null;
  /** What the receiver sent may show that as well, and may have another cause. */
  suspected: Processing | null;
}

export type Expectation = Readonly<OwnExpectation>;

interface Processing {
  readonly row: number;
  /** It is the bad frame, or its message, that was acted on. */
  readonly isItself: boolean;
}

export interface ReactionOutcome {
  readonly kind: 'close' | 'tcp-drop' | 'gave-up' | 'log-end';
  readonly row: number;
  /** The receiver's Close. */
  readonly close: Frame | null;
  /** The violator waited before it gave up, or the end of the connection is in the log. */
  readonly hadTime: boolean;
  /** All that the receiver sent since the violation is in the log. */
  readonly isSeen: boolean;
  /** Frames of the violator that came between. */
  readonly framesBetween: number;
}

export function expect(fault: Fault, open: Message | null): OwnExpectation {
  const { class: kind, row, frame, time } = fault;
  const text = kind === 'fail-1007' && frame !== null && open?.frames.at(-1) === frame ? open : null;
  const frameEnd = frame === null || frame.finished ? { row, time } : null;
  return { ...fault, text, textEnd: null, frameEnd, sooner: null, outcome: null, processed: null, suspected: null };
}

/** The violator's frame from which on going on is wrong; null while the text may still be waited for. */
export function dueFrom({ frame, text, sooner }: Expectation): number | null {
  if (!text) return frame?.ordinal ?? 0;
  return sooner?.frame?.ordinal ?? (text.finished ? (text.frames.at(-1)?.ordinal ?? 0) : null);
}

/** Close codes that are right; where the text could wait, those of the fault that could not are right too. */
export function acceptedCodes({ sooner, ...fault }: Expectation): readonly number[] {
  const codes = codesFor(fault);
  return sooner ? [...new Set([...codes, ...codesFor(sooner)])] : codes;
}

/** Close codes that are right for a class (RFC 6455 §7.4.1); a bad Close reason may be called 1002 or 1007. */
export function codesFor({ class: kind, rule, frame }: Fault): readonly number[] {
  if (kind === 'fail' || rule === 'close/reason-invalid-utf8') return [1007, 1002];
  if (kind === 'fail-1007') return [1007];
  if (rule === 'frame/length-msb-set') return [1002, 1009];
  return frame && frame.opcode >= 3 && frame.opcode <= 7 ? [1002, 1003] : [1002];
}

/** It may be because of the fault that the receiver ended the connection. */
export function mayAnswer(fault: Fault, { kind, close }: Pick<ReactionOutcome, 'kind' | 'close'>): boolean {
  if (close === null) return kind === 'tcp-drop';
  return isCodeHidden(close) || codesFor(fault).includes(closeCodeOf(close) ?? 0);
}
