// What stands before and after each frame of one direction. Every frame is told about the next few octets only, and
// those in which something is odd about some more.

import { concatOctets, NO_OCTETS } from '../../model/octets.ts';
import type { OctetsRow } from '../../model/row.ts';
import type { Frame } from '../../protocol/frame/frame.ts';
import { kept, knownOnWire, smallFrame, type WireFrame, wireFrame } from './wire.ts';

const AFTER = 16;
const AFTER_TROUBLE = 512;
const LONGEST_HEADER = 14;

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
  // What came after the last frame: as long as it is no whole header it cannot be many rows.
  let since: Uint8Array[] = [];

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
      if (since.length < LONGEST_HEADER) since.push(kept(row.octets.known));
    },
    add: (whole) => {
      const frame = smallFrame(whole);
      tell(frame);
      const own = wireFrame(frame, last);
      last = frame;
      const left = lastRow?.octets.known.subarray(endOfLast());
      since = left && left.length > 0 ? [kept(left)] : [];
      if (frame.finished) waiting.push({ frame: own, missing: AFTER });
      return own;
    },
    askForMore: (frame) => {
      const one = waiting.findLast((other) => other.frame === frame);
      if (one) one.missing += AFTER_TROUBLE;
    },
    end: () => {
      const rest = last?.finished ? concatOctets([NO_OCTETS, ...since]) : NO_OCTETS;
      if (rest.length < LONGEST_HEADER) for (const { frame } of waiting) frame.near.rest = rest;
      waiting = [];
    },
  };
}
