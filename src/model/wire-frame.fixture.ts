// Frames put together octet by octet, and chance that can be shrunk and printed: all of it hangs on one number.

import { unmask } from '../protocol/frame/masking.ts';
import { octetsOfText } from './octets.ts';

export interface WireFrame {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  /** Four octets, or null for none. */
  readonly key: Uint8Array | null;
  /** Unmasked. */
  readonly payload: Uint8Array;
  /** The form of the length; the shortest where it is not given. */
  readonly lengthBits?: 7 | 16 | 64;
}

export function headerOfFrame({ fin, rsv, opcode, key, lengthBits }: WireFrame, length: number | bigint): Uint8Array {
  const bits = lengthBits ?? (length > 0xffff ? 64 : length > 125 ? 16 : 7);
  const short = bits === 7 ? Number(length) : bits === 16 ? 126 : 127;
  const extended = Buffer.alloc(bits === 7 ? 0 : bits / 8);
  if (bits === 16) extended.writeUInt16BE(Number(length));
  if (bits === 64) extended.writeBigUInt64BE(BigInt(length));
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  return Buffer.concat([Uint8Array.of(first, short | (key ? 0x80 : 0)), extended, key ?? new Uint8Array(0)]);
}

export function octetsOfFrame(frame: WireFrame): Uint8Array {
  const { key, payload } = frame;
  return Buffer.concat([headerOfFrame(frame, payload.length), key ? unmask(payload, key) : payload]);
}

export function closePayload(code: number, reason: string | Uint8Array = ''): Uint8Array {
  const text = typeof reason === 'string' ? octetsOfText(reason) : reason;
  return Buffer.concat([Uint8Array.of(code >> 8, code & 255), text]);
}

export type Chance = (below: number) => number;

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
