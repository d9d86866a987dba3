// Two logs side by side in words: what differs, the first difference first, with the row of each log.

import type { AlignedPair, Unit } from '../judge/align.ts';
import { escapeText } from '../model/octets.ts';
import type { LogHeader } from '../model/row.ts';
import { closeCodeOf, type Frame, payloadOf } from '../protocol/frame/frame.ts';
import { OPCODE, opcodeName } from '../protocol/frame/opcode.ts';
import { headerInWords, payloadInWords, rowInWords, sizeInWords } from './describe.ts';

/** One side of a difference: the row, and what was said there. */
export interface Said {
  readonly row: number;
  readonly direction: string | null;
  readonly says: string;
}

export interface Difference {
  readonly left: Said | null;
  readonly right: Said | null;
  /** What to look at: `the mask`, `the payload`, `only in the left log`. */
  readonly what: string;
}

/** In the order of the logs; what is the same is left out. */
export function differencesOf(
  pairs: readonly AlignedPair[],
  headers: { readonly left: LogHeader; readonly right: LogHeader },
): Difference[] {
  return pairs
    .filter(({ isSame }) => !isSame)
    .map(({ left, right }) => ({
      left: saidIn(left, headers.left),
      right: saidIn(right, headers.right),
      what: whatDiffers(left, right),
    }));
}

function saidIn(unit: Unit | null, header: LogHeader): Said | null {
  if (unit === null) return null;
  const { row } = unit.row;
  const direction = row.kind === 'octets' ? row.direction.toUpperCase() : null;
  return { row: row.row, direction, says: wordsOf(unit, header) };
}

function wordsOf(unit: Unit, header: LogHeader): string {
  const frame = frameOf(unit);
  if (frame) return [headerInWords(frame), payloadInWords(frame), sizeInWords(frame)].filter(Boolean).join(' ');
  const [head] = unit.row.heads;
  return head ? `HTTP ${escapeText(head.startLine.slice(0, 200))}` : rowInWords(unit.row, header, header.writer);
}

function frameOf({ row, frame }: Unit): Frame | null {
  return frame === null ? null : (row.frames[frame]?.frame ?? null);
}

/** Of two frames each field in the order of the wire. */
const FIELDS: readonly (readonly [string, (frame: Frame) => unknown])[] = [
  ['the direction', ({ direction }) => direction],
  ['the opcode', ({ opcode }) => opcodeName(opcode)],
  ['FIN', ({ fin }) => fin],
  ['the reserved bits', ({ rsv }) => rsv],
  ['the mask', ({ masked }) => masked],
  ['the length', ({ length }) => length],
  ['the close code', (frame) => (frame.opcode === OPCODE.CLOSE ? closeCodeOf(frame) : null)],
];

function whatDiffers(left: Unit | null, right: Unit | null): string {
  if (left === null) return 'only in the right log';
  if (right === null) return 'only in the left log';
  const [one, other] = [frameOf(left), frameOf(right)];
  if (one === null || other === null) return 'another thing';
  const names = FIELDS.filter(([, field]) => field(one) !== field(other)).map(([name]) => name);
  const known = Math.min(payloadOf(one).length, payloadOf(other).length);
  const hasOtherPayload = !payloadOf(one)
    .subarray(0, known)
    .every((octet, at) => octet === payloadOf(other)[at]);
  return [...names, ...(hasOtherPayload && !names.includes('the close code') ? ['the payload'] : [])].join(', ');
}
