// One reading of one payload: what was taken of it, bit by bit, what came out, and what was noticed on the way.
//
// Bits past the end of the payload read as zeros, and whoever is about to act on what was read asks first whether it
// was there (`isPastEnd`). So there is one place to stop at, nothing throws, and no fault is made of octets that do not
// exist. History and output are one buffer, so a back-reference is plain indexing.

import { findLongCode, type HuffmanCode } from './huffman.ts';

export interface BackReference {
  /** Unit: octets of the message. */
  readonly distance: number;
  /** Payload octet in which the distance begins. */
  readonly at: number;
}

export interface InflateFault {
  readonly kind:
    | 'block-type'
    | 'stored-length'
    | 'bad-lengths'
    | 'bad-code'
    | 'distance-too-far'
    | 'zlib-header'
    | 'gzip-header';
  /** Payload octet in which the thing begins that cannot be. */
  readonly at: number;
  readonly says: string;
}

/** One reading of one payload. */
export interface InflateRun {
  readonly payload: Uint8Array;
  /** Next octet to take bits from, and the bits that were taken and not yet used. */
  next: number;
  hold: number;
  held: number;

  /** History, and behind it from `start` to `end` what came out. */
  buffer: Uint8Array;
  readonly start: number;
  end: number;
  /** `end` may not pass it. */
  readonly ceiling: number;
  /** History before this index is not known. */
  knownFrom: number;

  /** Octets before which 00 00 ff ff may be put back, and those before which it was. */
  readonly borders: ReadonlySet<number>;
  readonly tailsMissing: number[];
  fault: InflateFault | null;
  finalBlocks: number;
  finalAt: number | null;
  finalPadding: number | null;
  farthest: number;
  farthestAt: number;
  beforeStart: BackReference | null;
  unknown: BackReference | null;
  /** Index in the buffer of the first octet that is not known. */
  unknownFrom: number;
}

/** Reads from the start of the payload, with the history that the buffer holds up to `end`. */
export function startRun(
  payload: Uint8Array,
  history: Pick<InflateRun, 'buffer' | 'end' | 'knownFrom'>,
  limit: number,
  borders: ReadonlySet<number>,
): InflateRun {
  const { buffer, end, knownFrom } = history;
  // One plain literal: an object put together by spreading makes the reading four times slower.
  return {
    payload,
    next: 0,
    hold: 0,
    held: 0,
    buffer,
    start: end,
    end,
    ceiling: end + limit,
    knownFrom,
    borders,
    tailsMissing: [],
    fault: null,
    finalBlocks: 0,
    finalAt: null,
    finalPadding: null,
    farthest: 0,
    farthestAt: 0,
    beforeStart: null,
    unknown: null,
    unknownFrom: 0,
  };
}

/** Makes sure of 24 bits, more than any one step takes, and holds no more than 31, so that there is no sign to mind. */
function refill(run: InflateRun): void {
  while (run.held <= 23) {
    if (run.next < run.payload.length) run.hold |= (run.payload[run.next] as number) << run.held;
    run.next++;
    run.held += 8;
  }
}

export function takeBits(run: InflateRun, count: number): number {
  refill(run);
  const bits = run.hold & ((1 << count) - 1);
  run.hold >>>= count;
  run.held -= count;
  return bits;
}

/** The next symbol, or -1 where the bits spell none. */
export function takeSymbol(run: InflateRun, code: HuffmanCode): number {
  refill(run);
  const entry = (code.table[run.hold & code.mask] as number) || findLongCode(code, run.hold);
  // Only a lone or an empty code has bits that spell nothing, and one bit tells.
  const size = entry & 15 || 1;
  run.hold >>>= size;
  run.held -= size;
  return entry === 0 ? -1 : entry >> 4;
}

/** The payload octet that has the next bit. */
export function nextOctet(run: InflateRun): number {
  return run.next - ((run.held + 7) >> 3);
}

/** True where bits were used that the payload does not have. */
export function isPastEnd(run: InflateRun): boolean {
  return run.next > run.payload.length && (run.next - run.payload.length) * 8 > run.held;
}

/** Drops bits up to the next octet boundary, and says what they were. */
export function alignToOctet(run: InflateRun): number {
  return takeBits(run, run.held & 7);
}

/** Makes room behind `end`; a grown buffer is a new one, so that other holders of the old one see no change. */
export function makeRoom(run: InflateRun, octets: number): void {
  if (run.end + octets <= run.buffer.length) return;
  const grown = new Uint8Array(Math.max(run.buffer.length * 2, run.end + octets, 1024));
  grown.set(run.buffer.subarray(0, run.end));
  run.buffer = grown;
}

/** Goes on at an octet of the payload. */
export function goTo(run: InflateRun, at: number): void {
  run.next = at;
  run.hold = 0;
  run.held = 0;
}
