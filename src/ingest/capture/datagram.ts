// The IP header of a packet: where its payload stands, and what that is.

import { NO_OCTETS } from '../../model/octets.ts';
import { u16, u32 } from './header-field.ts';

export const TCP = 6;
/** Extension headers of IPv6 that may stand before TCP: hop by hop, routing, destination options, mobility. */
export const SKIPPED_HEADERS: ReadonlySet<number> = new Set([0, 43, 60, 135]);
const FRAGMENT_HEADER = 44;
const AUTHENTICATION_HEADER = 51;

export interface Fragment {
  readonly id: number;
  readonly offset: number;
  readonly isLast: boolean;
}

/** What an IP packet carries, and where it stands in the octets of its capture. */
export class Datagram {
  octets: Uint8Array = NO_OCTETS;
  /** Where what was captured of it ends. */
  end = 0;
  /** Where the addresses stand, the sender's first, and how many octets one has. */
  addresses = 0;
  size: 4 | 16 = 4;
  protocol = 0;
  /** Where the payload begins and how long it was. */
  at = 0;
  length = 0;
  fragment: Fragment | null = null;
}

/** `at`: of the header. `last`: where the packet ended on the wire. */
export function ipv4(datagram: Datagram, at: number, last: number): boolean {
  const { octets, end } = datagram;
  const header = ((octets[at] as number) & 15) * 4;
  if (header < 20 || end < at + 20) return false;
  const total = u16(octets, at + 2, end) || last - at;
  const flags = u16(octets, at + 6, end);
  const offset = (flags & 0x1fff) * 8;
  const hasMore = (flags & 0x2000) !== 0;
  datagram.addresses = at + 12;
  datagram.size = 4;
  datagram.protocol = octets[at + 9] as number;
  datagram.at = at + header;
  datagram.length = total - header;
  datagram.fragment = offset > 0 || hasMore ? { id: u16(octets, at + 4, end), offset, isLast: !hasMore } : null;
  return true;
}

export function ipv6(datagram: Datagram, at: number, last: number): boolean {
  const { octets, end } = datagram;
  if (end < at + 40) return false;
  const payload = u16(octets, at + 4, end) || last - at - 40;
  let protocol = octets[at + 6] as number;
  let place = at + 40;
  let fragment: Fragment | null = null;
  // Headers behind those of a fragment are in its data.
  while (fragment === null && place + 8 <= end) {
    const size = sizeOfExtension(protocol, octets[place + 1] as number);
    if (size === 0) break;
    if (protocol === FRAGMENT_HEADER) fragment = ipv6Fragment(octets, place, end);
    protocol = octets[place] as number;
    place += size;
  }
  datagram.addresses = at + 8;
  datagram.size = 16;
  datagram.protocol = protocol;
  datagram.at = place;
  datagram.length = at + 40 + payload - place;
  datagram.fragment = fragment;
  return true;
}

/** Of an extension header with that length field; 0 where it is none. */
function sizeOfExtension(kind: number, field: number): number {
  if (kind === FRAGMENT_HEADER) return 8;
  if (kind === AUTHENTICATION_HEADER) return (field + 2) * 4;
  return SKIPPED_HEADERS.has(kind) ? (field + 1) * 8 : 0;
}

/** Null where the packet is whole all the same. */
function ipv6Fragment(octets: Uint8Array, at: number, end: number): Fragment | null {
  const flags = u16(octets, at + 2, end);
  const isWhole = (flags & 0xfff9) === 0;
  return isWhole ? null : { id: u32(octets, at + 4, false), offset: flags & 0xfff8, isLast: (flags & 1) === 0 };
}
