// The first octets of a direction after its opening handshake, whatever the decoder makes of them.

import { concatOctets } from '../../model/octets.ts';
import type { Direction, OctetsRow } from '../../model/row.ts';
import type { Place } from '../../protocol/frame/frame.ts';
import type { Head } from '../../protocol/handshake/handshake.ts';
import { restOfCutHead } from '../../protocol/handshake/rest-of-head.ts';
import type { AnnotatedRow } from '../annotation.ts';
import { kept } from './wire.ts';

const SHOWN = 256;

export interface StreamStart {
  readonly row: number;
  readonly octets: Uint8Array;
}

export interface StartReader {
  row(annotated: AnnotatedRow): void;
  start(): StreamStart;
  /** No more octets are wanted, unless another head comes. */
  isOver(): boolean;
}

export function readStreamStart(direction: Direction): StartReader {
  let row = -1;
  let parts: Uint8Array[] = [];
  let count = 0;
  let isOver = false;
  let mayHeadGoOn = false;
  // Where the head ends.
  let from: Place = { row: -1, octet: 0 };

  function add({ row: number, octets }: OctetsRow, at: number): void {
    const { known, length, exact } = octets;
    if (known.length > at) {
      if (parts.length === 0) row = number;
      parts.push(kept(known.subarray(at)).subarray(0, SHOWN));
      count += known.length - at;
    }
    // What a cut hides of the head is no matter.
    isOver = (length > at && known.length < length) || !exact || count >= SHOWN;
  }

  /** How many octets of the row belong to the head, which was cut. */
  function restOf({ octets }: OctetsRow): number {
    const rest = mayHeadGoOn ? restOfCutHead(octets.known) : 0;
    mayHeadGoOn &&= rest === 'all';
    return rest === 'all' ? octets.length : (rest ?? 0);
  }

  function begin({ spans, complete }: Head): void {
    mayHeadGoOn = !complete;
    parts = [];
    count = 0;
    isOver = false;
    const end = spans.at(-1);
    if (end) from = { row: end.row, octet: end.octet + end.length };
  }

  return {
    isOver: () => isOver,
    start: () => ({ row, octets: concatOctets(parts) }),
    row: ({ row: own, heads }) => {
      for (const head of heads) if (head.direction === direction) begin(head);
      if (isOver || own.row < from.row) return;
      if (own.kind === 'octets' && own.direction === direction)
        add(own, own.row === from.row ? from.octet : restOf(own));
      else if (own.kind === 'log-off') isOver = true;
    },
  };
}
