// State and rows together: what the screen draws and where keys arrive. It lives outside React, so that a key never
// waits for a draw and the screen can be thrown away and drawn anew.

import { helpLines } from './chrome-lines.ts';
import { detailLines } from './detail-lines.ts';
import { hexView } from './hex-lines.ts';
import { actionFor } from './keymap.ts';
import { type Action, type Extent, initialState, type LogView, reduce, type State } from './state.ts';
import type { Store } from './store.ts';
import { whyLines } from './why-lines.ts';
import type { LowerPane } from './window.ts';

export interface Session {
  readonly title: string;
  readonly color: boolean;
  readonly store: Store;
  readonly state: State;
  /** What is to be drawn: a new object after each change of state or rows. */
  snapshot(): Snapshot;
  dispatch(action: Action): void;
  /** Does what the key means in the present context, and says what that is. */
  press(key: string): Action | null;
  /** Told at most once a turn of the event loop. */
  subscribe(listener: () => void): () => void;
}

interface Snapshot {
  readonly state: State;
}

export function openSession(
  store: Store,
  about: { title: string; color: boolean; columns: number; rows: number },
): Session {
  const { title, color } = about;
  const listeners = new Set<() => void>();
  let state = initialState(about.columns, about.rows);
  let snapshot: Snapshot = { state };
  const log: LogView = {
    get length() {
      return store.length;
    },
    get index() {
      return store.index;
    },
    positionOf: store.positionOf,
    extent: (pane, at) => extentOf(store, pane, at),
  };
  let isDue = false;
  const draw = () => {
    isDue = false;
    for (const listener of listeners) listener();
  };
  // A chunk of many keys is one draw.
  const changed = () => {
    snapshot = { state };
    if (!isDue) setImmediate(draw);
    isDue = true;
  };
  const dispatch = (action: Action) => {
    state = reduce(state, action, log);
    changed();
  };
  store.subscribe(changed);
  return {
    title,
    color,
    store,
    get state() {
      return state;
    },
    snapshot: () => snapshot,
    dispatch,
    press: (key) => {
      const action = actionFor(key, state.help === null ? 'log' : 'help');
      if (action) dispatch(action);
      return action;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** How many lines a pane has; asked only when it is scrolled. */
function extentOf(store: Store, pane: LowerPane | 'help', { layout, cursor }: State): Extent {
  const annotated = store.at(cursor);
  const canvas = { width: layout?.[pane === 'help' ? 'list' : pane]?.width ?? 0, color: false };
  if (pane === 'help') return { lines: helpLines(canvas).length, start: 0 };
  if (!annotated) return { lines: 0, start: 0 };
  if (pane === 'hex') return hexView(annotated, canvas.width);
  const lines = pane === 'detail' ? detailLines(annotated, canvas) : whyLines(annotated, canvas);
  return { lines: lines.length, start: 0 };
}
