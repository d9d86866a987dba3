// Octets of one direction that have come and are not read yet: rows, what is in sight of them, and where in the stream
// they stand.

import { cutOctets } from '../model/octets.ts';
import type { OctetsRow } from '../model/row.ts';
import type { Span } from './frame/frame.ts';
import type { Piece } from './frame/frame-decoder.ts';
import { openSight, type Sight } from './handshake/handshake.ts';

const LONGEST_HEAD = 1 << 16;

export interface Backlog {
  readonly sight: Sight;
  /** Position in the stream of the first octet that waits. */
  readonly offset: number;
  readonly first: OctetsRow | undefined;
  /** Nothing of the first row has been read. */
  readonly isAtRow: boolean;
  /** What is in sight of a head or a chunk is not cut, nor too long for one: the rest may yet come. */
  readonly mayComeWhole: boolean;
  push(row: OctetsRow): void;
  /** Takes `count` octets off the rows; returns where they stand. */
  take(count: number): Span[];
  /** Drops the first row. */
  shift(): void;
  /** Takes all that waits. */
  drain(): Piece[];
  /** So many octets are read elsewhere, or are in no row. */
  pass(count: number): void;
}

export function openBacklog(): Backlog {
  const rows: OctetsRow[] = [];
  const sight = openSight();
  let offset = 0;
  let usedOfFirst = 0;

  function lookAgain(): void {
    sight.forget();
    rows.forEach((row, i) => void sight.add(row.octets, i === 0 ? usedOfFirst : 0));
  }

  return {
    sight,
    get offset() {
      return offset;
    },
    get first() {
      return rows[0];
    },
    get mayComeWhole() {
      return !sight.cut && sight.length <= LONGEST_HEAD;
    },
    get isAtRow() {
      return usedOfFirst === 0;
    },
    push: (row) => {
      rows.push(row);
      sight.add(row.octets, 0);
    },
    take: (count) => {
      const spans: Span[] = [];
      for (let left = count; left > 0 && rows.length > 0; ) {
        const row = rows[0] as OctetsRow;
        const size = Math.min(left, row.octets.length - usedOfFirst);
        spans.push({ at: count - left, row: row.row, octet: usedOfFirst, length: size });
        usedOfFirst += size;
        offset += size;
        left -= size;
        if (usedOfFirst < row.octets.length) break;
        rows.shift();
        usedOfFirst = 0;
      }
      lookAgain();
      return spans;
    },
    shift: () => {
      offset += (rows.shift()?.octets.length ?? 0) - usedOfFirst;
      usedOfFirst = 0;
      lookAgain();
    },
    drain: () => {
      const pieces = rows.map((row, i) => pieceOf(row, i === 0 ? usedOfFirst : 0));
      for (const piece of pieces) offset += piece.octets.length;
      rows.length = 0;
      usedOfFirst = 0;
      sight.forget();
      return pieces;
    },
    pass: (count) => {
      offset += count;
    },
  };
}

function pieceOf(row: OctetsRow, from: number): Piece {
  const { known, length, exact } = row.octets;
  if (from === 0) return { row: row.row, octet: 0, octets: row.octets };
  return { row: row.row, octet: from, octets: { ...cutOctets(known.subarray(from), length - from), exact } };
}
