// Where frames begin, after a gap and in a log that begins late: a row of octets is tried from its first octet on.
//
// A row that is nothing but whole frames, from its first octet to its last, hardly is so by chance: the length in the
// second octet has to fit the row (one in 256), and in frames without a fault the first octet is one of a few as well
// (one in 50). That is enough for the first row of a log, which is tried once, and which somebody chose to begin there. It
// is not enough after a gap, where hundreds of rows of one long payload may be tried: there a boundary stays a guess until
// several rows in turn have been so.
//
// Two kinds of payload look like frames by more than chance, and are no evidence however many rows of them there are. Of
// octets that repeat themselves each place looks like the place before: a payload of equal octets, or of a pattern, comes
// out of the mask with a period of four or a multiple of that, and what fits one row fits them all. And text, whose first
// octet would be a frame without FIN and with reserved bits, has a length in its second that many a line fits.

import { isUtf8 } from 'node:buffer';
import type { Octets } from '../model/octets.ts';
import type { Direction, FrameRow, OctetsRow } from '../model/row.ts';
import { mayBeOnTheWire } from './frame/close-code.ts';
import { closeCodeOf, type Frame } from './frame/frame.ts';
import { FrameDecoder, NO_WITNESS } from './frame/frame-decoder.ts';
import { headerLengthOf } from './frame/frame-header.ts';
import { isControl, isReservedOpcode, OPCODE } from './frame/opcode.ts';

/** The frames of the row, read from its first octet on; null where it does not end with one of them. */
function framesOf(octets: Octets): Frame[] | null {
  const trial = new FrameDecoder('rx', 0, octets.length);
  trial.push({ row: 0, octet: 0, octets });
  const frames: Frame[] = [];
  for (;;) {
    const header = trial.next(NO_WITNESS);
    if (header.type !== 'header') {
      const isWhole = header.type === 'more' && trial.partialHeader.length === 0;
      return isWhole && frames.length > 0 ? frames : null;
    }
    let step = trial.next(NO_WITNESS);
    while (step.type === 'payload') step = trial.next(NO_WITNESS);
    if (step.type !== 'frame') return null;
    frames.push(step.frame);
  }
}

const MOST_COMPARED = 256;

/** The octets repeat themselves: if frames seem to begin at one place, they seem to at every place. */
export function isPeriodic({ known }: Octets): boolean {
  const size = Math.min(known.length, MOST_COMPARED);
  return hasPeriod(known, size, size - 2);
}

/** The first `size` octets repeat themselves after `longest` octets at most. */
function hasPeriod(known: Uint8Array, size: number, longest: number): boolean {
  for (let period = 1; period <= longest; period++) {
    let at = 0;
    while (at + period < size && known[at] === known[at + period]) at++;
    if (at + period === size) return true;
  }
  return false;
}

const BEGINNING = 16;

/** So do its first octets, twice at least, whatever comes behind the payload that they are of. */
function beginsPeriodic(octets: Octets): boolean {
  const { known } = octets;
  return isPeriodic(octets) || (known.length >= BEGINNING && hasPeriod(known, BEGINNING, BEGINNING / 2));
}

/** Printable text and white space, and nothing else; a single octet is too little to tell. */
export function isText({ known }: Octets): boolean {
  if (known.length < 2) return false;
  return known.every((octet) => octet >= 0x20 || octet === 0x09 || octet === 0x0a || octet === 0x0d) && isUtf8(known);
}

/**
 * The frame rows that confirm a row's frames: null where it has none, none at all where the whole log has none, undefined
 * where they may yet come.
 */
export type Confirmation = (row: OctetsRow) => readonly FrameRow[] | null | undefined;

/** The octets of the direction's next row: null where there is none, undefined where it may yet come. */
export type Following = () => Octets | null | undefined;

/** What the first octets of a log that begins late are. */
export type Beginning = 'frame' | 'perhaps a frame' | 'inside';

/**
 * What a direction's first row in such a log begins with. `following` is that direction's next row: null where there is
 * none, undefined where it may yet come; undefined is returned where only that one can tell.
 */
export function beginningOf(octets: Octets, likeness: FrameTraits, following: Following): Beginning | undefined {
  if (isText(octets)) return 'inside';
  const isRepeated = beginsPeriodic(octets);
  if (isOfFrames(octets, likeness)) return isRepeated ? 'perhaps a frame' : 'frame';
  const looksBegun = beginsSoundly(octets, likeness);
  // The mask may be what is wrong: then nothing else is.
  const isFit = isWithMask(octets, likeness) || isOfFrames(octets, { ...likeness, isMasked: null });
  if (looksBegun && !isFit) return isRepeated ? 'inside' : 'perhaps a frame';
  // An odd row may be the rest of a frame: the next one, where that is in order, shows what has to fit.
  const next = following();
  if (next === undefined) return undefined;
  const isNextInOrder = next !== null && isOfFrames(next, likeness) && !isPeriodic(next);
  if (isFit) return isRepeated || (next !== null && !isNextInOrder) ? 'perhaps a frame' : 'frame';
  return isNextInOrder ? 'inside' : 'perhaps a frame';
}

/**
 * Whole frames with the mask that is due, of which some may be wrong. Of several the first must be right: behind two or
 * three octets that are no frame the rest of the row may be frames indeed.
 */
