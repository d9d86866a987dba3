// The detail pane: the tree of fields, one line a field; the selected one shows all of its value.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import { type Direction, type LogHeader, otherRole } from '../../../src/model/row.ts';
import { wrapToCells } from '../terminal/cells.ts';
import { type Canvas, type Piece, paintLine, piece } from '../terminal/paint.ts';
import { clampTop } from '../terminal/window.ts';
import type { DetailField } from './field.ts';
import { frameRangeInWords } from './frame-fields.ts';
import { type Folds, selectedIn, type VisibleField, visibleFields } from './tree.ts';

export interface FieldSelection {
  readonly field: string | null;
  readonly folds: Folds;
  readonly hasFocus: boolean;
}

const LABEL = 14;
/** Lines of the selected value. */
const MOST_LINES = 12;

export function detailTitle({ row, frames }: AnnotatedRow, header: LogHeader | null): string {
  const time = row.time === null ? '' : ` · ${row.time.toFixed(6)} s`;
  const title = `Row ${row.row}${time}`;
  if (row.kind !== 'octets' && row.kind !== 'frame') return title;
  const way = wayOf(row.direction, header);
  if (row.kind === 'frame') return `${title} · ${row.direction} frame, as the log has it · ${way}`;
  const [first] = frames;
  const what = !first ? 'octets' : frames.length > 1 ? `${frames.length} frames` : frameRangeInWords(first.frame);
  return `${title} · ${row.direction} ${what} · ${way}`;
}

/** Which endpoint sends in that direction, where the log says who wrote it. */
function wayOf(direction: Direction, header: LogHeader | null): string {
  const writer = header?.writer;
  if (!writer) return direction === 'rx' ? 'received by the writer' : 'sent by the writer';
  const sender = direction === 'tx' ? writer : otherRole(writer);
  return `${sender} → ${otherRole(sender)}`;
}

export interface DetailView {
  readonly lines: readonly string[];
  /** Which of them the selected field begins with. */
  readonly selected: number;
  /** Ids of the fields that the lines belong to. */
  readonly ids: readonly string[];
}

export function detailLines(
  fields: readonly DetailField[],
  { field, folds, hasFocus }: FieldSelection,
  canvas: Canvas,
): DetailView {
  const visible = visibleFields(fields, folds);
  const selected = selectedIn(visible, field);
  const parts = visible.map((each, at) => {
    const isSelected = at === selected && (hasFocus || field !== null);
    return isSelected && hasFocus ? unfolded(each, canvas) : [line(each, isSelected, canvas)];
  });
  const ids = parts.flatMap((lines, at) => lines.map(() => visible[at]?.field.id ?? ''));
  return { lines: parts.flat(), selected, ids };
}

/** The first line in sight. */
export function detailStart({ lines, selected }: DetailView, height: number): number {
  const isInSight = selected < height - 1 || lines.length <= height;
  return isInSight ? 0 : clampTop(selected - (height >> 1), height, lines.length);
}

function head({ field, depth, isOpen }: VisibleField, isSelected: boolean): Piece[] {
  const fold = field.children.length === 0 ? ' ' : isOpen ? '▾' : '▸';
  const label = `${'  '.repeat(depth)}${fold} ${field.label}`;
  const mark = field.mark;
  return [
    piece(isSelected ? '>' : ' '),
    piece(`${label.padEnd(LABEL + 1)} `, 'dim'),
    piece(mark ? `${mark.character} ` : '  ', mark?.style ?? 'plain'),
  ];
}

function line(each: VisibleField, isSelected: boolean, canvas: Canvas): string {
  return paintLine([...head(each, isSelected), ...each.field.value], canvas);
}

function unfolded(each: VisibleField, canvas: Canvas): string[] {
  const before = head(each, true);
  const indent = before.reduce((sum, { text }) => sum + text.length, 0);
  const value = each.field.value.map(({ text }) => text).join('');
  const [first = '', ...rest] = wrapToCells(value, canvas.width - indent).slice(0, MOST_LINES);
  return [
    paintLine([...before, piece(first)], canvas, 'selected'),
    ...rest.map((text) => paintLine([piece(' '.repeat(indent)), piece(text)], canvas, 'selected')),
  ];
}
