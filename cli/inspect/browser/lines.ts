// The case browser in lines.

import { counted } from '../../../src/model/counted.ts';
import type { Severity } from '../../../src/rules/kit/rule.ts';
import { MARKS } from '../log/marks.ts';
import { cellsOf, fitTo, visible, wrapToCells } from '../terminal/cells.ts';
import { fileLink } from '../terminal/links.ts';
import { type Canvas, type Piece, paintLine, piece, type Style } from '../terminal/paint.ts';
import { titleOf } from '../terminal/title-line.ts';
import {
  type Agent,
  type CaseItem,
  type CaseRow,
  type Cases,
  GROUPS,
  isFailedCase,
  isSkipped,
  levelOfItem,
  plain,
  whyOf,
  wordOf,
} from './cases.ts';
import type { CaseLine, CasesState } from './state.ts';

/** Which columns are in sight, and how wide. */
export interface Columns {
  readonly first: number;
  readonly count: number;
  readonly width: number;
  /** Of what stands before them. */
  readonly name: number;
}

/** More lines than there is room for. */
const MOST_ERRORS = 20;
/** Cases and rules that are named in one line. */
const MOST_NAMED = 12;
const LEAST_CELL = 12;
const MOST_CELL = 22;

export function columnsFor(agents: number, selected: number, width: number): Columns {
  const name = Math.max(Math.min(Math.floor(width * 0.45), 60), 18);
  const room = width - name;
  const count = Math.max(Math.min(agents, Math.floor(room / LEAST_CELL)), 1);
  const cell = Math.min(Math.floor(room / count), MOST_CELL);
  const first = Math.max(Math.min(selected - (count >> 1), agents - count), 0);
  return { first, count, width: cell, name: width - cell * count };
}

export function casesTitleLine(title: string, cases: Cases, { order }: CasesState, canvas: Canvas): string {
  const rows = cases.rows();
  const items = rows.flatMap(({ items: own }) => [...own.values()]);
  const failing = items.filter((item) => levelOfItem(item) === 'error').length;
  const { read, files } = cases.progress;
  const about = [
    piece(`  ${counted(cases.agents.length, 'agent')}  ${counted(rows.length, 'case')}`),
    piece(`  ✗ ${failing}`, failing > 0 ? 'error' : 'dim'),
    piece(`  ${order}`, order === 'all' ? 'dim' : 'warning'),
    piece(cases.errors.length > 0 ? `  ${cases.errors.length} unreadable` : '', 'warning'),
    piece(cases.isLoading ? `  reading ${read}/${files}` : '', 'dim'),
  ];
  return titleOf(title, about, canvas);
}

export function agentsLine(agents: readonly Agent[], columns: Columns, selected: number, canvas: Canvas): string {
  const { first, count, width, name } = columns;
  const more = agents.length > count ? ` agents ${first + 1}–${first + count} of ${agents.length}` : legendIn(name);
  const cells = agents.slice(first, first + count).map(({ label }, at): Piece => {
    const isSelected = at + first === selected;
    return piece(
      fitTo(`${isSelected ? '▸' : ' '}${visible(label)}`, width - 1).padEnd(width),
      isSelected ? 'bold' : 'dim',
    );
  });
  return paintLine([piece(fitTo(more, name), 'dim'), ...cells], canvas);
}

/** What the column is, and as much of the signs as there is room for. */
function legendIn(width: number): string {
  const { violation, warning } = MARKS;
  const signs = [`${violation.character} failed`, `${warning.character} warning`, '– not implemented', '· no log'];
  let text = '  case ';
  for (const sign of signs) {
    if (cellsOf(text) + cellsOf(sign) + 3 > width) break;
    text += `  ${sign}`;
  }
  return text;
}

