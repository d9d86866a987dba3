// The capture file of Wireshark, pcapng (draft-ietf-opsawg-pcapng): blocks, in sections of which each has its own byte
// order and numbers its interfaces anew.

import { textOf } from '../../model/octets.ts';
import { openFeed } from './octet-feed.ts';
import { LONGEST_PACKET, type PacketFile, type PacketSink } from './packet-file.ts';

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

export function readPcapngFile(sink: PacketSink): PacketFile {
  const feed = openFeed();
  let littleEndian = true;
  let interfaces: Interface[] = [];
  let broken: string | null = null;

  /** Length of the block that begins here; null where it has not come. */
  function lengthOfBlock(): number | null {
    const head = feed.peek(12);
    if (!head) return null;
    const view = viewOf(head);
    if (view.getUint32(0) === BLOCK.SECTION) {
      const order = Buffer.from(head.subarray(8, 12)).toString('hex');
      if (order !== LITTLE_ENDIAN && order !== BIG_ENDIAN) return damaged('a section without its byte order');
      littleEndian = order === LITTLE_ENDIAN;
    }
    const length = view.getUint32(4, littleEndian);
    if (length < 12 || length % 4 !== 0 || length > LONGEST_PACKET) return damaged(`a block of ${length} octets`);
    return length;
  }

  function damaged(what: string): null {
    broken = `${what} at octet ${feed.offset}: the file is damaged from there on`;
    return null;
  }

  function readBlock(): boolean {
    if (broken !== null) return false;
    const length = lengthOfBlock();
    const block = length === null ? null : feed.take(length);
    if (!block) return false;
    takeBlock(block.subarray(0, block.length - 4));
    return true;
  }

  /** Without the length that stands behind it as well. */
  function takeBlock(block: Uint8Array): void {
    const view = viewOf(block);
    const kind = view.getUint32(0, littleEndian);
    if (kind === BLOCK.SECTION) interfaces = [];
    else READERS.get(kind)?.(block, view);
  }

  const READERS: ReadonlyMap<number, (block: Uint8Array, view: DataView) => void> = new Map([
    [BLOCK.INTERFACE, (_, view) => void interfaces.push(interfaceOf(view, littleEndian))],
    [BLOCK.PACKET, (block, view) => has(block, 28) && readTimed(block, view.getUint32(8, littleEndian))],
    [BLOCK.OLD_PACKET, (block, view) => has(block, 28) && readTimed(block, view.getUint16(8, littleEndian))],
    [BLOCK.SIMPLE_PACKET, readSimple],
    [BLOCK.SECRETS, readSecrets],
  ] as [number, (block: Uint8Array, view: DataView) => void][]);

  function readTimed(block: Uint8Array, number: number): void {
    const own = interfaces[number];
    if (!own) return;
    const view = viewOf(block);
    const ticks = (BigInt(view.getUint32(12, littleEndian)) << 32n) | BigInt(view.getUint32(16, littleEndian));
    const seconds = ticks / own.ticksPerSecond;
    const nanos = ((ticks % own.ticksPerSecond) * 1_000_000_000n) / own.ticksPerSecond;
    const captured = view.getUint32(20, littleEndian);
    const octets = block.subarray(28, 28 + captured);
    sink.packet(own.link, Number(seconds) + own.offset, Number(nanos), octets, view.getUint32(24, littleEndian));
  }

  /** It has no time, is of the first interface, and is cut at its snaplen. */
  function readSimple(block: Uint8Array, view: DataView): void {
    const [own] = interfaces;
    if (!own || block.length < 12) return;
    const length = view.getUint32(8, littleEndian);
    const captured = Math.min(length, own.snaplen || length, block.length - 12);
    sink.packet(own.link, Number.NaN, Number.NaN, block.subarray(12, 12 + captured), length);
  }

  function readSecrets(block: Uint8Array, view: DataView): void {
    if (block.length < 16 || view.getUint32(8, littleEndian) !== TLS_KEY_LOG) return;
    sink.secrets(textOf(block.subarray(16, 16 + view.getUint32(12, littleEndian))));
  }

  return {
    push: (chunk) => {
      if (broken !== null) return;
      feed.push(chunk);
      while (readBlock());
    },
    end: () => {
      if (broken !== null || feed.length === 0) return broken;
      return `the file is cut in a block, at octet ${feed.offset + feed.length}`;
    },
  };
}

function has(block: Uint8Array, length: number): boolean {
  return block.length >= length;
}

function interfaceOf(view: DataView, littleEndian: boolean): Interface {
  if (view.byteLength < 16) return { link: -1, snaplen: 0, ticksPerSecond: 1_000_000n, offset: 0 };
  let ticksPerSecond = 1_000_000n;
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

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}
