// What a Close frame says, as several rules ask for it.

import { mayBeOnTheWire } from '../../protocol/frame/close-code.ts';
import { closeCodeOf, type Frame, isCodeHidden } from '../../protocol/frame/frame.ts';

/** Codes with which an endpoint fails a connection rather than answers a Close. */
export const FAILURE_CODES: ReadonlySet<number> = new Set([1002, 1003, 1007, 1008, 1009, 1010, 1011]);

/** It may be one: a code that is hidden may be any. */
export function isFailureClose(close: Frame): boolean {
  const code = closeCodeOf(close);
  return code === null ? isCodeHidden(close) : FAILURE_CODES.has(code);
}

export function isValidClose(close: Frame): boolean {
  const code = closeCodeOf(close);
  return close.length === 0 || (code !== null && mayBeOnTheWire(code));
}

/** Where the code stands; without a payload the length says that there is none. */
export function codeOctets({ headerLength, length }: Frame): readonly [number, number] {
  return length === 0 ? [1, 2] : [headerLength, headerLength + Math.min(length, 2)];
}
