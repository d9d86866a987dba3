// One captured packet: link header, IP header, TCP header, and what is behind them. Checksums are not looked at: a host
// that leaves them to its network card captures its own packets with wrong ones.
//
// Nothing here throws. What is no TCP, or is cut before the end of its TCP header, gives null.

import { NO_OCTETS } from '../../model/octets.ts';
import { Datagram, ipv4, ipv6, SKIPPED_HEADERS, TCP } from './datagram.ts';
import { type EndpointKey, endpointKey } from './endpoint.ts';
import { u16, u32 } from './header-field.ts';
import { openFragments } from './ip-fragments.ts';
import { afterType, ipIn, isLoopbackFamily, LINK } from './link.ts';

/** A TCP segment in a packet. */
export class Segment {
  from: EndpointKey = 0;
  to: EndpointKey = 0;
  fromPort = 0;
  toPort = 0;
  /** Sequence and acknowledgment number, unsigned. */
  sequence = 0;
  acknowledgment = 0;
  /** The flags of RFC 9293 §3.1, as in `TCP_FLAG`. */
  flags = 0;
  /** The payload's octets that were captured, the first ones: `count` of them stand in `packet` from `at` on. */
  packet: Uint8Array = NO_OCTETS;
  at = 0;
  count = 0;
  /** How many octets the payload had. */
  length = 0;

  get known(): Uint8Array {
    return this.packet.subarray(this.at, this.at + this.count);
  }

  /** The same for whoever keeps it: its octets are its own. */
  copy(): Segment {
    const copy = Object.assign(new Segment(), this);
    copy.packet = Buffer.from(this.known);
    copy.at = 0;
    return copy;
  }
}

export const TCP_FLAG = { FIN: 1, SYN: 2, RST: 4, ACK: 16 } as const;

/** Puts fragmented packets together, which a single packet cannot show. */
export interface PacketReader {
  /**
   * The TCP segment in the packet of which `count` octets were captured, which stand in `octets` from `at` on, and which was
   * `length` octets long on the wire. It is the same object each time, and its octets are those that were given.
   */
  read(link: number, octets: Uint8Array, at: number, count: number, length: number): Segment | null;
}

export function openPackets(): PacketReader {
  const fragments = openFragments();
  const datagram = new Datagram();
  const segment = new Segment();
  return {
    read: (link, octets, at, count, length) => {
      if (!findTcp(datagram, link, octets, at, count, length)) return null;
      if (datagram.fragment === null) {
        return readSegment(segment, datagram, octets, datagram.at, datagram.end, datagram.length);
      }
      const whole = fragments.add(datagram, datagram.fragment);
      return whole && readSegment(segment, datagram, whole, 0, whole.length, whole.length);
    },
  };
}

/** The TCP segment in one packet of that link type; null where there is none, or only a fragment of one. */
export function segmentOf(link: number, packet: Uint8Array, length: number = packet.length): Segment | null {
  const datagram = new Datagram();
  if (!findTcp(datagram, link, packet, 0, packet.length, length) || datagram.fragment !== null) return null;
  return readSegment(new Segment(), datagram, packet, datagram.at, datagram.end, datagram.length);
}

/**
 * The link type of octets that are one whole packet as dumps show them: an Ethernet frame, or a bare IP packet with TCP in
 * it. Null where they are something else. The header checksum of IPv4, or the exact length of IPv6, leaves no room for
 * chance.
 */
export function linkOfPacket(packet: Uint8Array): number | null {
  const end = packet.length;
  if (isWholeIp(packet, 0)) return LINK.RAW;
  if (isLoopbackFamily(packet, 0, end) && isWholeIp(packet, 4)) return LINK.NULL;
  const inEthernet = afterType(packet, 12, end);
  if (inEthernet > 0 && isWholeIp(packet, inEthernet)) return LINK.ETHERNET;
  const inCooked = afterType(packet, 14, end);
  if (inCooked > 0 && isWholeIp(packet, inCooked)) return LINK.LINUX_SLL;
  const inCooked2 = ipIn(LINK.LINUX_SLL2, packet, 0, end);
  return inCooked2 > 0 && isWholeIp(packet, inCooked2) ? LINK.LINUX_SLL2 : null;
}

