// What the case browser knows beside the cases: where one stands, what is folded, in which order. Pure.

import { isDeepStrictEqual } from 'node:util';
import type { KeyCommand } from '../keys/keymap.ts';
import { stepIn } from '../log/jumps.ts';
import { clamp, clampTop, topFor } from '../terminal/window.ts';
import { type CaseItem, type CaseRow, isFailedCase, isFailing } from './cases.ts';

type CaseOrder = 'all' | 'failing first' | 'only failing';

export type CaseLine =
  | { readonly type: 'group'; readonly group: string; readonly rows: readonly CaseRow[]; readonly isOpen: boolean }
  | { readonly type: 'case'; readonly row: CaseRow };

export interface CasesState {
  readonly cursor: number;
  readonly top: number;
  /** Column of the agent. */
  readonly agent: number;
  readonly order: CaseOrder;
  /** Groups that the user has opened or closed: each is the other way round than at first. */
  readonly folds: ReadonlySet<string>;
  /** Lines of the list. */
  readonly height: number;
  readonly says: string | null;
}

export interface CasesQuestions {
  readonly rows: readonly CaseRow[];
  /** Keys of the agents, in the order of their columns. */
  readonly agents: readonly string[];
  lines(state: CasesState): readonly CaseLine[];
}

export function initialCases(height: number): CasesState {
  return { cursor: 0, top: 0, agent: 0, order: 'all', folds: new Set(), height, says: null };
}

/** Groups with nothing that failed are folded, where there are many cases. */
const MANY = 60;

export function caseLines(rows: readonly CaseRow[], { order, folds }: CasesState): CaseLine[] {
  const groups = new Map<string, CaseRow[]>();
  for (const row of rows) {
    if (order === 'only failing' && !isFailing(row)) continue;
    const group = groups.get(row.group);
    if (group) group.push(row);
    else groups.set(row.group, [row]);
  }
  const entries = [...groups];
  const failing = new Map(entries.map(([group, own]) => [group, own.some(isFailing)]));
  if (order === 'failing first') {
    entries.sort(([a], [b]) => Number(failing.get(b)) - Number(failing.get(a)));
    for (const [, own] of entries) own.sort((a, b) => Number(isFailing(b)) - Number(isFailing(a)));
  }
  return entries.flatMap(([group, own]): CaseLine[] => {
    const isOpen = (rows.length <= MANY || failing.get(group) === true) !== folds.has(group);
    const line = { type: 'group', group, rows: own, isOpen } as const;
    return isOpen ? [line, ...own.map((row) => ({ type: 'case', row }) as const)] : [line];
  });
}

/** A key that changes nothing says why. */
export function reduceCases(
  state: CasesState,
  command: KeyCommand,
  count: number | null,
  asked: CasesQuestions,
): CasesState {
  const after = reduced(state, command, count, asked);
  const isSame = isDeepStrictEqual({ ...state, says: null }, after);
  return isSame ? { ...after, says: whyNot(command, count, after, asked) } : after;
}

function whyNot(command: KeyCommand, count: number | null, state: CasesState, asked: CasesQuestions): string {
  const { length } = asked.lines(state);
  if (length === 0) return 'there are no cases';
  if (command === 'left') return 'this is the first agent';
  if (command === 'right') return 'this is the last agent';
  if (count !== null && (command === 'first' || command === 'last')) return 'this is that line';
  return `this is the ${state.cursor === 0 ? 'first' : 'last'} line`;
}

function reduced(state: CasesState, command: KeyCommand, count: number | null, asked: CasesQuestions): CasesState {
  const times = Math.max(count ?? 1, 1);
  const before = { ...state, says: null };
  const lines = asked.lines(state);
  const by = linesMoved(command, state.height);
  if (by !== null) return stepped(before, command, by * times, lines.length);
  switch (command) {
    case 'first':
    case 'last':
      return withCursorAt(before, count !== null ? count - 1 : command === 'first' ? 0 : lines.length, lines.length);
    case 'left':
    case 'right':
      return toColumn(before, command === 'left' ? -times : times, asked.agents.length);
    case 'next-violation':
    case 'previous-violation':
      return toFailing(before, command === 'next-violation' ? times : -times, lines, asked.agents);
    case 'next-message':
    case 'previous-message':
      return toLine(before, lines, command === 'next-message' ? times : -times, isGroup, 'group');
    case 'order':
      return reordered(before, asked);
    case 'zoom':
      return foldedAll(before, lines, asked);
    case 'enter':
      return turned(before, lines, asked);
    default:
      return before;
  }
}

function isGroup({ type }: CaseLine): boolean {
  return type === 'group';
}

/** Null for what is no move by lines. */
function linesMoved(command: KeyCommand, height: number): number | null {
  const page = Math.max(height, 1);
  const half = Math.max(height >> 1, 1);
  const steps: Partial<Record<KeyCommand, number>> = {
    down: 1,
    up: -1,
    'page-down': page,
    'page-up': -page,
    'half-down': half,
    'half-up': -half,
  };
  return steps[command] ?? null;
}

