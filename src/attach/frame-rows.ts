// The log's own account of frames, where it stands for itself: rows that no octets back, or that say otherwise.

import { NO_OCTETS } from '../model/octets.ts';
import type { FrameRow } from '../model/row.ts';
import { isControl, OPCODE } from '../protocol/frame/opcode.ts';
import type { JudgedLog } from './judged-log.ts';

/** Payloads of frame rows that make one content: a message's, or a single control frame's. */
export interface RowContent {
  readonly opcode: number;
  readonly rsv: number;
  readonly octets: Uint8Array;
  readonly isCut: boolean;
  readonly rows: readonly { readonly row: number; readonly at: number; readonly length: number }[];
}

/** What the log's frame rows tell, the fragments of a message taken together as far as none of them is cut. */
export function frameRowContents({ rows }: Pick<JudgedLog, 'rows'>): RowContent[] {
  return (['rx', 'tx'] as const).flatMap((direction) => {
    const contents: RowContent[] = [];
    let open: FrameRow[] = [];
    const flush = () => {
      if (open.length > 0) contents.push(joined(open));
      open = [];
    };
    for (const row of rows) {
      if (row.kind !== 'frame' || row.direction !== direction) continue;
      if (isControl(row.opcode)) {
        contents.push(joined([row]));
        continue;
      }
      if (row.opcode !== OPCODE.CONTINUATION) flush();
      open.push(row);
      if (row.fin || isCutShort(row)) flush();
    }
    flush();
    return contents;
  });
}

function isCutShort({ payload, length }: FrameRow): boolean {
  return payload === null ? length !== 0 : payload.known.length < payload.length;
}

function joined(rows: readonly FrameRow[]): RowContent {
  let at = 0;
  const places = rows.map(({ row, payload }) => {
    const length = payload?.known.length ?? 0;
    at += length;
    return { row, at: at - length, length };
  });
  const [first] = rows as [FrameRow];
  return {
    // A continuation is shown as text where it is one.
    opcode: first.opcode === OPCODE.CONTINUATION ? OPCODE.TEXT : first.opcode,
    rsv: first.rsv,
    octets: Buffer.concat(rows.map(({ payload }) => payload?.known ?? NO_OCTETS)),
    isCut: isCutShort(rows.at(-1) as FrameRow),
    rows: places,
  };
}
