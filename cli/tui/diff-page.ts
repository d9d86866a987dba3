// The comparison of two logs of one case.

import { align, type Pair, unitsOf } from './align.ts';
import { type DiffState, initialDiff, isDifferent, reduceDiff } from './diff-state.ts';
import type { PageBase } from './page.ts';
import type { Store } from './store.ts';

export interface DiffSide {
  readonly title: string;
  readonly store: Store;
  /** Opens the stepper there. */
  open(row: number): void;
}

export interface DiffPage extends PageBase {
  readonly context: 'diff';
  readonly title: string;
  readonly left: DiffSide;
  readonly right: DiffSide;
  readonly state: DiffState;
  readonly isLoading: boolean;
  pairs(): readonly Pair[];
}

export interface DiffOptions {
  readonly title: string;
  readonly left: DiffSide;
  readonly right: DiffSide;
  readonly rows: number;
  changed(): void;
  close(): void;
}

export function openDiffPage({ title, left, right, rows, changed, close }: DiffOptions): DiffPage {
  let state = initialDiff(rows);
  let pairs: readonly Pair[] = [];
  let hasMoved = false;
  const isLoading = () => left.store.status.isLoading || right.store.status.isLoading;
  const set = (next: DiffState) => {
    state = next;
    changed();
  };
  const refresh = () => {
    if (isLoading()) return changed();
    pairs = align(unitsIn(left.store), unitsIn(right.store));
    const isAny = pairs.some(isDifferent);
    if (!isAny) set({ ...state, says: 'both say the same' });
    else if (!hasMoved)
      set(reduceDiff({ ...state, cursor: -1 }, { type: 'command', command: 'next-violation', count: null }, pairs));
    else changed();
  };
  const stops = [left.store.subscribe(refresh), right.store.subscribe(refresh)];
  const open = () => {
    const unit = pairs[state.cursor]?.[state.side];
    const side = state.side === 'left' ? left : right;
    if (unit) side.open(unit.row.row.row);
    else set({ ...state, says: 'nothing of that log stands here' });
  };
  return {
    ...{ context: 'diff', title, left, right },
    get state() {
      return state;
    },
    get says() {
      return state.says;
    },
    get isLoading() {
      return isLoading();
    },
    pairs: () => pairs,
    command: (command, count) => {
      hasMoved = true;
      if (command === 'enter') open();
      else set(reduceDiff(state, { type: 'command', command, count }, pairs));
    },
    resize: (_columns, height) => set(reduceDiff(state, { type: 'resized', rows: height }, pairs)),
    point: (at) => set(reduceDiff(state, { type: 'pointed', ...at }, pairs)),
    draft: () => '',
    check: () => null,
    answer: () => {},
    stop: () => false,
    close: () => {
      for (const stop of stops) stop();
      close();
    },
  };
}

function unitsIn(store: Store) {
  return Array.from({ length: store.length }, (_, at) => store.at(at)).flatMap((row, at) =>
    row ? unitsOf(row, at) : [],
  );
}
