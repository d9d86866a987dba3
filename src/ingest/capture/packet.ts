// One captured packet: link header, IP header, TCP header, and what is behind them. Checksums are not looked at: a host
// that leaves them to its network card captures its own packets with wrong ones.
//
// Nothing here throws. What is no TCP, or is cut before the end of its TCP header, gives null.

import { NO_OCTETS } from '../../model/octets.ts';
import { Datagram, ipv4, ipv6, SKIPPED_HEADERS, TCP } from './datagram.ts';
import { type EndpointKey, endpointKey } from './endpoint.ts';
import { u16, u32 } from './header-field.ts';
import { openFragments } from './ip-fragments.ts';

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

/** The link types whose packets are read, by their numbers in captures (https://www.tcpdump.org/linktypes.html). */
export const LINK = {
  NULL: 0,
  ETHERNET: 1,
  RAW_BSD: 12,
  RAW_OPENBSD: 14,
  RAW: 101,
  LOOP: 108,
  LINUX_SLL: 113,
  IPV4: 228,
  IPV6: 229,
  LINUX_SLL2: 276,
} as const;

/** Where the IP header begins; -1 where the packet, which stands between the two places, carries none. */
type FindIp = (octets: Uint8Array, at: number, end: number) => number;

const FIND_IP: ReadonlyMap<number, FindIp> = new Map<number, FindIp>([
  [LINK.NULL, (octets, at, end) => (isLoopbackFamily(octets, at, end) ? at + 4 : -1)],
  [LINK.LOOP, (octets, at, end) => (isLoopbackFamily(octets, at, end) ? at + 4 : -1)],
  [LINK.ETHERNET, (octets, at, end) => afterType(octets, at + 12, end)],
  [LINK.RAW_BSD, (_, at) => at],
  [LINK.RAW_OPENBSD, (_, at) => at],
  [LINK.RAW, (_, at) => at],
  [LINK.IPV4, (_, at) => at],
  [LINK.IPV6, (_, at) => at],
  [LINK.LINUX_SLL, (octets, at, end) => afterType(octets, at + 14, end)],
  [LINK.LINUX_SLL2, (octets, at, end) => (isIpType(u16(octets, at, end)) ? at + 20 : -1)],
]);

export function isKnownLink(link: number): boolean {
  return FIND_IP.has(link);
}

// The family of a loopback header is in the byte order of the capturing host: IPv4, and IPv6 on NetBSD, FreeBSD, macOS.
const LOOPBACK_FAMILIES: ReadonlySet<number> = new Set([2, 10, 24, 28, 30]);

function isLoopbackFamily(octets: Uint8Array, at: number, end: number): boolean {
  const little = u16(octets, at, end);
  const upper = u16(octets, at + 2, end);
  const family = little === 0 ? upper : ((little >> 8) | ((little & 0xff) << 8)) + upper * 65536;
  return LOOPBACK_FAMILIES.has(family);
}

const ETHER = { IPV4: 0x0800, IPV6: 0x86dd, PPPOE: 0x8864 } as const;
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const PPP = { IPV4: 0x0021, IPV6: 0x0057 } as const;

function isIpType(type: number): boolean {
  return type === ETHER.IPV4 || type === ETHER.IPV6;
}

/** `at`: where the EtherType stands, before which VLAN tags may be. */
function afterType(octets: Uint8Array, at: number, end: number): number {
  let place = at;
  let type = u16(octets, place, end);
  while (!isIpType(type) && VLAN_TAGS.has(type)) {
    place += 4;
    type = u16(octets, place, end);
  }
  if (isIpType(type)) return place + 2;
  if (type !== ETHER.PPPOE) return -1;
  const inside = u16(octets, place + 8, end);
  return inside === PPP.IPV4 || inside === PPP.IPV6 ? place + 10 : -1;
}

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
      if (!findDatagram(datagram, link, octets, at, count, length) || datagram.protocol !== TCP) return null;
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
  if (!findDatagram(datagram, link, packet, 0, packet.length, length)) return null;
  if (datagram.fragment !== null || datagram.protocol !== TCP) return null;
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
  return inCooked > 0 && isWholeIp(packet, inCooked) ? LINK.LINUX_SLL : null;
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
  const at = FIND_IP.get(link)?.(octets, from, end) ?? -1;
  if (at < 0 || at >= end) return false;
  const version = (octets[at] as number) >> 4;
  datagram.octets = octets;
  datagram.end = end;
  // Segmentation offload writes a length of 0; what is behind the packet is padding.
  if (version === 4) return ipv4(datagram, at, from + length);
  return version === 6 && ipv6(datagram, at, from + length);
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