function isWholeIp(packet: Uint8Array, at: number): boolean {
  const version = (packet[at] ?? 0) >> 4;
  const end = packet.length;
  if (version === 6) {
    const isTcp = packet[at + 6] === TCP || SKIPPED_HEADERS.has(packet[at + 6] ?? TCP);
    return isTcp && end >= at + 60 && u16(packet, at + 4, end) <= end - at - 40;
  }
  const header = ((packet[at] ?? 0) & 15) * 4;
  if (version !== 4 || header < 20 || packet[at + 9] !== TCP || end < at + header + 20) return false;
  let sum = 0;
  for (let i = at; i < at + header; i += 2) sum += u16(packet, i, end);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum === 0xffff || (u16(packet, at + 10, end) === 0 && u16(packet, at + 2, end) === end - at);
}

/** So many tunnels may be in one another. */
const DEEPEST = 4;

/** The IP packet that carries TCP, also one in a tunnel. Returns false where there is none. */
function findTcp(
  datagram: Datagram,
  link: number,
  octets: Uint8Array,
  at: number,
  count: number,
  length: number,
): boolean {
  if (!findDatagram(datagram, link, octets, at, count, length)) return false;
  for (let depth = 0; datagram.protocol !== TCP && depth < DEEPEST; depth++) {
    const tunnel = tunnelIn(datagram);
    if (!tunnel) return false;
    const last = datagram.at + datagram.length;
    if (!findDatagram(datagram, tunnel.link, octets, tunnel.at, datagram.end - tunnel.at, last - tunnel.at))
      return false;
  }
  return datagram.protocol === TCP;
}

/** Returns false where the packet carries none. */
function findDatagram(
  datagram: Datagram,
  link: number,
  octets: Uint8Array,
  from: number,
  count: number,
  length: number,
): boolean {
  const end = from + count;
  const at = ipIn(link, octets, from, end);
  if (at < 0 || at >= end) return false;
  const version = (octets[at] as number) >> 4;
  datagram.octets = octets;
  datagram.end = end;
  // Segmentation offload writes a length of 0; what is behind the packet is padding.
  if (version === 4) return ipv4(datagram, at, from + length);
  return version === 6 && ipv6(datagram, at, from + length);
}

const PROTOCOL = { IPV4: 4, UDP: 17, IPV6: 41, GRE: 47 } as const;
/** Ports to which overlay networks send Ethernet frames in UDP: VXLAN (RFC 7348), as Linux has it too, and Geneve (RFC 8926). */
const OVERLAY_PORTS: ReadonlySet<number> = new Set([4789, 8472, 6081]);
const GENEVE = 6081;
const GRE_ETHERNET = 0x6558;

/** The packet in a packet: of which link type it is, and where it begins. Null where it is no tunnel that is known. */
function tunnelIn({ octets, at, end, protocol, fragment }: Datagram): { link: number; at: number } | null {
  if (fragment !== null || at + 16 > end) return null;
  if (protocol === PROTOCOL.IPV4 || protocol === PROTOCOL.IPV6) return { link: LINK.RAW, at };
  if (protocol === PROTOCOL.GRE) {
    const flags = octets[at] as number;
    // A checksum, a key and a sequence number may stand behind the type (RFC 2784, RFC 2890).
    const header = 4 + ((flags & 0x80) >> 5) + ((flags & 0x20) >> 3) + ((flags & 0x10) >> 2);
    const link = u16(octets, at + 2, end) === GRE_ETHERNET ? LINK.ETHERNET : LINK.RAW;
    return { link, at: at + header };
  }
  const port = protocol === PROTOCOL.UDP ? u16(octets, at + 2, end) : -1;
  if (!OVERLAY_PORTS.has(port)) return null;
  const options = port === GENEVE ? ((octets[at + 8] as number) & 0x3f) * 4 : 0;
  return { link: LINK.ETHERNET, at: at + 16 + options };
}

/** Between the two places stands what was captured of the TCP segment, which was `length` octets long. */
function readSegment(
  segment: Segment,
  datagram: Datagram,
  packet: Uint8Array,
  at: number,
  end: number,
  length: number,
): Segment | null {
  if (end < at + 20) return null;
  const header = ((packet[at + 12] as number) >> 4) * 4;
  if (header < 20 || length < header) return null;
  const { octets, addresses, size } = datagram;
  segment.fromPort = u16(packet, at, end);
  segment.toPort = u16(packet, at + 2, end);
  segment.from = endpointKey(octets, addresses, size, segment.fromPort);
  segment.to = endpointKey(octets, addresses + size, size, segment.toPort);
  segment.sequence = u32(packet, at + 4, false);
  segment.acknowledgment = u32(packet, at + 8, false);
  segment.flags = packet[at + 13] as number;
  segment.packet = packet;
  segment.at = Math.min(at + header, end);
  segment.count = Math.max(0, Math.min(at + length, end) - segment.at);
  segment.length = length - header;
  return segment;
}
