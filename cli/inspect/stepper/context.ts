// What the parts of the stepper share: rows, filter, notes and state, and what works beside the keys.

import { type FilteredRows, openFilteredRows } from '../log/filtered-rows.ts';
import type { Notes } from '../log/notes.ts';
import type { Reporter } from '../log/report.ts';
import { rowContextOf } from '../log/row-context.ts';
import type { Store } from '../log/store.ts';
import { octetsAt, openVerdicts, type Verdicts } from '../log/verdict.ts';
import type { DetailField } from '../row/field.ts';
import { detailFieldsOf } from '../row/fields.ts';
import type { Cursor } from './cursor.ts';
import { laidOut } from './layout-moves.ts';
import { type Player, playerOf } from './player.ts';
import { logView } from './questions.ts';
import { initialState, reduce } from './reduce.ts';
import { openRowFilter, type RowFilter } from './row-filter.ts';
import { openSearch, type Search } from './search.ts';
import type { LogAction, LogRows, LogState } from './state.ts';

export interface LogContextOptions {
  readonly columns: number;
  readonly rows: number;
  readonly notes: Notes;
  /** Number of the row to begin at, once it is there. */
  readonly row: number | null;
  readonly follows: boolean;
  readonly reporter: Reporter;
}

export interface LogContext {
  readonly store: Store;
  readonly filtered: FilteredRows;
  readonly notes: Notes;
  readonly verdicts: Verdicts;
  readonly log: LogRows;
  readonly cursor: Cursor;
  readonly search: Search;
  readonly rowFilter: RowFilter;
  readonly player: Player;
  state: LogState;
  isFollowing: boolean;
  /** Number of the row to go to once it has come. */
  wanted: number | null;
  /** No key has been pressed: once the log is read, the cursor goes to the row that decides the case. */
  isUntouched: boolean;
  /** The panes are laid out for a log of any length, until it is known. */
  isFitting: boolean;
  dispatch(action: LogAction): void;
}

export function openLogContext(store: Store, options: LogContextOptions, changed: () => void): LogContext {
  const { notes, columns, rows, row, follows } = options;
  const filtered = openFilteredRows(store);
  const verdicts = openVerdicts(store);
  const fields = fieldsUnder(store, filtered, () => context.state);
  const log = logView({ store, filtered, notes, verdicts }, () => context.state.cursor, fields);
  const dispatch = (action: LogAction) => {
    context.state = reduce(context.state, action, log);
    changed();
  };
  const cursor: Cursor = {
    get row() {
      return context.state.cursor;
    },
    jump: (to, says) => dispatch({ type: 'landed', position: filtered.positionAt(to), says }),
    move: (to) => {
      context.state = reduce(context.state, { type: 'shown', position: filtered.positionAt(to) }, log);
    },
    say: (says) => dispatch({ type: 'said', says }),
    changed,
  };
  const search = openSearch(filtered, cursor);
  const player = playerOf(filtered, search, cursor);
  const rowFilter = openRowFilter(store, filtered, notes, cursor);
  const own = {
    state: initialState(columns, rows),
    isFollowing: follows,
    wanted: row,
    isUntouched: row === null && !follows,
    isFitting: true,
  };
  const context: LogContext = {
    ...own,
    store,
    filtered,
    notes,
    verdicts,
    log,
    cursor,
    search,
    rowFilter,
    player,
    dispatch,
  };
  return context;
}

/** Made once a row; while the log is loading, what is around the row still changes. */
function fieldsUnder(store: Store, filtered: FilteredRows, stateOf: () => LogState): () => readonly DetailField[] {
  let kept: { readonly row: unknown; readonly fields: readonly DetailField[] } = { row: null, fields: [] };
  return () => {
    const position = filtered.positionAt(stateOf().cursor);
    const row = store.at(position);
    const log = store.logAt(position);
    if (!row || !log) return [];
    if (kept.row !== row || store.status.isLoading) {
      kept = {
        row: store.status.isLoading ? null : row,
        fields: detailFieldsOf(row, rowContextOf(store, log, position)),
      };
    }
    return kept.fields;
  };
}

/** As the case browser opens it. */
function toDecidingRow(context: LogContext): void {
  const { verdicts, rowFilter, log } = context;
  context.isUntouched = false;
  const position = verdicts.at(0)?.position ?? null;
  if (position === null) return;
  rowFilter.hold(position);
  context.state = reduce(context.state, { type: 'shown', position }, log);
}

export function storeChanged(context: LogContext): void {
  const { store, rowFilter, log, cursor, wanted } = context;
  rowFilter.storeChanged();
  const last = store.at(store.length - 1);
  const isThere = last !== null && wanted !== null && (last.row.row >= wanted || !store.status.isLoading);
  if (isThere) {
    context.wanted = null;
    const position = octetsAt(store, wanted, 0);
    rowFilter.hold(position);
    context.state = reduce(context.state, { type: 'landed', position, says: store.missing(wanted, position) }, log);
  } else if (context.isFollowing)
    context.state = reduce(context.state, { type: 'shown', position: store.length - 1 }, log);
  else if (context.isUntouched && !store.status.isLoading) toDecidingRow(context);
  if (context.isFitting && !store.status.isLoading) {
    context.isFitting = false;
    context.state = laidOut(context.state, log);
  }
  // A log that is read to its end grows no more.
  context.isFollowing &&= store.status.isLoading;
  cursor.changed();
}
