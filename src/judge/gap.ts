// Octets that the log leaves out: it was switched off, a row cannot be read, rows are missing.

import type { DamagedRow, Direction } from '../model/row.ts';

import { endOf, type Frame } from '../protocol/frame/frame.ts';
import type { Message } from '../protocol/frame/message.ts';
import { stepGap, stepLateLog } from '../protocol/steps/loss.ts';
import { addFrame } from './bounds.ts';
import { ask, changeRow, type Run } from './run.ts';

const DIRECTIONS = ['rx', 'tx'] as const;
/** Nothing of what the log loses there would have been read. */
const NOT_READ: ReadonlySet<string> = new Set(['body', 'idle']);

/** The log does not have the octets that come now, nor any before them. */
export function isSkipDue({ header, skipped }: Run, direction: Direction): boolean {
  return (header.unlogged?.[direction] ?? 0) > 0 && !skipped[direction];
}

/** The log is switched off: at most once, right after its handshake. */
export function skip(run: Run, direction: Direction, row: number): void {
  if (run.skipped[direction]) return;
  run.skipped[direction] = true;
  lose(run, direction, row, run.header.unlogged?.[direction] ?? null);
}

/** What a damaged row held is lost. */
export function loseWith(run: Run, { loses, row }: DamagedRow): void {
  for (const direction of DIRECTIONS) {
    if (NOT_READ.has(run.streams[direction].phase)) continue;
    if (loses === 'both') doubt(run, direction);
    else if (loses === direction) {
      run.witnesses[direction].lose();
      lose(run, direction, row, null);
    }
  }
}

/** Rows are missing, and nobody knows what was in them. */
function doubt(run: Run, direction: Direction): void {
  // Before all others that only means that the log begins late.
  if (!run.hasOctets) {
    stepLateLog(run.connection, direction);
    if (run.streams[direction].phase === 'frames') run.streams[direction].expect('late');
    return;
  }
  run.witnesses[direction].lose();
  run.streams[direction].doubt();
  losePlace(run, direction);
}

/** Octets are missing from the log here; null where it is not known how many. */
function lose(run: Run, direction: Direction, row: number, octets: number | null): void {
  const stream = run.streams[direction];
  const wasLost = stream.phase === 'lost';
  stream.skip(octets);
  losePlace(run, direction);
  if (!wasLost) ask(run, 'gap', { row, direction, octets }, { row });
}

/** Where the next frame of that direction begins is not known. */
export function losePlace(run: Run, direction: Direction): void {
  leaveOpen(run, direction);
  stepGap(run.connection, direction);
}

export function listFrame(run: Run, frame: Frame, message: Message | null): void {
  changeRow(run, endOf(frame).row, (annotated) => addFrame(run.weight, annotated, { frame, message }));
}

/** The rest of the frame that is open is not in the log, or is not read as one. */
export function leaveOpen(run: Run, direction: Direction): void {
  const frame = run.subjects[direction]?.frame;
  run.subjects[direction] = null;
  if (frame && !frame.finished) listFrame(run, frame, null);
}
