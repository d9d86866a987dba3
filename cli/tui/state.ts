// What the terminal UI knows beside the rows: positions, and nothing else, so that a key costs the same for ten rows
// and for a million. `reduce` is pure and total; what a key means is in `keymap.ts`.

import { clamp, clampTop, type Layout, type LowerPane, layoutOf, type Pane, panesOf, topFor } from './window.ts';

export const COMMANDS = [
  'down',
  'up',
  'page-down',
  'page-up',
  'half-down',
  'half-up',
  'first',
  'last',
  'next-violation',
  'previous-violation',
  'next-annotation',
  'previous-annotation',
  'next-pane',
  'previous-pane',
  'open-help',
  'close-help',
  'quit',
  'interrupt',
  'suspend',
  'redraw',
] as const;

export type Command = (typeof COMMANDS)[number];

export type Action =
  | { readonly type: Command }
  | { readonly type: 'digit'; readonly digit: number }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number };

export interface State {
  /** Null where the terminal is too small. */
  readonly layout: Layout | null;
  readonly cursor: number;
  /** First row in sight. */
  readonly top: number;
  readonly focus: Pane;
  /** First line in sight of each lower pane; null until it is scrolled: the pane then chooses. */
  readonly scroll: Readonly<Record<LowerPane, number | null>>;
  /** First line of the help in sight; null while it is closed. */
  readonly help: number | null;
  /** Digits typed so far. */
  readonly count: number | null;
  /** What the last key has to say, until the next one. */
  readonly says: string | null;
  readonly exit: number | null;
}

export interface Extent {
  readonly lines: number;
  /** The line that an unscrolled pane begins with. */
  readonly start: number;
}

/** What the reducer has to know about the rows. */
export interface LogView {
  readonly length: number;
  readonly index: { readonly violations: readonly number[]; readonly annotated: readonly number[] };
  positionOf(row: number, near: number): number;
  extent(pane: LowerPane | 'help', state: State): Extent;
}

const UNSCROLLED: State['scroll'] = { detail: null, hex: null, why: null };
const MOST_COUNT = 999_999_999;
const INTERRUPTED = 130;

export function initialState(columns: number, rows: number): State {
  return {
    layout: layoutOf(columns, rows),
    cursor: 0,
    top: 0,
    focus: 'list',
    scroll: UNSCROLLED,
    help: null,
    count: null,
    says: null,
    exit: null,
  };
}

export function reduce(state: State, action: Action, log: LogView): State {
  switch (action.type) {
    case 'resized':
      return resized(state, action.columns, action.rows, log);
    case 'digit':
      return { ...state, says: null, count: Math.min((state.count ?? 0) * 10 + action.digit, MOST_COUNT) };
    default:
      return command({ ...state, count: null, says: null }, action.type, state.count, log);
  }
}

function command(state: State, type: Command, count: number | null, log: LogView): State {
  const times = Math.max(count ?? 1, 1);
  switch (type) {
    case 'down':
    case 'half-down':
    case 'page-down':
      return scrolled(state, times * stepOf(state, type), log);
    case 'up':
    case 'half-up':
    case 'page-up':
      return scrolled(state, -times * stepOf(state, type), log);
    case 'first':
      return toEnd(state, count, 0, log);
    case 'last':
      return toEnd(state, count, Number.MAX_SAFE_INTEGER, log);
    case 'next-violation':
      return jump(state, log.index.violations, times, 'violation', log);
    case 'previous-violation':
      return jump(state, log.index.violations, -times, 'violation', log);
    case 'next-annotation':
      return jump(state, log.index.annotated, times, 'annotation', log);
    case 'previous-annotation':
      return jump(state, log.index.annotated, -times, 'annotation', log);
    case 'next-pane':
      return { ...state, focus: paneAfter(state, times) };
    case 'previous-pane':
      return { ...state, focus: paneAfter(state, -times) };
    case 'open-help':
      return { ...state, help: 0 };
    case 'close-help':
      return { ...state, help: null };
    case 'quit':
      // With a count half typed, Esc means the count.
      return count === null ? { ...state, exit: state.exit ?? 0 } : state;
    case 'interrupt':
      return { ...state, exit: state.exit ?? INTERRUPTED };
    case 'suspend':
    case 'redraw':
      return state;
  }
}

function resized(state: State, columns: number, rows: number, log: LogView): State {
  const layout = layoutOf(columns, rows);
  if (!layout) return { ...state, layout };
  const focus = panesOf(layout).includes(state.focus) ? state.focus : 'list';
  const top = topFor(state.top, state.cursor, layout.list.height, log.length);
  return { ...state, layout, focus, top, scroll: UNSCROLLED };
}

/** Lines that a key moves by, in what has the focus. */
function stepOf({ layout, help, focus }: State, type: Command): number {
  if (type === 'down' || type === 'up' || !layout) return 1;
  const height = help !== null ? helpHeight(layout) : (layout[focus] ?? layout.list).height;
  return Math.max(type.startsWith('half') ? height >> 1 : height, 1);
}

/** Lines of help between title, rule and key line. */
export function helpHeight(layout: Layout): number {
  return layout.screen.height - 3;
}

function scrolled(state: State, by: number, log: LogView): State {
  const { help, focus, scroll, layout, cursor, top } = state;
  if (!layout) return state;
  if (help !== null)
    return { ...state, help: clampTop(help + by, helpHeight(layout), log.extent('help', state).lines) };
  if (focus !== 'list') {
    const { lines, start } = log.extent(focus, state);
    const first = clampTop((scroll[focus] ?? start) + by, (layout[focus] ?? layout.list).height, lines);
    return { ...state, scroll: { ...scroll, [focus]: first } };
  }
  const { height } = layout.list;
  // A page keeps the cursor where it is in the window.
  const from = Math.abs(by) >= height ? clampTop(top + by, height, log.length) : top;
  return moved({ ...state, top: from }, cursor + by, log);
}

function toEnd(state: State, count: number | null, end: number, log: LogView): State {
  const isList = state.focus === 'list' && state.help === null;
  if (!isList) return scrolled(state, end === 0 ? -Number.MAX_SAFE_INTEGER : end, log);
  return moved(state, count === null ? end : log.positionOf(count, state.cursor), log);
}

function moved(state: State, position: number, log: LogView): State {
  const cursor = clamp(position, 0, Math.max(log.length - 1, 0));
  const top = topFor(state.top, cursor, state.layout?.list.height ?? 1, log.length);
  return { ...state, cursor, top, scroll: cursor === state.cursor ? state.scroll : UNSCROLLED };
}

function jump(state: State, positions: readonly number[], times: number, what: string, log: LogView): State {
  const position = stepIn(positions, state.cursor, times);
  if (position !== null) return moved(state, position, log);
  return { ...state, says: `no ${what} ${times > 0 ? 'after' : 'before'} this row` };
}

/** The position `times` after the cursor (before it where negative), or the last there is; null where there is none. */
export function stepIn(positions: readonly number[], cursor: number, times: number): number | null {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] as number) < cursor + Number(times > 0)) low = middle + 1;
    else high = middle;
  }
  // `low` is the first at or after the cursor; after it, when going forward.
  const there = times > 0 ? Math.min(low + times - 1, positions.length - 1) : Math.max(low + times, 0);
  const isAny = times > 0 ? low < positions.length : low > 0;
  return isAny ? (positions[there] ?? null) : null;
}

function paneAfter({ layout, focus }: State, by: number): Pane {
  const panes: readonly Pane[] = layout ? panesOf(layout) : ['list'];
  const at = (panes.indexOf(focus) + by) % panes.length;
  return panes.at(at) ?? 'list';
}
