// What the parts of the stepper share: rows, lens, notes and state, and what works beside the keys.

import { aroundOf } from '../log/around.ts';
import { type Lens, openLens } from '../log/lens.ts';
import type { Notes } from '../log/notes.ts';
import type { Reporter } from '../log/report.ts';
import type { Store } from '../log/store.ts';
import { octetsAt, openVerdicts, type Verdicts } from '../log/verdict.ts';
import type { Field } from '../row/field.ts';
import { fieldsOf } from '../row/fields.ts';
import type { Helm } from './helm.ts';
import { logView } from './log-questions.ts';
import type { Player } from './player.ts';
import { initialState, reduce } from './reduce.ts';
import { openReplay } from './replay.ts';
import { openSeek, type Seek } from './seek.ts';
import { openShown, type Shown } from './shown.ts';
import type { LogAction, LogState, LogView } from './state.ts';

export interface BenchOptions {
  readonly columns: number;
  readonly rows: number;
  readonly notes: Notes;
  /** Number of the row to begin at, once it is there. */
  readonly row: number | null;
  readonly follows: boolean;
  readonly reporter: Reporter;
}

export interface Bench {
  readonly store: Store;
  readonly lens: Lens;
  readonly notes: Notes;
  readonly verdicts: Verdicts;
  readonly log: LogView;
  readonly helm: Helm;
  readonly seek: Seek;
  readonly shown: Shown;
  readonly player: Player;
  state: LogState;
  isFollowing: boolean;
  /** Number of the row to go to once it has come. */
  wanted: number | null;
  dispatch(action: LogAction): void;
}

export function openBench(store: Store, options: BenchOptions, changed: () => void): Bench {
  const { notes, columns, rows, row, follows } = options;
  const lens = openLens(store);
  const verdicts = openVerdicts(store);
  const fields = fieldsUnder(store, lens, () => bench.state);
  const log = logView({ store, lens, notes, verdicts }, () => bench.state.cursor, fields);
  const dispatch = (action: LogAction) => {
    bench.state = reduce(bench.state, action, log);
    changed();
  };
  const helm: Helm = {
    get cursor() {
      return bench.state.cursor;
    },
    jump: (to, says) => dispatch({ type: 'landed', position: lens.positionAt(to), says }),
    move: (to) => {
      bench.state = reduce(bench.state, { type: 'shown', position: lens.positionAt(to) }, log);
    },
    say: (says) => dispatch({ type: 'said', says }),
    changed,
  };
  const seek = openSeek(lens, helm);
  const player = openReplay(lens, seek, helm);
  const shown = openShown(store, lens, notes, helm);
  const own = { state: initialState(columns, rows), isFollowing: follows, wanted: row };
  const bench: Bench = { ...own, store, lens, notes, verdicts, log, helm, seek, shown, player, dispatch };
  return bench;
}

/** Made once a row; while the log is loading, what is around the row still changes. */
function fieldsUnder(store: Store, lens: Lens, stateOf: () => LogState): () => readonly Field[] {
  let kept: { readonly row: unknown; readonly fields: readonly Field[] } = { row: null, fields: [] };
  return () => {
    const position = lens.positionAt(stateOf().cursor);
    const row = store.at(position);
    const log = store.logAt(position);
    if (!row || !log) return [];
    if (kept.row !== row || store.status.isLoading) {
      kept = { row: store.status.isLoading ? null : row, fields: fieldsOf(row, aroundOf(store, log, position)) };
    }
    return kept.fields;
  };
}

export function storeChanged(bench: Bench): void {
  const { store, shown, log, helm, wanted } = bench;
  shown.storeChanged();
  const last = store.at(store.length - 1);
  const isThere = last !== null && wanted !== null && (last.row.row >= wanted || !store.status.isLoading);
  if (isThere) {
    bench.wanted = null;
    const position = octetsAt(store, wanted, 0);
    shown.hold(position);
    bench.state = reduce(bench.state, { type: 'landed', position, says: store.missing(wanted, position) }, log);
  } else if (bench.isFollowing) bench.state = reduce(bench.state, { type: 'shown', position: store.length - 1 }, log);
  // A log that is read to its end grows no more.
  bench.isFollowing &&= store.status.isLoading;
  helm.changed();
}
