// Fragments of IP packets, put together again. Those of TCP are rare; what is never completed must not fill the memory.

import type { Datagram, Fragment } from './datagram.ts';

interface Pieces {
  readonly parts: { readonly offset: number; readonly octets: Uint8Array }[];
  end: number | null;
}

const DATAGRAMS_KEPT = 256;
const LONGEST_DATAGRAM = 65535;

interface Fragments {
  /** Returns the whole payload where this was the last piece of it that was missing. */
  add(datagram: Datagram, fragment: Fragment): Uint8Array | null;
}

export function openFragments(): Fragments {
  const open = new Map<string, Pieces>();
  return {
    add: ({ octets, end, addresses, size, at, length }, { id, offset, isLast }) => {
      if (at + length > end || offset + length > LONGEST_DATAGRAM) return null;
      const ends = Buffer.from(octets.buffer, octets.byteOffset + addresses, 2 * size).toString('hex');
      const key = `${ends}/${id}`;
      const pieces = open.get(key) ?? { parts: [], end: null };
      if (!open.has(key)) {
        if (open.size >= DATAGRAMS_KEPT) open.delete(open.keys().next().value as string);
        open.set(key, pieces);
      }
      pieces.parts.push({ offset, octets: Buffer.from(octets.subarray(at, at + length)) });
      if (isLast) pieces.end = offset + length;
      const whole = joined(pieces);
      if (whole) open.delete(key);
      return whole;
    },
  };
}

function joined({ parts, end }: Pieces): Uint8Array | null {
  if (end === null) return null;
  const sorted = [...parts].sort((a, b) => a.offset - b.offset);
  const whole = new Uint8Array(end);
  let filled = 0;
  for (const { offset, octets } of sorted) {
    if (offset > filled) return null;
    whole.set(octets.subarray(0, Math.max(0, end - offset)), offset);
    filled = Math.max(filled, offset + octets.length);
  }
  return filled >= end ? whole : null;
}
