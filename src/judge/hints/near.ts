// What stands before and after each frame of one direction. Every frame is told about the next few octets only, and
// those in which something is odd about some more.

import { concatOctets, NO_OCTETS } from '../../model/octets.ts';
import type { OctetsRow } from '../../model/row.ts';
import type { Frame } from '../../protocol/frame/frame.ts';
import { OrdinaryFrame } from './ordinary.ts';
import { type AnyFrame, type FrameSummary, kept, knownOnWire, Near, smallFrame, wireFrame } from './wire.ts';

const AFTER = 16;
const AFTER_TROUBLE = 512;
const LONGEST_HEADER = 14;
const NOTHING: Uint8Array[] = [];

export interface Neighbours {
  /** A row of octets came. */
  read(row: OctetsRow): void;
  /** The next frame. */
  add(frame: Frame): FrameSummary;
  /** The next row is an ordinary frame, and small. */
  addOrdinary(frame: OrdinaryFrame): Near;
  /** Something is odd about the frame: more of what follows is wanted. */
  askForMore(frame: FrameSummary): void;
  /** The log is over. */
  end(): void;
}

export function neighbours(): Neighbours {
  let waiting: Near[] = [];
  let last: AnyFrame | null = null;
  let lastRow: OctetsRow | null = null;
  // What came after the last frame: as long as it is no whole header it cannot be many rows.
  let since: Uint8Array[] = [];

  function tell(frame: AnyFrame, known: number, isWhole: boolean): void {
    let left = 0;
    for (const near of waiting) {
      near.add(frame);
      near.missing -= known;
      if (isWhole && near.missing > 0) waiting[left++] = near;
    }
    // Nearly always one is left, and its place is wanted again.
    while (waiting.length > left) waiting.pop();
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
      const own = wireFrame(frame, new Near(last, AFTER));
      last = frame;
      const left = lastRow?.octets.known.subarray(endOf(frame));
      since = left && left.length > 0 ? [kept(left)] : [];
      if (frame.finished) waiting.push(own.near);
      return own;
    },
    addOrdinary: (frame) => {
      if (waiting.length > 0) tell(frame, frame.octets, true);
      const near = new Near(last, AFTER);
      last = frame;
      lastRow = null;
      since = NOTHING;
      waiting.push(near);
      return near;
    },
    askForMore: (frame) => {
      if (waiting.includes(frame.near)) frame.near.missing += AFTER_TROUBLE;
    },
    end: () => {
      const rest = last instanceof OrdinaryFrame || last?.finished ? concatOctets([NO_OCTETS, ...since]) : NO_OCTETS;
      if (rest.length < LONGEST_HEADER) for (const near of waiting) near.rest = rest;
      waiting = [];
    },
  };
}
