// How long were the octets rows of a report page that show 64 octets and an ellipsis? The page does not say, but the
// statistics give the sizes of all reads and writes (some of which, while the log was off, have no row), the handshake
// has its text, a write is one frame or one chop of it, and the reads between two frame rows have to hold what the
// frames need. What follows from that is set; what does not keeps `exact: false`. Nothing is guessed.

import type { Octets } from '../../model/octets.ts';
import type { Direction, FrameRow, OctetsRow, Row } from '../../model/row.ts';
import { type FrameHead, isFrameOfRow, isHttp, readFrameHead, totalOfRow } from './frame-heads.ts';
import { placeHead } from './head-rows.ts';
import { type Sized, searchReadLengths } from './read-lengths.ts';

interface LengthHints {
  /** Size in octets of one read or write → how often; null where there are no statistics. */
  readonly stats: Readonly<Record<Direction, Readonly<Record<string, number>> | null>>;
  /** The handshake's heads, with the line ends that they are taken to have had. */
  readonly heads: Readonly<Record<Direction, Uint8Array | null>>;
}

export const NO_HINTS: LengthHints = { stats: { rx: null, tx: null }, heads: { rx: null, tx: null } };

/** Sizes that no row has taken yet → how many; null where the statistics are missing or contradict the rows. */
type SizeBag = Map<number, number> | null;

export function recoverRowLengths(rows: readonly Row[], hints: LengthHints): Row[] {
  const out = [...rows];
  for (const direction of ['rx', 'tx'] as const) {
    const sized = sizedRows(rows, direction);
    if (sized.every((row) => row.length !== null)) continue;
    const bag = bagOf(hints.stats[direction], sized);
    const headRows = takeHead(sized, bag, direction, hints.heads[direction]);
    takeOnlySize(sized, bag);
    if (direction === 'tx') takeWrites(sized, bag, headRows);
    else takeReads(sized, bag);
    takeOnlySize(sized, bag);
    if (direction === 'rx' && bag && leftIn(bag) === sized.filter(isOpen).length) {
      for (const [row, length] of searchReadLengths(sized, bag, headRows)) take(row, length, bag);
      takeOnlySize(sized, bag);
    }
    for (const row of sized) out[row.index] = withLength(rows[row.index] as OctetsRow, row);
  }
  return out;
}

function isOpen(row: Sized): boolean {
  return row.length === null;
}

function withLength(row: OctetsRow, { length, least }: Sized): OctetsRow {
  if (row.octets.exact) return row;
  const octets: Octets = { known: row.octets.known, length: length ?? least, exact: length !== null };
  return { ...row, octets };
}

function sizedRows(rows: readonly Row[], direction: Direction): Sized[] {
  const sized: Sized[] = [];
  let frames: FrameRow[] = [];
  rows.forEach((row, index) => {
    if (row.kind === 'frame' && row.direction === direction) frames.push(row);
    if (row.kind !== 'octets' || row.direction !== direction) return;
    const { known, length, exact } = row.octets;
    const framesBefore = frames;
    frames = [];
    sized.push({ index, known, least: length, length: exact ? length : null, framesBefore, framesAfter: frames });
  });
  return sized;
}

function bagOf(stats: Readonly<Record<string, number>> | null, sized: readonly Sized[]): SizeBag {
  if (!stats) return null;
  const bag = new Map(Object.entries(stats).map(([size, count]) => [Number(size), count]));
  for (const { length } of sized) if (length !== null && !remove(bag, length)) return null;
  return leftIn(bag) < sized.filter(isOpen).length ? null : bag;
}

function remove(bag: Map<number, number>, size: number): boolean {
  const count = bag.get(size) ?? 0;
  if (count > 1) bag.set(size, count - 1);
  else bag.delete(size);
  return count > 0;
}

function leftIn(bag: ReadonlyMap<number, number>): number {
  let left = 0;
  for (const count of bag.values()) left += count;
  return left;
}

/** Sets the length, unless the statistics know of no such read or write. */
function take(row: Sized, length: number, bag: SizeBag): void {
  if (length < row.least || (bag && !remove(bag, length))) return;
  row.length = length;
  row.least = length;
}

/**
 * The first row is the handshake, and where that came in several reads the next ones are too. What the peer sent may
 * have frames right behind it, what the log's writer sent not. Returns how many rows hold the head.
 */
