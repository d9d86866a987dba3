// The rows that are held back, the oldest first. Ordinary ones are no more than places in their batches.

import type { AnnotatedRow } from './annotation.ts';
import { type JudgedBatch, type RowOrStretch, Stretch } from './ordinary-row.ts';

export class RowWindow {
  #pieces: RowOrStretch[] = [];
  #count = 0;
  #lastNumber = -1;
  /** Their numbers never fall. */
  #areInOrder = true;

  get count(): number {
    return this.#count;
  }

  add(row: AnnotatedRow): void {
    this.#pieces.push(row);
    this.#note(row.row.row);
  }

  /** The row that stands there in the batch. */
  addOrdinary(batch: JudgedBatch, at: number): void {
    const last = this.#pieces[this.#pieces.length - 1];
    if (last instanceof Stretch && last.batch === batch && last.to === at) last.to++;
    else this.#pieces.push(new Stretch(batch, at, at + 1));
    this.#note(batch.rows.rows[at] as number);
  }

  /** Takes out as many, the oldest. */
  takeOldest(count: number): RowOrStretch[] {
    const pieces = this.#pieces;
    let whole = 0;
    let left = count;
    while (left > 0 && sizeOf(pieces[whole] as RowOrStretch) <= left) left -= sizeOf(pieces[whole++] as RowOrStretch);
    const out = pieces.slice(0, whole);
    this.#pieces = pieces.slice(whole);
    this.#count -= count;
    const cut = pieces[whole];
    if (left > 0 && cut instanceof Stretch) {
      const { batch, from, to } = cut;
      out.push(new Stretch(batch, from, from + left));
      this.#pieces[0] = new Stretch(batch, from + left, to);
    }
    return out;
  }

  /** The latest row of that number. */
  find(number: number): AnnotatedRow | undefined {
    const pieces = this.#pieces;
    const last = pieces[pieces.length - 1];
    // Nearly always it is the one that is being read.
    if (last && !(last instanceof Stretch) && last.row.row === number) return last;
    let at = this.#areInOrder ? this.#latestUpTo(number) : pieces.length - 1;
    const least = this.#areInOrder ? at : 0;
    for (; at >= 0 && at >= least; at--) {
      const found = findIn(pieces[at] as RowOrStretch, number);
      if (found) return found;
    }
    return undefined;
  }

  /** The place of the latest piece that begins with that number or a lower one; -1 where there is none. */
  #latestUpTo(number: number): number {
    let low = -1;
    for (let high = this.#pieces.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if (firstNumberOf(this.#pieces[middle] as RowOrStretch) <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #note(number: number): void {
    this.#count++;
    if (number < this.#lastNumber) this.#areInOrder = false;
    this.#lastNumber = number;
  }
}

function sizeOf(piece: RowOrStretch): number {
  return piece instanceof Stretch ? piece.to - piece.from : 1;
}

function firstNumberOf(piece: RowOrStretch): number {
  return piece instanceof Stretch ? (piece.batch.rows.rows[piece.from] as number) : piece.row.row;
}

function findIn(piece: RowOrStretch, number: number): AnnotatedRow | undefined {
  if (!(piece instanceof Stretch)) return piece.row.row === number ? piece : undefined;
  const { batch, from, to } = piece;
  const at = batch.rows.rows.lastIndexOf(number, to - 1);
  return at >= from ? batch.view(at) : undefined;
}
