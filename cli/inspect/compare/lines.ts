// The comparison in lines: the left log, what holds between the two, the right log.

import type { AlignedPair, Unit } from '../../../src/judge/align.ts';
import { foremost } from '../log/marks.ts';
import { eventInWords, frameSummary } from '../row/row-line.ts';
import { cellsOf, fitTo, visible } from '../terminal/cells.ts';
import { type Canvas, type Piece, paintLine, piece } from '../terminal/paint.ts';
import { titleOf } from '../terminal/title-line.ts';
import type { DiffState } from './state.ts';

const MIDDLE = 3;

/** What the lines above the rows are about. */
interface Compared {
  readonly title: string;
  readonly left: { readonly title: string };
  readonly right: { readonly title: string };
  readonly state: DiffState;
  readonly isLoading: boolean;
  pairs(): readonly AlignedPair[];
}

export function diffTitleLine(page: Compared, canvas: Canvas): string {
  const pairs = page.pairs();
  const differing = pairs.filter(({ isSame }) => !isSame).length;
  return titleOf(
    page.title,
    [
      piece(`  ${pairs.length} rows`),
      piece(`  ≠ ${differing}`, differing > 0 ? 'error' : 'dim'),
      piece(page.isLoading ? '  loading' : '', 'dim'),
    ],
    canvas,
  );
}

function sideWidth(width: number): number {
  return (width - 1 - MIDDLE) >> 1;
}

export function sidesLine({ left, right, state }: Compared, canvas: Canvas): string {
  const width = sideWidth(canvas.width);
  const name = (title: string, side: DiffState['side']) =>
    piece(fitTo(`${state.side === side ? '▸' : ' '} ${visible(title)}`, width), state.side === side ? 'bold' : 'dim');
  return paintLine(
    [piece(' '), name(left.title, 'left'), piece(' '.repeat(MIDDLE)), name(right.title, 'right')],
    canvas,
  );
}

export interface DiffLook {
  readonly isSelected: boolean;
  /** The first difference. */
  readonly isFirst: boolean;
  readonly side: DiffState['side'];
}

export function diffLine(
  { left, right, isSame }: AlignedPair,
  { isSelected, isFirst, side }: DiffLook,
  canvas: Canvas,
): string {
  const width = sideWidth(canvas.width);
  const sign = isSame ? ' │ ' : isFirst ? '▶≠◀' : ' ≠ ';
  const pieces = [
    piece(isSelected ? '>' : ' '),
    ...sidePieces(left, width, isSelected && side === 'left', isSame),
    piece(sign, isSame ? 'dim' : 'error'),
    ...sidePieces(right, width, isSelected && side === 'right', isSame),
  ];
  return paintLine(pieces, canvas);
}

function sidePieces(unit: Unit | null, width: number, isPicked: boolean, isSame: boolean): Piece[] {
  if (!unit) return [piece(fitTo(isPicked ? '  (nothing)' : '', width), isPicked ? 'selected' : 'dim')];
  const { row, direction, text } = told(unit);
  const mark = foremost(unit.row.annotations)?.mark;
  const number = `${String(row).padStart(3)} `;
  const way = `${direction.padEnd(2)} `;
  const room = Math.max(width - cellsOf(number) - cellsOf(way) - 2, 0);
  const pieces = [
    piece(number, 'dim'),
    piece(way, isSame ? 'dim' : direction === 'RX' ? 'rx' : 'tx'),
    piece(`${mark?.character ?? ' '} `, mark?.style ?? 'plain'),
    piece(fitTo(text, room), isSame ? 'dim' : 'bold'),
  ];
  return isPicked ? pieces.map(({ text: part }) => piece(part, 'selected')) : pieces;
}

function told({ row: annotated, frame }: Unit): { row: number; direction: string; text: string } {
  const { row, frames, heads } = annotated;
  if (row.kind !== 'octets')
    return { row: row.row, direction: '', text: row.kind === 'frame' ? '' : eventInWords(row) };
  const decoded = frame === null ? undefined : frames[frame];
  const text = decoded ? frameSummary(decoded) : `HTTP  ${visible((heads[0]?.startLine ?? '').slice(0, 300))}`;
  return { row: row.row, direction: row.direction.toUpperCase(), text };
}
