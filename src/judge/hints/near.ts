// What stands before and after each frame of one direction. Every frame is told about the next few octets only, and
// those in which something is odd about some more.

import { concatOctets, NO_OCTETS } from '../../model/octets.ts';
import type { OctetsRow } from '../../model/row.ts';
import type { Frame } from '../../protocol/frame/frame.ts';
import { OrdinaryOctets } from '../ordinary-row.ts';
import { OrdinaryWire } from './ordinary.ts';
import { kept, knownOnWire, Near, smallFrame, type WireFrame, wireFrame } from './wire.ts';

const AFTER = 16;
const AFTER_TROUBLE = 512;
const LONGEST_HEADER = 14;
const NOTHING: Uint8Array[] = [];

export interface Neighbours {
  /** A row of octets came. */
  read(row: OctetsRow): void;
  /** The next frame. */
  add(frame: Frame): WireFrame;
  /** The next row is an ordinary frame, and small. */
  addOrdinary(row: OrdinaryOctets): OrdinaryWire;
  /** Something is odd about the frame: more of what follows is wanted. */
  askForMore(frame: WireFrame): void;
  /** The log is over. */
  end(): void;
}

export function neighbours(): Neighbours {
  let waiting: { readonly near: Near; missing: number }[] = [];
  let last: Frame | OrdinaryOctets | null = null;
  let lastRow: OctetsRow | null = null;
  // What came after the last frame: as long as it is no whole header it cannot be many rows.
  let since: Uint8Array[] = [];

  function tell(frame: Frame | OrdinaryOctets, known: number, isWhole: boolean): void {
    let left = 0;
    for (const one of waiting) {
      one.near.add(frame);
      one.missing -= known;
      if (isWhole && one.missing > 0) waiting[left++] = one;
    }
    waiting.length = left;
  }

  function endOf(frame: Frame): number {
    const span = frame.spans.at(-1);
    return span ? span.octet + span.length : 0;
  }

  return {
    read: (row) => {
      lastRow = row;
      if (since.length < LONGEST_HEADER) since = [...since, kept(row.octets.known)];
    },
    add: (whole) => {
      const frame = smallFrame(whole);
      const known = knownOnWire(frame);
      tell(frame, known, known === frame.headerLength + frame.length);
      const own = wireFrame(frame, new Near(last));
      last = frame;
      const left = lastRow?.octets.known.subarray(endOf(frame));
      since = left && left.length > 0 ? [kept(left)] : [];
      if (frame.finished) waiting.push({ near: own.near, missing: AFTER });
      return own;
    },
    addOrdinary: (row) => {
      if (waiting.length > 0) tell(row, row.octets, true);
      const near = new Near(last);
      last = row;
      lastRow = null;
      since = NOTHING;
      waiting.push({ near, missing: AFTER });
      return new OrdinaryWire(row, near);
    },
    askForMore: (frame) => {
      const one = waiting.findLast((other) => other.near === frame.near);
      if (one) one.missing += AFTER_TROUBLE;
    },
    end: () => {
      const rest = last instanceof OrdinaryOctets || last?.finished ? concatOctets([NO_OCTETS, ...since]) : NO_OCTETS;
      if (rest.length < LONGEST_HEADER) for (const { near } of waiting) near.rest = rest;
      waiting = [];
    },
  };
}
