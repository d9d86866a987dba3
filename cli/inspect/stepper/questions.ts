// What the stepper's reducer asks about the rows, answered from store, filter and notes.

import type { FilteredRows } from '../log/filtered-rows.ts';
import { inOrder } from '../log/jumps.ts';
import { linkOf } from '../log/links.ts';
import type { Notes } from '../log/notes.ts';
import type { Store } from '../log/store.ts';
import { octetsAt, type Verdicts } from '../log/verdict.ts';
import type { DetailField } from '../row/field.ts';
import { type HexView, hexView } from '../row/hex-view.ts';
import { fieldOf } from '../row/tree.ts';
import { type Remarks, whyLines } from '../row/why-lines.ts';
import { clampTop } from '../terminal/window.ts';
import { type LowerPane, paneArea } from './layout.ts';
import type { LogRows, LogState, PaneExtent } from './state.ts';

/** What there is beside the rows. */
export interface LogParts {
  readonly store: Store;
  readonly filtered: FilteredRows;
  readonly notes: Notes;
  readonly verdicts: Verdicts;
}

export function logView(parts: LogParts, cursor: () => number, fields: () => readonly DetailField[]): LogRows {
  const { store, filtered, notes } = parts;
  return {
    get length() {
      return filtered.length;
    },
    get mostRows() {
      return store.status.isLoading ? Number.POSITIVE_INFINITY : store.length;
    },
    rowsOf: (kind) => {
      if (kind === 'mark') return filtered.rowsAt(notes.positions);
      return kind === 'violation' ? withDeciding(parts, cursor()) : filtered.rowsOf(kind);
    },
    positionAt: filtered.positionAt,
    rowAt: filtered.rowAt,
    missing: (number, near) => missingIn(parts, number, filtered.positionAt(near)),
    rowNumbered: (number, near) => filtered.rowAt(placeOf(parts, number, filtered.positionAt(near))),
    linked: (row, what) => {
      const position = filtered.positionAt(row);
      const log = store.logAt(position);
      const link = log && linkOf(store, log, position, what, (number) => placeOf(parts, number, position));
      if (!link) return null;
      const isSeen = isShown(filtered, link.position);
      return { row: filtered.rowAt(link.position), says: isSeen ? link.says : `${link.says} (hidden by the filter)` };
    },
    extent: (pane, state) => extentOf(parts, pane, state, fields),
    fields,
    octets: (state) => {
      const annotated = filtered.at(state.cursor);
      if (!annotated || !state.layout) return { count: 0, perLine: 1 };
      const { sections, perLine } = hexView(annotated, paneArea(state.layout, 'hex', state.isZoomed).width);
      return { count: sections[0]?.octets.length ?? 0, perLine };
    },
  };
}

/** Where the row of that number is seen: of a frame row that is folded away, its octets. */
function placeOf({ store, filtered }: LogParts, number: number, near: number): number {
  const position = store.positionOf(number, near);
  const isFolded = store.repeatsOctets(position) && !isShown(filtered, position);
  return isFolded ? octetsAt(store, number, near) : position;
}

function isShown({ shown, positionAt, rowAt }: FilteredRows, position: number): boolean {
  return !shown || positionAt(rowAt(position)) === position;
}

function missingIn({ store, filtered }: LogParts, number: number, near: number): string | null {
  const missing = store.missing(number, near);
  const position = store.positionOf(number, near);
  if (missing !== null || isShown(filtered, position)) return missing;
  if (!store.repeatsOctets(position)) return `the filter hides row ${number}`;
  return `row ${number} is the log's own frame row of these octets: v shows it`;
}

/** Rows with violations, and the one in which the case fails though no rule is broken there. */
function withDeciding({ filtered, verdicts }: LogParts, cursor: number): readonly number[] {
  const rows = filtered.rowsOf('violation');
  const { position, level } = verdicts.at(filtered.positionAt(cursor)) ?? {};
  if (typeof position !== 'number' || level !== 'error') return rows;
  const [row] = filtered.rowsAt([position]);
  return row === undefined ? rows : inOrder(rows, row);
}

/** What is said about the row under the cursor beside its annotations. */
export function remarksOf({ filtered, notes, verdicts }: LogParts, cursor: number): Remarks {
  const position = filtered.positionAt(cursor);
  const verdict = verdicts.at(position);
  return {
    comment: notes.commentOn(position),
    verdict,
    decides: verdicts.decidedAt(position) !== null,
    hints: verdict?.hints.get(position) ?? [],
  };
}

/** How many lines a pane has; asked only when it is scrolled. */
function extentOf(parts: LogParts, pane: LowerPane, state: LogState, fields: () => readonly DetailField[]): PaneExtent {
  const annotated = parts.filtered.at(state.cursor);
  if (!annotated || !state.layout) return { lines: 0, start: 0 };
  const { width, height } = paneArea(state.layout, pane, state.isZoomed);
  if (pane === 'hex') {
    const view = hexView(annotated, width);
    return { lines: view.lines, start: hexStart(view, state, fields(), height) };
  }
  const remarks = remarksOf(parts, state.cursor);
  return { lines: whyLines(annotated, remarks, { width, color: false }).length, start: 0 };
}

/** The hex pane shows what is selected. */
export function showsPicked({ focus, octet }: LogState): boolean {
  return focus === 'hex' || focus === 'detail' || octet !== null;
}

/** The first line of the hex pane that is in sight. */
export function hexInSight(view: HexView, state: LogState, fields: readonly DetailField[], height: number): number {
  const picked = showsPicked(state) ? state : { octet: null, field: null };
  return state.scroll.hex ?? hexStart(view, picked, fields, height);
}

/** The first line of the hex pane until it is scrolled, with what is selected in sight. */
function hexStart(
  { start, lines, perLine }: HexView,
  { octet, field }: Pick<LogState, 'octet' | 'field'>,
  fields: readonly DetailField[],
  height: number,
): number {
  const selected = octet ?? (field === null ? null : (fieldOf(fields, field)?.octets?.[0] ?? null));
  if (selected === null) return clampTop(start, height, lines);
  const line = Math.floor(selected / perLine);
  return line < height ? 0 : clampTop(line - (height >> 1), height, lines);
}
