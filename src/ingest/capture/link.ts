// What stands before the IP header of a packet, by the link type of its capture
// (https://www.tcpdump.org/linktypes.html). Places are given in the octets in which the packet stands.

import { u16, u32 } from './header-field.ts';

/** The link types whose packets are read. */
export const LINK = {
  NULL: 0,
  ETHERNET: 1,
  PPP: 9,
  RAW_BSD: 12,
  RAW_OPENBSD: 14,
  PPP_HDLC: 50,
  RAW: 101,
  IEEE802_11: 105,
  LOOP: 108,
  LINUX_SLL: 113,
  IEEE802_11_RADIOTAP: 127,
  IPV4: 228,
  IPV6: 229,
  NFLOG: 239,
  PKTAP: 258,
  LINUX_SLL2: 276,
} as const;

/** Where the IP header begins; -1 where the packet, which stands between the two places, carries none. */
type FindIp = (octets: Uint8Array, at: number, end: number) => number;

const FIND_IP: ReadonlyMap<number, FindIp> = new Map<number, FindIp>([
  [LINK.NULL, (octets, at, end) => (isLoopbackFamily(octets, at, end) ? at + 4 : -1)],
  [LINK.LOOP, (octets, at, end) => (isLoopbackFamily(octets, at, end) ? at + 4 : -1)],
  [LINK.ETHERNET, (octets, at, end) => afterType(octets, at + 12, end)],
  [LINK.PPP, afterPpp],
  [LINK.PPP_HDLC, afterPpp],
  [LINK.RAW_BSD, (_, at) => at],
  [LINK.RAW_OPENBSD, (_, at) => at],
  [LINK.RAW, (_, at) => at],
  [LINK.IPV4, (_, at) => at],
  [LINK.IPV6, (_, at) => at],
  [LINK.LINUX_SLL, (octets, at, end) => afterType(octets, at + 14, end)],
  [LINK.LINUX_SLL2, afterCooked2],
  [LINK.IEEE802_11, after80211],
  [
    LINK.IEEE802_11_RADIOTAP,
    (octets, at, end) => after80211(octets, at + Math.max(0, u16le(octets, at + 2, end)), end),
  ],
  [LINK.NFLOG, afterNflog],
  [LINK.PKTAP, afterPktap],
]);

export function isKnownLink(link: number): boolean {
  return FIND_IP.has(link);
}

/** Where the IP header of the packet begins, which stands between the two places; -1 where it carries none. */
export function ipIn(link: number, octets: Uint8Array, at: number, end: number): number {
  if (link === LINK.ETHERNET) return afterType(octets, at + 12, end);
  return FIND_IP.get(link)?.(octets, at, end) ?? -1;
}

/** What is in the packets is encrypted more often than not. */
export function isRadio(link: number): boolean {
  return link === LINK.IEEE802_11 || link === LINK.IEEE802_11_RADIOTAP;
}

const ON_THE_COMPUTER = 'capture on the computer itself, with tcpdump -i any, not in monitor mode';
const ON_THE_NETWORK = "capture the network's interface, or with tcpdump -i any";

/** What those are whose packets are not read or may not be readable, and what to do instead. */
const OTHERS: ReadonlyMap<number, readonly [what: string, remedy: string]> = new Map([
  [LINK.IEEE802_11, ['802.11', ON_THE_COMPUTER]],
  [119, ['802.11', ON_THE_COMPUTER]],
  [LINK.IEEE802_11_RADIOTAP, ['802.11', ON_THE_COMPUTER]],
  [163, ['802.11', ON_THE_COMPUTER]],
  [192, ['802.11', ON_THE_COMPUTER]],
  [187, ['Bluetooth', ON_THE_NETWORK]],
  [201, ['Bluetooth', ON_THE_NETWORK]],
  [254, ['Bluetooth', ON_THE_NETWORK]],
  [189, ['USB', ON_THE_NETWORK]],
  [220, ['USB', ON_THE_NETWORK]],
  [249, ['USB', ON_THE_NETWORK]],
  [252, ['exported PDUs', 'save the capture from which Wireshark exported them']],
]);

/** The name of a link type whose packets are not read, and what to do instead. */
export function aboutLink(link: number): { readonly name: string; readonly remedy: string } {
  const [what, remedy] = OTHERS.get(link) ?? [
    null,
    'capture on an Ethernet or loopback interface, or with tcpdump -i any',
  ];
  return { name: what === null ? `link type ${link}` : `link type ${link} (${what})`, remedy };
}

// The family of a loopback header is in the byte order of the capturing host: IPv4, and IPv6 on NetBSD, FreeBSD, macOS.
const LOOPBACK_FAMILIES: ReadonlySet<number> = new Set([2, 10, 24, 28, 30]);

