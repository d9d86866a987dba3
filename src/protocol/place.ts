// Where frames begin again after a gap: a row of octets is tried from its first octet on.

import { isUtf8 } from 'node:buffer';
import type { Octets } from '../octets.ts';
import type { Direction, FrameRow } from '../row.ts';
import { mayBeOnTheWire } from './close-code.ts';
import { closeCodeOf, type Frame } from './frame.ts';
import { frameDecoder, NO_WITNESS } from './frame-decoder.ts';
import { isReservedOpcode, OPCODE } from './opcode.ts';

/**
 * Is the row, read from its first octet on, nothing but whole frames, each a message of its own or a control frame,
 * and nothing odd about them? Where the log has no rows of its own to ask, that is nearly as good as their word: the
 * middle of a payload hardly ever is, and text and zeros never.
 */
export function isOfFrames(octets: Octets, isMasked: boolean | null): boolean {
  const trial = frameDecoder('rx', 0, octets.length);
  trial.push({ row: 0, octet: 0, octets });
  for (let count = 0; ; count++) {
    const header = trial.next(NO_WITNESS);
    if (header.type !== 'header') return count > 0 && header.type === 'more' && trial.partialHeader.length === 0;
    const { opcode, fin, rsv, masked } = header.frame;
    if (!fin || rsv !== 0 || opcode === OPCODE.CONTINUATION || isReservedOpcode(opcode)) return false;
    if (isMasked !== null && masked !== isMasked) return false;
    let step = trial.next(NO_WITNESS);
    while (step.type === 'payload') step = trial.next(NO_WITNESS);
    if (step.type !== 'frame' || !isSound(step.frame)) return false;
  }
}

/** Its payload is one that such a frame can have. */
function isSound(frame: Frame): boolean {
  const { opcode, length, payload } = frame;
  if (opcode === OPCODE.TEXT) return isUtf8(payload);
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
