// Canonical Huffman codes, RFC 1951 §3.2.2. Short codes are looked up in one step by the next bits of the stream;
// the rare longer ones are found by counting, so that a table stays small enough to be made anew for every block.

/** A code is at most this long. Unit: bits. */
const LONGEST = 15;
/** Codes up to this length are in the table. Unit: bits. */
const TABLE_BITS = 10;

export interface HuffmanCode {
  /** Indexed by the next bits of the stream: `symbol << 4 | length`; 0 where the code is longer or there is none. */
  readonly table: Uint16Array;
  readonly mask: number;
  /** How many codes have each length. */
  readonly counts: Uint16Array;
  /** All symbols that have a code, in the order of their codes. */
  readonly symbols: Uint16Array;
  readonly shape: HuffmanShape;
}

/** `lone`: one word, of one bit. `incomplete`: other words are missing. `overfull`: two symbols would share a word. */
type HuffmanShape = 'complete' | 'lone' | 'empty' | 'incomplete' | 'overfull';

/** The code in which symbol i has `lengths[i]` bits; 0 means that the symbol does not occur. */
export function makeCode(lengths: Uint8Array): HuffmanCode {
  const counts = new Uint16Array(LONGEST + 1);
  for (let i = 0; i < lengths.length; i++) counts[lengths[i] as number] = (counts[lengths[i] as number] as number) + 1;
  let left = 1;
  let longest = 0;
  for (let size = 1; size <= LONGEST && left >= 0; size++) {
    left = left * 2 - (counts[size] as number);
    if (counts[size] !== 0) longest = size;
  }
  const bits = Math.min(longest, TABLE_BITS);
  const table = new Uint16Array(1 << bits);
  const code = {
    table,
    mask: table.length - 1,
    counts,
    symbols: new Uint16Array(lengths.length),
    shape: shapeOf(left, longest),
  };
  if (code.shape !== 'overfull') fillCode(code, lengths);
  return code;
}

function shapeOf(left: number, longest: number): HuffmanShape {
  if (left <= 0) return left < 0 ? 'overfull' : 'complete';
  return longest === 0 ? 'empty' : longest === 1 ? 'lone' : 'incomplete';
}

function fillCode(code: HuffmanCode, lengths: Uint8Array): void {
  const nextWord = new Uint16Array(LONGEST + 1);
  const nextIndex = new Uint16Array(LONGEST + 1);
  for (let size = 1; size < LONGEST; size++) {
    nextWord[size + 1] = ((nextWord[size] as number) + (code.counts[size] as number)) << 1;
    nextIndex[size + 1] = (nextIndex[size] as number) + (code.counts[size] as number);
  }
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const size = lengths[symbol] as number;
    if (size === 0) continue;
    const word = nextWord[size] as number;
    nextWord[size] = word + 1;
    const index = nextIndex[size] as number;
    code.symbols[index] = symbol;
    nextIndex[size] = index + 1;
    if (size > TABLE_BITS) continue;
    for (let at = reversed(word, size); at < code.table.length; at += 1 << size) code.table[at] = (symbol << 4) | size;
  }
}

/** Huffman codes are the one thing in a stream that is packed from the most significant bit (§3.1.1). */
function reversed(word: number, size: number): number {
  let out = 0;
  for (let i = 0; i < size; i++) out |= ((word >> i) & 1) << (size - 1 - i);
  return out;
}

/** The entry for a code that is not in the table, of the next bits of the stream; 0 where they spell no symbol. */
export function findLongCode(code: HuffmanCode, bits: number): number {
  let word = 0;
  let first = 0;
  let index = 0;
  for (let size = 1; size <= LONGEST; size++) {
    word |= (bits >>> (size - 1)) & 1;
    const count = code.counts[size] as number;
    if (word - first < count) return ((code.symbols[index + word - first] as number) << 4) | size;
    index += count;
    first = (first + count) << 1;
    word <<= 1;
  }
  return 0;
}

function repeated(runs: readonly (readonly [times: number, length: number])[]): Uint8Array {
  return Uint8Array.from(runs.flatMap(([times, length]) => new Array<number>(times).fill(length)));
}

interface FixedCodes {
  readonly literals: HuffmanCode;
  readonly distances: HuffmanCode;
}

let fixed: FixedCodes | null = null;

/**
 * The fixed codes of §3.2.6, made when the first block asks. They spell symbols that must not be used, as no table can
 * forbid that.
 */
export function fixedCodes(): FixedCodes {
  fixed ??= {
    literals: makeCode(
      repeated([
        [144, 8],
        [112, 9],
        [24, 7],
        [8, 8],
      ]),
    ),
    distances: makeCode(repeated([[32, 5]])),
  };
  return fixed;
}
