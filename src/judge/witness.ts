// The log's own frame rows, paired with the frames that the octets hold. A received frame is logged after its octets, a
// sent one before them, so the two directions pair differently. The pairing also lends the decoder what a cut hides,
// and confirms where frames begin after a gap.

import { hexOf } from '../model/octets.ts';
import { type Direction, type FrameRow, lengthOfRow, type OctetsRow } from '../model/row.ts';
import { FRAME_ROW, type RowBatch } from '../model/row-batch.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { lengthOfFrame, startOf } from '../protocol/frame/frame.ts';
import { keyOf } from '../protocol/frame/key-history.ts';
import { OrdinaryFrameRow, OrdinaryOctets } from './ordinary-row.ts';

export interface Pair {
  readonly row: FrameRow;
  readonly frame: Frame;
}

export interface Witnesses {
  /** Every row of this direction, as soon as it is read, well before it is judged. */
  announce(row: FrameRow | OctetsRow): void;
  /** The frame row is judged now: gives the pair if its frame has come. */
  reach(row: FrameRow): Pair | null;
  /** A frame begins: gives the pair if its row has been reached. */
  begin(frame: Frame): Pair | null;
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
   * For a row of the log's own that stands in columns. Of RX: the octets whose frame it tells of, if those came last and are
   * ordinary too. Of TX it waits for its frame, and there is no answer.
   */
  reachOrdinary(row: OrdinaryFrameRow): OrdinaryOctets | null;
  /**
   * The frame that is to begin is ordinary, as its octets are. Returns the row of the log's own that tells of it: null where
   * there is none, undefined where that has to be found out by `begin`.
   */
  expected(row: number): OrdinaryFrameRow | null | undefined;
  /** It has begun. */
  beginOrdinary(octets: OrdinaryOctets): void;
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

/** RX: the n-th row describes the n-th frame. */
function receivedWitnesses(onlyOctets: boolean): Witnesses {
  let announced: FrameRow[] = []; // rows without a frame yet
  let begun: (Frame | OrdinaryOctets)[] = []; // frames without a row yet
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
  const wait = (frame: Frame | OrdinaryOctets) => {
    if (onlyOctets) {
      pass();
      return;
    }
    const last = begun.at(-1);
    if (last) octets += octetsOf(last);
    begun.push(frame);
    const [first = frame] = begun;
    const isTooMuch = octets > REMEMBERED_OCTETS && beginOf(first) < beginOf(frame);
    isWithout = (isTooMuch || begun.length > REMEMBERED) && announced.length === 0;
    if (isWithout) forget();
  };
  const forget = () => {
    begun = [];
    octets = 0;
  };
  const next = () => {
    // Nearly always it is the only one.
    const first = begun.length === 1 ? begun.pop() : begun.shift();
    if (first && begun.length > 0) octets -= octetsOf(first);
    return first;
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
      const first = next();
      if (first) {
        announced.shift();
        return { row, frame: first instanceof OrdinaryOctets ? first.decoded : first };
      }
      reached++;
      return null;
    },
    reachOrdinary: (row) => {
      const [first] = begun;
      if (isWithout || reached > 0 || announced.length > 0 || !(first instanceof OrdinaryOctets)) return null;
      if (!isSameFrame(row, first)) return null;
      next();
      hasRows = true;
      return first;
    },
    expected: () => (reached === 0 || isWithout ? null : undefined),
    beginOrdinary: (octets) => {
      paired = null;
      if (octetRows.push(octets.number) > 2 * REMEMBERED) octetRows.splice(0, REMEMBERED);
      if (!isWithout) wait(octets);
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

function octetsOf(frame: Frame | OrdinaryOctets): number {
  return frame instanceof OrdinaryOctets ? frame.octets : frame.payload.length;
}

/** The row of its first octet. */
function beginOf(frame: Frame | OrdinaryOctets): number {
  return frame instanceof OrdinaryOctets ? frame.number : startOf(frame).row;
}

/** TX: the oldest row that stands before the frame's octets describes it; a streamed frame has none. */
function sentWitnesses(): Witnesses {
  const waiting: (FrameRow | OrdinaryFrameRow)[] = [];
  const rowOf = (one: FrameRow | OrdinaryFrameRow) => (one instanceof OrdinaryFrameRow ? one.frameRow : one);
  const first = () => (waiting[0] ? rowOf(waiting[0]) : null);
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
    reachOrdinary: (row) => {
      hasRows = true;
      waiting.push(row);
      return null;
    },
    expected: (row) => {
      const [next] = waiting;
      if (next === undefined || numberOf(next) >= row) return null;
      return next instanceof OrdinaryFrameRow ? next : undefined;
    },
    beginOrdinary: (octets) => {
      const [next] = waiting;
      paired = null;
      if (next === undefined || numberOf(next) >= octets.number) return;
      // Nearly always it is the only one.
      if (waiting.length === 1) waiting.pop();
      else waiting.shift();
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
      waiting.splice(0, tried);
      const rows = waiting.map(rowOf).filter((one) => one.row < row.row);
      tried = rows.length;
      return rows.length > 0 || !hasRows ? rows : null;
    },
    drop: () => {},
    lose: () => {
      waiting.length = 0;
      tried = 0;
    },
    pass: () => {},
    resume: () => {
      tried = 0;
    },
  };
}

function numberOf(row: FrameRow | OrdinaryFrameRow): number {
  return row instanceof OrdinaryFrameRow ? row.number : row.row;
}

/** Does the log's row say just what the octets say, which are one ordinary frame? */
function isSameFrame(row: OrdinaryFrameRow, octets: OrdinaryOctets): boolean {
  return saysFrame(row.batch, row.at, octets.batch, octets.at);
}

/** `to`: a place in a batch where a row stands that is one whole frame of up to 65535 octets. */
export function saysFrame(batch: RowBatch, at: number, of: RowBatch, to: number): boolean {
  const start = of.starts[to] as number;
  const { arena } = of;
  const second = arena[start + 1] as number;
  const isMasked = second >= 0x80;
  const short = second & 0x7f;
  if (short === 127) return false;
  const keyAt = start + (short === 126 ? 4 : 2);
  const length = short === 126 ? ((arena[start + 2] as number) << 8) | (arena[start + 3] as number) : short;
  const bits = batch.bits[at] as number;
  if ((bits & 0xff) !== arena[start] || length !== batch.known[at]) return false;
  if (isMasked !== ((bits & FRAME_ROW.MASKED) !== 0)) return false;
  if (!isMasked) return isSame(batch.arena, batch.starts[at] as number, arena, keyAt, length);
  const key = keyOf(arena, keyAt);
  if ((bits & FRAME_ROW.HAS_KEY) !== 0 && batch.keys[at] !== (key | 0)) return false;
  return isUnmasked(batch.arena, batch.starts[at] as number, arena, keyAt + 4, length);
}

function isSame(a: Uint8Array, from: number, b: Uint8Array, to: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[from + i] !== b[to + i]) return false;
  return true;
}

/** Is `wire`, unmasked with the key before it, the same? */
function isUnmasked(plain: Uint8Array, from: number, wire: Uint8Array, to: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    if (plain[from + i] !== ((wire[to + i] as number) ^ (wire[to - 4 + (i & 3)] as number))) return false;
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