export function caseLine(
  line: CaseLine,
  agents: readonly Agent[],
  columns: Columns,
  selected: { readonly isSelected: boolean; readonly agent: number },
  canvas: Canvas,
): string {
  const shown = agents.slice(columns.first, columns.first + columns.count);
  const corner = piece(selected.isSelected ? '>' : ' ');
  const pieces =
    line.type === 'group'
      ? [corner, ...groupPieces(line, shown, columns)]
      : [corner, ...casePieces(line.row, shown, columns, selected)];
  return paintLine(pieces, canvas, selected.isSelected && line.type === 'group' ? 'selected' : null);
}

function groupPieces(
  { group, rows, isOpen }: CaseLine & { type: 'group' },
  agents: readonly Agent[],
  { width, name }: Columns,
): Piece[] {
  const title = ` ${isOpen ? '▾' : '▸'} ${group}  ${GROUPS[group] ?? ''}`;
  const cells = agents.map(({ key }) => {
    const items = rows.flatMap(({ items: own }) => own.get(key) ?? []);
    const failed = items.filter(isFailedCase).length;
    return piece(` ${fitTo(countsInWords(items, failed, width - 1), width - 1)}`, failed > 0 ? 'error' : 'dim');
  });
  return [piece(fitTo(title, name - 1), 'bold'), ...cells];
}

/** What is not implemented is neither passed nor failed: `10/12 80 –`, as `check` has it. */
function countsInWords(items: readonly CaseItem[], failed: number, room: number): string {
  if (items.length === 0) return '·';
  const skipped = items.filter(isSkipped).length;
  const tried = items.length - skipped;
  if (tried === 0) return `${skipped} –`;
  const text = `${tried - failed}/${tried}`;
  const whole = skipped === 0 ? text : `${text} ${skipped} –`;
  return cellsOf(whole) <= room ? whole : text;
}

const LOOKS: Readonly<Record<Severity, readonly [string, Style]>> = {
  error: [MARKS.violation.character, MARKS.violation.style],
  warning: [MARKS.warning.character, MARKS.warning.style],
  note: [' ', 'plain'],
};

function casePieces(
  { id, title, items }: CaseRow,
  agents: readonly Agent[],
  { first, width, name }: Columns,
  { isSelected, agent }: { readonly isSelected: boolean; readonly agent: number },
): Piece[] {
  const cells = agents.map(({ key }, at): Piece => {
    const item = items.get(key);
    const isHere = isSelected && at + first === agent;
    if (!item) return piece(fitTo(isHere ? '[·' : ' ·', width), isHere ? 'selected' : 'dim');
    const level = levelOfItem(item);
    const [mark, style] = level === null ? [' ', 'dim' as Style] : LOOKS[level];
    return piece(fitTo(`${isHere ? '[' : ' '}${mark} ${visible(wordOf(item))}`, width), isHere ? 'selected' : style);
  });
  const label = `     ${visible(id.slice(0, 60)).padEnd(8)} ${visible(title.slice(0, 100))}`;
  return [piece(fitTo(label, name - 1), isSelected ? 'selected' : 'plain'), ...cells];
}

/** What is said of the group under the cursor: how each agent did in it, and which rules are charged to the chosen one. */
export function groupDetailLines(
  { rows }: CaseLine & { type: 'group' },
  agents: readonly Agent[],
  chosen: Agent | null,
  canvas: Canvas,
): string[] {
  const others = agents.filter((agent) => agent !== chosen);
  const entries = (chosen ? [chosen, ...others] : others).map(({ key, label }): [string, string] => [
    label,
    groupInWords(rows.flatMap(({ items }) => items.get(key) ?? [])),
  ]);
  const [first, ...rest] = entries;
  const rules = chosen ? rulesInWords(rows.flatMap(({ items }) => items.get(chosen.key) ?? [])) : '';
  const all = [...(first ? [first] : []), ...(rules === '' ? [] : [['rules', rules] as [string, string]]), ...rest];
  const widest = Math.max(...all.map(([label]) => cellsOf(visible(label))), 9);
  const width = Math.min(widest, Math.max(Math.floor(canvas.width * 0.3), 9));
  return all
    .slice(0, MOST_ERRORS)
    .flatMap(([label, text]) =>
      wrapToCells(visible(text), canvas.width - width - 3).map((part, at) =>
        paintLine([piece(` ${fitTo(at === 0 ? visible(label) : '', width)} `, 'dim'), piece(part)], canvas),
      ),
    );
}

