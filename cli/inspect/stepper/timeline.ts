// One line for the whole connection: its states from left to right, where the violations are, and the playhead.

import { MARKS } from '../log/marks.ts';
import type { ConnectionPhase } from '../log/phases.ts';
import { type Canvas, type Piece, paintLine, piece, type Style } from '../terminal/paint.ts';

export interface TimelineView {
  readonly phases: readonly ConnectionPhase[];
  /** Positions of the log's rows, the end exclusive. */
  readonly from: number;
  readonly to: number;
  readonly cursor: number;
  /** Ascending positions. */
  readonly violations: readonly number[];
  readonly stimuli: readonly number[];
}

const RAILS: Readonly<Record<ConnectionPhase['state'], string>> = {
  connecting: '─',
  open: '━',
  closing: '╌',
  closed: '·',
};
const STYLES: Readonly<Record<ConnectionPhase['state'], Style>> = {
  connecting: 'dim',
  open: 'tx',
  closing: 'warning',
  closed: 'dim',
};
const PLAYHEAD = '●';

interface TimelineSegment {
  readonly phase: ConnectionPhase;
  readonly from: number;
  readonly to: number;
  /** Columns of its rail: behind the name, which stands at its beginning. */
  readonly left: number;
  readonly right: number;
}

export function timelineLine(view: TimelineView, canvas: Canvas): string {
  const cells: Piece[] = Array.from({ length: canvas.width }, () => piece(' '));
  for (const { phase, left, right } of segmentsOf(view, canvas.width)) {
    const name = phase.state.toUpperCase();
    for (const [at, letter] of [...name].entries()) put(cells, left - name.length + at, letter, STYLES[phase.state]);
    for (let at = left; at < right; at++) put(cells, at, RAILS[phase.state], STYLES[phase.state]);
  }
  for (const segment of segmentsOf(view, canvas.width)) marksIn(cells, segment, view);
  return paintLine(cells, canvas);
}

function put(cells: Piece[], at: number, character: string, style: Style): void {
  if (at >= 0 && at < cells.length) cells[at] = piece(character, style);
}

/** Each state has its name and at least one column of rail; the rest is shared by the rows. */
function segmentsOf({ phases, from, to }: TimelineView, width: number): TimelineSegment[] {
  const rowFilter = phases.filter((phase) => phase.from < to || phase.from === from);
  const fixed = rowFilter.reduce((sum, { state }) => sum + state.length + 1, 1);
  const spare = Math.max(width - 1 - fixed, 0);
  const rows = Math.max(to - from, 1);
  let column = 1;
  return rowFilter.map((phase, at) => {
    const end = rowFilter[at + 1]?.from ?? to;
    const left = column + phase.state.length;
    const right = left + 1 + Math.floor((spare * (end - phase.from)) / rows);
    column = right;
    return { phase, from: phase.from, to: end, left, right };
  });
}

function marksIn(
  cells: Piece[],
  { from, to, left, right }: TimelineSegment,
  { violations, stimuli, cursor }: TimelineView,
): void {
  const rows = Math.max(to - from, 1);
  for (let at = left; at < right; at++) {
    const begin = from + Math.ceil((rows * (at - left)) / (right - left));
    const end = from + Math.ceil((rows * (at + 1 - left)) / (right - left));
    if (isAnyIn(stimuli, begin, end)) put(cells, at, MARKS.stimulus.character, MARKS.stimulus.style);
    if (isAnyIn(violations, begin, end)) put(cells, at, MARKS.violation.character, MARKS.violation.style);
  }
  if (cursor < from || cursor >= to) return;
  const at = left + Math.floor(((cursor - from) * (right - left)) / rows);
  put(cells, at, PLAYHEAD, 'selected');
}

function isAnyIn(positions: readonly number[], from: number, to: number): boolean {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return (positions[low] ?? to) < to;
}
