// Changes to the octets of a log, gathered first and made at once. A row is changed octet for octet, or cut: its length
// never changes, so no octet moves.

import type { Octets } from '../model/octets.ts';
import { cutOctets } from '../model/octets.ts';
import type { Row } from '../model/row.ts';
import type { Frame, Span } from '../protocol/frame/frame.ts';

export interface RowEdits {
  /** Octet `at` of a thing that stands at `spans` becomes `octet`; nothing where it is not in the log. */
  set(spans: readonly Span[], at: number, octets: Uint8Array): void;
  /** Payload octets of the frame, unmasked, from the first on. */
  setPayload(frame: Frame, payload: Uint8Array): void;
  /** The row shows nothing from that octet on. */
  cut(row: number, octet: number): void;
  setFramePayload(row: number, payload: Octets): void;
  known(row: number): Uint8Array | null;
  apply(rows: readonly Row[]): Row[];
}

export function openEdits(rows: readonly Row[]): RowEdits {
  const octets = new Map<number, Uint8Array>();
  const copies = new Map<number, Uint8Array>();
  const cuts = new Map<number, number>();
  const payloads = new Map<number, Octets>();
  for (const row of rows) if (row.kind === 'octets') octets.set(row.row, row.octets.known);

  const copyOf = (row: number): Uint8Array | null => {
    const known = octets.get(row);
    if (!known) return null;
    const copy = copies.get(row) ?? Uint8Array.from(known);
    copies.set(row, copy);
    return copy;
  };
  const set = (spans: readonly Span[], at: number, bytes: Uint8Array) => {
    for (const span of spans) {
      const from = Math.max(at, span.at);
      const to = Math.min(at + bytes.length, span.at + span.length);
      const known = from < to ? copyOf(span.row) : null;
      if (!known) continue;
      const start = span.octet + from - span.at;
      const room = Math.min(to - from, known.length - start);
      // Behind the cut.
      if (room <= 0) continue;
      known.set(bytes.subarray(from - at, from - at + room), start);
    }
  };
  return {
    set,
    setPayload: (frame, payload) => {
      const key = frame.masked ? frame.maskingKey : null;
      if (frame.masked && !key) return;
      set(frame.spans, frame.headerLength, key ? payload.map((octet, i) => octet ^ (key[i & 3] as number)) : payload);
    },
    cut: (row, octet) => {
      if (octet < (octets.get(row)?.length ?? 0)) cuts.set(row, Math.min(octet, cuts.get(row) ?? octet));
    },
    setFramePayload: (row, payload) => void payloads.set(row, payload),
    known: (row) => copies.get(row) ?? octets.get(row) ?? null,
    apply: (all) =>
      all.map((row) => {
        if (row.kind === 'frame') return { ...row, payload: payloads.get(row.row) ?? row.payload };
        if (row.kind !== 'octets' || (!copies.has(row.row) && !cuts.has(row.row))) return row;
        const known = (copies.get(row.row) ?? row.octets.known).subarray(0, cuts.get(row.row));
        return { ...row, octets: { ...cutOctets(known, row.octets.length), exact: row.octets.exact } };
      }),
  };
}
