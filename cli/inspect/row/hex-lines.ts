// The hex pane in lines. Offending octets stand in brackets and the selected field's in angle brackets, so that they show
// without colour. Only the lines in sight are dumped: a row can have millions of octets.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import { counted } from '../../../src/model/counted.ts';
import { hexColumn, hexdump, textColumn } from '../../../src/render/hexdump.ts';
import { type Canvas, paintLine, piece, type Style } from '../terminal/paint.ts';
import { type DetailField, type OctetRange, rangeInWords } from './field.ts';
import { type HexView, type Plain, type Section, sectionLines } from './hex-view.ts';

export interface Picked {
  /** Octets of the selected field. */
  readonly octets: OctetRange | null;
  /** The octet under the cursor; null while the pane has none. */
  readonly octet: number | null;
}

export const NOTHING_PICKED: Picked = { octets: null, octet: null };

export function paintHexLines(view: HexView, from: number, count: number, picked: Picked, canvas: Canvas): string[] {
  const { sections, perLine } = view;
  const lines: string[] = [];
  let first = 0;
  for (const [index, section] of sections.entries()) {
    const here = sectionLines(section, perLine);
    const titles = Number(section.title !== null);
    const dumped = titles + Math.ceil(section.octets.length / perLine);
    for (let at = Math.max(from - first, 0); at < here && lines.length < count; at++) {
      if (at < titles) lines.push(paintLine([piece(` ${section.title}`, 'dim')], canvas));
      else if (at >= dumped) lines.push(missingLine(section, canvas));
      else
        lines.push(dumpLine(section, (at - titles) * perLine, perLine, index === 0 ? picked : NOTHING_PICKED, canvas));
    }
    first += here;
  }
  return lines;
}

function missingLine({ octets, missing }: Section, canvas: Canvas): string {
  const address = octets.length.toString(16).padStart(8, '0');
  const says = `${counted(missing, 'octet')} not in the log`;
  return paintLine([piece(` ${address}: `, 'dim'), piece(`·· ·· ··  ${says}`, 'unsure')], canvas);
}

/** Characters of a line with their looks. */
interface LineBuffer {
  readonly characters: string[];
  readonly look: Style[];
}

/** The octet of the row at that place of what `paintHexLines` gives, its blank or bracket included; null where there is none. */
export function octetUnder({ sections: [wire], perLine }: HexView, line: number, column: number): number | null {
  if (!wire) return null;
  const columns = columnsOf(wire, perLine);
  const from = line * perLine;
  for (let index = 0; index < perLine && from + index < wire.octets.length; index++) {
    const { digits, text } = columns(index);
    // The line begins with a blank.
    if (text === column - 1 || digits.some((first) => first <= column - 1 && column - 1 < first + 3))
      return from + index;
  }
  return null;
}

/** Where an octet stands in its line: its first hex digit, also of what lies under it, and its character. */
function columnsOf({ plain }: Section, perLine: number): (index: number) => { digits: number[]; text: number } {
  if (!plain) return (index) => ({ digits: [hexColumn(index)], text: textColumn(index, perLine) });
  const text = textBeside(perLine);
  return (index) => ({ digits: [hexColumn(index), besideColumn(index, perLine)], text: text(index) });
}