function isWithMask(octets: Octets, likeness: FrameTraits): boolean {
  const [first, ...others] = framesOf(octets) ?? [];
  if (!first || (others.length > 0 && !(isPlain(first, likeness) && isSound(first)))) return false;
  return [first, ...others].every(({ masked }) => likeness.isMasked === null || masked === likeness.isMasked);
}

/** The row begins with a header that has nothing odd about it; its payload may go on in the next rows. */
function beginsSoundly(octets: Octets, likeness: FrameTraits): boolean {
  const trial = new FrameDecoder('rx', 0, 0);
  trial.push({ row: 0, octet: 0, octets });
  const header = trial.next(NO_WITNESS);
  if (header.type !== 'header') return header.type === 'more';
  const { frame } = header;
  if (isControl(frame.opcode)) return isPlain(frame, likeness) && frame.length <= 125;
  const isShortest = frame.lengthBits === 7 || frame.length > (frame.lengthBits === 16 ? 125 : 0xffff);
  const { opcode, rsv, masked } = frame;
  const isData = !isReservedOpcode(opcode) && (rsv === 0 || rsv === 4);
  return isData && isShortest && (likeness.isMasked === null || masked === likeness.isMasked);
}

/**
 * The octets of a row that the log cuts begin with a header of which more than one thing is wrong: rather than a frame of
 * such a peer they go on with one whose beginning the log leaves out, as some do with long messages.
 */
export function beginsOddly(octets: Octets, { isMasked }: FrameTraits): boolean {
  if (octets.known.length === octets.length) return false;
  const trial = new FrameDecoder('rx', 0, 0);
  trial.push({ row: 0, octet: 0, octets });
  const header = trial.next(NO_WITNESS);
  if (header.type !== 'header') return false;
  const { opcode, rsv, masked } = header.frame;
  const odd = [isReservedOpcode(opcode), (rsv & 3) !== 0, isMasked !== null && masked !== isMasked];
  return odd.filter(Boolean).length > 1;
}

/** Such a header stands there whole, and goes on with nothing. */
export function beginsMessage(octets: Octets, likeness: FrameTraits): boolean {
  const { known } = octets;
  if (known.length < (headerLengthOf(known, 0) ?? 2)) return false;
  return ((known[0] ?? 0) & 0x0f) !== OPCODE.CONTINUATION && beginsSoundly(octets, likeness);
}

/** Frames of any kind, from the first octet to the last. */
export function isWholeFrames(octets: Octets): boolean {
  return framesOf(octets) !== null;
}

/** What a row may be taken for, where the log has no rows of its own to ask. */
export interface FrameTraits {
  /** Whether the direction's frames have a mask; null where that is not known. */
  readonly isMasked: boolean | null;
  /** Messages may be compressed. */
  readonly isDeflated: boolean;
}

/**
 * Is the row one frame with FIN from its first octet to its last, right or wrong? The middle of a payload hardly ever is:
 * text has octets below 80, and of octets that are all the same the second has no mask bit where one is due, or one
 * where none is.
 */
export function isOneFrame(octets: Octets, { isMasked }: FrameTraits): boolean {
  const [frame, ...others] = framesOf(octets) ?? [];
  return frame?.fin === true && others.length === 0 && (isMasked === null || frame.masked === isMasked);
}

/**
 * Is the row nothing but whole frames, each a message of its own or a control frame, and nothing odd about them? The
 * middle of a payload is so even more rarely, and text and zeros never are.
 */
export function isOfFrames(octets: Octets, likeness: FrameTraits): boolean {
  return framesOf(octets)?.every((frame) => isPlain(frame, likeness) && isSound(frame)) ?? false;
}

function isPlain({ opcode, fin, rsv, masked }: Frame, { isMasked, isDeflated }: FrameTraits): boolean {
  if (!fin || opcode === OPCODE.CONTINUATION || isReservedOpcode(opcode)) return false;
  const isCompressed = isDeflated && rsv === 4 && !isControl(opcode);
  return (rsv === 0 || isCompressed) && (isMasked === null || masked === isMasked);
}

/** Its payload is one that such a frame can have. */
function isSound(frame: Frame): boolean {
  const { opcode, rsv, length, payload } = frame;
  if (opcode === OPCODE.TEXT) return rsv !== 0 || isUtf8(payload);
  if (opcode !== OPCODE.CLOSE || length === 0) return true;
  const code = closeCodeOf(frame);
  return code !== null && mayBeOnTheWire(code) && isUtf8(payload.subarray(2));
}

/** Do the frames that end in the row, read from its first octet on, match the log's own rows? */
export function agreesWith(direction: Direction, octets: Octets, rows: readonly FrameRow[]): boolean {
  const trial = new FrameDecoder(direction, 0, 0);
  trial.push({ row: 0, octet: 0, octets });
  for (const row of rows) {
    const header = trial.next({ ...NO_WITNESS, forNext: () => row });
    if (header.type !== 'header') return false;
    const { frame } = header;
    if (frame.opcode !== row.opcode || frame.fin !== row.fin || frame.rsv !== row.rsv) return false;
    if (frame.masked !== row.masked || frame.length !== (row.repeat ?? row.length)) return false;
    if (direction === 'tx') return true;
    let step = trial.next(NO_WITNESS);
    while (step.type === 'payload') step = trial.next(NO_WITNESS);
    if (step.type !== 'frame') return false;
  }
  return true;
}
