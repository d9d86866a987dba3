// The case browser: a directory of logs, cases as rows and agents side by side.

import type { KeyCommand } from '../keys/keymap.ts';
import type { MouseInput } from '../keys/keys.ts';
import type { PageBase } from '../keys/page.ts';
import type { ReportSubject } from '../log/report.ts';
import { type Finder, openFinder, type SearchWay } from '../terminal/find.ts';
import { clampTop } from '../terminal/window.ts';
import { type Agent, type CaseItem, type Cases, GROUPS, openCases, plain, whyOf, wordOf } from './cases.ts';
import { columnsFor } from './lines.ts';
import {
  type CaseLine,
  type CasesState,
  caseLines,
  idOf,
  initialCases,
  reduceCases,
  shiftedTo,
  toAgent,
  withCursorAt,
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
  /** Compares the log with that of another agent; false where no other has the case. */
  compare(item: CaseItem): boolean;
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
interface CasesPageState {
  state: CasesState;
  /** Columns of the screen. */
  width: number;
  readonly finder: Finder;
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
    resize: (width, height) => {
      own.width = width;
      own.set(withCursorAt({ ...own.state, height: listHeight(height) }, own.state.cursor, lines(own.state).length));
    },
    answer: () => {},
    search: (text, by) => {
      own.finder.begin(text, by);
      search(own, 1);
    },
    draft: () => '',
    check: () => null,
    report: () => {
      const { item } = selectedIn(own);
      return item ? options.report(item) : 'choose a case, and with h and l an agent, to export its log';
    },
    compare: (item) => compareWithOther(own, item, options.compare),
    clearMessage: () => own.set({ ...own.state, says: null }),
    back: () => false,
    point: (at) => {
      point(own, at);
      if (at.isDouble && isInList(own, at)) commanded(own, options, 'enter', null);
    },
  };
}

function commanded(own: CasesPageState, options: CasesOptions, command: KeyCommand, count: number | null): void {
  const { item, line } = selectedIn(own);
  const { cases, lines } = own;
  const ofItem = { enter: options.open, statistics: options.statistics };
  if (command === 'statistics' || (command === 'enter' && line?.type === 'case')) {
    if (item) ofItem[command](item);
    else own.say(`no log ${line?.type === 'case' ? 'of this agent: h and l choose another' : 'here: choose a case'}`);
  } else if (command === 'diff') compareSelected(own, options.compare);
  else if (command === 'search-next') search(own, 1);
  else if (command === 'search-previous') search(own, -1);
  else own.set(reduceCases(own.state, command, count, { rows: cases.rows(), agents: agentKeys(own), lines }));
}

function openOwn(rows: number, changed: () => void): CasesPageState {
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
  const own: CasesPageState = {
    state: initialCases(listHeight(rows)),
    width: 80,
    finder: openFinder(),
    anchor: null,
    cases,
    lines,
    set,
    say: (says) => set({ ...own.state, says }),
  };
  return own;
}

function agentKeys({ cases }: CasesPageState): string[] {
  return cases.agents.map(({ key }) => key);
}

function selectedIn({ state, cases, lines }: CasesPageState): CasesPage['selected'] {
  const line = lines(state)[state.cursor] ?? null;
  const agent = cases.agents[state.agent] ?? null;
  const item = line?.type === 'case' && agent ? (line.row.items.get(agent.key) ?? null) : null;
  return { line, agent, item };
}

/** Round and round among all cases, those in folded groups too: the group of what is found is unfolded. */
function search(own: CasesPageState, by: SearchWay): void {
  const { state, lines, set, say } = own;
  const shown = lines(state);
  const groups = shown.flatMap((line) => (line.type === 'group' ? [line] : []));
  const all = groups.flatMap((group): CaseLine[] => [
    group,
    ...group.rows.map((row): CaseLine => ({ type: 'case', row })),
  ]);
  const here = shown[state.cursor];
  const from = all.findIndex((line) => here !== undefined && idOf(line) === idOf(here));
  const { at, says } = own.finder.next(by, all.length, from, 'case', (index) => textOf(all[index]));
  const hit = at === null ? undefined : all[at];
  if (!hit) {
    say(`${says}${state.order === 'only failing' ? ' among the failing ones: f shows all' : ''}`);
    return;
  }
  const isFolded = hit.type === 'case' && groups.some(({ group, isOpen }) => group === hit.row.group && !isOpen);
  const next = isFolded ? withTurned(state, hit.row.group) : state;
  const after = lines(next);
  const there = withCursorAt(
    { ...next, says },
    after.findIndex((line) => idOf(line) === idOf(hit)),
    after.length,
  );
  set(toAgent(there, after, agentKeys(own), () => true));
}

/** What the line says, and what is said of it below. */
function textOf(line: CaseLine | undefined): string {
  if (!line) return '';
  if (line.type === 'group') return `${line.group} ${GROUPS[line.group] ?? ''}`;
  const { id, items } = line.row;
  const said = [...items.values()].map((item) =>
    [wordOf(item), plain(item.description), whyOf(item), ...item.rules, ...item.hints.map(({ says }) => says)].join(
      ' ',
    ),
  );
  return `${id} ${said.join(' ')}`;
}

function compareSelected(own: CasesPageState, compare: CasesOptions['compare']): void {
  const { item } = selectedIn(own);
  if (!item) own.say('choose a case to compare');
  else if (!compareWithOther(own, item, compare)) own.say('no other agent has this case');
}

/** False where no other agent has the case. */
function compareWithOther({ cases }: CasesPageState, item: CaseItem, compare: CasesOptions['compare']): boolean {
  const row = cases.rows().find(({ items }) => [...items.values()].includes(item));
  const other = best([...(row?.items.values() ?? [])].filter((each) => each !== item));
  if (other) compare(item, other);
  return other !== null;
}

function isInList({ state }: CasesPageState, { y }: MouseInput): boolean {
  return y >= ABOVE && y < ABOVE + state.height;
}

function point(own: CasesPageState, at: MouseInput): void {
  const { y, wheel } = at;
  const { state } = own;
  const { length } = own.lines(state);
  const top = clampTop(state.top + wheel, state.height, length);
  if (wheel !== 0) own.set(withCursorAt({ ...state, top }, state.cursor + wheel, length));
  else if (isInList(own, at) && state.top + y - ABOVE < length) {
    const agent = agentAt(own, at) ?? state.agent;
    own.set(withCursorAt({ ...state, agent }, state.top + y - ABOVE, length));
  }
}

/** The agent whose column stands there; null beside them. */
function agentAt({ cases, state, width }: CasesPageState, { x }: MouseInput): number | null {
  const { first, count, width: cell, name } = columnsFor(cases.agents.length, state.agent, width);
  const column = Math.floor((x - name) / cell);
  return column >= 0 && column < count && first + column < cases.agents.length ? first + column : null;
}

/** To compare with: one that did well. */
function best(items: readonly CaseItem[]): CaseItem | null {
  return items.find((item) => item.violations.error === 0 && whyOf(item) === '') ?? items[0] ?? null;
}
