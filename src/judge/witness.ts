// The log's own frame rows, paired with the frames that the octets hold. A received frame is logged after its octets, a
// sent one before them, so the two directions pair differently. The pairing also lends the decoder what a cut hides,
// and confirms where frames begin after a gap.

import { hexOf } from '../model/octets.ts';
import { type Direction, type FrameRow, lengthOfRow, type OctetsRow } from '../model/row.ts';
import { FRAME_ROW, type RowBatch } from '../model/row-batch.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { lengthOfFrame, startOf } from '../protocol/frame/frame.ts';
import { headerLengthOf } from '../protocol/frame/frame-header.ts';
import { keyOf } from '../protocol/frame/key-history.ts';
import { JudgedBatch, NOWHERE, type OrdinaryOctets } from './ordinary-row.ts';

export interface FramePair {
  readonly row: FrameRow;
  readonly frame: Frame;
}

export interface Witnesses {
  /** Every row of this direction, as soon as it is read, well before it is judged. */
  announce(row: FrameRow | OctetsRow): void;
  /** The frame row is judged now: gives the pair if its frame has come. */
  reach(row: FrameRow): FramePair | null;
  /** A frame begins: gives the pair if its row has been reached. */
  begin(frame: Frame): FramePair | null;
  /** The row that describes the frame that begins now; undefined while it may yet come. */
  forNext(ended: boolean): FrameRow | null | undefined;
  /** The row that describes the frame that began last; undefined while it may yet come. */
  forOpen(ended: boolean): FrameRow | null | undefined;
  /**
   * The rows that describe the frames of that row, read from its start: null where there are none, none at all where the
   * log has no rows for its frames; undefined while they may yet come.
   */
  confirming(row: OctetsRow, ended: boolean): readonly FrameRow[] | null | undefined;
  /** The frame row that was reached last has no octets in the log. */
  drop(): void;
  /** Octets are missing from the log here, and with them those of the rows that were reached and have no frame. */
  lose(): void;
  /**
   * For a row of the log's own that stands at that place of a batch. Of RX: where in it the octets stand whose frame it tells
   * of, if those came last and are ordinary too. Of TX it waits for its frame. Else `NOWHERE`, and nothing has changed.
   */
  reachOrdinary(batch: JudgedBatch, at: number): number;
  /**
   * The frame that is to begin in that row is ordinary, as its octets are. Returns where in the batch the row of the log's
   * own stands that tells of it: `NOWHERE` if there is none, null where that has to be found out by `begin`.
   */
  expected(batch: JudgedBatch, row: number): number | null;
  /** It has begun: its octets stand there. */
  beginOrdinary(batch: JudgedBatch, at: number): void;
  /** A frame has begun in a log that has no rows for its frames. */
  pass(): void;
  /** Frames are read again from that row's first octet on: what came before pairs no more. */
  resume(row: number): void;
}

// Memory must not grow with the log. No read holds so many frames, and no row waits for so many others.
const REMEMBERED = 1 << 14;
/** Nor so many octets of frames before it. */
const REMEMBERED_OCTETS = 16 << 20;

/** `onlyOctets`: the log has no frame rows. */
export function witnesses(direction: Direction, onlyOctets = false): Witnesses {
  return direction === 'rx' ? receivedWitnesses(onlyOctets) : sentWitnesses();
}

/** What waits, the oldest first: objects, or places in batches. */
class WitnessQueue<T> {
  readonly #list: (T | JudgedBatch)[] = [];
  readonly #places: number[] = [];

  get length(): number {
    return this.#list.length;
  }

  get first(): T | JudgedBatch | undefined {
    return this.#list[0];
  }

  /** Where the first stands in its batch. */
  get firstAt(): number {
    return this.#places[0] as number;
  }

  get last(): T | JudgedBatch | undefined {
    return this.#list[this.#list.length - 1];
  }

  get lastAt(): number {
    return this.#places[this.#places.length - 1] as number;
  }

  push(one: T | JudgedBatch, at = 0): void {
    this.#list.push(one);
    this.#places.push(at);
  }

  shift(): void {
    // Nearly always it is the only one.
    if (this.#list.length === 1) {
      this.#list.pop();
      this.#places.pop();
    } else {
      this.#list.shift();
      this.#places.shift();
    }
  }

  /** Drops the first ones. */
  drop(count: number): void {
    this.#list.splice(0, count);
    this.#places.splice(0, count);
  }

  map<R>(of: (one: T | JudgedBatch, at: number) => R): R[] {
    return this.#list.map((one, i) => of(one, this.#places[i] as number));
  }
}

