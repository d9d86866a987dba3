// One frame of a row, looked at where it stands: what its header says, and whether a rule may have anything to say of it.
// Nothing of it becomes an object, and nothing changes.

import { isUtf8 } from 'node:buffer';
import type { Connection, Endpoint } from '../protocol/connection.ts';
import type { PayloadView } from '../protocol/echo.ts';
import { lengthBitsOf } from '../protocol/frame/frame-header.ts';
import { keyOf } from '../protocol/frame/key-history.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { signOfNextKey, signOfText, signsOfHeader } from '../rules/kit/signs.ts';

/** The frame that was looked at last. */
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
  /** The signs that any rule looks for. */
  readonly #signs: number;
  #octets: Uint8Array = new Uint8Array(0);
  #at = 0;
  #view = new DataView(this.#octets.buffer);
  #unmasked = new DataView(new ArrayBuffer(256));
  /** What `orOf` says of them. */
  #all = 0;
  readonly #content: PayloadView = { view: this.#unmasked, from: 0, length: 0 };

  constructor(signs: number) {
    this.#signs = signs;
  }

  /** Reads the header of the frame that begins at `at`; false where not all of the frame stands before `end`. */
  read(octets: Uint8Array, at: number, end: number): boolean {
    if (end - at < 2) return false;
    const first = octets[at] as number;
    const second = octets[at + 1] as number;
    this.opcode = first & 15;
    this.fin = first >= 0x80;
    this.rsv = (first >> 4) & 7;
    this.masked = second >= 0x80;
    if (octets !== this.#octets) this.#view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    this.#octets = octets;
    this.#at = at;
    const keyAt = this.#readLength(second, end);
    if (keyAt === 0) return false;
    this.size = keyAt - at + (this.masked ? 4 : 0);
    if (this.size + this.length > end - at) return false;
    if (this.masked) this.key = keyOf(octets, keyAt);
    return true;
  }

  /** Returns where the length ends; 0 where it does not before `end`. */
  #readLength(second: number, end: number): number {
    const from = this.#at + 2;
    this.lengthBits = lengthBitsOf(second);
    this.length = second & 0x7f;
    if (this.lengthBits === 7) return from;
    const to = from + (this.lengthBits >> 3);
    if (to > end) return 0;
    let length = 0;
    for (let i = from; i < to; i++) length = length * 256 + (this.#octets[i] as number);
    this.length = length;
    return to;
  }

  /** A whole message, and as the next frame of that sender neither its header nor its key shows a sign. */
  isUsual(sender: Endpoint, receiver: Endpoint, connection: Connection): boolean {
    const { opcode, fin, masked, length } = this;
    if (!fin || (opcode !== OPCODE.TEXT && opcode !== OPCODE.BINARY) || length > connection.maxMessage) return false;
    const signs = signsOfHeader(this, false, sender, receiver, connection);
    return ((masked ? signs | signOfNextKey(sender.keys, this.key) : signs) & this.#signs) === 0;
  }

  /** The payload, unmasked where it has a mask: until the next one is asked for. */
  content(): PayloadView {
    const { length, masked } = this;
    const from = this.#at + this.size;
    const content = this.#content;
    content.length = length;
    content.view = masked ? this.#unmask(from) : this.#view;
    content.from = masked ? 0 : from;
    return content;
  }

  #unmask(from: number): DataView {
    const { length } = this;
    if (this.#unmasked.byteLength < length) this.#unmasked = new DataView(new ArrayBuffer(2 * length));
    this.#all = unmaskInto(this.#unmasked, this.#view, from, length);
    return this.#unmasked;
  }

  /** That is a text, and an odd one. */
  hasOddText(content: PayloadView): boolean {
    if (this.opcode !== OPCODE.TEXT) return false;
    return isOddText(content, content.view === this.#unmasked ? this.#all : orOf(content), this.#signs);
  }
}

/** Not UTF-8, or with octets that may be those of an odd character. `all`: what `orOf` says of it. */
function isOddText(content: PayloadView, all: number, signs: number): boolean {
  // Below 0x80 and no NUL: nothing more to see.
  if ((all & NOT_PLAIN) === 0) return false;
  const text = octetsOfView(content);
  return !isUtf8(text) || (signOfText(text) & signs) !== 0;
}

export function octetsOfView({ view, from, length }: PayloadView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, length);
}

/** Of four octets: what shows that one of them is above 0x7f, or was 0 before 1 was taken from each. */
const NOT_PLAIN = 0x80808080 | 0;
const ONES = 0x01010101;

/** Unmasks the payload that begins there behind its key. Returns what its octets, and those less 1, have in common by OR. */
function unmaskInto(clear: DataView, wire: DataView, from: number, length: number): number {
  const key = wire.getInt32(from - 4, true);
  let all = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    const four = wire.getInt32(from + i, true) ^ key;
    all |= four | (four - ONES);
    clear.setInt32(i, four, true);
  }
  for (; i < length; i++) {
    const octet = wire.getUint8(from + i) ^ wire.getUint8(from - 4 + (i & 3));
    all |= octet | (octet - 1);
    clear.setUint8(i, octet);
  }
  return all;
}

/** The same for content that has no mask. */
function orOf({ view, from, length }: PayloadView): number {
  let all = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    const four = view.getInt32(from + i, true);
    all |= four | (four - ONES);
  }
  for (; i < length; i++) all |= view.getUint8(from + i) | (view.getUint8(from + i) - 1);
  return all;
}
