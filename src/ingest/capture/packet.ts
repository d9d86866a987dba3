// One captured packet: link header, IP header, TCP header, and what is behind them. Checksums are not looked at: a host
// that leaves them to its network card captures its own packets with wrong ones.
//
// Nothing here throws. What is no TCP, or is cut before the end of its TCP header, gives null.

/** An address and port: a number for IPv4 (address × 65536 + port), `address/port` in hex for IPv6. */
export type EndpointKey = number | string;

export interface Segment {
  readonly from: EndpointKey;
  readonly to: EndpointKey;
  readonly fromPort: number;
  readonly toPort: number;
  /** Sequence and acknowledgment number, unsigned. */
  readonly sequence: number;
  readonly acknowledgment: number;
  /** The flags of RFC 9293 §3.1, as in `TCP_FLAG`. */
  readonly flags: number;
  /** The octets of the payload that were captured, the first ones. */
  readonly known: Uint8Array;
  /** How many octets the payload had. */
  readonly length: number;
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

/** Where the IP header begins; -1 where the packet carries none. */
type FindIp = (packet: Uint8Array) => number;

const FIND_IP: ReadonlyMap<number, FindIp> = new Map<number, FindIp>([
  [LINK.NULL, (packet) => (isLoopbackFamily(packet) ? 4 : -1)],
  [LINK.LOOP, (packet) => (isLoopbackFamily(packet) ? 4 : -1)],
  [LINK.ETHERNET, (packet) => afterType(packet, 12)],
  [LINK.RAW_BSD, () => 0],
  [LINK.RAW_OPENBSD, () => 0],
  [LINK.RAW, () => 0],
  [LINK.IPV4, () => 0],
  [LINK.IPV6, () => 0],
  [LINK.LINUX_SLL, (packet) => afterType(packet, 14)],
  [LINK.LINUX_SLL2, (packet) => (isIpType(u16(packet, 0)) ? 20 : -1)],
]);

export function isKnownLink(link: number): boolean {
  return FIND_IP.has(link);
}

// The family of a loopback header is in the byte order of the capturing host: IPv4, and IPv6 on NetBSD, FreeBSD, macOS.
const LOOPBACK_FAMILIES: ReadonlySet<number> = new Set([2, 10, 24, 28, 30]);

function isLoopbackFamily(packet: Uint8Array): boolean {
  const little = u16(packet, 0);
  const family = little === 0 ? u16(packet, 2) : ((little >> 8) | ((little & 0xff) << 8)) + u16(packet, 2) * 65536;
  return LOOPBACK_FAMILIES.has(family);
}

const ETHER = { IPV4: 0x0800, IPV6: 0x86dd, PPPOE: 0x8864 } as const;
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const PPP = { IPV4: 0x0021, IPV6: 0x0057 } as const;

function isIpType(type: number): boolean {
  return type === ETHER.IPV4 || type === ETHER.IPV6;
}

/** `at`: where the EtherType stands, before which VLAN tags may be. */
function afterType(packet: Uint8Array, at: number): number {
  let place = at;
  while (VLAN_TAGS.has(u16(packet, place))) place += 4;
  const type = u16(packet, place);
  if (isIpType(type)) return place + 2;
  if (type !== ETHER.PPPOE) return -1;
  const inside = u16(packet, place + 8);
  return inside === PPP.IPV4 || inside === PPP.IPV6 ? place + 10 : -1;
}

/** Past the end there are no octets: -1. */
function u16(octets: Uint8Array, at: number): number {
  return at + 2 > octets.length ? -1 : ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

function u32(octets: Uint8Array, at: number): number {
  return u16(octets, at) * 65536 + u16(octets, at + 2);
}

const TCP = 6;
/** Extension headers of IPv6 that may stand before TCP: hop by hop, routing, destination options, mobility. */
const SKIPPED_HEADERS: ReadonlySet<number> = new Set([0, 43, 60, 135]);
const FRAGMENT_HEADER = 44;
const AUTHENTICATION_HEADER = 51;

/** What an IP packet carries. */
interface Datagram {
  readonly packet: Uint8Array;
  /** Where the addresses stand. */
  readonly source: number;
  readonly target: number;
  readonly size: 4 | 16;
  readonly protocol: number;
  /** Where the payload begins and how long it was. */
  readonly at: number;
  readonly length: number;
  readonly fragment: Fragment | null;
}

interface Fragment {
  readonly id: number;
  readonly offset: number;
  readonly isLast: boolean;
}

/** Puts fragmented packets together, which a single packet cannot show. */
export interface PacketReader {
  /** `length`: how long the packet was on the wire; `packet` holds what was captured of it. */
  read(link: number, packet: Uint8Array, length: number): Segment | null;
}

export function openPackets(): PacketReader {
  const fragments = openFragments();
  return {
    read: (link, packet, length) => {
      const datagram = datagramOf(link, packet, length);
      if (!datagram) return null;
      if (datagram.fragment === null) return segmentIn(datagram, packet, datagram.at, datagram.length);
      const whole = fragments.add(datagram, datagram.fragment);
      return whole && segmentIn(datagram, whole, 0, whole.length);
    },
  };
}

/** The TCP segment in one packet of that link type; null where there is none, or only a fragment of one. */
export function segmentOf(link: number, packet: Uint8Array, length: number = packet.length): Segment | null {
  const datagram = datagramOf(link, packet, length);
  return datagram && datagram.fragment === null ? segmentIn(datagram, packet, datagram.at, datagram.length) : null;
}

/**
 * The link type of octets that are one whole packet as dumps show them: an Ethernet frame, or a bare IP packet with TCP in
 * it. Null where they are something else. The header checksum of IPv4, or the exact length of IPv6, leaves no room for
 * chance.
 */
export function linkOfPacket(packet: Uint8Array): number | null {
  if (isWholeIp(packet, 0)) return LINK.RAW;
  if (isLoopbackFamily(packet) && isWholeIp(packet, 4)) return LINK.NULL;
  const inEthernet = afterType(packet, 12);
  if (inEthernet > 0 && isWholeIp(packet, inEthernet)) return LINK.ETHERNET;
  const inCooked = afterType(packet, 14);
  return inCooked > 0 && isWholeIp(packet, inCooked) ? LINK.LINUX_SLL : null;
}

function isWholeIp(packet: Uint8Array, at: number): boolean {
  const version = (packet[at] ?? 0) >> 4;
  if (version === 6) {
    const isTcp = packet[at + 6] === TCP || SKIPPED_HEADERS.has(packet[at + 6] ?? TCP);
    return isTcp && packet.length >= at + 60 && u16(packet, at + 4) <= packet.length - at - 40;
  }
  const header = ((packet[at] ?? 0) & 15) * 4;
  if (version !== 4 || header < 20 || packet[at + 9] !== TCP || packet.length < at + header + 20) return false;
  let sum = 0;
  for (let i = at; i < at + header; i += 2) sum += u16(packet, i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum === 0xffff || (u16(packet, at + 10) === 0 && u16(packet, at + 2) === packet.length - at);
}

function datagramOf(link: number, packet: Uint8Array, length: number): Datagram | null {
  const at = FIND_IP.get(link)?.(packet) ?? -1;
  if (at < 0 || at >= packet.length) return null;
  const version = (packet[at] as number) >> 4;
  return version === 4 ? ipv4(packet, at, length) : version === 6 ? ipv6(packet, at, length) : null;
}

function ipv4(packet: Uint8Array, at: number, length: number): Datagram | null {
  const header = ((packet[at] as number) & 15) * 4;
  if (header < 20 || packet.length < at + 20) return null;
  // Segmentation offload writes 0; what is behind the packet is padding.
  const total = u16(packet, at + 2) || length - at;
  const flags = u16(packet, at + 6);
  const offset = (flags & 0x1fff) * 8;
  const hasMore = (flags & 0x2000) !== 0;
  return {
    packet,
    source: at + 12,
    target: at + 16,
    size: 4,
    protocol: packet[at + 9] as number,
    at: at + header,
    length: total - header,
    fragment: offset > 0 || hasMore ? { id: u16(packet, at + 4), offset, isLast: !hasMore } : null,
  };
}

function ipv6(packet: Uint8Array, at: number, length: number): Datagram | null {
  if (packet.length < at + 40) return null;
  const end = at + 40 + (u16(packet, at + 4) || length - at - 40);
  let protocol = packet[at + 6] as number;
  let place = at + 40;
  let fragment: Fragment | null = null;
  // Headers behind those of a fragment are in its data.
  while (fragment === null && place + 8 <= packet.length) {
    const size = sizeOfExtension(protocol, packet[place + 1] as number);
    if (size === 0) break;
    if (protocol === FRAGMENT_HEADER) fragment = ipv6Fragment(packet, place);
    protocol = packet[place] as number;
    place += size;
  }
  return { packet, source: at + 8, target: at + 24, size: 16, protocol, at: place, length: end - place, fragment };
}

/** Of an extension header with that length field; 0 where it is none. */
function sizeOfExtension(kind: number, field: number): number {
  if (kind === FRAGMENT_HEADER) return 8;
  if (kind === AUTHENTICATION_HEADER) return (field + 2) * 4;
  return SKIPPED_HEADERS.has(kind) ? (field + 1) * 8 : 0;
}

/** Null where the packet is whole all the same. */
function ipv6Fragment(packet: Uint8Array, at: number): Fragment | null {
  const flags = u16(packet, at + 2);
  const isWhole = (flags & 0xfff9) === 0;
  return isWhole ? null : { id: u32(packet, at + 4), offset: flags & 0xfff8, isLast: (flags & 1) === 0 };
}

function segmentIn(
  { packet: own, source, target, size, protocol }: Datagram,
  packet: Uint8Array,
  at: number,
  length: number,
): Segment | null {
  if (protocol !== TCP || packet.length < at + 20) return null;
  const header = ((packet[at + 12] as number) >> 4) * 4;
  if (header < 20 || length < header) return null;
  const fromPort = u16(packet, at);
  const toPort = u16(packet, at + 2);
  const begin = Math.min(at + header, packet.length);
  return {
    from: keyOf(own, source, size, fromPort),
    to: keyOf(own, target, size, toPort),
    fromPort,
    toPort,
    sequence: u32(packet, at + 4),
    acknowledgment: u32(packet, at + 8),
    flags: packet[at + 13] as number,
    known: packet.subarray(begin, Math.max(begin, Math.min(at + length, packet.length))),
    length: length - header,
  };
}

function keyOf(packet: Uint8Array, at: number, size: 4 | 16, port: number): EndpointKey {
  if (size === 4) return u32(packet, at) * 65536 + port;
  const address = Buffer.from(packet.buffer, packet.byteOffset + at, 16).toString('hex');
  return `${address}/${port}`;
}

/** `192.0.2.1:80`, `[2001:db8::1]:80`. */
export function endpointText(key: EndpointKey): string {
  if (typeof key === 'number') {
    const address = Math.floor(key / 65536);
    const octets = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
    return `${octets.join('.')}:${key % 65536}`;
  }
  const [hex = '', port] = key.split('/');
  return `[${ipv6Text(hex)}]:${port}`;
}

/** The address as RFC 5952 wants it: no leading zeros, the longest run of zeros as `::`. */
function ipv6Text(hex: string): string {
  const groups = (hex.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16));
  const text = groups.join(':');
  const runs = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].sort((a, b) => b[0].length - a[0].length);
  const [longest] = runs;
  if (!longest) return text;
  const before = text.slice(0, longest.index).replace(/:$/, '');
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

// ---- fragments

interface Pieces {
  readonly parts: { readonly offset: number; readonly octets: Uint8Array }[];
  end: number | null;
}

// Fragments of TCP are rare; what is never completed must not fill the memory.
const DATAGRAMS_KEPT = 256;
const LONGEST_DATAGRAM = 65535;

function openFragments(): { add(datagram: Datagram, fragment: Fragment): Uint8Array | null } {
  const open = new Map<string, Pieces>();
  return {
    add: ({ packet, source, size, protocol, at, length }, { id, offset, isLast }) => {
      if (protocol !== TCP || at + length > packet.length || offset + length > LONGEST_DATAGRAM) return null;
      const addresses = Buffer.from(packet.buffer, packet.byteOffset + source, 2 * size).toString('hex');
      const key = `${addresses}/${id}`;
      const pieces = open.get(key) ?? { parts: [], end: null };
      if (!open.has(key)) {
        if (open.size >= DATAGRAMS_KEPT) open.delete(open.keys().next().value as string);
        open.set(key, pieces);
      }
      pieces.parts.push({ offset, octets: Buffer.from(packet.subarray(at, at + length)) });
      if (isLast) pieces.end = offset + length;
      const whole = joined(pieces);
      if (whole) open.delete(key);
      return whole;
    },
  };
}

function joined({ parts, end }: Pieces): Uint8Array | null {
  if (end === null) return null;
  const sorted = [...parts].sort((a, b) => a.offset - b.offset);
  const whole = new Uint8Array(end);
  let filled = 0;
  for (const { offset, octets } of sorted) {
    if (offset > filled) return null;
    whole.set(octets.subarray(0, Math.max(0, end - offset)), offset);
    filled = Math.max(filled, offset + octets.length);
  }
  return filled >= end ? whole : null;
}
