// Agents and cases side by side: a table a group of cases, a column an agent that has cases of the group. Beside the
// names of each case only its line is held, whatever its log.

import { html } from '../../html.ts';
import { inCaseOrder } from '../case.ts';
import { titleOfGroup } from '../table.ts';
import type { CaseKind, ShownCase } from './shown-case.ts';

export const KINDS: Readonly<Record<CaseKind, { readonly mark: string; readonly says: string }>> = {
  failed: { mark: '✗', says: 'failed, or an error is charged' },
  soft: { mark: '!', says: 'not strict, or a warning is charged' },
  ok: { mark: '✓', says: 'passed' },
  skipped: { mark: '–', says: 'not implemented' },
};
const ORDER = ['failed', 'soft', 'ok', 'skipped'] as const;
const NO_AGENT = 'wire logs';
/** What is said of a cell that the suite judges otherwise. */
export const DIFFERS = '≠';

export interface Matrix {
  /** Returns the name of the column. */
  add(shown: ShownCase, folder: string): string;
  columns(): readonly string[];
  /** Agents and groups with counts. */
  overview(): string;
  /** A table a group. */
  groups(): Iterable<string>;
  readonly counts: Readonly<Record<CaseKind, number>>;
  readonly differing: number;
}

type CaseCounts = Record<CaseKind, number>;

interface Group {
  readonly counts: CaseCounts;
  readonly perColumn: Map<string, CaseCounts>;
  /** Case → column → the cases of that name. */
  readonly cases: Map<string, Map<string, ShownCase[]>>;
}

const none = (): CaseCounts => ({ failed: 0, soft: 0, ok: 0, skipped: 0 });

export function openMatrix(): Matrix {
  const groups = new Map<string, Group>();
  const columnOf = openColumns();
  const counts = none();
  const totals = { differing: 0 };
  const inOrder = () => [...groups].sort(([a], [b]) => inCaseOrder(a, b));
  return {
    add: (shown, folder) => {
      const column = columnOf.name(shown.agent ?? NO_AGENT, folder);
      const group = groups.get(shown.group) ?? { counts: none(), perColumn: new Map(), cases: new Map() };
      groups.set(shown.group, group);
      const own = group.perColumn.get(column) ?? none();
      group.perColumn.set(column, own);
      for (const one of [counts, group.counts, own]) one[shown.kind]++;
      if (shown.reported !== null) totals.differing++;
      const cells = group.cases.get(shown.name) ?? new Map<string, ShownCase[]>();
      group.cases.set(shown.name, cells);
      const cell = cells.get(column);
      if (cell) cell.push(shown);
      else cells.set(column, [shown]);
      return column;
    },
    columns: columnOf.all,
    overview: () => overviewTable(columnOf.all(), inOrder()),
    groups: function* () {
      for (const [name, group] of inOrder()) yield groupSection(name, group, columnOf.all());
    },
    counts,
    get differing() {
      return totals.differing;
    },
  };
}

/** The agent; from the second folder on that has the same one, with a number. */
function openColumns(): { name: (agent: string, folder: string) => string; all: () => readonly string[] } {
  const columns = new Map<string, Map<string, string>>();
  const all: string[] = [];
  return {
    name: (agent, folder) => {
      const folders = columns.get(agent) ?? new Map<string, string>();
      columns.set(agent, folders);
      let name = folders.get(agent === NO_AGENT ? '' : folder);
      if (name === undefined) {
        name = folders.size === 0 ? agent : `${agent} (${folders.size + 1})`;
        folders.set(agent === NO_AGENT ? '' : folder, name);
        all.push(name);
      }
      return name;
    },
    all: () => all,
  };
}

function worstOf(counts: CaseCounts): CaseKind {
  return ORDER.find((kind) => counts[kind] > 0) ?? 'skipped';
}

function countsInWords(counts: CaseCounts): string {
  return ORDER.filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${KINDS[kind].mark}`)
    .join(' ');
}

function anchorOfGroup(name: string): string {
  return `group-${name.replace(/[^\w.-]/g, '-')}`;
}

function overviewTable(columns: readonly string[], groups: readonly (readonly [string, Group])[]): string {
  const heads = groups.map(
    ([name]) => `<th scope="col"><a href="#${anchorOfGroup(name)}">${html(titleOfGroup(name))}</a></th>`,
  );
  const rows = columns.map((column) => {
    const cells = groups.map(([name, { perColumn }]) => {
      const counts = perColumn.get(column);
      if (!counts) return '<td></td>';
      return `<td class="${worstOf(counts)}"><a href="#${anchorOfGroup(name)}">${countsInWords(counts)}</a></td>`;
    });
    return `<tr><th scope="row">${html(column)}</th>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="group" aria-label="Agents and groups"><table class="overview"><thead><tr><th scope="col">agent</th>${heads.join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

/** Groups in which something is wrong are open. */
function groupSection(name: string, { counts, perColumn, cases }: Group, columns: readonly string[]): string {
  const own = columns.filter((column) => perColumn.has(column));
  const heads = own.map((column) => `<th scope="col">${html(column)}</th>`);
  const rows = [...cases]
    .sort(([a], [b]) => inCaseOrder(a, b))
    .map(([id, cells]) => {
      const shown = own.map((column) => cellOf(cells.get(column) ?? []));
      return `<tr><th scope="row">${html(id)}</th>${shown.join('')}</tr>`;
    });
  const title = html(titleOfGroup(name));
  const isOpen = counts.failed + counts.soft > 0;
  return `<details class="group" id="${anchorOfGroup(name)}"${isOpen ? ' open' : ''}><summary><b>${title}</b> <span>${countsInWords(counts)}</span></summary>
<div class="scroll" tabindex="0" role="group" aria-label="Cases of ${title}"><table class="cases"><thead><tr><th scope="col">case</th>${heads.join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div></details>\n`;
}

function cellOf(cases: readonly ShownCase[]): string {
  if (cases.length === 0) return '<td></td>';
  const worst = ORDER.find((kind) => cases.some((one) => one.kind === kind)) ?? 'skipped';
  return `<td class="${worst}">${cases.map(entryOf).join('')}</td>`;
}

function entryOf({
  page,
  kind,
  status,
  behavior,
  behaviorClose,
  reported,
  closeCode,
  seconds,
  change,
  rules,
}: ShownCase): string {
  const close =
    [null, 'OK', behavior].includes(behaviorClose) || status.startsWith('close') ? null : `close ${behaviorClose}`;
  const facts = [
    close,
    closeCode === null ? null : String(closeCode),
    seconds === null ? null : timeInWords(seconds),
    change === 'worse' || change === 'better' || change === 'new' ? change : null,
  ].filter((fact) => fact !== null);
  const word = kind === 'ok' || kind === 'skipped' ? (behavior ?? status) : status;
  const differs = reported === null ? '' : ` <em>${DIFFERS} suite: ${html(reported)}</em>`;
  const data = rules.length === 0 ? '' : ` data-r="${html(rules.slice(0, 12).join(' '))}"`;
  return `<div data-k="${kind}"${data}><a href="${html(page)}">${KINDS[kind].mark} ${html(word)}</a>${differs}${facts.length === 0 ? '' : ` <small>${html(facts.join(', '))}</small>`}</div>`;
}

function timeInWords(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
