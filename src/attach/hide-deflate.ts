// A compressed payload hidden: another one of as many octets that inflates to as many letters, wherever that can be. It is
// one block of fixed codes and the start of the empty block that ends every message (RFC 7692 §7.2.1, RFC 1951 §3.2.6);
// it refers to nothing before it.

import { hideOctets } from './neutral.ts';

/** Bits of the block's header, its end, and the header of the empty block behind it. */
const FRAME_BITS = 3 + 7 + 3;
const LITERAL_BITS = 8;
/** Repeats of the octet before: the longest there is, and those that need no extra bits. */
const LONG = { octets: 258, bits: 13 } as const;
const SHORT = { least: 3, most: 10, bits: 12 } as const;

interface DeflatePlan {
  readonly literals: number;
  readonly long: number;
  /** Lengths of short repeats. */
  readonly short: readonly number[];
}

/** `inflated`: how many octets the message has when inflated; null where that is not known. */
export function hideCompressed(length: number, inflated: number | null, number: number | null): Uint8Array {
  // Shorter than two octets no message but the empty one can be.
  if (length < 2) return new Uint8Array(length);
  const plan = (inflated === null ? null : planFor(length, inflated)) ?? { literals: length - 2, long: 0, short: [] };
  const out = new Uint8Array(length);
  let bit = 0;
  const push = (value: number, bits: number) => {
    for (let i = bits - 1; i >= 0; i--, bit++) {
      if ((value >> i) & 1) out[bit >> 3] = (out[bit >> 3] as number) | (1 << (bit & 7));
    }
  };
  push(0b010, 3); // not the last block; fixed codes, low bit first
  for (const letter of hideOctets(new Uint8Array(plan.literals), number)) push(0x30 + letter, LITERAL_BITS);
  for (let i = 0; i < plan.long; i++) push(0b11000101 << 5, LONG.bits); // code 285, distance 1
  for (const repeat of plan.short) push((repeat - 2) << 5, SHORT.bits); // codes 257 to 264, distance 1
  return out;
}

/** Literals take eight bits, so for any repeats there is a number of literals that fills the last octet. */
function planFor(length: number, inflated: number): DeflatePlan | null {
  const room = 8 * length - FRAME_BITS;
  for (let long = Math.floor(inflated / LONG.octets); long >= 0; long--) {
    for (let short = 0; short <= Math.min(inflated / SHORT.least, 4096); short++) {
      const literals = (room - long * LONG.bits - short * SHORT.bits) >> 3;
      if (literals < Math.min(1, inflated)) break;
      const rest = inflated - literals - long * LONG.octets;
      if (rest < SHORT.least * short || rest > SHORT.most * short) continue;
      return { literals, long, short: split(rest, short) };
    }
  }
  return null;
}

/** So many parts of 3 to 10 with that sum. */
function split(sum: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, i) => Math.floor((sum * (i + 1)) / parts) - Math.floor((sum * i) / parts));
}
