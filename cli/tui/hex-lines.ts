// The hex pane: the row's octets as on the wire, then what lies under masks and compression. Offending octets stand in
// brackets, so that they show without colour. Only the lines in sight are dumped: a row can have millions of octets.

import type { AnnotatedRow } from '../../src/annotation.ts';
import type { Frame, Span } from '../../src/protocol/frame.ts';
import { hexColumn, hexdump, hexdumpWidth, textColumn } from '../../src/render/hexdump.ts';
import { counted } from './cells.ts';
import { type Canvas, type Piece, paintLine, piece, type Style } from './paint.ts';

type Range = readonly [from: number, to: number];

interface StyledRange {
  readonly range: Range;
  readonly style: Style;
}

interface Section {
  /** Null for the octets that the pane's own title names. */
  readonly title: string | null;
  readonly octets: Uint8Array;
  readonly offending: readonly Range[];
  readonly styles: readonly StyledRange[];
}

export interface HexView {
  readonly sections: readonly Section[];
  readonly perLine: number;
  readonly lines: number;
  /** The line of the first offending octet, if it is not among the first ones. */
  readonly start: number;
}

const MOST_FRAMES = 100;

export function hexTitle({ row }: AnnotatedRow): string {
  if (row.kind === 'frame') return 'Hex · payload, as the log has it';
  if (row.kind !== 'octets') return 'Hex';
  const { length, known } = row.octets;
  return `Hex · ${known.length < length ? `${known.length} of ${length} octets` : counted(length, 'octet')}`;
}

export function hexView(annotated: AnnotatedRow, width: number): HexView {
  const perLine = [16, 8, 4].find((count) => hexdumpWidth(count) + 1 <= width) ?? 2;
  const sections = sectionsOf(annotated);
  const lines = sections.reduce((sum, section) => sum + linesOf(section, perLine), 0);
  return { sections, perLine, lines, start: startLine(sections, perLine) };
}

function linesOf({ title, octets }: Section, perLine: number): number {
  return Number(title !== null) + Math.ceil(octets.length / perLine);
}

function startLine([wire]: readonly Section[], perLine: number): number {
  const firsts = wire?.offending.map(([from]) => from).filter((from) => from < wire.octets.length) ?? [];
  const first = firsts.reduce((least, from) => Math.min(least, from), Number.MAX_SAFE_INTEGER);
  return firsts.length === 0 ? 0 : Math.max(Math.floor(first / perLine) - 1, 0);
}

export function hexLines({ sections, perLine }: HexView, from: number, count: number, canvas: Canvas): string[] {
  const lines: string[] = [];
  let first = 0;
  for (const section of sections) {
    const here = linesOf(section, perLine);
    const titles = Number(section.title !== null);
    for (let at = Math.max(from - first, 0); at < here && lines.length < count; at++) {
      if (at < titles) lines.push(paintLine([piece(` ${section.title}`, 'dim')], canvas));
      else lines.push(dumpLine(section, (at - titles) * perLine, perLine, canvas));
    }
    first += here;
  }
  return lines;
}

function dumpLine({ octets, offending, styles }: Section, from: number, perLine: number, canvas: Canvas): string {
  const part = octets.subarray(from, from + perLine);
  const [line = ''] = hexdump(part, { perLine, from });
  const characters = [...line];
  const look: Style[] = characters.map((_, column) => (column < hexColumn(0) ? 'dim' : 'plain'));
  const each = ([begin, end]: Range, visit: (index: number) => void) => {
    for (let at = Math.max(begin, from); at < Math.min(end, from + part.length); at++) visit(at - from);
  };
  const dress = (index: number, style: Style) => {
    for (const column of [hexColumn(index), hexColumn(index) + 1, textColumn(index, perLine)]) look[column] = style;
  };
  for (const { range, style } of styles) each(range, (index) => dress(index, style));
  for (const range of offending) {
    each(range, (index) => {
      dress(index, 'offending');
      const isFirst = index + from === range[0] || index === 0;
      const isLast = index + from === range[1] - 1 || index === part.length - 1;
      if (isFirst) characters[hexColumn(index) - 1] = '[';
      if (isLast) characters[hexColumn(index) + 2] = ']';
    });
  }
  return paintLine([piece(' '), ...joined(characters, look)], canvas);
}

function joined(characters: readonly string[], look: readonly Style[]): Piece[] {
  return characters.map((character, column) => piece(character, look[column]));
}

function sectionsOf({ row, frames, annotations }: AnnotatedRow): Section[] {
  if (row.kind === 'frame') {
    const { payload } = row;
    return payload ? [{ title: null, octets: payload.known, offending: [], styles: [] }] : [];
  }
  if (row.kind !== 'octets') return [];
  const offending = annotations.flatMap(({ octets }) => (octets ? [octets] : []));
  const shown = frames.slice(0, MOST_FRAMES);
  const styles = shown.flatMap(({ frame }) => spansIn(frame, row.row).flatMap((span) => stylesOf(frame, span)));
  const wire: Section = { title: null, octets: row.octets.known, offending, styles };
  return [
    wire,
    ...shown.flatMap(({ frame, message }) => [
      ...under(frame, row.row, offending),
      ...inflated(message?.inflation?.octets),
    ]),
  ];
}

function spansIn(frame: Frame, row: number): Span[] {
  return frame.spans.filter((span) => span.row === row);
}

/** Header and masking key, in octets of the row. */
function stylesOf({ headerLength, masked }: Frame, { at, octet }: Span): StyledRange[] {
  const zero = octet - at;
  const own = headerLength - (masked ? 4 : 0);
  const ranges: StyledRange[] = [{ range: [Math.max(zero, octet), zero + own], style: 'header' }];
  if (masked) ranges.push({ range: [Math.max(zero + own, octet), zero + headerLength], style: 'key' });
  return ranges;
}

/** The payload without its mask, or put together from several rows. */
function under(frame: Frame, row: number, offending: readonly Range[]): Section[] {
  const { payload, masked, ordinal, spans, headerLength } = frame;
  if (payload.length === 0 || (!masked && spans.length === 1)) return [];
  const ranges = spansIn(frame, row).flatMap((span) =>
    offending.flatMap(([from, to]): Range[] => {
      const shift = span.at - span.octet - headerLength;
      const begin = Math.max(Math.max(from, span.octet) + shift, 0);
      const end = Math.min(to, span.octet + span.length) + shift;
      return begin < end ? [[begin, end]] : [];
    }),
  );
  const title = `payload of frame #${ordinal}${masked ? ', unmasked' : ''}, ${counted(payload.length, 'octet')}`;
  return [{ title, octets: payload, offending: ranges, styles: [] }];
}

function inflated(octets: Uint8Array | undefined): Section[] {
  if (!octets || octets.length === 0) return [];
  return [{ title: `message, inflated, ${counted(octets.length, 'octet')}`, octets, offending: [], styles: [] }];
}
