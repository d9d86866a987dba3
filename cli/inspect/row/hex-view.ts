// What the hex pane holds: the row's octets as on the wire, with what lies under the mask beside them, then what was put
// together from several rows or inflated.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import { counted } from '../../../src/model/counted.ts';
import type { Frame, Span } from '../../../src/protocol/frame/frame.ts';
import { hexdumpWidth } from '../../../src/render/hexdump.ts';
import type { Style } from '../terminal/paint.ts';
import type { OctetRange } from './field.ts';

interface StyledRange {
  readonly range: OctetRange;
  readonly style: Style;
}

/** Unmasked octets under those of a row: those from `at` on belong to `octets`. */
export interface Plain {
  readonly at: number;
  readonly octets: Uint8Array;
}

export interface Section {
  /** Null for the octets that the pane's own title names. */
  readonly title: string | null;
  readonly octets: Uint8Array;
  /** How many more octets there were, which the log does not hold. */
  readonly missing: number;
  readonly offending: readonly OctetRange[];
  readonly styles: readonly StyledRange[];
  /** What is shown beside the octets; null where nothing is under them. */
  readonly plain: readonly Plain[] | null;
}

export interface HexView {
  readonly sections: readonly Section[];
  readonly perLine: number;
  readonly lines: number;
  /** The line of the first offending octet, if it is not among the first ones. */
  readonly start: number;
}

const MOST_FRAMES = 100;
const ADDRESS = 10;

/** Columns of a line that shows octets twice: address, both in hex, the second as text. */
export function splitWidth(perLine: number): number {
  return ADDRESS + 3 * perLine + 2 + 3 * perLine + 1 + perLine;
}

export function hexTitle({ row }: AnnotatedRow): string {
  if (row.kind === 'frame') return 'Hex · payload, as the log has it';
  if (row.kind !== 'octets') return 'Hex';
  const { length, known, exact } = row.octets;
  const all = `${exact ? '' : 'at least '}${length} octets`;
  return `Hex · ${known.length < length ? `${known.length} of ${all}` : counted(length, 'octet')}`;
}

export function hexView(annotated: AnnotatedRow, width: number): HexView {
  const unmasked = [16, 8].find((count) => splitWidth(count) + 1 <= width);
  const sections = sectionsOf(annotated, unmasked !== undefined);
  const isSplit = sections[0]?.plain != null;
  const single = [16, 8, 4].find((count) => hexdumpWidth(count) + 1 <= width) ?? 2;
  const perLine = isSplit && unmasked !== undefined ? unmasked : single;
  const lines = sections.reduce((sum, section) => sum + sectionLines(section, perLine), 0);
  return { sections, perLine, lines, start: startLine(sections, perLine) };
}

export function sectionLines({ title, octets, missing }: Section, perLine: number): number {
  return Number(title !== null) + Math.ceil(octets.length / perLine) + Number(missing > 0);
}

function startLine([wire]: readonly Section[], perLine: number): number {
  const firsts = wire?.offending.map(([from]) => from).filter((from) => from < wire.octets.length) ?? [];
  const first = firsts.reduce((least, from) => Math.min(least, from), Number.MAX_SAFE_INTEGER);
  return firsts.length === 0 ? 0 : Math.max(Math.floor(first / perLine) - 1, 0);
}

function sectionsOf({ row, frames, annotations }: AnnotatedRow, mayStandBeside: boolean): Section[] {
  if (row.kind === 'frame') {
    const { payload } = row;
    return payload ? [bare(null, payload.known, payload.length - payload.known.length)] : [];
  }
  if (row.kind !== 'octets') return [];
  const offending = annotations.flatMap(({ octets }) => (octets ? [octets] : []));
  const shown = frames.slice(0, MOST_FRAMES);
  const { known, length } = row.octets;
  const plain = mayStandBeside ? shown.flatMap(({ frame }) => plainOf(frame, row.row)) : [];
  const wire: Section = {
    ...bare(null, known, length - known.length),
    offending,
    styles: shown.flatMap(({ frame }) => spansIn(frame, row.row).flatMap((span) => stylesOf(frame, span))),
    plain: plain.length > 0 ? plain : null,
  };
  return [
    wire,
    ...shown.flatMap(({ frame, message }) => [
      ...under(frame, row.row, offending, { isBeside: wire.plain !== null, isOnly: shown.length === 1 }),
      ...inflated(message?.inflation?.octets),
    ]),
  ];
}

function bare(title: string | null, octets: Uint8Array, missing = 0): Section {
  return { title, octets, missing, offending: [], styles: [], plain: null };
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

/** Where the frame's payload stands in the row, and what it is without its mask. */
function plainOf({ payload, masked, headerLength, spans }: Frame, row: number): Plain[] {
  if (!masked || payload.length === 0) return [];
  return spans
    .filter((span) => span.row === row)
    .flatMap(({ at, octet, length }): Plain[] => {
      const begin = Math.max(at, headerLength);
      const octets = payload.subarray(begin - headerLength, Math.max(at + length, begin) - headerLength);
      return octets.length === 0 ? [] : [{ at: octet + begin - at, octets }];
    });
}

/** The payload without its mask where it does not stand beside, or put together from several rows. */
function under(
  frame: Frame,
  row: number,
  offending: readonly OctetRange[],
  { isBeside, isOnly }: { readonly isBeside: boolean; readonly isOnly: boolean },
): Section[] {
  const { payload, masked, spans, headerLength } = frame;
  const isWhole = spans.length === 1;
  if (payload.length === 0 || (isWhole && (!masked || isBeside))) return [];
  const ranges = spansIn(frame, row).flatMap((span) =>
    offending.flatMap(([from, to]): OctetRange[] => {
      const shift = span.at - span.octet - headerLength;
      const begin = Math.max(Math.max(from, span.octet) + shift, 0);
      const end = Math.min(to, span.octet + span.length) + shift;
      return begin < end ? [[begin, end]] : [];
    }),
  );
  const whose = isOnly
    ? ''
    : ` of the frame that begins at octet ${spans[0]?.octet ?? 0}${isWhole ? '' : ` of row ${spans[0]?.row}`}`;
  const title = `payload${whose}${masked ? ', unmasked' : ''}, ${counted(payload.length, 'octet')}`;
  return [{ ...bare(title, payload), offending: ranges }];
}

function inflated(octets: Uint8Array | undefined): Section[] {
  if (!octets || octets.length === 0) return [];
  return [bare(`message, inflated, ${counted(octets.length, 'octet')}`, octets)];
}
