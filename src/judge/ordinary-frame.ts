// One frame of a row, looked at where it stands: what its header says, and whether a rule may have anything to say of it.
// Nothing of it becomes an object, and nothing changes.

import { isUtf8 } from 'node:buffer';
import type { Endpoint } from '../protocol/connection.ts';
import { areSequence, keyOf } from '../protocol/frame/key-history.ts';
import type { Content } from '../protocol/steps/ordinary.ts';
import { SIGN, signOfText } from '../rules/kit/signs.ts';

/** The header of the frame that was looked at last. */
export class FrameSight {
  opcode = 0;
  fin = true;
  rsv = 0;
  masked = false;
  length = 0;
  lengthBits: 7 | 16 | 64 = 7;
  /** Octets of the header. */
  size = 0;
  /** As a 32-bit number, where there is one. */
  key = 0;
  #octets: Uint8Array = new Uint8Array(0);
  #at = 0;
  #unmasked = new Uint8Array(256);
  readonly #content: Content = { octets: this.#unmasked, from: 0, length: 0 };

  /** Reads the header of the frame that begins at `at`; false where not all of the frame stands before `end`. */
  read(octets: Uint8Array, at: number, end: number): boolean {
    if (end - at < 2) return false;
    const first = octets[at] as number;
    const second = octets[at + 1] as number;
    this.opcode = first & 15;
    this.fin = first >= 0x80;
    this.rsv = (first >> 4) & 7;
    this.masked = second >= 0x80;
    this.#octets = octets;
    this.#at = at;
    const keyAt = this.#readLength(second & 0x7f, end);
    if (keyAt === 0) return false;
    this.size = keyAt - at + (this.masked ? 4 : 0);
    if (this.size + this.length > end - at) return false;
    if (this.masked) this.key = keyOf(octets, keyAt);
    return true;
  }

  /** Returns where the length ends; 0 where it does not before `end`. */
  #readLength(short: number, end: number): number {
    const from = this.#at + 2;
    this.lengthBits = short === 127 ? 64 : short === 126 ? 16 : 7;
    this.length = short;
    if (short < 126) return from;
    const to = from + (this.lengthBits >> 3);
    if (to > end) return 0;
    let length = 0;
    for (let i = from; i < to; i++) length = length * 256 + (this.#octets[i] as number);
    this.length = length;
    return to;
  }

  /** A rule may have something to say about the masking key. `signs`: those that rules look for. */
  isOddKey({ keys }: Endpoint, signs: number): boolean {
    if (!this.masked) return false;
    const { key } = this;
    if (key === 0 || !keys.isNew(key)) return (signs & SIGN.KEY) !== 0;
    const { recent } = keys;
    const last = recent.length;
    if (last < 3) return false;
    return areSequence(recent[last - 3] as number, recent[last - 2] as number, recent[last - 1] as number, key);
  }

  /** The payload, unmasked where it has a mask: until the next one is asked for. */
  content(): Content {
    const { length, masked } = this;
    const from = this.#at + this.size;
    const content = this.#content;
    content.length = length;
    content.octets = masked ? this.#unmask(from) : this.#octets;
    content.from = masked ? 0 : from;
    return content;
  }

  #unmask(from: number): Uint8Array {
    const wire = this.#octets;
    const { length } = this;
    if (this.#unmasked.length < length) this.#unmasked = new Uint8Array(2 * length);
    const clear = this.#unmasked;
    const a = wire[from - 4] as number;
    const b = wire[from - 3] as number;
    const c = wire[from - 2] as number;
    const d = wire[from - 1] as number;
    let i = 0;
    for (; i + 3 < length; i += 4) {
      clear[i] = (wire[from + i] as number) ^ a;
      clear[i + 1] = (wire[from + i + 1] as number) ^ b;
      clear[i + 2] = (wire[from + i + 2] as number) ^ c;
      clear[i + 3] = (wire[from + i + 3] as number) ^ d;
    }
    for (; i < length; i++) clear[i] = (wire[from + i] as number) ^ (wire[from - 4 + (i & 3)] as number);
    return clear;
  }
}

/** Not UTF-8, or with octets that may be those of an odd character. */
export function isOddText({ octets, from, length }: Content, signs: number): boolean {
  const end = from + length;
  let all = 0;
  for (let i = from; i < end; i++) {
    const octet = octets[i] as number;
    all |= octet | (octet - 1);
  }
  // Below 0x80 and no NUL: nothing more to see.
  if (all >= 0 && all < 0x80) return false;
  const text = octets.subarray(from, end);
  return !isUtf8(text) || (signOfText(text) & signs) !== 0;
}
