// The case browser: a directory of logs, cases as rows and agents side by side.

import type { Command } from '../keys/keymap.ts';
import type { MouseInput } from '../keys/keys.ts';
import type { PageBase } from '../keys/page.ts';
import type { ReportSubject } from '../log/report.ts';
import { clampTop } from '../terminal/window.ts';
import { type Agent, type CaseItem, type CaseRow, type Cases, openCases, plain, whyOf } from './cases.ts';
import {
  type CaseLine,
  type CasesQuestions,
  type CasesState,
  caseLines,
  idOf,
  initialCases,
  moved,
  reduceCases,
  shiftedTo,
  toAgent,
  withTurned,
} from './state.ts';

export interface CasesPage extends PageBase {
  readonly context: 'cases';
  readonly title: string;
  readonly cases: Cases;
  readonly state: CasesState;
  lines(): readonly CaseLine[];
  /** What is exported from here; or a word why nothing is. */
  report(): ReportSubject | string;
  /** What stands under the cursor. */
  readonly selected: { readonly line: CaseLine | null; readonly agent: Agent | null; readonly item: CaseItem | null };
}

export interface CasesOptions {
  readonly title: string;
  readonly rows: number;
  changed(): void;
  open(item: CaseItem): void;
  compare(left: CaseItem, right: CaseItem): void;
  report(item: CaseItem): ReportSubject;
  statistics(item: CaseItem): void;
  /** Stops the reading of the directory. */
  close(): void;
}

/** Title and agents above the list, the rule of the saying and the key line below. */
const ABOVE = 2;
const CHROME = ABOVE + 2;

export function detailHeight(rows: number): number {
  return Math.max(Math.min(Math.floor(rows * 0.25), 9), 3);
}

function listHeight(rows: number): number {
  return Math.max(rows - CHROME - detailHeight(rows), 1);
}

/** What the parts of the page share. */
interface Own {
  state: CasesState;
  searched: string;
  /** What the cursor was on when it was moved last; cases that come later move it along. */
  anchor: string | null;
  readonly cases: Cases;
  readonly lines: (state: CasesState) => readonly CaseLine[];
  readonly set: (state: CasesState) => void;
  readonly say: (says: string) => void;
}

export function openCasesPage(options: CasesOptions): CasesPage {
  const { title, rows, changed, close } = options;
  const own = openOwn(rows, changed);
  const { cases, lines } = own;
  return {
    ...{ context: 'cases', title, cases, close },
    get state() {
      return own.state;
    },
    get says() {
      return own.state.says;
    },
    get selected() {
      return selectedIn(own);
    },
    lines: () => lines(own.state),
    command: (command, count) => commanded(own, options, command, count),
    resize: (_columns, height) =>
      own.set(moved({ ...own.state, height: listHeight(height) }, own.state.cursor, lines(own.state).length)),
    answer: (_kind, text) => {
      if (text !== '') own.searched = text.toLowerCase();
      search(own, 1);
    },
    draft: () => '',
    check: () => null,
    report: () => {
      const { item } = selectedIn(own);
      return item ? options.report(item) : 'a log is exported: choose a case, and with h and l an agent';
    },
    clearMessage: () => own.set({ ...own.state, says: null }),
    back: () => false,
    point: (at) => point(own, at),
  };
}

function commanded(own: Own, options: CasesOptions, command: Command, count: number | null): void {
  const { item, line } = selectedIn(own);
  const { cases, lines } = own;
  const ofItem = { enter: options.open, statistics: options.statistics };
  if (command === 'statistics' || (command === 'enter' && line?.type === 'case')) {
    if (item) ofItem[command](item);
    else own.say(`no log ${line?.type === 'case' ? 'of this agent: h and l choose another' : 'here: choose a case'}`);
  } else if (command === 'diff') compareWithOther(own, options.compare);
  else if (command === 'search-next') search(own, 1);
  else if (command === 'search-previous') search(own, -1);
  else own.set(reduceCases(own.state, command, count, { rows: cases.rows(), agents: agentKeys(own), lines }));
}

