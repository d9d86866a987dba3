// Octets of one direction that have come and are not read yet: rows, what is in sight of them, and where in the stream
// they stand.

import { cutOctets } from '../model/octets.ts';
import type { OctetsRow } from '../model/row.ts';
import type { Span } from './frame/frame.ts';
import type { RowPiece } from './frame/frame-decoder.ts';
import { Sight } from './handshake/handshake.ts';

const LONGEST_HEAD = 1 << 16;

export class Backlog {
  readonly sight = new Sight();
  readonly #rows: OctetsRow[] = [];
  #offset = 0;
  #usedOfFirst = 0;

  /** Position in the stream of the first octet that waits. */
  get offset(): number {
    return this.#offset;
  }

  get first(): OctetsRow | undefined {
    return this.#rows[0];
  }

  /** Nothing of the first row has been read. */
  get isAtRow(): boolean {
    return this.#usedOfFirst === 0;
  }

  /** What is in sight of a head or a chunk is not cut, nor too long for one: the rest may yet come. */
  get mayComeWhole(): boolean {
    return !this.sight.cut && this.sight.length <= LONGEST_HEAD;
  }

  /** How many octets there were of a row is not known. */
  get hasOpenRow(): boolean {
    return this.#rows.some(({ octets }) => !octets.exact);
  }

  push(row: OctetsRow): void {
    // A row without octets is nothing's first one.
    if (row.octets.length === 0 && row.octets.exact) return;
    this.#rows.push(row);
    this.sight.add(row.octets, 0);
  }

  /** Takes `count` octets off the rows; returns where they stand. */
  take(count: number): Span[] {
    const spans: Span[] = [];
    for (let left = count; left > 0 && this.#rows.length > 0; ) {
      const row = this.#rows[0] as OctetsRow;
      const size = Math.min(left, row.octets.length - this.#usedOfFirst);
      spans.push({ at: count - left, row: row.row, octet: this.#usedOfFirst, length: size });
      this.#usedOfFirst += size;
      this.#offset += size;
      left -= size;
      if (this.#usedOfFirst < row.octets.length) break;
      this.#rows.shift();
      this.#usedOfFirst = 0;
    }
    this.#lookAgain();
    return spans;
  }

  /** Drops the first row. */
  shift(): void {
    this.#offset += (this.#rows.shift()?.octets.length ?? 0) - this.#usedOfFirst;
    this.#usedOfFirst = 0;
    this.#lookAgain();
  }

  /** Takes all that waits. */
  drain(): RowPiece[] {
    const pieces = this.#rows.map((row, i) => pieceOf(row, i === 0 ? this.#usedOfFirst : 0));
    for (const piece of pieces) this.#offset += piece.octets.length;
    this.#rows.length = 0;
    this.#usedOfFirst = 0;
    this.sight.forget();
    return pieces;
  }

  /** So many octets are read elsewhere, or are in no row. */
  pass(count: number): void {
    this.#offset += count;
  }

  #lookAgain(): void {
    this.sight.forget();
    this.#rows.forEach((row, i) => void this.sight.add(row.octets, i === 0 ? this.#usedOfFirst : 0));
  }
}

function pieceOf(row: OctetsRow, from: number): RowPiece {
  const { known, length, exact } = row.octets;
  if (from === 0) return { row: row.row, octet: 0, octets: row.octets };
  return { row: row.row, octet: from, octets: { ...cutOctets(known.subarray(from), length - from), exact } };
}
