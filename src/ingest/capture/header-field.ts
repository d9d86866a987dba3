// Numbers in headers.

/** Past the end there are no octets: -1. */
export function u16(octets: Uint8Array, at: number, end: number): number {
  return at + 2 > end ? -1 : ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

/** Four octets as a number, unsigned, in either byte order. */
export function u32(octets: Uint8Array, at: number, littleEndian: boolean): number {
  const a = octets[at] as number;
  const b = octets[at + 1] as number;
  const c = octets[at + 2] as number;
  const d = octets[at + 3] as number;
  return (littleEndian ? (d << 24) | (c << 16) | (b << 8) | a : (a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
