// The capture file of Wireshark, pcapng (draft-ietf-opsawg-pcapng): blocks, in sections of which each has its own byte
// order and numbers its interfaces anew.

import { hexOf, textOf } from '../../model/octets.ts';
import { u32 } from './header-field.ts';
import { OctetFeed } from './octet-feed.ts';
import { LONGEST_PACKET, type PacketFile, type PacketSink } from './packet-file.ts';
import type { Timestamp } from './tcp-consumer.ts';

const BLOCK = { SECTION: 0x0a0d0d0a, INTERFACE: 1, OLD_PACKET: 2, SIMPLE_PACKET: 3, PACKET: 6, SECRETS: 10 } as const;
const OPTION = { END: 0, RESOLUTION: 9, OFFSET: 14 } as const;
const TLS_KEY_LOG = 0x544c534b;
const SECTION_START = '\x0a\x0d\x0d\x0a';
const LITTLE_ENDIAN = '4d3c2b1a';
const BIG_ENDIAN = '1a2b3c4d';

/** `head`: the first octets of a file, one character each. */
export function isPcapng(head: string): boolean {
  if (!head.startsWith(SECTION_START)) return false;
  const order = Buffer.from(head.slice(8, 12), 'latin1').toString('hex');
  return order === LITTLE_ENDIAN || order === BIG_ENDIAN;
}

interface Interface {
  readonly link: number;
  readonly snaplen: number;
  readonly ticksPerSecond: bigint;
  readonly offset: number;
}

export class PcapngFile implements PacketFile {
  readonly #sink: PacketSink;
  readonly #feed = new OctetFeed();
  #littleEndian = true;
  #interfaces: Interface[] = [];
  #broken: string | null = null;

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    if (this.#broken !== null) return;
    this.#feed.push(chunk);
    while (this.#readBlock());
    this.#feed.keep();
  }

  end(): string | null {
    const { offset, length } = this.#feed;
    if (this.#broken !== null || length === 0) return this.#broken;
    return `the file is cut in a block, at octet ${offset + length}`;
  }

  #readBlock(): boolean {
    if (this.#broken !== null) return false;
    const feed = this.#feed;
    const length = this.#lengthOfBlock();
    if (length === null || !feed.has(length)) return false;
    const { octets, at } = feed;
    // Its length stands behind it as well.
    this.#takeBlock(octets, at, at + length - 4);
    feed.skip(length);
    return true;
  }

  /** Length of the block that begins here; null where it has not come. */
  #lengthOfBlock(): number | null {
    if (!this.#feed.has(12)) return null;
    const { octets, at } = this.#feed;
    if (u32(octets, at, false) === BLOCK.SECTION) {
      const order = hexOf(octets.subarray(at + 8, at + 12));
      if (order !== LITTLE_ENDIAN && order !== BIG_ENDIAN) return this.#damaged('a section without its byte order');
      this.#littleEndian = order === LITTLE_ENDIAN;
    }
    const length = u32(octets, at + 4, this.#littleEndian);
    if (length < 12 || length % 4 !== 0 || length > LONGEST_PACKET) return this.#damaged(`a block of ${length} octets`);
    return length;
  }

  #damaged(what: string): null {
    this.#broken = `${what} at octet ${this.#feed.offset}: the file is damaged from there on`;
    return null;
  }

  #takeBlock(octets: Uint8Array, at: number, end: number): void {
    const littleEndian = this.#littleEndian;
    const kind = u32(octets, at, littleEndian);
    if (kind === BLOCK.PACKET) {
      if (end - at >= 28) this.#readTimed(octets, at, end, u32(octets, at + 8, littleEndian));
    } else if (kind === BLOCK.OLD_PACKET) {
      if (end - at >= 28) this.#readTimed(octets, at, end, viewOf(octets, at, end).getUint16(8, littleEndian));
    } else if (kind === BLOCK.SIMPLE_PACKET) this.#readSimple(octets, at, end);
    else if (kind === BLOCK.SECTION) this.#interfaces = [];
    else if (kind === BLOCK.INTERFACE) this.#interfaces.push(interfaceOf(viewOf(octets, at, end), littleEndian));
    else if (kind === BLOCK.SECRETS) this.#readSecrets(octets, at, end);
  }

  #readTimed(octets: Uint8Array, at: number, end: number, number: number): void {
    const own = this.#interfaces[number];
    if (!own) return;
    const littleEndian = this.#littleEndian;
    const high = u32(octets, at + 12, littleEndian);
    const low = u32(octets, at + 16, littleEndian);
    const captured = Math.min(u32(octets, at + 20, littleEndian), end - at - 28);
    const length = u32(octets, at + 24, littleEndian);
    const { seconds, nanos } = momentOf(own, high, low);
    this.#sink.packet(own.link, seconds, nanos, octets, at + 28, captured, length);
  }

