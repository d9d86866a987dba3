// The classic capture file of libpcap: a header, then packets, in either byte order, with microseconds or nanoseconds.

import { u32 } from './header-field.ts';
import { OctetFeed } from './octet-feed.ts';
import { LONGEST_PACKET, type PacketFile, type PacketSink } from './packet-file.ts';

interface PcapLayout {
  readonly littleEndian: boolean;
  /** Nanoseconds in a unit of the fraction. */
  readonly unit: number;
  /** Octets of a packet's header. */
  readonly header: number;
}

const PACKET_HEADER = 16;
/** Alexey Kuznetsov's patch of 1999 appends three fields. */
const PATCHED_HEADER = 24;

const LAYOUTS: Readonly<Record<string, PcapLayout>> = {
  d4c3b2a1: { littleEndian: true, unit: 1000, header: PACKET_HEADER },
  a1b2c3d4: { littleEndian: false, unit: 1000, header: PACKET_HEADER },
  '4d3cb2a1': { littleEndian: true, unit: 1, header: PACKET_HEADER },
  a1b23c4d: { littleEndian: false, unit: 1, header: PACKET_HEADER },
  '34cdb2a1': { littleEndian: true, unit: 1000, header: PATCHED_HEADER },
  a1b2cd34: { littleEndian: false, unit: 1000, header: PATCHED_HEADER },
};

function layoutOf(magic: Uint8Array): PcapLayout | undefined {
  return LAYOUTS[Buffer.from(magic).toString('hex')];
}

/** `head`: the first octets of a file, one character each. */
export function isPcap(head: string): boolean {
  return head.length >= 4 && layoutOf(Buffer.from(head.slice(0, 4), 'latin1')) !== undefined;
}

const FILE_HEADER = 24;

export function readPcapFile(sink: PacketSink): PacketFile {
  const feed = new OctetFeed();
  let layout: PcapLayout | null = null;
  let link = 0;
  let count = 0;
  let broken: string | null = null;

  function readHeader(): boolean {
    if (!feed.has(FILE_HEADER)) return false;
    const { octets, at } = feed;
    const known = layoutOf(octets.subarray(at, at + 4));
    if (!known) {
      broken = 'it does not begin like a capture';
      return false;
    }
    layout = known;
    // The upper bits tell about checksums behind the packets.
    link = u32(octets, at + 20, known.littleEndian) & 0x0fffffff;
    feed.skip(FILE_HEADER);
    return true;
  }

  function readPacket({ littleEndian, unit, header }: PcapLayout): boolean {
    if (!feed.has(header)) return false;
    const captured = u32(feed.octets, feed.at + 8, littleEndian);
    if (captured > LONGEST_PACKET) {
      broken = `packet ${count + 1}, at octet ${feed.offset}, says that it is ${captured} octets long: the file is damaged from there on`;
      return false;
    }
    if (!feed.has(header + captured)) return false;
    count++;
    give(littleEndian, unit, header, captured);
    feed.skip(header + captured);
    return true;
  }

  /** The packet whose header stands next. */
  function give(littleEndian: boolean, unit: number, header: number, captured: number): void {
    const { octets, at } = feed;
    const seconds = u32(octets, at, littleEndian);
    const nanos = u32(octets, at + 4, littleEndian) * unit;
    sink.packet(link, seconds, nanos, octets, at + header, captured, u32(octets, at + 12, littleEndian));
  }

  return {
    push: (chunk) => {
      if (broken !== null) return;
      feed.push(chunk);
      if (layout || readHeader()) while (readPacket(layout as unknown as PcapLayout));
      feed.keep();
    },
    end: () => {
      if (broken !== null) return broken;
      if (!layout) return `the file is cut in its header, at octet ${feed.length}`;
      if (feed.length === 0) return null;
      const { header, littleEndian, unit } = layout;
      // What there is of the last packet still tells something.
      if (feed.length > header && feed.has(feed.length)) give(littleEndian, unit, header, feed.length - header);
      return `the file is cut in packet ${count + 1}, at octet ${feed.offset + feed.length}`;
    },
  };
}
