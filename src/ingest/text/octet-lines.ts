// The octets of a text of rows: those of the usual kind go into a batch as they are, all other lines to the reader of
// lines, whose rows stand in the same batch, in their order.

import type { Row } from '../../model/row.ts';
import { BATCH_OCTETS, octetsOfRow, RowBatch } from '../../model/row-batch.ts';
import { TEXT_SLACK, UsualRows } from './usual-rows.ts';

const LF = 0x0a;
/** A line that is longer is handed on in parts. */
const LONGEST_LINE = 4 << 20;

/** The reader of lines. */
export interface LineReader {
  /** Text that goes on where the last one ended; lines are cut anywhere. */
  push(text: string): void;
  /** As `RowLines` has it; null also where rows are no more than text. */
  turn(): { readonly next: number; readonly shift: number } | null;
  settle(): void;
  /** Rows from the batch's row `from` on were read into it. */
  advance(next: number, hasIndent: boolean, batch: RowBatch, from: number): void;
}

export interface OctetLines {
  push(chunk: Uint8Array): void;
  /** A row that the reader of lines has found. */
  add(row: Row): void;
  /** Gives away what has been read so far. */
  pass(): void;
  /** Hands whole lines on that wait only for more to come. */
  pause(): void;
  /** Hands all on. */
  end(): void;
}

export function openOctetLines(lines: LineReader, pass: (batch: RowBatch) => void): OctetLines {
  const usual = new UsualRows();
  let batch = new RowBatch();
  let text = Buffer.allocUnsafeSlow(BATCH_OCTETS);
  let end = 0;
  let isInsideLine = false;

  function renew(octets: number): void {
    if (batch.count === 0 && batch.arena.length >= octets) return;
    if (batch.count > 0) pass(batch);
    batch = new RowBatch(Math.max(octets, BATCH_OCTETS));
  }

  function append(chunk: Uint8Array): void {
    const size = end + chunk.length + TEXT_SLACK;
    if (size > text.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * text.length, size));
      larger.set(text.subarray(0, end));
      text = larger;
    }
    text.set(chunk, end);
    end += chunk.length;
    // No digit and no line end: there everything stops that reads on.
    text[end] = 0;
  }

  /** Reads rows of the usual kind, if one begins there. Returns where they end, and whether what follows has to wait. */
  function readUsual(from: number): { readonly at: number; readonly isUnfinished: boolean } {
    let at = from;
    for (;;) {
      const turn = isInsideLine ? null : lines.turn();
      if (!turn || !usual.begins(text, at, end, turn.next - turn.shift)) return { at, isUnfinished: false };
      lines.settle();
      // What goes out may have to wait for what its next rows tell.
      if (!lines.turn()) return { at, isUnfinished: false };
      const first = batch.count;
      const scanned = usual.read(text, at, end, turn.next, turn.shift, batch);
      if (scanned.at > at) lines.advance(scanned.next, scanned.hasIndent, batch, first);
      at = scanned.at;
      if (scanned.needs === 0) return { at, isUnfinished: scanned.isUnfinished };
      renew(scanned.needs);
    }
  }

  /** Returns where that begins which has to wait; with `isLast` only lines that are not whole wait. */
  function read(isLast: boolean): number {
    for (let at = 0; ; ) {
      const usually = readUsual(at);
      at = usually.at;
      if (usually.isUnfinished && !isLast) return at;
      const lf = text.indexOf(LF, at);
      if (lf < 0 || lf >= end) return at;
      lines.push(text.toString('latin1', at, lf + 1));
      isInsideLine = false;
      at = lf + 1;
    }
  }

  function handOn(at: number): void {
    if (at < end) lines.push(text.toString('latin1', at, end));
    end = 0;
  }

  function keepFrom(at: number): void {
    text.copyWithin(0, at, end);
    end -= at;
    text[end] = 0;
    if (end <= LONGEST_LINE) return;
    handOn(0);
    isInsideLine = true;
  }

  return {
    push: (chunk) => {
      append(chunk);
      keepFrom(read(false));
    },
    add: (row) => {
      const octets = octetsOfRow(row);
      if (!batch.hasRoom(octets)) renew(octets);
      batch.push(row);
    },
    pass: () => renew(0),
    pause: () => keepFrom(read(true)),
    end: () => handOn(read(true)),
  };
}
