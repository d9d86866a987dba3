// The table of `check`: agents side by side and a line a group of cases; where they are too many for that, a line an agent
// and the groups side by side.

import { escapeText } from '../../model/octets.ts';
import { cutTo, widthOf, wrap } from '../columns.ts';
import type { Ink, Paint } from '../paint.ts';
import { inCaseOrder } from './case.ts';
import type { AgentColumn, Cell } from './grid.ts';

/** The suite's groups. */
const GROUPS: Readonly<Record<string, string>> = {
  '1': 'framing',
  '2': 'pings and pongs',
  '3': 'reserved bits',
  '4': 'opcodes',
  '5': 'fragmentation',
  '6': 'UTF-8',
  '7': 'close handling',
  '9': 'limits',
  '10': 'auto-fragmentation',
  '12': 'compression',
  '13': 'compression setup',
};

const TITLE_WIDTH = 21;
const COLUMN_MIN = 8;
const NAME_MAX = 32;
const GAP = '  ';
const WIDEST = 160;

export function gridText(columns: readonly AgentColumn[], paint: Paint, room: number): string {
  // A table does not grow without end where lines are not wrapped.
  const width = Math.min(room, WIDEST);
  if (columns.length === 0) return '';
  const groups = [...new Set(columns.flatMap(({ cells }) => [...cells.keys()]))].sort(inCaseOrder);
  const names = columns.map(({ name }) => escapeText(name));
  const widths = columns.map(({ cells }, i) =>
    Math.max(COLUMN_MIN, widthOf(names[i] ?? ''), ...[...cells.values()].map(({ text }) => widthOf(text))),
  );
  const isFitting = widths.reduce((sum, one) => sum + GAP.length + one, TITLE_WIDTH) <= width;
  const table = isFitting ? sideBySide(columns, widths, groups, paint) : lineEach(columns, groups, paint, width);
  return `${table}${legendOf(columns, paint, width)}`;
}

function sideBySide(
  columns: readonly AgentColumn[],
  widths: readonly number[],
  groups: readonly string[],
  paint: Paint,
): string {
  const at = (i: number) => widths[i] ?? 0;
  const head = columns.map(({ name }, i) => right(escapeText(name), at(i), paint, 'bold')).join(GAP);
  const lines = groups.map((group) => {
    const cells = columns.map(({ cells: own }, i) => cellIn(own.get(group), 'text', at(i), paint));
    return `${left(titleOf(group), TITLE_WIDTH)}${GAP}${cells.join(GAP)}`.trimEnd();
  });
  return `${' '.repeat(TITLE_WIDTH)}${GAP}${head}\n${lines.join('\n')}\n`;
}

function lineEach(columns: readonly AgentColumn[], groups: readonly string[], paint: Paint, width: number): string {
  const widths = groups.map((group) =>
    Math.max(widthOf(shortGroup(group)), ...columns.map(({ cells }) => widthOf(cells.get(group)?.brief ?? ''))),
  );
  const room = width - widths.reduce((sum, one) => sum + GAP.length + one, 0);
  const longest = Math.max(...columns.map(({ name }) => widthOf(escapeText(name))));
  const nameWidth = Math.min(longest, Math.max(room, 12), NAME_MAX);
  const at = (i: number) => widths[i] ?? 0;
  const head = groups.map((group, i) => right(shortGroup(group), at(i), paint, 'bold')).join(GAP);
  const lines = columns.map(({ name, cells }) => {
    const own = groups.map((group, i) => cellIn(cells.get(group), 'brief', at(i), paint));
    return `${left(escapeText(name), nameWidth)}${GAP}${own.join(GAP)}`.trimEnd();
  });
  return `${' '.repeat(nameWidth)}${GAP}${head}\n${lines.join('\n')}\n`;
}

function cellIn(cell: Cell | undefined, form: 'text' | 'brief', width: number, paint: Paint): string {
  return cell ? right(cell[form], width, paint, cell.ink) : ' '.repeat(width);
}

function right(text: string, width: number, paint: Paint, ink: Ink): string {
  return `${' '.repeat(Math.max(0, width - widthOf(text)))}${paint(ink, text)}`;
}

function left(text: string, width: number): string {
  const cut = widthOf(text) > width ? `${cutTo(text, width - 1)}…` : text;
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}

function shortGroup(group: string): string {
  return cutTo(escapeText(group), 6);
}

function titleOf(group: string): string {
  const title = Object.hasOwn(GROUPS, group) ? GROUPS[group] : '';
  return `${escapeText(group).padStart(2)} ${title}`;
}

/** `7 close handling`; the group alone where the suite has no such. */
export function titleOfGroup(group: string): string {
  return titleOf(group).trim();
}

function legendOf(columns: readonly AgentColumn[], paint: Paint, width: number): string {
  const all = columns.flatMap(({ cells }) => [...cells.values()].map(({ text }) => text)).join(' ');
  const parts = [
    all.includes('✗') ? '✗ failed, or an error is charged' : '',
    all.includes('!') ? '! not strict, or a warning is charged' : '',
    all.includes('–') ? '– not implemented' : '',
  ].filter((part) => part !== '');
  return wrap(parts.join('; '), width, '', '')
    .map((line) => (line === '' ? '' : `${paint('dim', line)}\n`))
    .join('');
}
