// A log of octets, with a row for each frame as the suite's own logs have it: a received frame behind its octets, a sent
// one before them. The verdict on a case is made from those rows.

import type { AnnotatedRow } from '../judge/annotation.ts';
import { hexOf } from '../model/octets.ts';
import type { FrameRow, Row } from '../model/row.ts';
import { type Frame, payloadOf, startOf } from '../protocol/frame/frame.ts';

/** The rows are numbered anew. */
export function withFrameRows(annotated: readonly AnnotatedRow[]): Row[] {
  const sent = new Map<number, FrameRow[]>();
  for (const { frames } of annotated) {
    for (const { frame } of frames) {
      if (frame.direction !== 'tx' || !frame.finished) continue;
      const { row } = startOf(frame);
      sent.set(row, [...(sent.get(row) ?? []), rowOf(frame)]);
    }
  }
  return annotated
    .flatMap(({ row, frames }) => {
      const received = frames.filter(({ frame }) => frame.direction === 'rx' && frame.finished);
      const at = { time: row.time };
      return [
        ...(sent.get(row.row) ?? []).map((own) => ({ ...own, ...at })),
        row,
        ...received.map(({ frame }) => ({ ...rowOf(frame), ...at })),
      ];
    })
    .map((row, number) => ({ ...row, row: number }));
}

function rowOf(frame: Frame): FrameRow {
  const { direction, opcode, fin, rsv, masked, maskingKey, length } = frame;
  return {
    kind: 'frame',
    row: 0,
    time: null,
    direction,
    opcode,
    fin,
    rsv,
    masked,
    maskingKey: maskingKey ? hexOf(maskingKey) : null,
    length,
    payload: { length, known: payloadOf(frame), exact: true },
    repeat: null,
    chopSize: null,
    sync: false,
  };
}