/** RX: the n-th row describes the n-th frame. */
function receivedWitnesses(onlyOctets: boolean): Witnesses {
  let announced: FrameRow[] = []; // rows without a frame yet
  const begun = new WitnessQueue<Frame>(); // frames without a row yet
  let paired: FrameRow | null = null; // the row of the frame that began last, if that was there already
  let reached = 0; // how many of `announced` were judged before their frame came
  let isWithout = false; // the log has no rows for its frames
  let hasRows = false;
  let passed = 0; // frames that wait for no row, as there are none
  const octetRows: number[] = [];
  const pass = () => {
    isWithout = ++passed > REMEMBERED;
  };
  let octets = 0; // those of all frames in `begun` but the last
  const wait = (frame: Frame | JudgedBatch, at = 0) => {
    if (onlyOctets) {
      pass();
      return;
    }
    const { last, lastAt } = begun;
    if (last) octets += octetsOf(last, lastAt);
    begun.push(frame, at);
    const { first = frame, firstAt } = begun;
    const isTooMuch = octets > REMEMBERED_OCTETS && beginOf(first, firstAt) < beginOf(frame, at);
    isWithout = (isTooMuch || begun.length > REMEMBERED) && announced.length === 0;
    if (isWithout) forget();
  };
  const forget = () => {
    begun.drop(begun.length);
    octets = 0;
  };
  const shift = () => {
    const { first, firstAt } = begun;
    begun.shift();
    if (first && begun.length > 0) octets -= octetsOf(first, firstAt);
  };
  return {
    announce: (row) => {
      if (row.kind === 'frame') {
        announced.push(row);
        hasRows = true;
      } else if (octetRows.push(row.row) > 2 * REMEMBERED) octetRows.splice(0, REMEMBERED);
    },
    reach: (row) => {
      if (isWithout) {
        announced.shift();
        return null;
      }
      const { first, firstAt } = begun;
      if (first) {
        shift();
        announced.shift();
        return { row, frame: first instanceof JudgedBatch ? (first.view(firstAt) as OrdinaryOctets).decoded : first };
      }
      reached++;
      return null;
    },
    reachOrdinary: (batch, at) => {
      const { first, firstAt } = begun;
      // A batch knows of no other one: else the oldest would keep all that come after it.
      if (isWithout || reached > 0 || announced.length > 0 || first !== batch) return NOWHERE;
      if (!saysFrame(batch.rows, at, firstAt)) return NOWHERE;
      shift();
      hasRows = true;
      return firstAt;
    },
    expected: () => (reached === 0 || isWithout ? NOWHERE : null),
    beginOrdinary: (batch, at) => {
      paired = null;
      if (octetRows.push(batch.rows.rows[at] as number) > 2 * REMEMBERED) octetRows.splice(0, REMEMBERED);
      if (!isWithout) wait(batch, at);
    },
    begin: (frame) => {
      paired = null;
      if (isWithout) return null;
      if (reached === 0) {
        wait(frame);
        return null;
      }
      reached--;
      paired = announced.shift() ?? null;
      return paired && { row: paired, frame };
    },
    forNext: (ended) => (isWithout ? null : (announced[begun.length] ?? (ended ? null : undefined))),
    forOpen: (ended) => (isWithout ? null : (paired ?? announced[begun.length - 1] ?? (ended ? null : undefined))),
    confirming: (row, ended) => {
      while (octetRows.length > 0 && (octetRows[0] as number) <= row.row) octetRows.shift();
      const next = octetRows[0];
      if (next === undefined && !ended) return undefined;
      const rows = announced.filter((one) => one.row > row.row && (next === undefined || one.row < next));
      return rows.length > 0 || !hasRows ? rows : null;
    },
    drop: () => {
      announced.shift();
      reached--;
    },
    lose: () => {},
    pass: () => {
      if (!isWithout) pass();
    },
    resume: (at) => {
      announced = announced.filter((row) => row.row > at);
      forget();
      passed = 0;
      reached = 0;
      isWithout = false;
    },
  };
}

function octetsOf(frame: Frame | JudgedBatch, at: number): number {
  return frame instanceof JudgedBatch ? frame.octetsAt(at) : frame.payload.length;
}

/** The row of its first octet. */
function beginOf(frame: Frame | JudgedBatch, at: number): number {
  return frame instanceof JudgedBatch ? (frame.rows.rows[at] as number) : startOf(frame).row;
}

