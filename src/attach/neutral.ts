// What stands in place of what is hidden: as many octets, of the same UTF-8 shape, saying nothing. An octet that is no
// part of valid UTF-8 stays as it is, so that a broken text breaks at the same octet.

/** What replaces a character of one to four octets. */
const CHARACTERS = ['x', '×', '•', '🔒'].map((character) => Buffer.from(character));
/** Where contents have to stay different: digits to the base of 26, and which character is the digit 0. */
const DIGITS = 26;
const ZERO = 'x'.charCodeAt(0) - 'a'.charCodeAt(0);
const NUMBERED = [0x61, 0x100, 0x2200, 0x1f600] as const;

function digitOf(number: number, size: number): number {
  return (NUMBERED[size - 1] as number) + ((number + ZERO) % DIGITS);
}

/** Length of the valid UTF-8 sequence at `at`; 0 where none starts there (RFC 3629 §4). */
function sequenceAt(octets: Uint8Array, at: number): number {
  const lead = octets[at] as number;
  if (lead < 0x80) return 1;
  const size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  const [low, high] = SECOND[lead] ?? [0x80, 0xbf];
  const second = octets[at + 1] ?? 0;
  const rest = octets.subarray(at + 2, at + size);
  const isValid = size > 0 && at + size <= octets.length && second >= low && second <= high;
  return isValid && rest.every((octet) => (octet & 0xc0) === 0x80) ? size : 0;
}

/** Leads after which the second octet is bound: no overlong form, no surrogate, nothing above U+10FFFF. */
const SECOND: Readonly<Record<number, readonly [number, number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};

/**
 * Octets `from` to `to` of a text hidden. `keeps` says which ASCII characters stay. With a number the replacement spells
 * it, so that different contents stay different.
 */
export function hideText(
  octets: Uint8Array,
  { from = 0, to = octets.length, keeps = () => false, number = null }: HideOptions = {},
): Uint8Array {
  const out = Uint8Array.from(octets);
  let left = number;
  for (let at = from; at < to; ) {
    const size = sequenceAt(octets, at);
    if (size === 0 || (size === 1 && keeps(octets[at] as number))) {
      at++;
      continue;
    }
    const point = left === null ? null : digitOf(left, size);
    if (left !== null) left = Math.floor(left / DIGITS);
    out.set(point === null ? (CHARACTERS[size - 1] as Uint8Array) : Buffer.from(String.fromCodePoint(point)), at);
    at += size;
  }
  return out;
}

interface HideOptions {
  readonly from?: number;
  readonly to?: number;
  readonly keeps?: (octet: number) => boolean;
  readonly number?: number | null;
}

/** Octets that are no text: each becomes a letter. */
export function hideOctets(octets: Uint8Array, number: number | null): Uint8Array {
  const out = new Uint8Array(octets.length).fill(0x78);
  for (let at = 0, left = number ?? 0; number !== null && at < out.length; at++, left = Math.floor(left / DIGITS)) {
    out[at] = digitOf(left, 1);
  }
  return out;
}
