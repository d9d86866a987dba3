// The classic capture file of libpcap: a header, then packets, in either byte order, with microseconds or nanoseconds.

import { openFeed } from './octet-feed.ts';
import { LONGEST_PACKET, type PacketFile, type PacketSink } from './packet-file.ts';

interface Layout {
  readonly littleEndian: boolean;
  /** Nanoseconds in a unit of the fraction. */
  readonly unit: number;
  /** Octets of a packet's header. */
  readonly header: number;
}

const PACKET_HEADER = 16;
/** Alexey Kuznetsov's patch of 1999 appends three fields. */
const PATCHED_HEADER = 24;

const LAYOUTS: Readonly<Record<string, Layout>> = {
  d4c3b2a1: { littleEndian: true, unit: 1000, header: PACKET_HEADER },
  a1b2c3d4: { littleEndian: false, unit: 1000, header: PACKET_HEADER },
  '4d3cb2a1': { littleEndian: true, unit: 1, header: PACKET_HEADER },
  a1b23c4d: { littleEndian: false, unit: 1, header: PACKET_HEADER },
  '34cdb2a1': { littleEndian: true, unit: 1000, header: PATCHED_HEADER },
  a1b2cd34: { littleEndian: false, unit: 1000, header: PATCHED_HEADER },
};

function layoutOf(magic: Uint8Array): Layout | undefined {
  return LAYOUTS[Buffer.from(magic).toString('hex')];
}

/** `head`: the first octets of a file, one character each. */
export function isPcap(head: string): boolean {
  return head.length >= 4 && layoutOf(Buffer.from(head.slice(0, 4), 'latin1')) !== undefined;
}

const FILE_HEADER = 24;

export function readPcapFile(sink: PacketSink): PacketFile {
  const feed = openFeed();
  let layout: Layout | null = null;
  let link = 0;
  let count = 0;
  let broken: string | null = null;

  function readHeader(): boolean {
    const header = feed.take(FILE_HEADER);
    const known = header && layoutOf(header.subarray(0, 4));
    if (header && !known) broken = 'it does not begin as a capture does';
    if (!known) return false;
    layout = known;
    // The upper bits tell about checksums behind the packets.
    link = viewOf(header as Uint8Array).getUint32(20, known.littleEndian) & 0x0fffffff;
    return true;
  }

  function readPacket({ littleEndian, unit, header: size }: Layout): boolean {
    const header = feed.peek(size);
    if (!header) return false;
    const view = viewOf(header);
    const captured = view.getUint32(8, littleEndian);
    if (captured > LONGEST_PACKET) {
      broken = `packet ${count + 1}, at octet ${feed.offset}, says that it is ${captured} octets long: the file is damaged from there on`;
      return false;
    }
    const whole = feed.take(size + captured);
    if (!whole) return false;
    const place = viewOf(whole);
    const nanos = place.getUint32(4, littleEndian) * unit;
    count++;
    sink.packet(link, place.getUint32(0, littleEndian), nanos, whole.subarray(size), place.getUint32(12, littleEndian));
    return true;
  }

  return {
    push: (chunk) => {
      if (broken !== null) return;
      feed.push(chunk);
      if (!layout && !readHeader()) return;
      while (readPacket(layout as unknown as Layout));
    },
    end: () => {
      if (broken !== null) return broken;
      if (!layout) return `the file is cut in its header, at octet ${feed.length}`;
      if (feed.length === 0) return null;
      const { header: size, littleEndian, unit } = layout;
      const at = feed.offset + feed.length;
      const rest = feed.take(feed.length) as Uint8Array;
      // What there is of the last packet still tells something.
      if (rest.length > size) {
        const view = viewOf(rest);
        const [seconds, nanos] = [view.getUint32(0, littleEndian), view.getUint32(4, littleEndian) * unit];
        sink.packet(link, seconds, nanos, rest.subarray(size), view.getUint32(12, littleEndian));
      }
      return `the file is cut in packet ${count + 1}, at octet ${at}`;
    },
  };
}

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}