/** TX: the oldest row that stands before the frame's octets describes it; a streamed frame has none. */
function sentWitnesses(): Witnesses {
  const waiting = new WitnessQueue<FrameRow>();
  const rowOf = (one: FrameRow | JudgedBatch, at: number) => (one instanceof JudgedBatch ? one.frameRowAt(at) : one);
  const first = () => (waiting.first ? rowOf(waiting.first, waiting.firstAt) : null);
  /** The first one stands before that row. */
  const isBefore = (row: number) => {
    const { first: next, firstAt } = waiting;
    return next !== undefined && (next instanceof JudgedBatch ? (next.rows.rows[firstAt] as number) : next.row) < row;
  };
  let paired: FrameRow | null = null;
  let hasRows = false;
  let tried = 0; // rows that were to confirm the octets asked about last
  return {
    announce: (row) => {
      hasRows ||= row.kind === 'frame';
    },
    reach: (row) => {
      waiting.push(row);
      return null;
    },
    reachOrdinary: (batch, at) => {
      hasRows = true;
      waiting.push(batch, at);
      return NOWHERE;
    },
    expected: (batch, row) => {
      if (!isBefore(row)) return NOWHERE;
      return waiting.first === batch ? waiting.firstAt : null;
    },
    beginOrdinary: (batch, at) => {
      paired = null;
      if (isBefore(batch.rows.rows[at] as number)) waiting.shift();
    },
    begin: (frame) => {
      const row = first();
      paired = row && row.row < startOf(frame).row ? row : null;
      if (!paired) return null;
      waiting.shift();
      return { row: paired, frame };
    },
    forNext: first,
    forOpen: () => paired,
    confirming: (row) => {
      // They have not: what they are about is passed.
      waiting.drop(tried);
      const rows = waiting.map(rowOf).filter((one) => one.row < row.row);
      tried = rows.length;
      return rows.length > 0 || !hasRows ? rows : null;
    },
    drop: () => {},
    lose: () => {
      waiting.drop(waiting.length);
      tried = 0;
    },
    pass: () => {},
    resume: () => {
      tried = 0;
    },
  };
}

/** Does the log's row at that place say just what the octets at `to` of the batch say, which are one whole frame? */
export function saysFrame(batch: RowBatch, at: number, to: number): boolean {
  const { arena, starts, view } = batch;
  const start = starts[to] as number;
  const payloadAt = start + (headerLengthOf(arena, start) as number);
  const length = start + (batch.known[to] as number) - payloadAt;
  const isMasked = (arena[start + 1] as number) >= 0x80;
  const bits = batch.bits[at] as number;
  if ((bits & 0xff) !== arena[start] || length !== batch.known[at]) return false;
  if (isMasked !== ((bits & FRAME_ROW.MASKED) !== 0)) return false;
  const shown = starts[at] as number;
  if (!isMasked) return isSame(view, shown, payloadAt, length, 0);
  const key = keyOf(arena, payloadAt - 4);
  if ((bits & FRAME_ROW.HAS_KEY) !== 0 && batch.keys[at] !== (key | 0)) return false;
  return isSame(view, shown, payloadAt, length, view.getInt32(payloadAt - 4, true));
}

/** Is what stands at `to`, unmasked with the key, what stands at `from`? The key is as it stands in memory; 0 for none. */
function isSame(octets: DataView, from: number, to: number, length: number, key: number): boolean {
  let i = 0;
  for (; i + 3 < length; i += 4) {
    if (octets.getInt32(from + i, true) !== (octets.getInt32(to + i, true) ^ key)) return false;
  }
  for (; i < length; i++) {
    const mask = (key >> (8 * (i & 3))) & 0xff;
    if (octets.getUint8(from + i) !== (octets.getUint8(to + i) ^ mask)) return false;
  }
  return true;
}

/** What the log's row says otherwise than the octets, in words. A compressed payload is logged inflated, so not compared. */
export function differences(row: FrameRow, frame: Frame, compressed: boolean): string[] {
  const found: string[] = [];
  const compare = (what: string, logged: unknown, decoded: unknown) => {
    if (logged !== decoded) found.push(`${what} ${String(logged)} in the log, ${String(decoded)} in the octets`);
  };
  compare('opcode', row.opcode, frame.opcode);
  compare('FIN', row.fin, frame.fin);
  compare('RSV', row.rsv, frame.rsv);
  compare('MASK', row.masked, frame.masked);
  if (row.masked && frame.masked && frame.maskingKey && row.maskingKey) {
    compare('masking key', row.maskingKey, hexOf(frame.maskingKey));
  }
  if (compressed && row.direction === 'rx') return found;
  if (row.length !== null) compare('length', row.repeat ?? lengthOfRow(row), lengthOfFrame(frame));
  if (found.length === 0 && payloadDiffers(row, frame)) found.push('payload differs from the octets');
  return found;
}

/**
 * Does the log's row say what the octets say? Null where they were not compared: a header that the octets hide is taken
 * from the row itself, and of the payload one of the two may show nothing.
 */
export function agreement(
  { length, payload }: FrameRow,
  frame: Frame,
  found: readonly string[],
  isInflated: boolean,
): boolean | null {
  if (found.length > 0) return false;
  const isPayloadCompared = !isInflated && Math.min(payload?.known.length ?? 0, frame.payload.length) > 0;
  return frame.via === 'octets' && (isPayloadCompared || (length ?? frame.length) === 0) ? true : null;
}

function payloadDiffers({ payload, repeat }: FrameRow, frame: Frame): boolean {
  if (!payload || payload.known.length === 0) return false;
  const size = Math.min(payload.known.length, frame.payload.length);
  if (repeat !== null && payload.known.length > repeat) return false;
  return Buffer.compare(payload.known.subarray(0, size), frame.payload.subarray(0, size)) !== 0;
}
