// The payload and the opcode of a frame as a library's log shows them.

import { cutOctets, type Octets, octetsOfLatin1, wholeOctets } from '../../model/octets.ts';

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