function openOwn(rows: number, changed: () => void): Own {
  const kept = { version: -1, key: '', lines: [] as readonly CaseLine[] };
  const lines = (state: CasesState) => {
    const key = `${state.order} ${[...state.folds].join()}`;
    if (kept.version !== cases.version || kept.key !== key) {
      Object.assign(kept, { version: cases.version, key, lines: caseLines(cases.rows(), state) });
    }
    return kept.lines;
  };
  const cases = openCases(() => {
    const now = lines(own.state);
    const to = own.anchor === null ? -1 : now.findIndex((line) => idOf(line) === own.anchor);
    if (to >= 0 && to !== own.state.cursor) own.state = shiftedTo(own.state, to, now.length);
    changed();
  });
  const set = (state: CasesState) => {
    own.state = state;
    const line = lines(state)[state.cursor];
    own.anchor = line ? idOf(line) : null;
    changed();
  };
  const own: Own = {
    state: initialCases(listHeight(rows)),
    searched: '',
    anchor: null,
    cases,
    lines,
    set,
    say: (says) => set({ ...own.state, says }),
  };
  return own;
}

function agentKeys({ cases }: Own): string[] {
  return cases.agents.map(({ key }) => key);
}

function selectedIn({ state, cases, lines }: Own): CasesPage['selected'] {
  const line = lines(state)[state.cursor] ?? null;
  const agent = cases.agents[state.agent] ?? null;
  const item = line?.type === 'case' && agent ? (line.row.items.get(agent.key) ?? null) : null;
  return { line, agent, item };
}

function search(own: Own, by: 1 | -1): void {
  const { state, searched, lines, set, say } = own;
  const there = searched === '' ? null : toMatch(state, by, { lines }, (row) => matches(row, searched));
  const where = state.order === 'only failing' ? ' among the failing ones: f shows all' : '';
  if (searched === '') say('nothing to search for: / asks');
  else if (there) set(toAgent(there, lines(there), agentKeys(own), () => true));
  else say(`no case with "${searched}"${where}`);
}

function compareWithOther(own: Own, compare: CasesOptions['compare']): void {
  const { line, agent, item } = selectedIn(own);
  const row = line?.type === 'case' ? line.row : null;
  const others = own.cases.agents.filter(({ key }) => key !== agent?.key);
  const other = best(others.flatMap(({ key }) => row?.items.get(key) ?? []));
  if (!item) own.say('a case is compared: choose one');
  else if (other) compare(item, other);
  else own.say('no other agent has this case');
}

function point(own: Own, { y, wheel }: MouseInput): void {
  const { state } = own;
  const { length } = own.lines(state);
  const top = clampTop(state.top + wheel, state.height, length);
  if (wheel !== 0) own.set(moved({ ...state, top }, state.cursor + wheel, length));
  else if (y >= ABOVE && y < ABOVE + state.height) own.set(moved(state, state.top + y - ABOVE, length));
}

/** To compare with: one that did well. */
function best(items: readonly CaseItem[]): CaseItem | null {
  return items.find((item) => item.violations.error === 0 && whyOf(item) === '') ?? items[0] ?? null;
}

/**
 * To the next case that matches, round and round, folded away or not: its group is unfolded. Null where there is none.
 */
function toMatch(
  state: CasesState,
  by: 1 | -1,
  asked: Pick<CasesQuestions, 'lines'>,
  matches: (row: CaseRow) => boolean,
): CasesState | null {
  const lines = asked.lines(state);
  const groups = lines.flatMap((line) => (line.type === 'group' ? [line] : []));
  const all = groups.flatMap((group) => [group, ...group.rows.map((row) => ({ type: 'case', row }) as const)]);
  const here = lines[state.cursor];
  const from = all.findIndex((line) => here !== undefined && idOf(line) === idOf(here));
  const order = all.map((_, at) => all[(from + by * (at + 1) + 2 * all.length) % all.length]);
  const hit = order.find((line) => line?.type === 'case' && matches(line.row));
  if (hit?.type !== 'case') return null;
  const isFolded = groups.some(({ group, isOpen }) => group === hit.row.group && !isOpen);
  const next = isFolded ? withTurned(state, hit.row.group) : state;
  const after = asked.lines(next);
  const to = after.findIndex((line) => idOf(line) === hit.row.id && line.type === 'case');
  return moved({ ...next, says: null }, to, after.length);
}

/** The text in small letters: in its id, and in what is said of it. */
function matches({ id, items }: CaseRow, wanted: string): boolean {
  const texts = [...items.values()].flatMap((item) => [plain(item.description), whyOf(item), ...item.rules]);
  return [id, ...texts].some((text) => text.toLowerCase().includes(wanted));
}
