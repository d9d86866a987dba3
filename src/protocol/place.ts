// Where frames begin again after a gap: a row of octets is tried from its first octet on.

import { isUtf8 } from 'node:buffer';
import type { Octets } from '../model/octets.ts';
import type { Direction, FrameRow } from '../model/row.ts';
import { mayBeOnTheWire } from './frame/close-code.ts';
import { closeCodeOf, type Frame } from './frame/frame.ts';
import { frameDecoder, NO_WITNESS } from './frame/frame-decoder.ts';
import { isControl, isReservedOpcode, OPCODE } from './frame/opcode.ts';

/** The frames of the row, read from its first octet on; null where it does not end with one of them. */
function framesOf(octets: Octets): Frame[] | null {
  const trial = frameDecoder('rx', 0, octets.length);
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

/** What a row may be taken for, where the log has no rows of its own to ask. */
export interface Likeness {
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
export function isOneFrame(octets: Octets, { isMasked }: Likeness): boolean {
  const [frame, ...others] = framesOf(octets) ?? [];
  return frame?.fin === true && others.length === 0 && (isMasked === null || frame.masked === isMasked);
}

/**
 * Is the row nothing but whole frames, each a message of its own or a control frame, and nothing odd about them? The
 * middle of a payload is so even more rarely, and text and zeros never are.
 */
export function isOfFrames(octets: Octets, likeness: Likeness): boolean {
  return framesOf(octets)?.every((frame) => isPlain(frame, likeness) && isSound(frame)) ?? false;
}

function isPlain({ opcode, fin, rsv, masked }: Frame, { isMasked, isDeflated }: Likeness): boolean {
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
  const trial = frameDecoder(direction, 0, 0);
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
