// The comparison of two logs of one case.

import { type AlignedPair, align, unitsOf } from '../../../src/judge/align.ts';
import type { PageBase } from '../keys/page.ts';
import type { Store } from '../log/store.ts';
import { type Finder, openFinder, type SearchWay } from '../terminal/find.ts';
import { diffLine } from './lines.ts';
import { type DiffState, initialDiff, isDifferent, reduceDiff } from './state.ts';

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
  pairs(): readonly AlignedPair[];
}

export interface DiffPageOptions {
  readonly title: string;
  readonly left: DiffSide;
  readonly right: DiffSide;
  readonly rows: number;
  changed(): void;
  close(): void;
}

export function openDiffPage(options: DiffPageOptions): DiffPage {
  const { title, left, right } = options;
  const own = openOwn(options);
  const { set } = own;
  const finder = openFinder();
  const stops = [left.store.subscribe(own.refresh), right.store.subscribe(own.refresh)];
  return {
    ...{ context: 'diff', title, left, right },
    get state() {
      return own.state;
    },
    get says() {
      return own.state.says;
    },
    get isLoading() {
      return own.isLoading();
    },
    pairs: () => own.pairs,
    command: (command, count) => {
      own.hasMoved = true;
      if (command === 'enter') openSide(own, options);
      else if (command === 'search-next') find(own, finder, 1);
      else if (command === 'search-previous') find(own, finder, -1);
      else set(reduceDiff(own.state, { type: 'command', command, count }, own.pairs));
    },
    resize: (_columns, height) => set(reduceDiff(own.state, { type: 'resized', rows: height }, own.pairs)),
    point: ({ y, wheel, isDouble }) => {
      own.hasMoved = true;
      set(reduceDiff(own.state, { type: 'pointed', y, wheel }, own.pairs));
      if (isDouble) openSide(own, options);
    },
    draft: () => '',
    check: () => null,
    answer: () => {},
    search: (text, by) => {
      own.hasMoved = true;
      finder.begin(text, by);
      find(own, finder, 1);
    },
    clearMessage: () => set({ ...own.state, says: null }),
    back: () => false,
    close: () => {
      for (const stop of stops) stop();
      options.close();
    },
  };
}

interface DiffPageState {
  state: DiffState;
  /** None until both logs are read. */
  pairs: readonly AlignedPair[];
  /** The cursor is the reader's; until then it goes to the first difference. */
  hasMoved: boolean;
  isLoading(): boolean;
  set(state: DiffState): void;
  /** Compares anew. */
  refresh(): void;
}

const TO_FIRST = { type: 'command', command: 'next-violation', count: null } as const;

function openOwn({ left, right, rows, changed }: DiffPageOptions): DiffPageState {
  const own: DiffPageState = {
    state: initialDiff(rows),
    pairs: [],
    hasMoved: false,
    isLoading: () => left.store.status.isLoading || right.store.status.isLoading,
    set: (state) => {
      own.state = state;
      changed();
    },
    refresh: () => {
      if (own.isLoading()) return changed();
      own.pairs = align(unitsIn(left.store), unitsIn(right.store));
      const isAny = own.pairs.some(isDifferent);
      const error = left.store.status.error ?? right.store.status.error;
      if (error !== null) own.set({ ...own.state, says: error });
      else if (!isAny) own.set({ ...own.state, says: 'the two logs do not differ' });
      else if (own.hasMoved) changed();
      else own.set(reduceDiff({ ...own.state, cursor: -1 }, TO_FIRST, own.pairs));
    },
  };
  return own;
}

function openSide({ state, pairs, set }: DiffPageState, sides: Pick<DiffPageOptions, 'left' | 'right'>): void {
  const unit = pairs[state.cursor]?.[state.side];
  if (unit) sides[state.side].open(unit.row.row.row);
  else set({ ...state, says: 'that log has no row here' });
}

function find({ state, pairs, set }: DiffPageState, finder: Finder, by: SearchWay): void {
  const textAt = (at: number) => {
    const pair = pairs[at];
    return pair ? diffLine(pair, { isSelected: false, isFirst: false, side: 'left' }, UNCUT) : '';
  };
  const { at, says } = finder.next(by, pairs.length, state.cursor, 'row', textAt);
  const to = at === null ? state : reduceDiff(state, { type: 'command', command: 'first', count: at + 1 }, pairs);
  set({ ...to, says });
}

const UNCUT = { width: 4000, color: false };

function unitsIn(store: Store) {
  return Array.from({ length: store.length }, (_, at) => store.at(at)).flatMap((row, at) =>
    row ? unitsOf(row, at) : [],
  );
}
