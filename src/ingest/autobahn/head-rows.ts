// Which rows hold a handshake's head that came in several reads, and how long each was: the head's text is whole on the
// page, so what a row shows tells where in the text it begins, and there the row before it ended.

import type { Sized } from './read-lengths.ts';

/** Octets of the head in one row; `isExact`: the row holds nothing else. */
interface HeadRow {
  readonly octets: number;
  readonly isExact: boolean;
}

/** Rows tried before we give up: what takes more is no head. */
const BUDGET = 10_000;
/** So much of the text has to be seen again where no statistics know of the size. */
const TELLING = 8;

interface Search {
  readonly rows: readonly Sized[];
  readonly head: Uint8Array;
  readonly sizes: ReadonlyMap<number, number> | null;
  readonly chosen: HeadRow[];
  readonly found: HeadRow[][];
  budget: number;
}

/** The rows from the first on that hold the head; null where it is all in the first, or nobody can say in how many. */
export function placeHead(
  rows: readonly Sized[],
  head: Uint8Array,
  sizes: ReadonlyMap<number, number> | null,
): readonly HeadRow[] | null {
  const search: Search = { rows, head, sizes, chosen: [], found: [], budget: BUDGET };
  tryRow(search, 0, 0);
  return search.budget > 0 ? agreed(search.found) : null;
}

/** What all the ways have in common: the head is in those rows, also where it may be parted in more than one way. */
function agreed([first, ...others]: readonly (readonly HeadRow[])[]): readonly HeadRow[] | null {
  if (!first || others.some(({ length }) => length !== first.length)) return null;
  const isSure = (part: HeadRow, i: number) =>
    part.isExact && others.every((other) => other[i]?.octets === part.octets);
  return first.map((part, i) => ({ ...part, isExact: isSure(part, i) }));
}

/** Row `i` begins at octet `at` of the head. */
function tryRow(search: Search, i: number, at: number): void {
  const { rows, head, chosen } = search;
  const row = rows[i];
  if (!row || search.budget-- <= 0 || !isShownAt(row, head, at)) return;
  const rest = head.length - at;
  if (row.length !== null) {
    chosen[i] = { octets: row.length, isExact: true };
    endOrGoOn(search, i, at, row.length);
    return;
  }
  for (const octets of endsOf(search, i, at)) {
    chosen[i] = { octets, isExact: true };
    endOrGoOn(search, i, at, octets);
  }
  // What the peer sent may go on behind the head.
  if (i > 0 && !isEndKnown(search, rest)) {
    chosen[i] = { octets: rest, isExact: false };
    search.found.push(chosen.slice(0, i + 1));
  }
}

function endOrGoOn(search: Search, i: number, at: number, octets: number): void {
  const end = at + octets;
  if (end < search.head.length) tryRow(search, i + 1, end);
  else if (i > 0) search.found.push(search.chosen.slice(0, i + 1));
}

function isShownAt({ known }: Sized, head: Uint8Array, at: number): boolean {
  const count = Math.min(known.length, head.length - at);
  return Buffer.compare(known.subarray(0, count), head.subarray(at, at + count)) === 0;
}

function isEndKnown({ sizes }: Search, rest: number): boolean {
  return sizes?.has(rest) ?? false;
}

/** Sizes that row `i` can have with its end within the head: where it ends the next row begins, or the head is over. */
function endsOf({ rows, head, sizes }: Search, i: number, at: number): number[] {
  const { least } = rows[i] as Sized;
  const rest = head.length - at;
  const next = rows[i + 1];
  const isNextAt = (size: number) => {
    if (!next || !isShownAt(next, head, at + size)) return false;
    return sizes !== null || Math.min(next.known.length, rest - size) >= TELLING;
  };
  const ends: number[] = [];
  for (let size = least; size <= rest; size++) {
    if (sizes !== null && !sizes.has(size)) continue;
    if (size === rest ? sizes !== null : isNextAt(size)) ends.push(size);
  }
  return ends;
}