export function isLoopbackFamily(octets: Uint8Array, at: number, end: number): boolean {
  const little = u16(octets, at, end);
  const upper = u16(octets, at + 2, end);
  const family = little === 0 ? upper : ((little >> 8) | ((little & 0xff) << 8)) + upper * 65536;
  return LOOPBACK_FAMILIES.has(family);
}

const ETHER = { IPV4: 0x0800, IPV6: 0x86dd, PPPOE: 0x8864 } as const;
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const MPLS: ReadonlySet<number> = new Set([0x8847, 0x8848]);
const PPP = { IPV4: 0x0021, IPV6: 0x0057 } as const;

function isIpType(type: number): boolean {
  return type === ETHER.IPV4 || type === ETHER.IPV6;
}

/** `at`: where the EtherType stands, before which VLAN tags may be. */
export function afterType(octets: Uint8Array, at: number, end: number): number {
  let place = at;
  let type = u16(octets, place, end);
  while (!isIpType(type) && VLAN_TAGS.has(type)) {
    place += 4;
    type = u16(octets, place, end);
  }
  if (isIpType(type)) return place + 2;
  if (MPLS.has(type)) return afterLabels(octets, place + 2, end);
  return type === ETHER.PPPOE ? afterProtocol(octets, place + 8, end) : -1;
}

/** MPLS: the last label says that it is the last (RFC 3032 §2.1). */
function afterLabels(octets: Uint8Array, at: number, end: number): number {
  for (let place = at; place + 4 <= end; place += 4) if (((octets[place + 2] as number) & 1) === 1) return place + 4;
  return -1;
}

/** `at`: where the protocol number of PPP stands. */
function afterProtocol(octets: Uint8Array, at: number, end: number): number {
  const inside = u16(octets, at, end);
  return inside === PPP.IPV4 || inside === PPP.IPV6 ? at + 2 : -1;
}

/** An address and a control field may stand before the protocol (RFC 1662 §3.1). */
function afterPpp(octets: Uint8Array, at: number, end: number): number {
  return afterProtocol(octets, u16(octets, at, end) === 0xff03 ? at + 2 : at, end);
}

/** The tags of a VLAN are behind the header, and their type in it. */
function afterCooked2(octets: Uint8Array, at: number, end: number): number {
  const type = u16(octets, at, end);
  if (isIpType(type)) return at + 20;
  return VLAN_TAGS.has(type) ? afterType(octets, at + 22, end) : -1;
}

const DATA = 2;
const QOS = 0x80;
const BOTH_WAYS = 3;
const PROTECTED = 0x40;
const HAS_CONTROL = 0x80;
const SNAP = 0xaaaa;

/** A data frame of IEEE 802.11 that is not encrypted, with an LLC header (IEEE 802.11-2020 §9.2). */
function after80211(octets: Uint8Array, at: number, end: number): number {
  const [kind = 0, flags = 0] = [octets[at], octets[at + 1]];
  if (((kind >> 2) & 3) !== DATA || (flags & PROTECTED) !== 0) return -1;
  const isQos = (kind & QOS) !== 0;
  const addresses = (flags & BOTH_WAYS) === BOTH_WAYS ? 30 : 24;
  const header = addresses + (isQos ? 2 : 0) + (isQos && (flags & HAS_CONTROL) !== 0 ? 4 : 0);
  return u16(octets, at + header, end) === SNAP ? afterType(octets, at + header + 6, end) : -1;
}

const PAYLOAD = 9;

/** Linux's NFLOG: fields of which each has its length and kind, in the byte order of the host, which is little-endian. */
function afterNflog(octets: Uint8Array, at: number, end: number): number {
  for (let place = at + 4; place + 4 <= end; ) {
    const length = u16le(octets, place, end);
    if ((u16le(octets, place + 2, end) & 0x7fff) === PAYLOAD) return place + 4;
    if (length < 4) return -1;
    place += (length + 3) & ~3;
  }
  return -1;
}

/** Apple's PKTAP: a header that says how long it is, and of which link type the packet is behind it. */
function afterPktap(octets: Uint8Array, at: number, end: number): number {
  if (at + 12 > end) return -1;
  const link = u32(octets, at + 8, true);
  return link === LINK.PKTAP ? -1 : ipIn(link, octets, at + u32(octets, at, true), end);
}

/** Past the end there are no octets: -1. */
function u16le(octets: Uint8Array, at: number, end: number): number {
  return at + 2 > end ? -1 : (octets[at] as number) | ((octets[at + 1] as number) << 8);
}
