// What an action makes of the stepper's state: pure and total. What a key means is in `keymap.ts`.

import { isDeepStrictEqual } from 'node:util';
import type { KeyCommand } from '../keys/keymap.ts';
import { NO_HISTORY } from '../log/jumps.ts';
import { clampTop } from '../terminal/window.ts';
import { heightOf, jump, jumped, jumpOf, moved, movedToLink, walked } from './cursor-moves.ts';
import { layoutOf, NO_GROWTH, PANES, type PaneName } from './layout.ts';
import { grown, rearranged, resized, UNSCROLLED } from './layout-moves.ts';
import { moveInFields, moveInHex, pickOctet, turnField } from './pane-moves.ts';
import type { LogAction, LogRows, LogState, Pointed } from './state.ts';

export function initialState(columns: number, rows: number): LogState {
  return {
    layout: layoutOf(columns, rows),
    arrangement: null,
    growth: NO_GROWTH,
    isZoomed: false,
    cursor: 0,
    top: 0,
    focus: 'list',
    scroll: UNSCROLLED,
    field: null,
    folds: new Set(),
    octet: null,
    history: NO_HISTORY,
    says: null,
  };
}

export function reduce(state: LogState, action: LogAction, log: LogRows): LogState {
  switch (action.type) {
    case 'resized':
      return resized(state, action.columns, action.rows, log);
    case 'shown':
      return moved(state, log.rowAt(action.position), log);
    case 'landed':
      return { ...jumped(state, log.rowAt(action.position), log), says: action.says };
    case 'said':
      return { ...state, says: action.says };
    case 'focused':
      return pointed({ ...state, says: null, focus: action.pane }, action.at, log);
    case 'command':
      return orWhyNot(state, command({ ...state, says: null }, action.command, action.count, log), action, log);
  }
}

function command(state: LogState, type: KeyCommand, count: number | null, log: LogRows): LogState {
  const times = Math.max(count ?? 1, 1);
  const target = jumpOf(type);
  if (target) return jump(state, target.kind, target.by * times, log);
  switch (type) {
    case 'down':
    case 'half-down':
    case 'page-down':
      return scrolled(state, times * stepOf(state, type), log);
    case 'up':
    case 'half-up':
    case 'page-up':
      return scrolled(state, -times * stepOf(state, type), log);
    case 'left':
    case 'right':
      return sideways(state, type === 'left' ? -times : times, log);
    case 'enter':
      return state.focus === 'list' ? { ...state, focus: 'detail' } : turnField(state, 0, log);
    case 'first':
      return toEnd(state, count, 0, log);
    case 'last':
      return toEnd(state, count, Number.MAX_SAFE_INTEGER, log);
    case 'percent':
      if (count === null) return { ...state, says: 'type a number first: 50% is half-way' };
      return jumped(state, Math.floor((Math.min(count ?? 0, 100) * (log.length - 1)) / 100), log);
    case 'cause':
    case 'reaction':
      return movedToLink(state, type, log);
    case 'history-back':
    case 'history-forward':
      return walked(state, type, log);
    case 'next-pane':
      return { ...state, focus: paneAfter(state, times) };
    case 'previous-pane':
      return { ...state, focus: paneAfter(state, -times) };
    case 'back':
      return { ...state, focus: 'list', isZoomed: false };
    case 'zoom':
      return { ...state, isZoomed: !state.isZoomed };
    case 'layout':
      return rearranged(state, times, log);
    case 'grow':
    case 'shrink':
      return grown(state, type === 'grow' ? times : -times, log);
    default:
      return state;
  }
}

/** Lines that a key moves by, in what has the focus. */
function stepOf(state: LogState, type: KeyCommand): number {
  if (type === 'down' || type === 'up') return 1;
  const height = heightOf(state, state.focus);
  return Math.max(type.startsWith('half') ? height >> 1 : height, 1);
}

function scrolled(state: LogState, by: number, log: LogRows): LogState {
  const { focus, cursor, top } = state;
  if (focus === 'detail') return moveInFields(state, by, log);
  if (focus === 'hex') return moveInHex(state, by * log.octets(state).perLine, log);
  if (focus === 'why') {
    const { lines, start } = log.extent(focus, state);
    const first = clampTop((state.scroll[focus] ?? start) + by, heightOf(state, focus), lines);
    return { ...state, scroll: { ...state.scroll, [focus]: first } };
  }
  const height = heightOf(state, 'list');
  // A page keeps the cursor where it is in the window.
  const from = Math.abs(by) >= height ? clampTop(top + by, height, log.length) : top;
  return moved({ ...state, top: from }, cursor + by, log);
}

function sideways(state: LogState, by: number, log: LogRows): LogState {
  if (state.focus === 'hex') return moveInHex(state, by, log);
  return state.focus === 'detail' ? turnField(state, by, log) : state;
}

function toEnd(state: LogState, count: number | null, end: number, log: LogRows): LogState {
  if (state.focus !== 'list' && count === null) return scrolled(state, end === 0 ? -FAR : FAR, log);
  if (count === null) return jumped(state, end, log);
  return { ...jumped(state, log.rowNumbered(count, state.cursor), log), says: log.missing(count, state.cursor) };
}

/** More than there are lines, and few enough to count with. */
const FAR = 2 ** 40;

function paneAfter({ focus }: LogState, by: number): PaneName {
  return PANES.at((PANES.indexOf(focus) + by) % PANES.length) ?? 'list';
}

/** The mouse. */
function pointed(state: LogState, { row, field, octet }: Pointed, log: LogRows): LogState {
  if (row !== undefined) return moved(state, row, log);
  if (field !== undefined) return { ...state, field, octet: null };
  if (typeof octet !== 'number') return state;
  return pickOctet({ ...state, scroll: { ...state.scroll, hex: null } }, octet, log);
}

/** A key that changes nothing says why: `after`, with a reason where it is as `before` and nothing is said. */
function orWhyNot(
  before: LogState,
  after: LogState,
  { command, count }: LogAction & { type: 'command' },
  log: LogRows,
): LogState {
  if (after.says !== null || !isDeepStrictEqual({ ...before, says: null }, after)) return after;
  return { ...after, says: whyNot(after, command, count, log) };
}

const BACKWARDS: ReadonlySet<KeyCommand> = new Set(['up', 'half-up', 'page-up', 'first'] satisfies KeyCommand[]);
const FORWARDS: ReadonlySet<KeyCommand> = new Set(['down', 'half-down', 'page-down', 'last'] satisfies KeyCommand[]);

function whyNot({ focus }: LogState, command: KeyCommand, count: number | null, { length }: LogRows): string | null {
  if (length === 0) return 'there are no rows';
  const isPlace = (command === 'first' || command === 'last') && count !== null;
  if (isPlace || command === 'percent') return 'the cursor is there already';
  const thing = focus === 'list' ? 'row' : 'line';
  if (BACKWARDS.has(command)) return `this is the first ${thing}`;
  if (FORWARDS.has(command)) return `this is the last ${thing}`;
  if (command === 'enter') return 'there is nothing to unfold here';
  if (command !== 'left' && command !== 'right') return null;
  if (focus === 'hex') return `this is the ${command === 'left' ? 'first' : 'last'} octet`;
  if (focus === 'detail') return `there is nothing to ${command === 'left' ? 'fold' : 'unfold'} here`;
  return 'h and l are for the detail and the hex pane: Tab goes there';
}
