// The lines of ordinary rows without annotations, written as they stand in their batch: what `text.ts` writes of any row,
// octet for octet.

import type { JudgedBatch } from '../../judge/ordinary-row.ts';
import { escapeOctets } from '../../model/octets.ts';
import { DIRECTIONS } from '../../model/row-batch.ts';
import { OPCODE, opcodeName } from '../../protocol/frame/opcode.ts';
import { isMostlyText, PREVIEW } from '../describe.ts';
import { type FixedText, fixedText, type OctetWriter } from '../octet-writer.ts';
import type { Ink, Paint } from '../paint.ts';
import { clearPayload, octetsBetween } from './ordinary-payload.ts';

const ZERO = 0x30;
const QUOTE = fixedText('"');
const ELLIPSIS = fixedText('…');
const SPACE = fixedText(' ');

/** The rows whose lines are written here are those without annotations, and of a frame row those with which the octets agree. */
export interface OrdinaryLines {
  octets(batch: JudgedBatch, at: number, to: OctetWriter): void;
  frameRow(batch: JudgedBatch, at: number, to: OctetWriter): void;
}

export function ordinaryLines(paint: Paint): OrdinaryLines {
  const dim = around(paint, 'dim');
  /** By direction: what stands between the row's number and what it holds. */
  const directions = DIRECTIONS.map((direction) =>
    fixedText(`${dim.after} ${paint(direction === 'rx' ? 'cyan' : 'magenta', direction.toUpperCase())} `),
  );
  const before = fixedText(dim.before);
  const key = fixedText(`${dim.before}(key `);
  const noKey = fixedText(`${dim.before}(`);
  const keyEnd = fixedText(', ');
  const sizeEnd = fixedText(` octets)${dim.after}\n`);
  const oneEnd = fixedText(` octet)${dim.after}\n`);
  /** By opcode, with a payload and without. */
  const headers = [true, false].map(
    (hasPayload) =>
      new Map(
        [OPCODE.TEXT, OPCODE.BINARY].map((opcode) => {
          const name = opcodeName(opcode);
          return [opcode as number, fixedText(`${paint('bold', hasPayload ? name.padEnd(5) : name)} `)] as const;
        }),
      ),
  );
  const logged: (FixedText | undefined)[] = [];
  const agree = fixedText(` octets: the octets agree${dim.after}\n`);
  const oneAgrees = fixedText(` octet: the octets agree${dim.after}\n`);

  const writeStart = (number: number, direction: number, to: OctetWriter) => {
    to.fixed(before);
    if (number < 100) to.octet(ZERO);
    if (number < 10) to.octet(ZERO);
    to.number(number);
    to.fixed(directions[direction] as FixedText);
  };
  return {
    octets: (batch, at, to) => {
      const { view, rows, directions, starts } = batch.rows;
      const length = batch.lengthAt(at);
      writeStart(rows[at] as number, directions[at] as number, to);
      to.fixed(headers[length === 0 ? 1 : 0]?.get(batch.opcodeAt(at)) as FixedText);
      if (length > 0) writePreview(batch, at, to);
      if (view.getUint8((starts[at] as number) + 1) >= 0x80) {
        const payload = batch.payloadAt(at);
        to.fixed(key);
        to.hex(view, payload - 4, payload);
        to.fixed(keyEnd);
      } else to.fixed(noKey);
      to.number(length);
      to.fixed(length === 1 ? oneEnd : sizeEnd);
    },
    frameRow: ({ rows: batch }, at, to) => {
      const bits = batch.bits[at] as number;
      const length = batch.lengths[at] as number;
      writeStart(batch.rows[at] as number, batch.directions[at] as number, to);
      const first = bits & 0x8f;
      logged[first] ??= fixedText(`${dim.before}logged as ${opcodeName(bits & 15)}${bits & 0x80 ? '' : ' FIN=0'}, `);
      to.fixed(logged[first]);
      to.number(length);
      to.fixed(length === 1 ? oneAgrees : agree);
    },
  };
}

function around(paint: Paint, ink: Ink): { before: string; after: string } {
  const [before = '', after = ''] = paint(ink, '-').split('-');
  return { before, after };
}

/** The payload's beginning, as text or as hex, and a space. */
function writePreview(batch: JudgedBatch, at: number, to: OctetWriter): void {
  const length = batch.lengthAt(at);
  const { view, from } = clearPayload(batch, at);
  const end = from + Math.min(length, PREVIEW);
  const isPlain = arePlain(view, from, end);
  if (isPlain || batch.opcodeAt(at) === OPCODE.TEXT || isMostlyText(octetsBetween(view, from, end))) {
    to.fixed(QUOTE);
    if (isPlain) to.copy(view, from, end);
    else to.text(escapeOctets(octetsBetween(view, from, end)));
    to.fixed(QUOTE);
  } else to.hex(view, from, end);
  if (length > PREVIEW) to.fixed(ELLIPSIS);
  to.fixed(SPACE);
}

/** Printable ASCII, and no backslash: nothing of it is escaped. */
function arePlain(view: DataView, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const octet = view.getUint8(i);
    if (octet < 0x20 || octet > 0x7e || octet === 0x5c) return false;
  }
  return true;
}
