// Numbers and octets of many rows without an object a row. They grow block by block, so that nothing is ever copied.

import { NO_OCTETS } from '../../../src/model/octets.ts';

export interface NumberColumn {
  get(position: number): number;
  set(position: number, value: number): void;
}

type Numbers = Float64Array | Uint32Array | Uint8Array;

const BITS = 14;
const MASK = (1 << BITS) - 1;

export function openColumn(make: new (length: number) => Numbers): NumberColumn {
  const blocks: Numbers[] = [];
  return {
    get: (position) => blocks[position >> BITS]?.[position & MASK] ?? 0,
    set: (position, value) => {
      const block = blocks[position >> BITS] ?? new make(MASK + 1);
      blocks[position >> BITS] = block;
      block[position & MASK] = value;
    },
  };
}

export interface Slab {
  /** Copies the octets; returns their place. */
  add(octets: Uint8Array): number;
  at(place: number, length: number): Uint8Array;
}

const BLOCK = 1 << 20;
/** A place is the number of the block times this, and where in the block. */
const MOST = 2 ** 32;

export function openSlab(): Slab {
  const blocks: Uint8Array[] = [];
  let used = BLOCK;
  return {
    add: (octets) => {
      if (octets.length === 0) return 0;
      if (used + octets.length > BLOCK) {
        blocks.push(new Uint8Array(Math.max(BLOCK, octets.length)));
        used = 0;
      }
      const place = (blocks.length - 1) * MOST + used;
      blocks.at(-1)?.set(octets, used);
      used += octets.length;
      return place;
    },
    at: (place, length) => {
      const from = place % MOST;
      return blocks[Math.floor(place / MOST)]?.subarray(from, from + length) ?? NO_OCTETS;
    },
  };
}
