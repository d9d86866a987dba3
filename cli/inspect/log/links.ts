// From a stimulus to its reaction and back: first as the annotations say, then as the frames say which of them answers
// which: a Pong its Ping, a Close the other's Close, an echo its message.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import type { Rows } from './row-context.ts';

export type LinkKind = 'cause' | 'reaction';

export interface RowLink {
  readonly position: number;
  readonly says: string;
}

interface LogRange {
  readonly from: number;
  readonly to: number;
}

/** One goes to the cause, or to the reaction: what that is to the row one comes from. */
const SAID: Readonly<Record<LinkKind, (row: number) => string>> = {
  cause: (row) => `the cause of row ${row}`,
  reaction: (row) => `the reaction to row ${row}`,
};
const PAIRED: Readonly<Record<LinkKind, (row: number) => string>> = {
  cause: (row) => `answered by row ${row}`,
  reaction: (row) => `answers row ${row}`,
};

/** Rows within which an answer is looked for. */
const FURTHEST = 5000;

export function linkOf(
  rows: Rows,
  log: LogRange,
  position: number,
  kind: LinkKind,
  positionOf: (row: number) => number,
): RowLink | null {
  const row = rows.at(position);
  if (!row) return null;
  const said = saidLink(row, kind);
  if (said !== null) return tell(rows, position, positionOf(said), SAID[kind]);
  if (row.row.kind === 'frame') return linkOfFrameRow(row, position, kind, positionOf);
  if (kind === 'reaction') return answerTo(rows, log, position, row);
  const answered = row.frames.find(({ frame }) => frame.answers)?.frame.answers;
  return answered ? tell(rows, position, positionOf(answered.row), PAIRED.cause) : null;
}

/** The first row with a frame that answers one of this row. */
function answerTo(rows: Rows, log: LogRange, position: number, { frames }: AnnotatedRow): RowLink | null {
  if (frames.length === 0) return null;
  const end = Math.min(log.to, position + FURTHEST);
  for (let at = position + 1; at < end; at++) {
    const isAnswer = rows
      .at(at)
      ?.frames.some(({ frame: { answers, direction } }) =>
        frames.some(({ frame }) => frame.direction !== direction && frame.ordinal === answers?.ordinal),
      );
    if (isAnswer) return tell(rows, position, at, PAIRED.reaction);
  }
  return null;
}

/** The log's own frame row leads to the octets. */
function linkOfFrameRow(
  { frame, row: own }: AnnotatedRow,
  position: number,
  kind: LinkKind,
  positionOf: (row: number) => number,
): RowLink | null {
  const row = frame?.spans.at(kind === 'cause' ? 0 : -1)?.row;
  const number = own.row;
  if (row === undefined) return null;
  const there = positionOf(row);
  return there === position ? null : { position: there, says: `these are the octets of the frame in row ${number}` };
}

function saidLink({ annotations }: AnnotatedRow, kind: LinkKind): number | null {
  for (const { cause, reaction } of annotations) {
    const row = kind === 'cause' ? cause : (reaction?.row ?? null);
    if (row !== null) return row;
  }
  return null;
}

/** What is true where one arrives: what that row is to the one that was left. */
function tell(rows: Rows, from: number, to: number, what: (row: number) => string): RowLink | null {
  const [here, there] = [rows.at(from)?.row, rows.at(to)?.row];
  if (from === to || !here || !there) return null;
  const time = here.time === null || there.time === null ? null : there.time - here.time;
  const apart = time === null ? '' : `, ${(Math.abs(time) * 1000).toFixed(3)} ms ${time < 0 ? 'later' : 'before'}`;
  return { position: to, says: `${what(here.row)}${apart}` };
}