/** `2 of 10 cases failed: 7.1.5, 7.9.13; 1 not strict`. */
function groupInWords(items: readonly CaseItem[]): string {
  if (items.length === 0) return 'no log';
  const failed = items.filter(isFailedCase);
  const warned = items.filter((item) => levelOfItem(item) === 'warning');
  const skipped = items.filter(isSkipped);
  const named = (some: readonly CaseItem[]) => {
    const names = some.slice(0, MOST_NAMED).map((item) => item.case ?? item.source);
    return `: ${names.join(', ')}${some.length > MOST_NAMED ? ' …' : ''}`;
  };
  const tried = items.length - skipped.length;
  return [
    failed.length === 0
      ? `none of ${counted(tried, 'case')} failed`
      : `${failed.length} of ${counted(tried, 'case')} failed${named(failed)}`,
    warned.length === 0 ? '' : `${warned.length} with a warning${named(warned)}`,
    skipped.length === 0 ? '' : `${skipped.length} not implemented`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** The most frequent first, each with the cases to which it is charged. */
function rulesInWords(items: readonly CaseItem[]): string {
  const counts = new Map<string, number>();
  for (const rule of items.flatMap(({ rules }) => rules)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_NAMED)
    .map(([rule, count]) => (count === 1 ? rule : `${rule} (${count} cases)`))
    .join(', ');
}

/** With the cursor on no case: which files could not be read. */
export function unreadableLines({ errors }: Cases, canvas: Canvas): string[] {
  return errors
    .slice(0, MOST_ERRORS)
    .map((error) => paintLine([piece(` ${visible(error.slice(0, 600))}`, 'warning')], canvas));
}

/** What is said of the case under the cursor. */
export function caseDetailLines(item: CaseItem | null, canvas: Canvas): string[] {
  if (!item) return [paintLine([piece('   no log of this agent', 'dim')], canvas)];
  const why = whyOf(item);
  const { rules, description, expectation, verdict, hints } = item;
  const entries: [label: string, text: string, style: Style, link?: string | null][] = [
    ['why', why === '' ? 'nothing is wrong' : why, why === '' ? 'dim' : 'plain'],
    ['likely', hints.map(({ says }) => says).join('; '), 'plain'],
    ['rules', rules.slice(0, 6).join('  '), 'plain'],
    ['case', plain(description), 'dim'],
    ['expects', plain(expectation), 'dim'],
    ['report', reported(verdict.reported, verdict.agrees), 'dim'],
    ['file', item.source, 'dim', fileLink(item.source.replace(/#\d+$/, ''))],
  ];
  return entries
    .filter(([, text]) => text !== '')
    .flatMap(([label, text, style, link = null]) =>
      wrapToCells(visible(text.slice(0, 600)), canvas.width - 11).map((part, at) =>
        paintLine([piece(` ${(at === 0 ? label : '').padEnd(9)} `, 'dim'), piece(part, style, link)], canvas),
      ),
    );
}

function reported(said: CaseItem['verdict']['reported'], agrees: boolean | null): string {
  if (!said) return '';
  const words = [said.behavior, said.behaviorClose && `close ${said.behaviorClose}`].filter((word) => word);
  return `${words.join(', ')}${agrees === false ? ': the rows say otherwise' : ''}`;
}

export function caseDetailTitle(line: CaseLine | null, agent: Agent | null): string {
  if (!line) return '';
  const group = line.type === 'group' ? `${line.group} ${GROUPS[line.group] ?? ''}`.trim() : '';
  const what = line.type === 'group' ? `${group} · ${counted(line.rows.length, 'case')}` : line.row.id;
  const name = `${what} · ${agent?.label ?? ''}`;
  return visible(cellsOf(name) > 200 ? name.slice(0, 200) : name);
}
