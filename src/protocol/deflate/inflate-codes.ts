// The codes of a block: literals, and references to what came before (RFC 1951 §3.2.3).

import type { HuffmanCode } from './huffman.ts';
import {
  type BackReference,
  type InflateFault,
  type InflateRun,
  isPastEnd,
  makeRoom,
  nextOctet,
  takeBits,
  takeSymbol,
} from './inflate-run.ts';

/** Why a step does not go on; null where it does. */
export type Stop = 'flushed' | 'used-up' | 'limit' | 'fault' | null;

export function fail(run: InflateRun, kind: InflateFault['kind'], at: number, says: string): Stop {
  if (isPastEnd(run)) return 'used-up';
  run.fault = { kind, at, says };
  return 'fault';
}

export const END_OF_BLOCK = 256;

// RFC 1951 §3.2.5: the least length or distance of each symbol, and how many extra bits add to it.
const LENGTHS = new Uint16Array([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]);
const LENGTH_BITS = new Uint8Array([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const DISTANCES = new Uint16Array([
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
]);
const DISTANCE_BITS = new Uint8Array([
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]);

const LAST_LENGTH = 285;
const LAST_DISTANCE = 29;

export function readCodes(run: InflateRun, literalCode: HuffmanCode, distanceCode: HuffmanCode): Stop {
  for (;;) {
    readUsual(run, literalCode, distanceCode);
    const at = nextOctet(run);
    const symbol = takeSymbol(run, literalCode);
    if (isPastEnd(run)) return 'used-up';
    if (symbol === END_OF_BLOCK) return null;
    if (symbol >= 0 && symbol < END_OF_BLOCK) {
      if (run.end === run.ceiling) return 'limit';
      makeRoom(run, 1);
      run.buffer[run.end++] = symbol;
      continue;
    }
    if (symbol < 0 || symbol > LAST_LENGTH) return fail(run, 'bad-code', at, badCode('length', symbol));
    const length = (LENGTHS[symbol - 257] as number) + takeBits(run, LENGTH_BITS[symbol - 257] as number);
    const stop = readReference(run, distanceCode, length);
    if (stop) return stop;
  }
}

/** Octets that a step may take of the payload: two codes and what extends them, and what is held ahead. */
const LONGEST_STEP = 10;
const LONGEST_MATCH = 258;
/** Up to so many octets a loop copies faster than the library. */
const SHORT_MATCH = 32;

/**
 * Reads literals and references as long as there is nothing to ask: all of them is in the payload, what they refer to is
 * known, and there is room for it. It leaves the first step of which it cannot say so as if it had not looked.
 */
function readUsual(run: InflateRun, literalCode: HuffmanCode, distanceCode: HuffmanCode): void {
  const lastNext = run.payload.length - LONGEST_STEP;
  if (run.next > lastNext || run.end + LONGEST_MATCH > run.ceiling) return;
  makeRoom(run, LONGEST_MATCH);
  const { buffer } = run;
  const lastEnd = Math.min(buffer.length, run.ceiling) - LONGEST_MATCH;
  // What lies before the message is worth a note, once.
  const from = Math.max(run.knownFrom, run.beforeStart === null ? run.start : 0);
  while (run.next <= lastNext && run.end <= lastEnd) {
    const { next, hold, held } = run;
    const symbol = takeSymbol(run, literalCode);
    if (symbol >= 0 && symbol < END_OF_BLOCK) buffer[run.end++] = symbol;
    else if (symbol <= END_OF_BLOCK || !readUsualReference(run, symbol, distanceCode, from)) {
      run.next = next;
      run.hold = hold;
      run.held = held;
      return;
    }
  }
}

/** False where there is something to ask. `from`: what it refers to has to lie behind that. */
function readUsualReference(run: InflateRun, symbol: number, code: HuffmanCode, from: number): boolean {
  if (symbol > LAST_LENGTH) return false;
  const length = (LENGTHS[symbol - 257] as number) + takeBits(run, LENGTH_BITS[symbol - 257] as number);
  const at = nextOctet(run);
  const place = takeSymbol(run, code);
  if (place < 0 || place > LAST_DISTANCE) return false;
  const distance = (DISTANCES[place] as number) + takeBits(run, DISTANCE_BITS[place] as number);
  const { buffer, end } = run;
  if (end - distance < from) return false;
  noteDistance(run, distance, at);
  copyMatch(buffer, end - distance, end, length);
  run.end = end + length;
  return true;
}

function noteDistance(run: InflateRun, distance: number, at: number): void {
  if (distance <= run.farthest) return;
  run.farthest = distance;
  run.farthestAt = at;
}

function copyMatch(buffer: Uint8Array, from: number, to: number, length: number): void {
  if (length > SHORT_MATCH && to - from >= length) buffer.copyWithin(to, from, from + length);
  // Octet by octet, as a reference may run on into what it writes.
  else for (let i = 0; i < length; i++) buffer[to + i] = buffer[from + i] as number;
}

function badCode(what: string, symbol: number): string {
  return symbol < 0 ? `the bits are no ${what} code` : `${what} code ${symbol} must not be used`;
}

function readReference(run: InflateRun, code: HuffmanCode, length: number): Stop {
  const at = nextOctet(run);
  const symbol = takeSymbol(run, code);
  if (symbol < 0 || symbol > LAST_DISTANCE) return fail(run, 'bad-code', at, badCode('distance', symbol));
  const distance = (DISTANCES[symbol] as number) + takeBits(run, DISTANCE_BITS[symbol] as number);
  if (isPastEnd(run)) return 'used-up';
  noteDistance(run, distance, at);
  const from = run.end - distance;
  if (from < run.start) run.beforeStart ??= { distance, at };
  if (from < 0)
    return fail(run, 'distance-too-far', at, `distance ${distance}, but only ${run.end} octets came before`);
  const kept = Math.min(length, run.ceiling - run.end);
  if (from < run.knownFrom && kept > 0) noteUnknown(run, { distance, at }, kept);
  makeRoom(run, kept);
  copyMatch(run.buffer, from, run.end, kept);
  run.end += kept;
  return kept < length ? 'limit' : null;
}

/** What is copied from unknown history is unknown; to keep it simple, so is all before it. */
function noteUnknown(run: InflateRun, reference: BackReference, length: number): void {
  if (!run.unknown) {
    run.unknown = reference;
    run.unknownFrom = run.end;
  }
  run.knownFrom = run.end + length;
}
