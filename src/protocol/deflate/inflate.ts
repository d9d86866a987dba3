// Inflating the messages of permessage-deflate, RFC 7692 §7.2. Our own, because zlib hides what the rules are about:
// it accepts a stream that was never flushed, stops at a block with BFINAL, ignores the pad bits after it, tells no
// distance, and takes any distance that its window happens to hold.
//
// The strategy: the payload is read without the 00 00 ff ff that a receiver appends. A right payload stops exactly
// where the length of an empty stored block is due, which is what those octets are; there is nothing to learn from
// reading them. A payload that stops elsewhere, inside a block, is read once more with them, to see whether a receiver
// can notice. And where it breaks and there are fragments, it is read once more with 00 00 ff ff put back at the
// fragment borders that stand at such a place.

import { concatOctets, hexOf } from '../../model/octets.ts';
import { type InflateEnd, readBlocks } from './inflate-blocks.ts';
import { type BackReference, type InflateFault, type InflateRun, startRun } from './inflate-run.ts';

/** The farthest that DEFLATE can refer back. Unit: octets. */
const REACH = 32768;
const TAIL = Uint8Array.of(0x00, 0x00, 0xff, 0xff);
const NO_BORDERS: ReadonlySet<number> = new Set();
/** History moves to the front of its buffer when it has grown past this. Unit: octets. */
const ROOMY = 8 * REACH;

/** The history of one direction, for context takeover. Only `inflateMessage` and `forgetHistory` change it. */
export interface InflateContext {
  /** What came out so far, up to `end`; of it the last 32 KiB count. What lies behind `end` is scratch. */
  buffer: Uint8Array;
  end: number;
  /** What lies before this index happened, but is not known. */
  knownFrom: number;
}

/** All places (`at` and the like) are octets of the message's payload, its fragments taken together. */
export interface InflateResult {
  /** What came out and is known: it stops at the first octet copied from history that is not known. */
  readonly octets: Uint8Array;
  /** Only the beginning of it was kept: there was too much. */
  readonly isStart?: true;
  /** How many octets came out, known or not: the length of the message, where the end is right. */
  readonly length: number;
  readonly end: InflateEnd;
  /** With the end `inside-block`: a receiver does notice, but only in the 00 00 ff ff that it has appended. */
  readonly fault: InflateFault | null;
  /** Fragment borders at which 00 00 ff ff was put back, without which the stream breaks and with which it is right. */
  readonly tailsMissing: readonly number[];
  readonly finalBlocks: number;
  /** Octet with the header of the first block that has BFINAL set. */
  readonly finalAt: number | null;
  /** First octet with a pad bit that is not zero after a block that has BFINAL set. */
  readonly finalPadding: number | null;
  /** The first of the references with the greatest distance. */
  readonly farthest: BackReference | null;
  /** The first reference to before this message: it needs context takeover. */
  readonly beforeStart: BackReference | null;
  /** The first reference to history that is not known. */
  readonly unknown: BackReference | null;
}

export interface InflateOptions {
  /** Stop when this many octets have come out. */
  readonly limit: number;
  /** The log does not have the payload to its end: the end is not judged. */
  readonly cut?: boolean;
}

export function startInflate(): InflateContext {
  return { buffer: new Uint8Array(0), end: 0, knownFrom: 0 };
}

/** Says that something came before which is not known, as where a log starts late, has a gap or cuts a payload. */
export function forgetContext(context: InflateContext): void {
  // A full history, so that no distance is too far, in which nothing is known: what the buffer holds does not matter.
  if (context.buffer.length < REACH) context.buffer = new Uint8Array(REACH);
  context.end = REACH;
  context.knownFrom = REACH;
}

/** `known`: null before the first compressed message, `lost` where some may not be in the log. */
export function historyOf(known: InflateContext | 'lost' | null): InflateContext {
  if (known !== null && known !== 'lost') return known;
  const context = startInflate();
  if (known === 'lost') forgetContext(context);
  return context;
}

/**
 * Inflates one message, given as the payloads of its fragments, unmasked. History is always used, also where context
 * takeover was not agreed: `beforeStart` is then the violation, and the message can be shown all the same. After
 * a message that did not come out whole history is not known: what its sender has in mind is anyone's guess.
 */
export function inflateMessage(
  context: InflateContext,
  fragments: readonly Uint8Array[],
  options: InflateOptions,
): InflateResult {
  const payload = concatOctets(fragments);
  // The readings share the room behind the history. That is safe: as far as one of them got, the next does the same.
  let run = startRun(payload, context, options.limit, NO_BORDERS);
  let end = readMessage(run, options);
  if (fragments.length > 1 && isBroken(end)) {
    const mended = startRun(payload, context, options.limit, bordersOf(fragments, options));
    const mendedEnd = readMessage(mended, options);
    if (mended.tailsMissing.length > 0 && !isBroken(mendedEnd)) {
      run = mended;
      end = mendedEnd;
    }
  }
  if (end === 'inside-block') run.fault = findFaultInTail(context, payload, options);
  const result = resultOf(run, end);
  remember(context, run, end);
  return result;
}

