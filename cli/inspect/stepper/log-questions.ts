// What the stepper's reducer asks about the rows, answered from store, lens and notes.

import { inOrder } from '../log/jumps.ts';
import type { Lens } from '../log/lens.ts';
import { linkOf } from '../log/links.ts';
import type { Notes } from '../log/notes.ts';
import type { Store } from '../log/store.ts';
import type { Verdicts } from '../log/verdict.ts';
import type { Field } from '../row/field.ts';
import { hexView } from '../row/hex-view.ts';
import { fieldOf } from '../row/tree.ts';
import { type Beside, whyLines } from '../row/why-lines.ts';
import { clampTop } from '../terminal/window.ts';
import { areaOf, type LowerPane } from './layout.ts';
import type { Extent, Kind, LogState, LogView } from './state.ts';

/** What there is beside the rows. */
export interface Annex {
  readonly store: Store;
  readonly lens: Lens;
  readonly notes: Notes;
  readonly verdicts: Verdicts;
}

export function logView(annex: Annex, cursor: () => number, fields: () => readonly Field[]): LogView {
  const { store, lens, notes } = annex;
  const rowsOf = (kind: Exclude<Kind, 'mark'>) => lens.rowsOf(kind);
  return {
    get length() {
      return lens.length;
    },
    index: {
      get violation() {
        return withDeciding(annex, cursor());
      },
      get annotation() {
        return rowsOf('annotation');
      },
      get message() {
        return rowsOf('message');
      },
      get gap() {
        return rowsOf('gap');
      },
      get mark() {
        return lens.rowsAt(notes.positions);
      },
    },
    positionAt: lens.positionAt,
    rowAt: lens.rowAt,
    missing: (number, near) => store.missing(number, lens.positionAt(near)),
    rowNumbered: (number, near) => lens.rowAt(store.positionOf(number, lens.positionAt(near))),
    linked: (row, what) => {
      const position = lens.positionAt(row);
      const log = store.logAt(position);
      const link = log && linkOf(store, log, position, what, (number) => store.positionOf(number, position));
      if (!link) return null;
      const isShown = !lens.shown || lens.positionAt(lens.rowAt(link.position)) === link.position;
      return { row: lens.rowAt(link.position), says: isShown ? link.says : `${link.says} (hidden by the filter)` };
    },
    extent: (pane, state) => extentOf(annex, pane, state, fields),
    fields,
    octets: (state) => {
      const annotated = lens.at(state.cursor);
      if (!annotated || !state.layout) return { count: 0, perLine: 1 };
      const { sections, perLine } = hexView(annotated, areaOf(state.layout, 'hex', state.isZoomed).width);
      return { count: sections[0]?.octets.length ?? 0, perLine };
    },
  };
}

/** Rows with violations, and the one in which the case fails though no rule is broken there. */
function withDeciding({ lens, verdicts }: Annex, cursor: number): readonly number[] {
  const rows = lens.rowsOf('violation');
  const { position, level } = verdicts.at(lens.positionAt(cursor)) ?? {};
  if (typeof position !== 'number' || level !== 'error') return rows;
  const [row] = lens.rowsAt([position]);
  return row === undefined ? rows : inOrder(rows, row);
}

/** What is said about the row under the cursor beside its annotations. */
export function besideOf({ lens, notes, verdicts }: Annex, cursor: number): Beside {
  const position = lens.positionAt(cursor);
  const verdict = verdicts.at(position);
  return {
    comment: notes.commentOn(position),
    verdict,
    decides: verdicts.decidedAt(position) !== null,
    hints: verdict?.hints.get(position) ?? [],
  };
}

/** How many lines a pane has; asked only when it is scrolled. */
function extentOf(annex: Annex, pane: LowerPane, state: LogState, fields: () => readonly Field[]): Extent {
  const annotated = annex.lens.at(state.cursor);
  if (!annotated || !state.layout) return { lines: 0, start: 0 };
  const { width, height } = areaOf(state.layout, pane, state.isZoomed);
  if (pane === 'hex') {
    const view = hexView(annotated, width);
    return { lines: view.lines, start: hexStart(view, state, fields(), height) };
  }
  const beside = besideOf(annex, state.cursor);
  return { lines: whyLines(annotated, beside, { width, color: false }).length, start: 0 };
}

/** The first line of the hex pane, with what is selected in sight. */
export function hexStart(
  { start, lines, perLine }: ReturnType<typeof hexView>,
  { octet, field }: Pick<LogState, 'octet' | 'field'>,
  fields: readonly Field[],
  height: number,
): number {
  const selected = octet ?? (field === null ? null : (fieldOf(fields, field)?.octets?.[0] ?? null));
  if (selected === null) return clampTop(start, height, lines);
  const line = Math.floor(selected / perLine);
  return line < height ? 0 : clampTop(line - (height >> 1), height, lines);
}