function takeHead(sized: readonly Sized[], bag: SizeBag, direction: Direction, head: Uint8Array | null): number {
  const [first] = sized;
  if (!first || !isHttp(first.known)) return 0;
  if (head === null) return 1;
  if (isOpen(first) && (bag?.has(head.length) || (!bag && direction === 'tx'))) take(first, head.length, bag);
  const places = isOpen(first) || (first.length ?? 0) < head.length ? placeHead(sized, head, bag) : null;
  if (!places) {
    if (isOpen(first)) first.least = Math.max(first.least, head.length);
    return 1;
  }
  places.forEach((length, i) => {
    const row = sized[i] as Sized;
    if (!isOpen(row)) return;
    if (length.isExact) take(row, length.octets, bag);
    row.least = Math.max(row.least, length.octets);
  });
  return places.length;
}

/** If only one size is left that they can have, they have it. */
function takeOnlySize(sized: readonly Sized[], bag: SizeBag): void {
  const open = sized.filter(isOpen);
  if (!bag || open.length === 0) return;
  const least = open.reduce((smallest, row) => Math.min(smallest, row.least), Number.POSITIVE_INFINITY);
  const sizes = [...bag.keys()].filter((size) => size >= least);
  const [only] = sizes;
  if (sizes.length === 1 && only !== undefined) for (const row of open) take(row, only, bag);
}

/** How many frames' rows may have passed while we had lost our place. */
const LOOK_AHEAD = 64;

function findFrame(frames: readonly FrameRow[], from: number, head: FrameHead, count: number): number {
  for (let at = from; at < Math.min(from + count, frames.length); at++) {
    if (isFrameOfRow(head, frames[at] as FrameRow)) return at;
  }
  return -1;
}

/** Where the writing of frames stands. */
interface Writing {
  readonly frames: FrameRow[];
  nextFrame: number;
  /** Octets of the frame that is being written still to come; null when we have lost our place. */
  due: number | null;
  chop: number | null;
}

/** Written frames: their rows come first, in order; each write is one frame or one chop of it. */
function takeWrites(sized: readonly Sized[], bag: SizeBag, headRows: number): void {
  const writing: Writing = { frames: [], nextFrame: 0, due: 0, chop: null };
  for (const [i, row] of sized.entries()) {
    writing.frames.push(...row.framesBefore);
    if (i < headRows) continue;
    if (writing.due === null || writing.due === 0) beginWrite(writing, row);
    const { due, chop } = writing;
    if (isOpen(row) && due !== null && chop !== null) take(row, Math.min(chop, due), bag);
    writing.due = row.length === null || due === null || row.length > due ? null : due - row.length;
  }
}

function beginWrite(writing: Writing, { known }: Sized): void {
  const { frames, nextFrame, due } = writing;
  const head = readFrameHead(known, 0);
  // A frame that its sender writes piece by piece has no row: then the next row waits for its own frame.
  const at = head ? findFrame(frames, nextFrame, head, due === null ? LOOK_AHEAD : 1) : -1;
  const frame = frames[at];
  if (frame) writing.nextFrame = at + 1;
  writing.chop = frame ? (frame.chopSize ?? Number.POSITIVE_INFINITY) : null;
  writing.due = head && (frame || due === 0) ? head.total : null;
}

/** A read that begins with a frame and is followed by one that does too holds whole frames: those of its rows. */
function takeReads(sized: readonly Sized[], bag: SizeBag): void {
  sized.forEach((row, i) => {
    if (!isOpen(row) || row.framesAfter.length === 0) return;
    const total = totalOfFrames(row);
    if (total === null) return;
    const next = sized[i + 1];
    if (next && beginsWithItsFrame(next)) take(row, total, bag);
    else if (total > row.least) row.least = total;
  });
}

function beginsWithItsFrame(row: Sized): FrameHead | null {
  const head = readFrameHead(row.known, 0);
  const [frame] = row.framesAfter;
  return head && frame && isFrameOfRow(head, frame) ? head : null;
}

/** Octets of the frames that a read has completed, from its first octet on. */
function totalOfFrames(row: Sized): number | null {
  if (!beginsWithItsFrame(row)) return null;
  let total = 0;
  for (const frame of row.framesAfter) {
    const head = readFrameHead(row.known, total);
    if (head && !isFrameOfRow(head, frame)) return null;
    const size: number | null = head ? head.total : totalOfRow(frame);
    if (size === null) return null;
    total += size;
  }
  return total;
}
