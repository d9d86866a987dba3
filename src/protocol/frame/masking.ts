// Masking, RFC 6455 §5.3: octet i of the payload is XORed with octet i mod 4 of the masking key.

import { roomFor } from '../../model/octets.ts';

/** Unmasks (or masks) into new octets. `at` is the position of the first one in the payload. */
export function unmask(octets: Uint8Array, key: Uint8Array, at = 0): Uint8Array {
  return unmaskPart(octets, 0, octets.length, key, at);
}

/** The same for `count` octets from `from` on. */
export function unmaskPart(octets: Uint8Array, from: number, count: number, key: Uint8Array, at: number): Uint8Array {
  const out = roomFor(count);
  const a = key[at & 3] as number;
  const b = key[(at + 1) & 3] as number;
  const c = key[(at + 2) & 3] as number;
  const d = key[(at + 3) & 3] as number;
  let i = 0;
  for (; i + 3 < count; i += 4) {
    out[i] = (octets[from + i] as number) ^ a;
    out[i + 1] = (octets[from + i + 1] as number) ^ b;
    out[i + 2] = (octets[from + i + 2] as number) ^ c;
    out[i + 3] = (octets[from + i + 3] as number) ^ d;
  }
  for (; i < count; i++) out[i] = (octets[from + i] as number) ^ (key[(at + i) & 3] as number);
  return out;
}