/** A message that has been read, and is not yet taken for said: the history is as it was. */
export interface ReadAhead {
  readonly context: InflateContext;
  /** What came out stands in its buffer, from `start` to `end`, until the next message is read. */
  readonly run: Readonly<InflateRun>;
  readonly end: InflateEnd;
}

/** Reads a message of one frame, as `inflateMessage` does. */
export function readAhead(context: InflateContext, payload: Uint8Array, limit: number): ReadAhead {
  const run = startRun(payload, context, limit, NO_BORDERS);
  return { context, run, end: readMessage(run, { limit }) };
}

/** The message was said: the history goes on behind it. */
export function takeRead({ context, run, end }: ReadAhead): void {
  remember(context, run, end);
}

/** What has come of a message that is not whole. The history stays as it is. */
export function inflateSoFar(context: InflateContext, fragments: readonly Uint8Array[], limit: number): InflateResult {
  const run = startRun(concatOctets(fragments), context, limit, NO_BORDERS);
  return resultOf(run, readMessage(run, { limit, cut: true }));
}

/** The same, with no more than the first `count` octets of what came out. */
export function inflatedStart(result: InflateResult, count: number): InflateResult {
  if (result.octets.length <= count) return result;
  return { ...result, octets: Buffer.from(result.octets.subarray(0, count)), isStart: true };
}

function isBroken(end: InflateEnd): boolean {
  return end === 'fault' || end === 'inside-block';
}

/** Where 00 00 ff ff may be missing. Not where a cut leaves open whether it is. */
function bordersOf(fragments: readonly Uint8Array[], { cut }: InflateOptions): ReadonlySet<number> {
  const borders: number[] = [];
  let at = 0;
  for (const fragment of fragments) {
    at += fragment.length;
    borders.push(at);
  }
  return new Set(borders.filter((border) => border + (cut ? TAIL.length : 1) <= at));
}

function readMessage(run: InflateRun, { cut }: InflateOptions): InflateEnd {
  const end = readBlocks(run);
  if (end === 'fault' || end === 'limit') return end;
  if (cut) return 'cut';
  return run.payload.length === 0 ? 'empty' : end;
}

/** What a receiver runs into when it reads on, inside a block, into the octets that it has appended. */
function findFaultInTail(context: InflateContext, payload: Uint8Array, options: InflateOptions): InflateFault | null {
  const run = startRun(concatOctets([payload, TAIL]), context, options.limit, NO_BORDERS);
  readBlocks(run);
  if (!run.fault) return null;
  const says = `${run.fault.says} (the payload ends inside a block; so reads the 00 00 ff ff that the receiver appends)`;
  return { kind: run.fault.kind, at: Math.min(run.fault.at, payload.length - 1), says };
}

/** A stream in the wrapping of zlib or gzip can only break at its first block, so that is no guess. */
function nameWrapper(payload: Uint8Array, fault: InflateFault | null): InflateFault | null {
  const [first = 0, second = 0] = payload;
  if (!fault || fault.at > 1) return fault;
  const head = hexOf(payload.subarray(0, 2));
  // RFC 1950 §2.2: method 8, a window of at most 32 KiB, and a check that makes both a multiple of 31.
  const isZlib = (first & 0x8f) === 8 && (first * 256 + second) % 31 === 0;
  const wrapper = isZlib ? 'zlib' : head === '1f8b' ? 'gzip' : null;
  if (!wrapper) return fault;
  return {
    kind: `${wrapper}-header`,
    at: 0,
    says: `${wrapper} header present (${head}), the stream must be raw DEFLATE`,
  };
}

function resultOf(run: InflateRun, end: InflateEnd): InflateResult {
  return {
    octets: Buffer.from(run.buffer.subarray(run.start, run.unknown ? run.unknownFrom : run.end)),
    length: run.end - run.start,
    end,
    fault: nameWrapper(run.payload, run.fault),
    tailsMissing: run.tailsMissing,
    finalBlocks: run.finalBlocks,
    finalAt: run.finalAt,
    finalPadding: run.finalPadding,
    farthest: run.farthest > 0 ? { distance: run.farthest, at: run.farthestAt } : null,
    beforeStart: run.beforeStart,
    unknown: run.unknown,
  };
}

/** In the same buffer, unless that is much too large. */
function movedToFront(buffer: Uint8Array, from: number, to: number): Uint8Array {
  return buffer.length > 2 * ROOMY ? buffer.slice(from, to) : buffer.copyWithin(0, from, to);
}

function remember(context: InflateContext, { buffer, end, knownFrom }: Readonly<InflateRun>, how: InflateEnd): void {
  const isPart = isBroken(how) || how === 'cut' || how === 'limit';
  const dropped = end > ROOMY ? end - REACH : 0;
  context.buffer = dropped > 0 ? movedToFront(buffer, dropped, end) : buffer;
  context.end = end - dropped;
  context.knownFrom = Math.max(0, knownFrom - dropped);
  if (isPart) forgetContext(context);
}
