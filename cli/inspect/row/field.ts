// A field of a row: what it is called, what it says, and which of the row's octets it stands in. Fields make trees.

import type { AnnotatedRow, Annotation } from '../../../src/judge/annotation.ts';
import type { Span } from '../../../src/protocol/frame/frame.ts';
import { foremost, type Mark } from '../log/marks.ts';
import { type Piece, piece, type Style } from '../terminal/paint.ts';

/** Octets of a row, the end exclusive. */
export type OctetRange = readonly [from: number, to: number];

/** `octet 5`, `octets 0–1`: the first and the last of them. */
export function rangeInWords([from, to]: OctetRange): string {
  return to - from <= 1 ? `octet ${from}` : `octets ${from}–${to - 1}`;
}

export interface DetailField {
  /** Path in the tree, the same for like fields of other rows, so that folds and selection stay when the row changes. */
  readonly id: string;
  readonly label: string;
  readonly value: readonly Piece[];
  /** Null where it stands in no octets of the row. */
  readonly octets: OctetRange | null;
  /** Of a field within an octet. */
  readonly bits: string | null;
  readonly mark: Mark | null;
  /** Until it is folded or unfolded. */
  readonly isOpen: boolean;
  readonly children: readonly DetailField[];
}

export function field(
  id: string,
  label: string,
  value: string | readonly Piece[],
  about: Partial<DetailField> = {},
): DetailField {
  const pieces = typeof value === 'string' ? [piece(value)] : value;
  return { id, label, value: pieces, octets: null, bits: null, mark: null, isOpen: false, children: [], ...about };
}

export function styled(text: string, style: Style): readonly Piece[] {
  return [piece(text, style)];
}

/** Octets `from` to `to` of a thing that stands at `spans`, as far as they stand in that row. */
export function rangeIn(row: number, spans: readonly Span[], from: number, to: number): OctetRange | null {
  let range: OctetRange | null = null;
  for (const span of spans) {
    if (span.row !== row) continue;
    const begin = Math.max(from, span.at);
    const end = Math.min(to, span.at + span.length);
    if (begin >= end) continue;
    const shift = span.octet - span.at;
    range = [range?.[0] ?? begin + shift, end + shift];
  }
  return range;
}

function overlaps([from, to]: OctetRange, other: Annotation['octets']): boolean {
  return other !== null && other[0] < to && from < other[1];
}

/** The worst that is said about those octets, of the rules that are about the field. */
export function markIn(
  { annotations }: AnnotatedRow,
  octets: OctetRange | null,
  rules: RegExp | null = null,
): Mark | null {
  if (!octets) return null;
  const own = annotations.filter(({ octets: at, rule }) => overlaps(octets, at) && (rules?.test(rule) ?? true));
  return foremost(own)?.mark ?? null;
}
