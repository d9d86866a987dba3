// Text put together as octets, where a string for each piece would cost more than all that is done to the pieces. Fixed
// text is encoded once, hex and numbers are written by digits.

const FIRST_SIZE = 4 << 10;

/** Text that is known beforehand, four octets a word. */
export interface FixedText {
  readonly words: Uint32Array;
  readonly length: number;
}

export function fixedText(text: string): FixedText {
  const octets = Buffer.from(text);
  const words = new Uint32Array((octets.length + 3) >> 2);
  for (const [i, octet] of octets.entries()) {
    words[i >> 2] = (words[i >> 2] as number) | (octet << (8 * (i & 3)));
  }
  return { words, length: octets.length };
}

/** The two digits of an octet, as they stand in memory: the low octet first. */
const HEX = new Uint16Array(256);
for (let octet = 0; octet < 256; octet++) {
  const [high, low] = [octet >> 4, octet & 15].map((digit) => '0123456789abcdef'.charCodeAt(digit)) as [number, number];
  HEX[octet] = high | (low << 8);
}

/** How many octets a number below 2^31 has at the most. */
const DIGITS = 10;
/** So much is written beyond the end of a fixed text. */
const OVERRUN = 4;

export class OctetWriter {
  /** Grows as needed; the first `used` octets of it are written. */
  octets: Buffer;
  used = 0;
  #view: DataView;

  constructor(size: number = FIRST_SIZE) {
    this.octets = Buffer.allocUnsafeSlow(size);
    this.#view = viewOf(this.octets);
  }

  /** What is written; it changes when the writer is used again. */
  get written(): Buffer {
    return this.octets.subarray(0, this.used);
  }

  /** Starts anew, in that room. */
  restart(octets: Buffer): void {
    this.octets = octets;
    this.#view = viewOf(octets);
    this.used = 0;
  }

  /** Makes room for so many octets more. */
  reserve(count: number): void {
    if (this.used + count > this.octets.length) this.#grow(count);
  }

  text(text: string): void {
    this.reserve(3 * text.length);
    this.used += this.octets.write(text, this.used);
  }

  add(octets: Uint8Array): void {
    this.reserve(octets.length);
    this.octets.set(octets, this.used);
    this.used += octets.length;
  }

  octet(octet: number): void {
    this.reserve(1);
    this.octets[this.used++] = octet;
  }

  fixed({ words, length }: FixedText): void {
    this.reserve(length + OVERRUN);
    const view = this.#view;
    let at = this.used;
    for (let i = 0; i < words.length; i++, at += 4) view.setUint32(at, words[i] as number, true);
    this.used += length;
  }

  /** Octets of text, as they are. */
  copy(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const { octets } = this;
    let at = this.used;
    for (let i = start; i < end; i++) octets[at++] = from[i] as number;
    this.used = at;
  }

  hex(from: Uint8Array, start: number, end: number): void {
    this.reserve(2 * (end - start));
    const view = this.#view;
    let at = this.used;
    let i = start;
    for (; i + 1 < end; i += 2, at += 4) {
      const digits = (HEX[from[i] as number] as number) | ((HEX[from[i + 1] as number] as number) << 16);
      view.setUint32(at, digits, true);
    }
    if (i < end) {
      view.setUint16(at, HEX[from[i] as number] as number, true);
      at += 2;
    }
    this.used = at;
  }

  /** Any number, as `String` writes it. */
  number(value: number): void {
    const whole = value | 0;
    if (whole !== value || whole < 0) {
      this.text(String(value));
      return;
    }
    this.reserve(DIGITS);
    let size = 1;
    for (let bound = 10; size < DIGITS && whole >= bound; bound *= 10) size++;
    const { octets } = this;
    let rest = whole;
    for (let at = this.used + size - 1; at >= this.used; at--) {
      const next = (rest / 10) | 0;
      octets[at] = 0x30 + rest - 10 * next;
      rest = next;
    }
    this.used += size;
  }

  #grow(count: number): void {
    const octets = Buffer.allocUnsafeSlow(Math.max(2 * this.octets.length, this.used + count));
    octets.set(this.written);
    this.octets = octets;
    this.#view = viewOf(octets);
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}
