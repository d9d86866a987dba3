// What the stepper knows beside the rows: positions, and nothing else, so that a key costs the same for ten rows and for
// a million. Rows are counted as the filter shows them; what has to outlive a filter is kept as a position in the log.

import type { KeyCommand } from '../keys/keymap.ts';
import type { JumpHistory } from '../log/jumps.ts';
import type { JumpKind } from '../log/row-index.ts';
import type { DetailField } from '../row/field.ts';
import type { Folds } from '../row/tree.ts';
import type { Arrangement, Growth, Layout, LowerPane, PaneName } from './layout.ts';

export type LogAction =
  | { readonly type: 'command'; readonly command: KeyCommand; readonly count: number | null }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  /** The rows in sight have changed: the cursor belongs to that position in the log. */
  | { readonly type: 'shown'; readonly position: number }
  /** A far move to a position in the log, with something to say about it. */
  | { readonly type: 'landed'; readonly position: number; readonly says: string | null }
  | { readonly type: 'said'; readonly says: string | null }
  | { readonly type: 'focused'; readonly pane: PaneName; readonly at: Pointed };

/** What in a pane was pointed at: one of these, or none. */
export interface Pointed {
  readonly row?: number;
  readonly field?: string | undefined;
  readonly octet?: number | null;
}

export interface LogState {
  /** Null where the terminal is too small. */
  readonly layout: Layout | null;
  /** The layout that was chosen; null for the most suitable. One that does not fit waits until it does. */
  readonly arrangement: Arrangement | null;
  readonly growth: Growth;
  readonly isZoomed: boolean;
  readonly cursor: number;
  /** First row in sight. */
  readonly top: number;
  readonly focus: PaneName;
  /** First line in sight of each lower pane; null until it is scrolled: the pane then chooses. */
  readonly scroll: Readonly<Record<LowerPane, number | null>>;
  /** The selected field; null for the first. */
  readonly field: string | null;
  readonly folds: Folds;
  /** The octet of the row that the cursor in the hex pane stands on. */
  readonly octet: number | null;
  readonly history: JumpHistory;
  /** What the last key has to say, until the next one. */
  readonly says: string | null;
}

export interface PaneExtent {
  readonly lines: number;
  /** The line that an unscrolled pane begins with. */
  readonly start: number;
}

/** What the reducer has to know about the rows. */
export interface LogRows {
  readonly length: number;
  /** Rows that the list can come to show; infinite while the log is read. */
  readonly mostRows: number;
  /** Rows that one can jump to, ascending. */
  rowsOf(kind: JumpKind): readonly number[];
  /** Of a row that is shown, where it stands in the log; and the other way round, the nearest from there on. */
  positionAt(row: number): number;
  rowAt(position: number): number;
  /** What is to be said where there is no row of that number in the log in which `near` stands. */
  missing(number: number, near: number): string | null;
  /** The row of that number in the log in which `near` stands. */
  rowNumbered(number: number, near: number): number;
  /** A row in which the cause of that row stands, or the first reaction to it. */
  linked(row: number, what: 'cause' | 'reaction'): { readonly row: number; readonly says: string } | null;
  extent(pane: LowerPane, state: LogState): PaneExtent;
  fields(state: LogState): readonly DetailField[];
  /** Known octets of the row, and how many stand in a line. */
  octets(state: LogState): { readonly count: number; readonly perLine: number };
}
