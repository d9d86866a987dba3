// A frame as a library tells of it in its log, and as a frame row.

import { cutOctets, type Octets, octetsOfLatin1, wholeOctets } from '../../model/octets.ts';
import type { Direction, FrameRow } from '../../model/row.ts';

export interface TraceFrame {
  readonly direction: Direction;
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv?: number;
  /** Absent where the log does not tell. */
  readonly masked?: boolean;
  /** Eight hex digits. */
  readonly maskingKey?: string | null;
  /** Null where the log does not tell. */
  readonly length: number | null;
  readonly payload: Octets | null;
}

/** What the log says of the frame that no frame can have (RFC 6455 §5.2). */
export function whyNoFrame({ opcode, rsv = 0, length }: TraceFrame): string | null {
  if (!Number.isInteger(opcode) || opcode < 0 || opcode > 15) return `opcode ${opcode} is none`;
  if (!Number.isInteger(rsv) || rsv < 0 || rsv > 7) return `${rsv} are no reserved bits`;
  return length === null || (Number.isSafeInteger(length) && length >= 0) ? null : `${length} is no length`;
}

export function frameRowOf(frame: TraceFrame): Omit<FrameRow, 'row' | 'time'> {
  const { direction, opcode, fin, rsv = 0, masked, maskingKey = null, length, payload } = frame;
  return {
    kind: 'frame',
    direction,
    opcode,
    fin,
    rsv,
    masked: masked ?? false,
    ...(masked === undefined ? { maskUnknown: true } : {}),
    maskingKey,
    length,
    payload,
    repeat: null,
    chopSize: null,
    sync: false,
  };
}

/** A payload of that length whose octets the log shows whole where they are so many, else from the first on. */
export function shownPayload(known: Uint8Array, length: number): Octets {
  return known.length === length ? wholeOctets(known) : cutOctets(known.subarray(0, length), length);
}

/** Nothing of a payload of that length is shown. */
export function hiddenPayload(length: number): Octets | null {
  return length === 0 ? wholeOctets(new Uint8Array(0)) : null;
}

/** A Close's payload as its code and reason; null where the log shows no code that was sent. */
export function closePayload(code: number, reason: string, length: number): Octets | null {
  if (length < 2) return hiddenPayload(length);
  return shownPayload(Buffer.concat([Uint8Array.of(code >> 8, code & 255), octetsOfLatin1(reason)]), length);
}

const OPCODES: Readonly<Record<string, number>> = {
  CONT: 0,
  CONTINUE: 0,
  CONTINUATION: 0,
  CONTINUOUS: 0,
  TEXT: 1,
  BIN: 2,
  BINARY: 2,
  CLOSE: 8,
  CLOSING: 8,
  PING: 9,
  PONG: 10,
};

/** The opcode that a library calls so; null for an unknown name. */
export function opcodeOf(name: string): number | null {
  return OPCODES[name.toUpperCase()] ?? null;
}
