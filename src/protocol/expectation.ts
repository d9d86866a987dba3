// After an endpoint's first fatal violation the other one has to fail the connection (RFC 6455 §7.1.7). That is one
// expectation, opened by the violation and closed by the first of: the receiver's Close, the receiver's end of TCP, the
// violator giving up, the end of the log.

import type { Frame } from './frame.ts';

export type ExpectationClass = 'fail-1002' | 'fail-1007' | 'fail';

export interface Expectation {
  readonly rule: string;
  readonly class: ExpectationClass;
  /** Row and frame of the violation. */
  readonly row: number;
  readonly frame: Frame | null;
  outcome: Outcome | null;
  /** The receiver provably acted on the bad frame itself, or on a later one: row where it showed. */
  processed: { readonly row: number; readonly isItself: boolean } | null;
}

export interface Outcome {
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

/** Close codes that are right for a class (RFC 6455 §7.4.1); a bad Close reason may be called 1002 or 1007. */
export function acceptedCodes({ class: kind, rule, frame }: Expectation): readonly number[] {
  if (kind === 'fail' || rule === 'close/reason-invalid-utf8') return [1007, 1002];
  if (kind === 'fail-1007') return [1007];
  if (rule === 'frame/length-msb-set') return [1002, 1009];
  return frame && frame.opcode >= 3 && frame.opcode <= 7 ? [1002, 1003] : [1002];
}
