// The panes of the stepper: the list of rows, and of the row under the cursor the fields, the octets and the reasons.

import { detailLines, detailStart, detailTitle } from '../row/detail-lines.ts';
import { paintHexLines, pickedTitle } from '../row/hex-lines.ts';
import { hexTitle, hexView } from '../row/hex-view.ts';
import { headingLine, rowLine } from '../row/row-line.ts';
import { selectedField } from '../row/tree.ts';
import { whyLines, whyTitle } from '../row/why-lines.ts';
import { Lines } from '../terminal/lines.tsx';
import type { Canvas } from '../terminal/paint.ts';
import { Pane } from '../terminal/pane.tsx';
import type { Area } from '../terminal/window.ts';
import type { LogPage } from './page.ts';
import { hexInSight, showsPicked } from './questions.ts';

/** What each pane of the stepper gets. */
interface PaneProps {
  readonly page: LogPage;
  readonly area: Area;
  readonly color: boolean;
  readonly links: boolean;
}

function columnsOf({ store }: LogPage) {
  return { digits: Math.max(String(store.status.lastNumber).length, 3), hasTimes: store.status.hasTimes };
}

/** What the columns of the list are; where another pane has the screen, the row that it is about. */
export function headingOf(page: LogPage, isListShown: boolean, canvas: Canvas): string {
  const line = isListShown ? null : lineOf(page, page.state.cursor, canvas);
  return line ?? headingLine(columnsOf(page), canvas);
}

function lineOf(page: LogPage, at: number, canvas: Canvas): string | null {
  const { filtered, notes, state, verdicts } = page;
  const row = filtered.at(at);
  if (!row) return null;
  const position = filtered.positionAt(at);
  const verdict = verdicts.decidedAt(position)?.status ?? null;
  const hasComment = notes.commentOn(position) !== '';
  const look = { isSelected: at === state.cursor, isMarked: notes.isMarked(position), hasComment, verdict };
  return rowLine(row, look, columnsOf(page), canvas);
}

export function ListPane({ page, area, color }: PaneProps) {
  const { state } = page;
  const canvas = { width: area.width, color };
  const lines: string[] = [];
  for (let at = state.top; at < state.top + area.height; at++) {
    const line = lineOf(page, at, canvas);
    if (line === null) break;
    lines.push(line);
  }
  return <Lines lines={lines} width={area.width} height={area.height} />;
}

export function DetailPane({ page, area, color }: PaneProps) {
  const { state, store, filtered } = page;
  const row = filtered.at(state.cursor);
  if (!row) return null;
  const hasFocus = state.focus === 'detail';
  const { field, folds } = state;
  const header = store.logAt(filtered.positionAt(state.cursor))?.header ?? null;
  const view = detailLines(page.fields(), { field, folds, hasFocus }, { width: area.width, color });
  const lines = view.lines.slice(detailStart(view, area.height));
  return <Pane area={area} color={color} hasFocus={hasFocus} title={detailTitle(row, header)} lines={lines} />;
}

export function HexPane({ page, area, color }: PaneProps) {
  const { state, filtered } = page;
  const row = filtered.at(state.cursor);
  if (!row) return null;
  const { focus, octet } = state;
  const view = hexView(row, area.width);
  const fields = page.fields();
  const field = showsPicked(state) ? selectedField(fields, state.folds, state.field) : null;
  const first = hexInSight(view, state, fields, area.height);
  const lines = paintHexLines(
    view,
    first,
    area.height,
    { octets: field?.octets ?? null, octet },
    { width: area.width, color },
  );
  const title = `${hexTitle(row)}${pickedTitle(row, field, octet)}`;
  return <Pane area={area} color={color} hasFocus={focus === 'hex'} title={title} lines={lines} />;
}

export function WhyPane({ page, area, color, links }: PaneProps) {
  const { state, filtered } = page;
  const row = filtered.at(state.cursor);
  if (!row) return null;
  const remarks = page.remarks();
  const lines = whyLines(row, remarks, { width: area.width, color, links }).slice(state.scroll.why ?? 0);
  const title = whyTitle(row, remarks, area.width);
  return <Pane area={area} color={color} hasFocus={state.focus === 'why'} title={title} lines={lines} />;
}
