// The case browser: a directory of logs, cases as rows and agents side by side.

import type { Agent, CaseItem, Cases } from './cases.ts';
import { openCases, plain, whyOf } from './cases.ts';
import {
  type CaseLine,
  type CasesState,
  caseLines,
  idOf,
  initialCases,
  moved,
  reduceCases,
  shiftedTo,
  toAgent,
} from './cases-state.ts';
import type { Command } from './command.ts';
import type { PageBase } from './page.ts';
import { clampTop } from './window.ts';

export interface CasesPage extends PageBase {
  readonly context: 'cases';
  readonly title: string;
  readonly cases: Cases;
  readonly state: CasesState;
  lines(): readonly CaseLine[];
  /** What stands under the cursor. */
  readonly selected: { readonly line: CaseLine | null; readonly agent: Agent | null; readonly item: CaseItem | null };
}

export interface CasesOptions {
  readonly title: string;
  readonly rows: number;
  changed(): void;
  open(item: CaseItem): void;
  compare(left: CaseItem, right: CaseItem): void;
  /** Stops the reading of the directory. */
  close(): void;
}

/** Title, agents, rule of the saying, key line. */
const CHROME = 4;

export function sayingHeight(rows: number): number {
  return Math.max(Math.min(Math.floor(rows * 0.25), 9), 3);
}

function listHeight(rows: number): number {
  return Math.max(rows - CHROME - sayingHeight(rows), 1);
}

export function openCasesPage({ title, rows, changed, open, compare, close }: CasesOptions): CasesPage {
  let state = initialCases(listHeight(rows));
  let searched = '';
  const kept: { version: number; key: string; lines: readonly CaseLine[] } = { version: -1, key: '', lines: [] };
  /** What the cursor was on when the screen was drawn last; cases that come later move it along. */
  let anchor: string | null = null;
  const cases = openCases(() => {
    const to = anchor === null ? -1 : linesFor(state).findIndex((line) => idOf(line) === anchor);
    if (to >= 0 && to !== state.cursor) state = shiftedTo(state, to, linesFor(state).length);
    changed();
  });
  const linesFor = (of: CasesState) => {
    const key = `${of.order} ${[...of.folds].join()}`;
    if (kept.version !== cases.version || kept.key !== key) {
      kept.lines = caseLines(cases.rows(), of);
      kept.version = cases.version;
      kept.key = key;
    }
    return kept.lines;
  };
  const agentKeys = () => cases.agents.map(({ key }) => key);
  const selected = () => {
    const line = linesFor(state)[state.cursor] ?? null;
    const agent = cases.agents[state.agent] ?? null;
    const item = line?.type === 'case' && agent ? (line.row.items.get(agent.key) ?? null) : null;
    return { line, agent, item };
  };
  const set = (next: CasesState) => {
    state = next;
    const line = linesFor(state)[state.cursor];
    anchor = line ? idOf(line) : null;
    changed();
  };
  const say = (says: string) => set({ ...state, says });
  const search = (by: 1 | -1) => {
    if (searched === '') return say('nothing to search for: / asks');
    const lines = linesFor(state);
    for (let left = lines.length, at = state.cursor + by; left > 0; left--, at += by) {
      const to = (at + lines.length) % lines.length;
      if (!matches(lines[to] as CaseLine, searched)) continue;
      return set(toAgent({ ...moved(state, to, lines.length), says: null }, lines, agentKeys(), () => true));
    }
    say(`no case with "${searched}" in sight: z unfolds`);
  };
  const compareWithOther = () => {
    const { line, agent, item } = selected();
    if (line?.type !== 'case' || !item) return say('a case is compared: choose one');
    const others = cases.agents.filter(({ key }) => key !== agent?.key && line.row.items.has(key));
    const other = best(others.flatMap(({ key }) => line.row.items.get(key) ?? []));
    if (other) compare(item, other);
    else say('no other agent has this case');
  };
  const EFFECTS: Partial<Record<Command, () => void>> = {
    diff: compareWithOther,
    'search-next': () => search(1),
    'search-previous': () => search(-1),
  };
  return {
    context: 'cases',
    title,
    cases,
    get state() {
      return state;
    },
    get says() {
      return state.says;
    },
    get selected() {
      return selected();
    },
    lines: () => linesFor(state),
    command: (command, count) => {
      const { item, line } = selected();
      if (command === 'enter' && line?.type === 'case')
        return item ? open(item) : say('no log of this agent: h and l choose another');
      const effect = EFFECTS[command];
      if (effect) return effect();
      set(reduceCases(state, command, count, { rows: cases.rows(), agents: agentKeys(), lines: linesFor }));
    },
    resize: (_columns, height) => {
      const lines = linesFor(state).length;
      set(moved({ ...state, height: listHeight(height) }, state.cursor, lines));
    },
    draft: () => '',
    check: () => null,
    answer: (_kind, text) => {
      if (text !== '') searched = text.toLowerCase();
      search(1);
    },
    stop: () => false,
    point: ({ y, wheel }) => {
      const lines = linesFor(state).length;
      if (wheel !== 0)
        set(moved({ ...state, top: clampTop(state.top + wheel, state.height, lines) }, state.cursor + wheel, lines));
      else if (y >= 2 && y < 2 + state.height) set(moved(state, state.top + y - 2, lines));
    },
    close,
  };
}

/** To compare with: one that did well. */
function best(items: readonly CaseItem[]): CaseItem | null {
  return items.find((item) => item.violations.error === 0 && whyOf(item) === '') ?? items[0] ?? null;
}

function matches(line: CaseLine, wanted: string): boolean {
  if (line.type === 'group') return false;
  const { id, items } = line.row;
  const texts = [...items.values()].flatMap((item) => [plain(item.description), whyOf(item), ...item.rules]);
  return [id, ...texts].some((text) => text.toLowerCase().includes(wanted));
}
