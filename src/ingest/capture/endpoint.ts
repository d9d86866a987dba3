// The two ends of a TCP connection, as keys of a table and as text.

import { u32 } from './header-field.ts';

/** An address and port: a number for IPv4 (address × 65536 + port), `address/port` in hex for IPv6. */
export type EndpointKey = number | string;

/** `at`: where the address of `size` octets stands. */
export function endpointKey(octets: Uint8Array, at: number, size: 4 | 16, port: number): EndpointKey {
  if (size === 4) return u32(octets, at, false) * 65536 + port;
  const address = Buffer.from(octets.buffer, octets.byteOffset + at, 16).toString('hex');
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
