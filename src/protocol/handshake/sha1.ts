// SHA-1 (FIPS 180-4 §6.1.2) of the few octets that an opening handshake asks for. Node's own is as right, but nearly
// every log has a handshake, and to load `node:crypto` takes longer than to read a small log.

import { Buffer } from 'node:buffer';

const BLOCK = 64;
/** Filled anew for each block. */
const words = new Int32Array(80);
const CONSTANTS = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6] as const;

/** Twenty octets. */
export function sha1(octets: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil((octets.length + 9) / BLOCK) * BLOCK);
  padded.set(octets);
  padded[octets.length] = 0x80;
  padded.writeBigUInt64BE(BigInt(octets.length) * 8n, padded.length - 8);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  for (let at = 0; at < padded.length; at += BLOCK) {
    for (let i = 0, from = at; i < 16; i++, from += 4) words[i] = wordAt(padded, from);
    for (let i = 16; i < 80; i++) words[i] = rotated(word(i - 3) ^ word(i - 8) ^ word(i - 14) ^ word(i - 16), 1);
    mixIn(state);
  }
  const digest = Buffer.alloc(20);
  for (let i = 0; i < state.length; i++) digest.writeInt32BE(state[i] as number, 4 * i);
  return digest;
}

function word(i: number): number {
  return words[i] as number;
}

function wordAt(octets: Uint8Array, at: number): number {
  const high = ((octets[at] as number) << 24) | ((octets[at + 1] as number) << 16);
  return high | ((octets[at + 2] as number) << 8) | (octets[at + 3] as number);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function mixIn(state: Int32Array): void {
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  for (let i = 0; i < 80; i++) {
    const round = (i / 20) | 0;
    const mixed = round === 0 ? (b & c) | (~b & d) : round === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
    const next = (rotated(a, 5) + mixed + e + (CONSTANTS[round] as number) + (words[i] as number)) | 0;
    e = d;
    d = c;
    c = rotated(b, 30);
    b = a;
    a = next;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
}
