// What the stepper's reducer asks about the rows, answered from store, lens and notes.

import type { Field } from './field.ts';
import { hexView } from './hex-view.ts';
import type { Lens } from './lens.ts';
import { linkOf } from './links.ts';
import type { Notes } from './notes.ts';
import type { Extent, Kind, LogState, LogView } from './state.ts';
import type { Store } from './store.ts';
import { fieldOf } from './tree.ts';
import { whyLines } from './why-lines.ts';
import { areaOf, clampTop, type LowerPane } from './window.ts';

export function logView(store: Store, lens: Lens, notes: Notes, fields: () => readonly Field[]): LogView {
  const rowsOf = (kind: Exclude<Kind, 'mark'>) => lens.rowsOf(kind);
  return {
    get length() {
      return lens.length;
    },
    index: {
      get violation() {
        return rowsOf('violation');
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
        return lens.rowsAt(notes.marked);
      },
    },
    positionAt: lens.positionAt,
    rowAt: lens.rowAt,
    rowNumbered: (number, near) => lens.rowAt(store.positionOf(number, lens.positionAt(near))),
    linked: (row, what) => {
      const position = lens.positionAt(row);
      const log = store.logAt(position);
      const link = log && linkOf(store, log, position, what, (number) => store.positionOf(number, position));
      if (!link) return null;
      const isShown = !lens.shown || lens.positionAt(lens.rowAt(link.position)) === link.position;
      return { row: lens.rowAt(link.position), says: isShown ? link.says : `${link.says} (hidden by the filter)` };
    },
    extent: (pane, state) => extentOf({ lens, notes }, pane, state, fields),
    fields,
    octets: (state) => {
      const annotated = lens.at(state.cursor);
      if (!annotated || !state.layout) return { count: 0, perLine: 1 };
      const { sections, perLine } = hexView(annotated, areaOf(state.layout, 'hex', state.isZoomed).width);
      return { count: sections[0]?.octets.length ?? 0, perLine };
    },
  };
}

interface Shown {
  readonly lens: Lens;
  readonly notes: Notes;
}

/** How many lines a pane has; asked only when it is scrolled. */
function extentOf({ lens, notes }: Shown, pane: LowerPane, state: LogState, fields: () => readonly Field[]): Extent {
  const annotated = lens.at(state.cursor);
  if (!annotated || !state.layout) return { lines: 0, start: 0 };
  const { width, height } = areaOf(state.layout, pane, state.isZoomed);
  if (pane === 'hex') {
    const view = hexView(annotated, width);
    return { lines: view.lines, start: hexStart(view, state, fields(), height) };
  }
  const comment = notes.commentOn(lens.positionAt(state.cursor));
  return { lines: whyLines(annotated, comment, { width, color: false }).length, start: 0 };
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
