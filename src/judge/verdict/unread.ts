// What of a case its rows do not show though the log was on: a row that cannot be read, frames that the report counts and
// no row shows, the end. Whatever would be missing then may have stood there, so that nothing can be said of it.

import type { CaseReport, DamagedRow, Direction, Row } from '../../model/row.ts';
import { DIRECTIONS, ROW } from '../../model/row-batch.ts';
import { OPCODE } from '../../protocol/frame/opcode.ts';
import type { JudgedBatch } from '../ordinary-row.ts';

export interface Unread {
  /** The row that a sentence names; below 0 where there is none. */
  readonly row: number;
  /** About that row. */
  readonly says: string;
  /** What the verdict would need. */
  readonly missing: string;
}

export interface UnreadReader {
  row(row: Row): void;
  ordinary(batch: JudgedBatch, at: number): void;
  /** Octets may be lost with a row that cannot be read: the statistics do not say then that the log was off. */
  losesOctets(): boolean;
  end(report: CaseReport | null, isOff: boolean): Unread | null;
}

export function readUnread(): UnreadReader {
  const frames: Record<Direction, number[]> = { rx: [], tx: [] };
  let damaged: DamagedRow | null = null;
  let lostOctets: DamagedRow | null = null;
  let hasSuiteClosed = false;
  let isOpenToDoubt = false;
  let isEnded = false;
  let lastRow = -1;
  function noteFrame(direction: Direction, opcode: number): void {
    frames[direction][opcode] = (frames[direction][opcode] ?? 0) + 1;
    if (direction === 'tx') hasSuiteClosed ||= opcode === OPCODE.CLOSE;
    // Whether the suite still took it depends on the octets before.
    else isOpenToDoubt ||= hasSuiteClosed && opcode !== OPCODE.CLOSE;
  }
  return {
    losesOctets: () => (damaged ?? lostOctets) !== null,
    row: (row) => {
      lastRow = row.row;
      if (row.kind === 'tcp-drop') isEnded = true;
      else if (row.kind === 'damaged') {
        if (row.loses === 'rx' || row.loses === 'tx') lostOctets ??= row;
        else damaged ??= row;
      } else if (row.kind === 'frame') noteFrame(row.direction, row.opcode);
    },
    ordinary: ({ rows }, at) => {
      lastRow = rows.rows[at] as number;
      if (rows.kinds[at] === ROW.FRAME)
        noteFrame(DIRECTIONS[rows.directions[at] as number] as Direction, (rows.bits[at] as number) & 15);
    },
    end: (report, isOff) => {
      if (report === null) return null;
      if (damaged) return unreadable(damaged);
      const lost = lostFrames(frames, report);
      // The frame rows tell the case as well, where they are all there.
      if (lostOctets && (lost !== 0 || isOpenToDoubt)) return unreadable(lostOctets);
      if (!isEnded) return { row: lastRow, says: 'the log breaks off after this row', missing: 'the end of the log' };
      if (isOff || lost === null || lost === 0) return null;
      const missing = `frames: the report counts ${lost} more than the rows show`;
      return { row: lastRow, says: 'frames are missing before this row', missing };
    },
  };
}

function unreadable({ row }: DamagedRow): Unread {
  return { row, says: 'this row cannot be read', missing: `row ${row}, which cannot be read` };
}

/** Frames that the statistics count, those of a log that is off too, and no row shows; null where there are none. */
function lostFrames(frames: Readonly<Record<Direction, readonly number[]>>, report: CaseReport | null): number | null {
  const { rxFrameStats, txFrameStats } = report ?? {};
  if (!isStatistics(rxFrameStats) || !isStatistics(txFrameStats)) return null;
  const lost = (direction: Direction, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).reduce(
      (sum, [opcode, count]) => sum + Math.max(count - (frames[direction][Number(opcode)] ?? 0), 0),
      0,
    );
  return lost('rx', rxFrameStats) + lost('tx', txFrameStats);
}

function isStatistics(value: unknown): value is Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((count) => typeof count === 'number');
}