function dumpLine(section: Section, from: number, perLine: number, picked: Picked, canvas: Canvas): string {
  const { octets, offending, styles, plain } = section;
  const part = octets.subarray(from, from + perLine);
  const [line = ''] = hexdump(part, { perLine, from });
  const buffer: LineBuffer = { characters: [...line], look: [] };
  for (let column = 0; column < line.length; column++) buffer.look[column] = column < hexColumn(0) ? 'dim' : 'plain';
  if (plain) besideIt(buffer, plain, from, part.length, perLine);
  const columns = columnsOf(section, perLine);
  const dress = (range: OctetRange, style: Style) => {
    for (let at = Math.max(range[0], from); at < Math.min(range[1], from + part.length); at++) {
      const { digits, text } = columns(at - from);
      for (const column of [...digits.flatMap((first) => [first, first + 1]), text])
        if (buffer.characters[column] !== ' ') buffer.look[column] = style;
    }
  };
  for (const { range, style } of styles) dress(range, style);
  if (picked.octets) dress(picked.octets, 'picked');
  for (const range of offending) dress(range, 'offending');
  if (picked.octet !== null) dress([picked.octet, picked.octet + 1], 'cursor');
  if (picked.octets) bracket(buffer, picked.octets, from, part.length, '<>');
  for (const range of offending) bracket(buffer, range, from, part.length, '[]');
  return paintLine(
    [piece(' '), ...buffer.characters.map((character, at) => piece(character, buffer.look[at]))],
    canvas,
  );
}

function besideColumn(index: number, perLine: number): number {
  return hexColumn(perLine) + 2 + 3 * index;
}

function textBeside(perLine: number): (index: number) => number {
  return (index) => besideColumn(perLine, perLine) + 1 + index;
}

/** Replaces the text by the unmasked octets and theirs. */
function besideIt(
  { characters, look }: LineBuffer,
  plain: readonly Plain[],
  from: number,
  count: number,
  perLine: number,
): void {
  const text = textBeside(perLine);
  characters.length = Math.min(characters.length, hexColumn(count));
  const width = text(perLine);
  for (let at = characters.length; at < width; at++) characters[at] = ' ';
  for (let at = hexColumn(0); at < width; at++) look[at] = 'plain';
  characters[hexColumn(perLine)] = '│';
  look[hexColumn(perLine)] = 'dim';
  for (const { at, octets } of plain) {
    const begin = Math.max(at, from);
    const shown = octets.subarray(begin - at, Math.max(from + count - at, 0));
    const [dump = ''] = hexdump(shown, { perLine });
    for (let index = 0; index < shown.length; index++) {
      const column = besideColumn(begin - from + index, perLine);
      characters[column] = dump[hexColumn(index)] ?? ' ';
      characters[column + 1] = dump[hexColumn(index) + 1] ?? ' ';
      characters[text(begin - from + index)] = dump[textColumn(index, perLine)] ?? ' ';
    }
  }
}

function bracket(
  { characters, look }: LineBuffer,
  [begin, end]: OctetRange,
  from: number,
  count: number,
  [open, close]: string,
): void {
  const first = Math.max(begin, from);
  const last = Math.min(end, from + count) - 1;
  if (first > last) return;
  const [left, right] = [hexColumn(first - from) - 1, hexColumn(last - from) + 2];
  characters[left] = open as string;
  characters[right] = close as string;
  look[left] = look[right] = 'plain';
}

/** What is selected, behind the pane's title: `header: octets 0–1`, `octet 5: 0x3d "="`. */
export function pickedTitle({ row }: AnnotatedRow, field: DetailField | null, octet: number | null): string {
  if (!field) return '';
  const value = row.kind === 'octets' && octet !== null ? row.octets.known[octet] : undefined;
  const shown = value === undefined ? '' : ` 0x${value.toString(16).padStart(2, '0')}`;
  const { octets } = field;
  const known = row.kind === 'octets' ? row.octets.known.length : Number.POSITIVE_INFINITY;
  const where =
    octet !== null ? `octet ${octet}${shown}` : octets ? placeInWords(octets, known) : 'not in these octets';
  return ` · ${field.label}: ${where}${field.bits === null ? '' : `, ${field.bits}`}`;
}

/** Of octets that the log cuts off, that. */
function placeInWords(range: OctetRange, known: number): string {
  const [from, to] = range;
  const cut = from >= known ? ', not in the log' : to > known ? `, from ${known} on not in the log` : '';
  return `${rangeInWords(range)}${cut}`;
}
