// What stands before and after each frame of one direction. Every frame is told about the next few octets only, and
// those in which something is odd about some more.

import { knownOnWire, smallFrame, type WireFrame, wireFrame } from './hints-wire.ts';
import type { Frame } from './protocol/frame.ts';
import type { OctetsRow } from './row.ts';

const AFTER = 16;
const AFTER_TROUBLE = 512;

export interface Neighbours {
  /** A row of octets came. */
  read(row: OctetsRow): void;
  /** The next frame. */
  add(frame: Frame): WireFrame;
  /** Something is odd about the frame: more of what follows is wanted. */
  askForMore(frame: WireFrame): void;
  /** The log is over. */
  end(): void;
}

export function neighbours(): Neighbours {
  let waiting: { readonly frame: WireFrame; missing: number }[] = [];
  let last: Frame | null = null;
  let lastRow: OctetsRow | null = null;
  // Whether the last frame ends with its row, and how many rows came after that.
  let endsRow = false;
  let rowsSince = 0;

  function tell(frame: Frame): void {
    const known = knownOnWire(frame);
    const isWhole = known === frame.headerLength + frame.length;
    let left = 0;
    for (const one of waiting) {
      one.frame.near.after ??= [];
      one.frame.near.after.push(frame);
      one.missing -= known;
      if (isWhole && one.missing > 0) waiting[left++] = one;
    }
    waiting.length = left;
  }

  function endOfLast(): number {
    const span = last?.spans.at(-1);
    return span ? span.octet + span.length : 0;
  }

  return {
    read: (row) => {
      lastRow = row;
      rowsSince++;
    },
    add: (whole) => {
      const frame = smallFrame(whole);
      tell(frame);
      const own = wireFrame(frame, last);
      last = frame;
      endsRow = endOfLast() === lastRow?.octets.length;
      rowsSince = 0;
      if (frame.finished) waiting.push({ frame: own, missing: AFTER });
      return own;
    },
    askForMore: (frame) => {
      const one = waiting.findLast((other) => other.frame === frame);
      if (one) one.missing += AFTER_TROUBLE;
    },
    end: () => {
      // What came after the last frame and is less than a header.
      if (!last?.finished || !lastRow || rowsSince > 1 || (rowsSince === 1 && !endsRow)) return;
      const rest = lastRow.octets.known.subarray(rowsSince === 0 ? endOfLast() : 0);
      for (const { frame } of waiting) frame.near.rest = rest;
      waiting = [];
    },
  };
}
