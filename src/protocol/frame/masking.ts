// Masking, RFC 6455 §5.3: octet i of the payload is XORed with octet i mod 4 of the masking key.

/** Unmasks (or masks) into new octets. `at` is the position of the first one in the payload. */
export function unmask(octets: Uint8Array, key: Uint8Array, at = 0): Uint8Array {
  const out = new Uint8Array(octets.length);
  for (let i = 0; i < octets.length; i++) out[i] = (octets[i] as number) ^ (key[(at + i) & 3] as number);
  return out;
}
