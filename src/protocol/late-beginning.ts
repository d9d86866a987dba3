// A log that begins in the middle of a connection: nothing tells where the first octets of a direction belong but they
// themselves. They begin a frame, or are the rest of one, or the rest of an HTTP head.

import { latin1Of, type Octets, wholeOctets } from '../model/octets.ts';
import type { Direction, OctetsRow } from '../model/row.ts';
import { alienAt } from './alien.ts';
import type { Backlog } from './backlog.ts';
import { headerLengthOf } from './frame/frame-header.ts';
import { isInRequestLine, mayBeRestOfHead, restOfBlankLine, restOfHead } from './handshake/rest-of-head.ts';
import {
  agreesWith,
  type Beginning,
  beginningOf,
  type Confirmation,
  type Following,
  type FrameTraits,
  isOfFrames,
  isText,
  isWholeFrames,
} from './place.ts';

/** What may be known beside the octets that wait. */
interface LateContext {
  readonly direction: Direction;
  readonly likeness: FrameTraits;
  readonly confirmation: Confirmation;
  readonly following: Following;
}

/** What begins behind the rest of a head, which has no octets where there is none. */
interface LateFrames {
  readonly restOfHead: number;
  /** `lost`: the head may have been an answer with content. */
  readonly after: 'frames' | 'perhaps frames' | 'lost';
}

/** `more`: the next octets have to tell. `witness`: so have rows to come. */
type LateBeginning = LateFrames | 'inside a frame' | 'more' | 'witness';

export function lateBeginning(waiting: Backlog, surroundings: LateContext): LateBeginning {
  const row = waiting.first;
  if (!row) return 'more';
  const { known, length } = waiting.sight;
  const rest = restOfHead(known);
  if (rest >= 0)
    return { restOfHead: rest, after: isOfHandshake(known.subarray(0, rest), surroundings) ? 'frames' : 'lost' };
  const octets = { known, length, exact: row.octets.exact };
  // It is named as what it is where the frame should begin.
  if (isAlien(octets)) return { restOfHead: 0, after: 'frames' };
  const next = mayGoOn(waiting) ? surroundings.following() : null;
  if (next !== null) return next ? 'more' : 'witness';
  const blank = blankLineOf(octets, surroundings.likeness);
  if (blank >= 0) return { restOfHead: blank, after: 'perhaps frames' };
  const begins = beginsWith(row, octets, surroundings);
  if (begins === undefined) return 'witness';
  if (begins === 'inside') return 'inside a frame';
  return { restOfHead: 0, after: begins === 'frame' ? 'frames' : 'perhaps frames' };
}

/** The rest of a head behind which frames come: nearly no request has content, and of the answers no 101. */
function isOfHandshake(rest: Uint8Array, { likeness }: LateContext): boolean {
  return likeness.isMasked === true || /^(?:sec-websocket-|upgrade:)/im.test(latin1Of(rest));
}

/** Something other than a WebSocket; a text is none here, and a request may lack its beginning. */
function isAlien(octets: Octets): boolean {
  const alien = alienAt(octets, { isFirst: true, isAgreed: false, isSent: () => false });
  return alien?.after === 'nothing' && !isInRequestLine(octets.known);
}

/** Too few octets to tell what they are: half a header of a frame, or text that may be the rest of a head. */
function mayGoOn({ sight, mayComeWhole }: Backlog): boolean {
  const { known, length, cut } = sight;
  const isHalfHeader = !cut && length < (headerLengthOf(known, 0) ?? 2);
  return isHalfHeader || (mayComeWhole && mayBeRestOfHead(known));
}

/** Of a head nothing may be left but the end of its blank line; a text may have a line end as well. */
function blankLineOf(octets: Octets, likeness: FrameTraits): number {
  const size = restOfBlankLine(octets.known);
  const behind = wholeOctets(octets.known.subarray(Math.max(size, 0)));
  return size >= 0 && isWholeFrames(octets) && !isOfFrames(behind, likeness) ? -1 : size;
}

/** Undefined where only rows to come can tell. */
function beginsWith(row: OctetsRow, octets: Octets, surroundings: LateContext): Beginning | undefined {
  const rows = surroundings.confirmation(row);
  if (rows === undefined) return undefined;
  if (rows !== null && rows.length > 0 && agreesWith(surroundings.direction, row.octets, rows)) return 'frame';
  // Text that was no head after all.
  const isAlone = row.octets.length === octets.length;
  if (!isAlone && isText(row.octets)) return 'inside';
  const begins = beginningOf(octets, surroundings.likeness, surroundings.following);
  // Rows are gathered until they hold a header: that they end where an empty frame does tells nothing then.
  const isHeaderAlone = octets.length === headerLengthOf(octets.known, 0);
  return begins === 'frame' && !isAlone && isHeaderAlone ? 'perhaps a frame' : begins;
}
