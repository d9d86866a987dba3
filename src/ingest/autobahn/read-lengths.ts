// Which reads had which of the sizes that the statistics still have to give away? All ways to hand them out are tried
// against what the frame rows say: a frame's row stands behind the read that completed it, and where a frame begins in
// octets that are shown, its header is there. A row whose length is the same in every way that fits is known.

import type { FrameRow } from '../../model/row.ts';
import { hasBitsOfRow, readFrameHead, totalOfRow } from './frame-heads.ts';

/** An octets row of one direction with the frame rows that belong to it. */
export interface Sized {
  readonly index: number;
  readonly known: Uint8Array;
  /** The least that it can be. */
  least: number;
  /** Null while it is not known. */
  length: number | null;
  /** Frame rows of the direction between this row and its next octets row. */
  readonly framesAfter: FrameRow[];
  /** Those between the octets row before it and this one. */
  readonly framesBefore: readonly FrameRow[];
}

/** Rows tried before we give up: what takes more is hopeless, and a hostile log must not hang us. */
const BUDGET = 50_000;
/** Rows of unknown length that we try at all; each goes one call deeper. */
const MOST_OPEN = 1000;

/** Where a frame stands when a row has been read. */
interface FramePosition {
  /** Octets up to the end of the row. */
  readonly end: number;
  /** Where the frame that is open begins, its number, and its size once it has begun. */
  readonly start: number;
  readonly frame: number;
  readonly size: number | null;
}

interface Search {
  readonly rows: readonly Sized[];
  readonly frames: readonly FrameRow[];
  /** Frame rows up to the next read, by row. */
  readonly completed: readonly number[];
  readonly bag: Map<number, number>;
  readonly chosen: number[];
  /** What all solutions so far agree on; NaN where they do not. */
  agreed: number[] | null;
  budget: number;
}

/** `headRows`: how many rows hold the handshake's head. */
export function searchReadLengths(
  sized: readonly Sized[],
  bag: ReadonlyMap<number, number>,
  headRows: number,
): Map<Sized, number> {
  const found = new Map<Sized, number>();
  // Without the handshake's length there is no place to begin.
  if (headRows === 0 || sized.slice(0, headRows).some(({ length }) => length === null)) return found;
  const rows = sized.slice(headRows);
  if (rows.filter((row) => row.length === null).length > MOST_OPEN) return found;
  const frames = rows.flatMap((row) => row.framesAfter);
  let count = 0;
  const completed = rows.map((row) => (count += row.framesAfter.length));
  const search: Search = { rows, frames, completed, bag: new Map(bag), chosen: [], agreed: null, budget: BUDGET };
  tryFrom(search, 0, { end: 0, start: 0, frame: 0, size: null });
  if (search.budget <= 0) return found;
  rows.forEach((row, i) => {
    const length = search.agreed?.[i] ?? Number.NaN;
    if (row.length === null && !Number.isNaN(length)) found.set(row, length);
  });
  return found;
}

function tryFrom(search: Search, from: number, before: FramePosition): void {
  let place: FramePosition | null = before;
  let i = from;
  // Rows of known length give no choice: no recursion for them.
  for (; i < search.rows.length; i++) {
    const { length } = search.rows[i] as Sized;
    if (search.budget-- <= 0) return;
    if (length === null) break;
    search.chosen[i] = length;
    place = readOn(search, i, place, length);
    if (!place) return;
  }
  if (i === search.rows.length) agree(search);
  else tryEachSize(search, i, place);
}

function tryEachSize(search: Search, i: number, before: FramePosition): void {
  const { least } = search.rows[i] as Sized;
  for (const [size, count] of [...search.bag]) {
    if (search.budget-- <= 0) return;
    if (count === 0 || size < least) continue;
    const place = readOn(search, i, before, size);
    if (!place) continue;
    search.bag.set(size, count - 1);
    search.chosen[i] = size;
    tryFrom(search, i + 1, place);
    search.bag.set(size, count);
  }
}

function agree(search: Search): void {
  const { agreed, chosen } = search;
  if (!agreed) search.agreed = [...chosen];
  else
    chosen.forEach((length, i) => {
      if (agreed[i] !== length) agreed[i] = Number.NaN;
    });
  // Nothing left to agree on: further solutions tell nothing.
  if (search.agreed?.every((length, i) => search.rows[i]?.length !== null || Number.isNaN(length))) search.budget = 0;
}

/** Reads row `i` as having that length; null where the frame rows speak against it. */
function readOn(search: Search, i: number, before: FramePosition, length: number): FramePosition | null {
  const row = search.rows[i] as Sized;
  const end = before.end + length;
  let { start, frame, size } = before;
  for (;;) {
    if (size === null) {
      if (start >= end) break;
      size = sizeOfFrame(search.frames[frame], row.known, start - before.end);
      if (size === null) return null;
    }
    if (start + size > end) break;
    start += size;
    frame++;
    size = null;
  }
  return Math.min(frame, search.frames.length) === search.completed[i] ? { end, start, frame, size } : null;
}

/** By its header where that is shown, else by its row; null where the two are not the same frame. */
function sizeOfFrame(row: FrameRow | undefined, known: Uint8Array, at: number): number | null {
  const head = readFrameHead(known, at);
  if (head && row) return hasBitsOfRow(head, row) ? head.total : null;
  if (head) return head.total;
  return row ? totalOfRow(row) : Number.POSITIVE_INFINITY;
}