  /** It has no time, is of the first interface, and is cut at its snaplen. */
  #readSimple(octets: Uint8Array, at: number, end: number): void {
    const [own] = this.#interfaces;
    if (!own || end - at < 12) return;
    const length = u32(octets, at + 8, this.#littleEndian);
    const captured = Math.min(length, own.snaplen || length, end - at - 12);
    this.#sink.packet(own.link, Number.NaN, Number.NaN, octets, at + 12, captured, length);
  }

  #readSecrets(octets: Uint8Array, at: number, end: number): void {
    if (end - at < 16 || u32(octets, at + 8, this.#littleEndian) !== TLS_KEY_LOG) return;
    const length = u32(octets, at + 12, this.#littleEndian);
    this.#sink.secrets(textOf(octets.subarray(at + 16, Math.min(at + 16 + length, end))));
  }
}

const NANOSECONDS = 1_000_000_000;
/** Ticks in a second where the interface does not say. */
const MICROSECONDS = 1_000_000n;

/** The ticks of a packet's time, in two halves, as a moment. */
function momentOf({ ticksPerSecond, offset }: Interface, high: number, low: number): Timestamp {
  const perSecond = Number(ticksPerSecond);
  if (NANOSECONDS % perSecond === 0) {
    // Every step is exact: the upper half has few digits, and what is divided is a multiple.
    const upper = high * 2 ** 32;
    const rest = (upper % perSecond) + low;
    const seconds = (upper - (upper % perSecond)) / perSecond + Math.floor(rest / perSecond);
    return { seconds: seconds + offset, nanos: (rest % perSecond) * (NANOSECONDS / perSecond) };
  }
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  const nanos = ((ticks % ticksPerSecond) * 1_000_000_000n) / ticksPerSecond;
  return { seconds: Number(ticks / ticksPerSecond) + offset, nanos: Number(nanos) };
}

function interfaceOf(view: DataView, littleEndian: boolean): Interface {
  if (view.byteLength < 16) return { link: -1, snaplen: 0, ticksPerSecond: MICROSECONDS, offset: 0 };
  let ticksPerSecond = MICROSECONDS;
  let offset = 0;
  for (let at = 16; at + 4 <= view.byteLength; ) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    if (code === OPTION.END || at + 4 + length > view.byteLength) break;
    if (code === OPTION.RESOLUTION && length >= 1) ticksPerSecond = resolutionOf(view.getUint8(at + 4));
    if (code === OPTION.OFFSET && length >= 8) offset = Number(view.getBigInt64(at + 4, littleEndian));
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return {
    link: view.getUint16(8, littleEndian),
    snaplen: view.getUint32(12, littleEndian),
    ticksPerSecond,
    offset,
  };
}

/** A power of ten, or of two where the upper bit is set. */
function resolutionOf(octet: number): bigint {
  return octet & 0x80 ? 1n << BigInt(octet & 0x7f) : 10n ** BigInt(octet);
}

function viewOf(octets: Uint8Array, at: number, end: number): DataView {
  return new DataView(octets.buffer, octets.byteOffset + at, end - at);
}
