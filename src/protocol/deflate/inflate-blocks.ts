// The blocks of a DEFLATE stream, RFC 1951. Every step gives null, or why the reading does not go on. It takes in all
// streams that the RFC allows, also those that zlib does not (31 and 32 distance codes), and no others.

import { fixedCodes, type HuffmanCode, makeCode } from './huffman.ts';
import { END_OF_BLOCK, fail, readCodes, type Stop } from './inflate-codes.ts';
import {
  alignToOctet,
  goTo,
  type InflateRun,
  isPastEnd,
  makeRoom,
  nextOctet,
  takeBits,
  takeSymbol,
} from './inflate-run.ts';

/**
 * Where the reading stopped.
 * `flushed`: at the empty stored block whose 00 00 ff ff was removed; the only right end.
 * `empty`: the payload has no octets.
 * `tail-kept`: after an empty stored block whose 00 00 ff ff is still there.
 * `between-blocks`: after a whole block, and no empty stored block follows, as Z_FINISH leaves it.
 * `inside-block`: the payload is used up and a block is not at its end.
 * `cut`: the payload goes on, but what is known of it is used up.
 * `limit`: the message is longer than the limit.
 * `fault`: at the fault.
 */
export type InflateEnd =
  | 'flushed'
  | 'empty'
  | 'tail-kept'
  | 'between-blocks'
  | 'inside-block'
  | 'cut'
  | 'limit'
  | 'fault';

/** Reads blocks until something ends it. */
export function readBlocks(run: InflateRun): InflateEnd {
  let afterEmptyStored = false;
  for (;;) {
    const left = (run.payload.length - run.next) * 8 + run.held;
    // Too few for a block's header; if they are zeros, no other block has begun.
    if (left < 3 && (run.payload.at(-1) ?? 0) >> (8 - left) === 0)
      return left === 0 && afterEmptyStored ? 'tail-kept' : 'between-blocks';
    const at = nextOctet(run);
    const isFinal = takeBits(run, 1) === 1;
    const type = takeBits(run, 2);
    if (isFinal && run.finalBlocks++ === 0) run.finalAt = at;
    const before = run.end;
    const stop = readBlock(run, type, at);
    if (stop) return stop === 'used-up' ? 'inside-block' : stop;
    afterEmptyStored = type === 0 && run.end === before;
    if (isFinal) skipPadding(run);
  }
}

/** After a block with BFINAL the stream goes on at the next octet, and what is skipped is zeros (RFC 7692 §7.2.1). */
function skipPadding(run: InflateRun): void {
  const at = nextOctet(run);
  if (alignToOctet(run) !== 0) run.finalPadding ??= at;
}

function readBlock(run: InflateRun, type: number, at: number): Stop {
  if (type === 0) return readStored(run);
  if (type === 1) return readCodes(run, fixedCodes().literals, fixedCodes().distances);
  if (type === 2) return readDynamic(run, at);
  return fail(run, 'block-type', at, 'block type 11 does not exist');
}

/** RFC 1951 §3.2.4. */
function readStored(run: InflateRun): Stop {
  alignToOctet(run);
  if (isPastEnd(run)) return 'used-up';
  const at = nextOctet(run);
  if (at === run.payload.length) return 'flushed';
  const length = takeBits(run, 16);
  const check = takeBits(run, 16);
  if (run.borders.has(at) && (isPastEnd(run) || (length ^ check) !== 0xffff)) {
    run.tailsMissing.push(at);
    goTo(run, at);
    return null;
  }
  if ((length ^ check) !== 0xffff) {
    return fail(run, 'stored-length', at, `stored block of ${length} octets, but the check of its length is ${check}`);
  }
  if (isPastEnd(run)) return 'used-up';
  const data = run.payload.subarray(at + 4, at + 4 + Math.min(length, run.ceiling - run.end));
  makeRoom(run, data.length);
  run.buffer.set(data, run.end);
  run.end += data.length;
  goTo(run, at + 4 + data.length);
  if (data.length === length) return null;
  return run.end === run.ceiling ? 'limit' : 'used-up';
}

const ORDER_OF_LENGTHS = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** RFC 1951 §3.2.7. */
function readDynamic(run: InflateRun, at: number): Stop {
  const literals = takeBits(run, 5) + 257;
  const distances = takeBits(run, 5) + 1;
  const sizes = takeBits(run, 4) + 4;
  if (literals > 286) return fail(run, 'bad-lengths', at, `${literals} literal and length codes, of at most 286`);
  const ofLengths = new Uint8Array(19);
  for (let i = 0; i < sizes; i++) ofLengths[ORDER_OF_LENGTHS[i] as number] = takeBits(run, 3);
  const lengthCode = makeCode(ofLengths);
  if (lengthCode.shape !== 'complete')
    return fail(run, 'bad-lengths', at, `the code of the code lengths is ${lengthCode.shape}`);

  const lengths = new Uint8Array(literals + distances);
  const stop = readLengths(run, lengthCode, lengths);
  if (stop) return stop;
  if (lengths[END_OF_BLOCK] === 0) return fail(run, 'bad-lengths', at, 'the end of the block has no code');
  const literalCode = makeCode(lengths.subarray(0, literals));
  if (!isUsable(literalCode))
    return fail(run, 'bad-lengths', at, `the literal and length code is ${literalCode.shape}`);
  const distanceCode = makeCode(lengths.subarray(literals));
  if (!isUsable(distanceCode)) return fail(run, 'bad-lengths', at, `the distance code is ${distanceCode.shape}`);
  return readCodes(run, literalCode, distanceCode);
}

/** A single code still takes one bit, and there may be none at all (§3.2.7 for distances; zlib allows both for both). */
function isUsable(code: HuffmanCode): boolean {
  return code.shape === 'complete' || code.shape === 'lone' || code.shape === 'empty';
}

function readLengths(run: InflateRun, code: HuffmanCode, lengths: Uint8Array): Stop {
  for (let i = 0; i < lengths.length; ) {
    const at = nextOctet(run);
    const symbol = takeSymbol(run, code);
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0)
      return fail(run, 'bad-lengths', at, 'the first code length repeats the one before it');
    const value = symbol === 16 ? (lengths[i - 1] as number) : 0;
    const times = symbol === 16 ? takeBits(run, 2) + 3 : symbol === 17 ? takeBits(run, 3) + 3 : takeBits(run, 7) + 11;
    if (i + times > lengths.length) return fail(run, 'bad-lengths', at, 'the code lengths repeat past their number');
    lengths.fill(value, i, i + times);
    i += times;
  }
  return isPastEnd(run) ? 'used-up' : null;
}
