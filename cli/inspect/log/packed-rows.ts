// The rows of the store, packed. Of most rows only the octets and a few numbers are kept, and the row with its frames is
// made again when somebody looks at it, by the decoder that made it first.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import type { JudgedBatch } from '../../../src/judge/ordinary-row.ts';
import { IS, make, openPacked, pack, packOrdinary, repeatsOctets } from './row-packing.ts';

export interface PackedRows {
  readonly length: number;
  push(annotated: AnnotatedRow): void;
  /** The ordinary row that stands there in the batch, of which nothing is said. */
  pushOrdinary(batch: JudgedBatch, at: number): void;
  /** In place of the row that stands there. */
  put(position: number, annotated: AnnotatedRow): void;
  /** The same object as long as nobody looks far away. */
  at(position: number): AnnotatedRow | null;
  numberAt(position: number): number;
  /** It is a frame row of the log's own, of which nothing is said and whose octets are in the log. */
  repeatsOctets(position: number): boolean;
}

/** Rows that have been made again and are remembered. */
const REMEMBERED = 512;

/** `positionOf`: position of the row of that number in the log of the row at `near`. */
export function openPackedRows(positionOf: (number: number, near: number) => number): PackedRows {
  const packed = openPacked();
  const made: (AnnotatedRow | null)[] = [];
  const madeFor = new Int32Array(REMEMBERED).fill(-1);
  let length = 0;
  const at = (position: number): AnnotatedRow | null => {
    if (position < 0 || position >= length) return null;
    if (packed.flags.get(position) === 0) return packed.kept.get(position) ?? null;
    const slot = position % REMEMBERED;
    if (madeFor[slot] !== position || !made[slot]) remember(position, make(packed, position, rowOfFrame));
    return made[slot] ?? null;
  };
  // The octets row may be still to come.
  const rowOfFrame = (position: number) => {
    const number = packed.lengths.get(position);
    const there = positionOf(number, position);
    return packed.numbers.get(there) === number ? at(there) : null;
  };
  const remember = (position: number, annotated: AnnotatedRow | null) => {
    made[position % REMEMBERED] = annotated;
    madeFor[position % REMEMBERED] = position;
  };
  return {
    get length() {
      return length;
    },
    push: (annotated) => pack(packed, length++, annotated),
    pushOrdinary: (batch, at) => packOrdinary(packed, length++, batch, at),
    put: (position, annotated) => {
      pack(packed, position, annotated);
      // A row of octets that has changed often changes again; a frame row has its frame from another row.
      remember(position, packed.flags.get(position) & IS.OCTETS ? { ...annotated } : null);
    },
    at,
    numberAt: packed.numbers.get,
    repeatsOctets: (position) => repeatsOctets(packed, position),
  };
}
