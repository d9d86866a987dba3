// Words that all the sentences share.

import type { FrameRow } from '../../model/row.ts';
import { otherRole } from '../../model/row.ts';
import { closeCodeName } from '../../protocol/frame/close-code.ts';
import { frameName } from '../../protocol/frame/opcode.ts';
import { closeCodeOfRow } from './events.ts';
import type { CaseFacts } from './facts.ts';

export interface Why {
  readonly says: string;
  readonly row: number;
}

/** The endpoint under test, in words. */
export function peerOf({ header }: CaseFacts): string {
  return header.writer === null ? 'the peer' : `the ${otherRole(header.writer)}`;
}

/** The other one: the suite, where there is a case. */
export function writerInWords({ header }: CaseFacts): string {
  return header.report === null && header.writer !== null ? `the ${header.writer}` : 'the suite';
}

export function frameRowInWords(row: FrameRow): string {
  const code = row.opcode === 8 ? closeCodeOfRow(row) : null;
  return `${frameName(row.opcode)}${code === null ? '' : ` ${codeInWords(code)}`}`;
}

export function codeInWords(code: number): string {
  const name = closeCodeName(code);
  return name ? `${code} (${name})` : String(code);
}