/** A page keeps the cursor where it is in the window. */
function stepped(state: CasesState, command: KeyCommand, by: number, length: number): CasesState {
  const isStep = command === 'down' || command === 'up';
  const top = isStep ? state.top : clampTop(state.top + by, state.height, length);
  return withCursorAt({ ...state, top }, state.cursor + by, length);
}

function toColumn(state: CasesState, by: number, agents: number): CasesState {
  return { ...state, agent: clamp(state.agent + by, 0, agents - 1) };
}

export function withCursorAt(state: CasesState, to: number, length: number): CasesState {
  const cursor = clamp(to, 0, Math.max(length - 1, 0));
  return { ...state, cursor, top: topFor(state.top, cursor, state.height, length) };
}

/** Lines have come before the cursor: it moves with its line, which stays where it is on the screen. */
export function shiftedTo(state: CasesState, to: number, length: number): CasesState {
  return withCursorAt({ ...state, top: Math.max(state.top + to - state.cursor, 0) }, to, length);
}

function toLine(
  state: CasesState,
  lines: readonly CaseLine[],
  times: number,
  wanted: (line: CaseLine) => boolean,
  what: string,
): CasesState {
  const positions = lines.flatMap((line, at) => (wanted(line) ? [at] : []));
  const to = stepIn(positions, state.cursor, times);
  if (to === null) return { ...state, says: `no ${what} ${times > 0 ? 'after' : 'before'} this one` };
  return withCursorAt(state, to, lines.length);
}

/** Cases in folded groups are passed over: a group in which something failed is open by itself. */
function toFailing(
  state: CasesState,
  times: number,
  lines: readonly CaseLine[],
  agents: readonly string[],
): CasesState {
  const there = toLine(state, lines, times, (line) => line.type === 'case' && isFailing(line.row), 'failing case');
  return toAgent(there, lines, agents, isFailedCase);
}

/** To the first agent of the case of which it holds, unless it holds of the one that is selected. */
export function toAgent(
  state: CasesState,
  lines: readonly CaseLine[],
  agents: readonly string[],
  holds: (item: CaseItem) => boolean,
): CasesState {
  const line = lines[state.cursor];
  if (line?.type !== 'case') return state;
  const isOne = (key: string | undefined) => {
    const item = key === undefined ? undefined : line.row.items.get(key);
    return item !== undefined && holds(item);
  };
  if (isOne(agents[state.agent])) return state;
  const agent = agents.findIndex(isOne);
  return agent < 0 ? state : { ...state, agent };
}

const NEXT: Readonly<Record<CaseOrder, CaseOrder>> = {
  all: 'failing first',
  'failing first': 'only failing',
  'only failing': 'all',
};

/** The cursor stays with its case where that is still there. */
function reordered(state: CasesState, asked: CasesQuestions): CasesState {
  const order = NEXT[state.order];
  const next = {
    ...state,
    order,
    cursor: 0,
    top: 0,
    says: `${order} cases`.replace('all cases', 'all cases, in their order'),
  };
  const lines = asked.lines(next);
  const first = order === 'all' ? at(asked.lines(state), state.cursor) : null;
  const there = lines.findIndex((line) => first !== null && idOf(line) === idOf(first));
  const failing = lines.findIndex((line) => line.type === 'case');
  return { ...withCursorAt(next, there >= 0 ? there : Math.max(failing, 0), lines.length), says: next.says };
}

function at(lines: readonly CaseLine[], index: number): CaseLine | null {
  return lines[index] ?? null;
}

export function idOf(line: CaseLine): string {
  return line.type === 'group' ? `group ${line.group}` : line.row.id;
}

/** The group folded where it was open, and the other way round. */
export function withTurned(state: CasesState, group: string): CasesState {
  const folds = new Set(state.folds);
  if (!folds.delete(group)) folds.add(group);
  return { ...state, folds };
}

function turned(state: CasesState, lines: readonly CaseLine[], asked: CasesQuestions): CasesState {
  const line = lines[state.cursor];
  if (line?.type !== 'group') return state;
  const next = withTurned(state, line.group);
  return withCursorAt(next, state.cursor, asked.lines(next).length);
}

function foldedAll(state: CasesState, lines: readonly CaseLine[], asked: CasesQuestions): CasesState {
  const groups = lines.flatMap((line) => (line.type === 'group' ? [line] : []));
  const isAnyOpen = groups.some(({ isOpen }) => isOpen);
  const folds = new Set(state.folds);
  for (const { group, isOpen } of groups) {
    if (isOpen === isAnyOpen && !folds.delete(group)) folds.add(group);
  }
  const next = { ...state, folds };
  const here = lines[state.cursor];
  const group = here?.type === 'case' ? here.row.group : here?.group;
  const after = asked.lines(next);
  return withCursorAt(
    next,
    after.findIndex((line) => line.type === 'group' && line.group === group),
    after.length,
  );
}
