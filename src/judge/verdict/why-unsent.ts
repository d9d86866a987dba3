// A peer that closes before the suite has sent what the case is about does not answer it: the sentence says so.

import type { FrameRow } from '../../model/row.ts';
import { isControl, isReservedOpcode, OPCODE } from '../../protocol/frame/opcode.ts';
import { type CaseFacts, isInvalid, octetRowOf, peerClose } from './facts.ts';

/** Begins with "; ", or is empty where the bad frame came first, or there is none. */
export function beforeBadFrame(facts: CaseFacts): string {
  const close = peerClose(facts);
  if (!close || facts.closes[0] !== close) return '';
  const row = octetRowOf(close.row, facts);
  const [first] = [...facts.stimuli.values()].sort((a, b) => a.row - b.row);
  if (first) {
    return first.row > row
      ? `; the suite sent what breaks ${first.rule} only after that Close, in row ${first.row}`
      : '';
  }
  const unsent = facts.unsent.find((one) => isBad(one, facts));
  return unsent ? `; the Close in row ${row} came before the bad frame of row ${unsent.row} was sent` : '';
}

/** By its header, or by its close code. */
function isBad(row: FrameRow, { connection }: CaseFacts): boolean {
  const { opcode, rsv, fin, length } = row;
  const agreed = connection.deflate !== null && !isControl(opcode) ? 4 : 0;
  if ((rsv & ~agreed) !== 0 || isReservedOpcode(opcode)) return true;
  if (!isControl(opcode)) return false;
  return !fin || (length ?? 0) > 125 || (opcode === OPCODE.CLOSE && isInvalid(row));
}
