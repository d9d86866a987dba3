// A whole packet with its headers, as a capture holds it, where the octets of the TCP stream should stand: Ethernet or
// not, IPv4 (RFC 791) or IPv6 (RFC 8200), and TCP.

const TCP = 6;
const [IPV4_HEADER, IPV6_HEADER, TCP_HEADER] = [20, 40, 20];
/** Ethernet fills up to so many octets. */
const SHORTEST_ETHERNET = 60;

/** Where IP may begin: at once, behind the header of a loopback device, of Ethernet, or of Linux's "any" device. */
const LINK_HEADERS: readonly (readonly [length: number, isOne: (octets: Uint8Array) => boolean])[] = [
  [0, () => true],
  [4, (octets) => isLoopback(octets)],
  [14, (octets) => isEtherType(octets, 12)],
  [16, (octets) => isEtherType(octets, 14)],
];

/** The family of addresses is IPv4, in either order of its octets. */
function isLoopback(octets: Uint8Array): boolean {
  if (octets[1] !== 0 || octets[2] !== 0) return false;
  return (octets[0] === 2 && octets[3] === 0) || (octets[0] === 0 && octets[3] === 2);
}

function isEtherType(octets: Uint8Array, at: number): boolean {
  const type = (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);
  return type === 0x0800 || type === 0x86dd;
}

/** Its lengths have to fit to the octet. `length`: that of the row, of which `octets` are known. */
export function isPacket(octets: Uint8Array, length: number): boolean {
  return LINK_HEADERS.some(([link, isOne]) => {
    if (!isOne(octets)) return false;
    const size = ipLength(octets.subarray(link));
    const isFilledUp = link > 0 && length === SHORTEST_ETHERNET && size !== null && link + size < length;
    return size !== null && (link + size === length || isFilledUp);
  });
}

/** How long the IP packet with TCP in it says that it is; null for what is none. */
function ipLength(octets: Uint8Array): number | null {
  const first = octets[0] ?? 0;
  const word = (at: number) => (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);
  if (first >> 4 === 4) {
    const header = (first & 15) * 4;
    const total = word(2);
    return octets[9] === TCP && header >= IPV4_HEADER && total >= header + TCP_HEADER ? total : null;
  }
  if (first >> 4 !== 6 || octets[6] !== TCP) return null;
  return word(4) >= TCP_HEADER ? IPV6_HEADER + word(4) : null;
}
