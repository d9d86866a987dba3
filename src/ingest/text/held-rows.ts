// Rows as they go out: where the text does not tell the length of one, it and the next few are held back, because those
// may tell it.

import type { FrameRow, Row } from '../../model/row.ts';
import { ROW, type RowBatch, TX } from '../../model/row-batch.ts';
import { NO_HINTS, recoverRowLengths } from '../autobahn/row-lengths.ts';
import { type RowLines, readRowLines } from './wire-log-lines.ts';

/** Rows held back at most. */
const WINDOW = 64;

/** Rows to `emit`; those after one of unknown length are held until they have told what they can. */
export interface HeldRows extends RowLines {
  /** Some are held. */
  isHolding(): boolean;
  /** Rows from the batch's row `from` on were read elsewhere. */
  advanceOver(next: number, hasIndent: boolean, batch: RowBatch, from: number): void;
}

export function openHeldRows(emit: (row: Row) => void): HeldRows {
  let held: Row[] = [];
  // The row of a written frame stands before its octets.
  let written: FrameRow | null = null;
  const follow = (row: Row) => {
    if (row.kind === 'frame' && row.direction === 'tx') written = row;
    else if (row.kind === 'octets' && row.direction === 'tx') written = null;
  };
  const release = () => {
    if (held.length === 0) return;
    const context = written ? [written, ...held] : held;
    const recovered = recoverRowLengths(context, NO_HINTS);
    for (const row of written ? recovered.slice(1) : recovered) emit(row);
    for (const row of held) follow(row);
    held = [];
  };
  const lines = readRowLines((row) => {
    if (held.length > 0 || (row.kind === 'octets' && !row.octets.exact)) {
      held.push(row);
      if (held.length >= WINDOW) release();
      return;
    }
    follow(row);
    emit(row);
  });
  return {
    ...lines,
    isHolding: () => held.length > 0,
    advanceOver: (next, hasIndent, batch, from) => {
      lines.advance(next, hasIndent);
      const last = batch.lastOf(TX, from);
      if (last >= 0) written = batch.kinds[last] === ROW.FRAME ? copyOfFrameRow(batch.rowAt(last) as FrameRow) : null;
    },
    end: () => {
      lines.end();
      release();
    },
  };
}

/** A copy, so that the whole batch is not kept in memory for it. */
function copyOfFrameRow(row: FrameRow): FrameRow {
  return { ...row, payload: row.payload && { ...row.payload, known: row.payload.known.slice() } };
}
