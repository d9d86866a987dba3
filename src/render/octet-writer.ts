// Text put together as octets, where a string for each piece would cost more than all that is done to the pieces. Fixed
// text is encoded once, hex and numbers are written by digits.

const FIRST_SIZE = 4 << 10;

/** Text that is known beforehand, eight octets a number: no UTF-8 without a DEL is the pattern of a NaN. */
export interface FixedText {
  readonly eights: Float64Array;
  readonly length: number;
}

export function fixedText(text: string): FixedText {
  const octets = Buffer.from(text);
  const padded = Buffer.alloc((octets.length + 7) & ~7, octets).fill(0, octets.length);
  const eights = Float64Array.from({ length: padded.length >> 3 }, (_, i) => padded.readDoubleLE(8 * i));
  return { eights, length: octets.length };
}

/** The two digits of an octet, as they stand in memory: the low octet first. */
const HEX = new Uint16Array(256);
for (let octet = 0; octet < 256; octet++) {
  const [high, low] = [octet >> 4, octet & 15].map((digit) => '0123456789abcdef'.charCodeAt(digit)) as [number, number];
  HEX[octet] = high | (low << 8);
}

/** The two digits of a number below 100, in the same way. */
const DECIMAL = new Uint16Array(100);
for (let value = 0; value < 100; value++)
  DECIMAL[value] = (0x30 + Math.floor(value / 10)) | ((0x30 + (value % 10)) << 8);

/** How many octets a number below 2^31 has at the most. */
const DIGITS = 10;
/** So much is written beyond the end of a fixed text. */
const OVERRUN = 8;

export class OctetWriter {
  /** Grows as needed; the first `used` octets of it are written. */
  octets: Buffer;
  used = 0;
  /** The octets, to be written several at a time. */
  view: DataView;

  constructor(size: number = FIRST_SIZE) {
    this.octets = Buffer.allocUnsafeSlow(size);
    this.view = viewOf(this.octets);
  }

  /** What is written; it changes when the writer is used again. */
  get written(): Buffer {
    return this.octets.subarray(0, this.used);
  }

  /** Starts anew, in that room. */
  restart(octets: Buffer): void {
    this.octets = octets;
    this.view = viewOf(octets);
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

  fixed({ eights, length }: FixedText): void {
    this.reserve(length + OVERRUN);
    const { view } = this;
    let at = this.used;
    for (let i = 0; i < eights.length; i++, at += 8) view.setFloat64(at, eights[i] as number, true);
    this.used += length;
  }

  /** Octets of text, as they are. */
  copy(from: DataView, start: number, end: number): void {
    this.reserve(end - start);
    const { view } = this;
    let at = this.used;
    let i = start;
    for (; i + 3 < end; i += 4, at += 4) view.setInt32(at, from.getInt32(i, true), true);
    for (; i < end; i++) view.setUint8(at++, from.getUint8(i));
    this.used = at;
  }

  hex(from: DataView, start: number, end: number): void {
    this.reserve(2 * (end - start));
    const { view } = this;
    let at = this.used;
    let i = start;
    for (; i + 3 < end; i += 4, at += 8) {
      const four = from.getInt32(i, true);
      view.setInt32(at, (HEX[four & 0xff] as number) | ((HEX[(four >> 8) & 0xff] as number) << 16), true);
      view.setInt32(at + 4, (HEX[(four >> 16) & 0xff] as number) | ((HEX[four >>> 24] as number) << 16), true);
    }
    for (; i < end; i++, at += 2) view.setUint16(at, HEX[from.getUint8(i)] as number, true);
    this.used = at;
  }

  /** Eight digits of a 32-bit number. */
  hex32(value: number): void {
    this.reserve(8);
    const { view } = this;
    const high = (HEX[value >>> 24] as number) | ((HEX[(value >> 16) & 0xff] as number) << 16);
    const low = (HEX[(value >> 8) & 0xff] as number) | ((HEX[value & 0xff] as number) << 16);
    view.setInt32(this.used, high, true);
    view.setInt32(this.used + 4, low, true);
    this.used += 8;
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
    const { view } = this;
    let rest = whole;
    let at = this.used + size;
    this.used = at;
    for (; rest > 9; at -= 2) {
      const next = (rest / 100) | 0;
      view.setUint16(at - 2, DECIMAL[rest - 100 * next] as number, true);
      rest = next;
    }
    if (at > this.used - size) view.setUint8(at - 1, 0x30 + rest);
  }

  #grow(count: number): void {
    const octets = Buffer.allocUnsafeSlow(Math.max(2 * this.octets.length, this.used + count));
    octets.set(this.written);
    this.octets = octets;
    this.view = viewOf(octets);
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}
