// Octets that the log leaves out: it was switched off, a row cannot be read, rows are missing.

import { forgetPast, stepGap } from './protocol/connection-steps.ts';
import { endOf, type Frame } from './protocol/frame.ts';
import type { Message } from './protocol/message.ts';
import type { DamagedRow, Direction } from './row.ts';
import { ask, changeRow, type Run } from './run.ts';

const DIRECTIONS = ['rx', 'tx'] as const;

/** The log is switched off: at most once, right after its handshake. */
export function skip(run: Run, direction: Direction, row: number): void {
  if (run.skipped[direction]) return;
  run.skipped[direction] = true;
  lose(run, direction, row, run.header.unlogged?.[direction] ?? null);
}

/** What a damaged row held is lost. */
export function loseWith(run: Run, { loses, row }: DamagedRow): void {
  const isBegunLate = loses === 'both' && !run.hasOctets;
  for (const direction of DIRECTIONS) {
    if (loses !== 'both' && loses !== direction) continue;
    if (isBegunLate) forgetPast(run.connection, direction);
    else {
      run.witnesses[direction].lose();
      if (run.streams[direction].phase !== 'body') lose(run, direction, row, null);
    }
  }
}

/** Octets are missing from the log here; null where it is not known how many. */
function lose(run: Run, direction: Direction, row: number, octets: number | null): void {
  const stream = run.streams[direction];
  const wasLost = stream.phase === 'lost';
  stream.skip(octets);
  leaveOpen(run, direction);
  stepGap(run.connection, direction);
  if (!wasLost) ask(run, 'gap', { row, direction, octets }, { row });
}

export function listFrame(run: Run, frame: Frame, message: Message | null): void {
  changeRow(run, endOf(frame).row, ({ frames }) => frames.push({ frame, message }));
}

/** The rest of the frame that is open is not in the log. */
export function leaveOpen(run: Run, direction: Direction): void {
  const frame = run.subjects[direction]?.frame;
  run.subjects[direction] = null;
  if (frame && !frame.finished) listFrame(run, frame, null);
}
