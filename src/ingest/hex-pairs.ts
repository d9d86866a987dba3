// Hex digits to octets, many at a time.

/** Two characters that are no digits. */
export const NO_OCTET = 0x100;
/** By two digits as they stand in memory, the first in the low octet: the octet that they are. */
const PAIRS = new Uint16Array(1 << 16).fill(NO_OCTET);
const DIGITS = Array.from('0123456789abcdefABCDEF', (digit) => digit.charCodeAt(0));
for (const high of DIGITS) {
  for (const low of DIGITS) PAIRS[high | (low << 8)] = Number.parseInt(String.fromCharCode(high, low), 16);
}

/** The octet that two digits are; `NO_OCTET` where others stand there. */
export function octetOfPair(text: DataView, at: number): number {
  return PAIRS[text.getUint16(at, true)] as number;
}

/**
 * Decodes the digits from `at` on, two at a time, as long as there are two and fewer than `most` octets. Writes the octets
 * from `to` on and returns how many they are.
 */
export function hexInto(octets: DataView, to: number, most: number, text: DataView, at: number): number {
  let from = at;
  let out = to;
  for (const last = Math.min(to + most - 4, to + ((text.byteLength - at) >> 1) - 4); out <= last; out += 4, from += 8) {
    const first = text.getInt32(from, true);
    const second = text.getInt32(from + 4, true);
    const a = PAIRS[first & 0xffff] as number;
    const b = PAIRS[first >>> 16] as number;
    const c = PAIRS[second & 0xffff] as number;
    const d = PAIRS[second >>> 16] as number;
    if ((a | b | c | d) >= NO_OCTET) break;
    octets.setInt32(out, a | (b << 8) | (c << 16) | (d << 24), true);
  }
  for (const end = Math.min(to + most, to + ((text.byteLength - at) >> 1)); out < end; out++, from += 2) {
    const octet = octetOfPair(text, from);
    if (octet >= NO_OCTET) break;
    octets.setUint8(out, octet);
  }
  return out - to;
}
