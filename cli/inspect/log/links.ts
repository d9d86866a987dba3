// From a stimulus to its reaction and back: first as the annotations say, then as frames answer each other: a Pong its
// Ping, a Close the other's Close, an echo its message.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import { type Frame, payloadOf } from '../../../src/protocol/frame/frame.ts';
import { OPCODE } from '../../../src/protocol/frame/opcode.ts';
import type { Rows } from './row-context.ts';

export type LinkKind = 'cause' | 'reaction';

export interface Link {
  readonly position: number;
  readonly says: string;
}

interface Log {
  readonly from: number;
  readonly to: number;
}

/** Rows within which an answer is looked for. */
const FURTHEST = 5000;

export function linkOf(
  rows: Rows,
  log: Log,
  position: number,
  kind: LinkKind,
  positionOf: (row: number) => number,
): Link | null {
  const row = rows.at(position);
  if (!row) return null;
  const said = saidLink(row, kind);
  if (said !== null) return tell(rows, position, positionOf(said), kind === 'cause' ? 'cause' : 'reaction');
  const decoded = row.frames[0];
  if (row.row.kind === 'frame') return linkOfFrameRow(row, position, kind, positionOf);
  if (!decoded) return null;
  const by = kind === 'cause' ? -1 : 1;
  for (let at = position + by, left = FURTHEST; at >= log.from && at < log.to && left > 0; at += by, left--) {
    const other = rows.at(at)?.frames.find(({ frame }) => answers(decoded.frame, frame, kind));
    if (other) return tell(rows, position, at, kind === 'cause' ? 'answers' : 'answered by');
  }
  return null;
}

/** The log's own frame row leads to the octets. */
function linkOfFrameRow(
  { frame }: AnnotatedRow,
  position: number,
  kind: LinkKind,
  positionOf: (row: number) => number,
): Link | null {
  const row = frame?.spans.at(kind === 'cause' ? 0 : -1)?.row;
  if (row === undefined) return null;
  const there = positionOf(row);
  return there === position ? null : { position: there, says: `the octets of this frame: row ${row}` };
}

function saidLink({ annotations }: AnnotatedRow, kind: LinkKind): number | null {
  for (const { cause, reaction } of annotations) {
    const row = kind === 'cause' ? cause : (reaction?.row ?? null);
    if (row !== null) return row;
  }
  return null;
}

/** Is `other` what `frame` answers, or its answer? */
function answers(frame: Frame, other: Frame, kind: LinkKind): boolean {
  if (frame.direction === other.direction) return false;
  const [first, second] = kind === 'cause' ? [other, frame] : [frame, other];
  if (first.opcode === OPCODE.PING) return second.opcode === OPCODE.PONG && isSame(first, second);
  if (first.opcode === OPCODE.CLOSE) return second.opcode === OPCODE.CLOSE;
  const isData = first.opcode === OPCODE.TEXT || first.opcode === OPCODE.BINARY;
  return isData && second.opcode === first.opcode && isSame(first, second);
}

function isSame(a: Frame, b: Frame): boolean {
  return a.length === b.length && Buffer.compare(payloadOf(a), payloadOf(b)) === 0;
}

function tell(rows: Rows, from: number, to: number, what: string): Link | null {
  if (from === to) return null;
  const [here, there] = [rows.at(from)?.row, rows.at(to)?.row];
  const time = typeof here?.time === 'number' && typeof there?.time === 'number' ? there.time - here.time : null;
  const after = time === null ? '' : `, ${(Math.abs(time) * 1000).toFixed(3)} ms ${time < 0 ? 'before' : 'after'}`;
  return {
    position: to,
    says: `${what} of row ${here?.row}${after}`.replace(/^(answers|answered by) of row/, '$1 row'),
  };
}
