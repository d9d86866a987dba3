// `check` as text to be read: agents side by side with the groups of cases folded, then each failing case with its
// sentence, cases with the same sentence together, then the sums. What was found is gathered as it comes and printed at
// the end; cases with nothing to say leave only counts behind.

import { escapeText } from '../../model/octets.ts';
import { wrap } from '../columns.ts';
import { type Ink, type Paint, painter } from '../paint.ts';
import { type CheckedCase, caseNameOf, levelOf, othersOf, sentenceOf, verdictStatusOf } from './case.ts';
import { causeKey } from './causes.ts';
import { openGrid } from './grid.ts';
import type { CheckRenderer, CheckRenderOptions } from './renderer.ts';
import { gridText } from './table.ts';
import type { Total } from './total.ts';
import { totalInWords } from './words.ts';

/** Cases with the same status and, but for numbers and details in brackets, the same sentence. */
interface Fold {
  readonly status: string;
  readonly sentence: string;
  /** Rules of other errors that are charged. */
  readonly also: string;
  readonly hint: string | null;
  readonly ink: Ink;
  readonly cases: string[];
  readonly source: string;
}

const INDENT = '  ';
const CASES_SHOWN = 60;

export function checkText({ color, width, all = false }: CheckRenderOptions): CheckRenderer {
  const paint = painter(color);
  const grid = openGrid();
  const folds = new Map<string, Map<string, Fold>>();
  const better: string[] = [];
  const differing: string[] = [];
  const rest = new Map<string, Map<string, string[]>>();
  return {
    head: () => '',
    case: (checked) => {
      const column = grid.add(checked);
      if (checked.change === 'better') better.push(`${column} ${caseNameOf(checked)}: ${verdictStatusOf(checked)}`);
      if (checked.verdict.agrees === false) differing.push(differenceOf(checked, column));
      if (isListed(checked)) fold(folds, column, checked);
      else if (all) keepName(rest, column, checked);
      return '';
    },
    unread: () => '',
    // The sums name them.
    absent: () => '',
    tail: (total) =>
      [
        gridText(grid.columns(), paint, width),
        failuresText(folds, paint, width, all ? Number.POSITIVE_INFINITY : CASES_SHOWN),
        restText(rest, paint, width),
        listText('better than in the baseline', better, paint, width),
        listText('not as reported', differing, paint, width),
        sumsText(total, paint, width, all),
      ]
        .filter((part) => part !== '')
        .join('\n'),
  };
}

/** With a baseline what got worse; else all that is an error or a warning, and notes where they count. */
function isListed(checked: CheckedCase): boolean {
  const level = levelOf(checked);
  if (checked.change !== null) return checked.fails || checked.change === 'worse';
  return checked.fails || level === 'error' || level === 'warning';
}

function fold(folds: Map<string, Map<string, Fold>>, column: string, checked: CheckedCase): void {
  const status = verdictStatusOf(checked);
  const sentence = sentenceOf(checked);
  const [hint] = checked.hints;
  let own = folds.get(column);
  if (!own) {
    own = new Map();
    folds.set(column, own);
  }
  const also = othersOf(checked);
  const key = causeKey(checked);
  const found = own.get(key);
  const name = checked.case ?? checked.source;
  if (found) found.cases.push(name);
  else {
    const ink = levelOf(checked) === 'error' ? 'red' : 'yellow';
    const says = hint ? `hint: ${hint.says}` : null;
    own.set(key, { status, sentence, also, hint: says, ink, cases: [name], source: checked.source });
  }
}

function differenceOf({ verdict, ...checked }: CheckedCase, column: string): string {
  const { derived, reported } = verdict;
  const words = (behaviors: typeof derived) =>
    `${behaviors?.behavior ?? '?'}, close ${behaviors?.behaviorClose ?? '?'}`;
  return `${column} ${caseNameOf(checked)}: reported ${words(reported)}; the rows say ${words(derived)}`;
}

function failuresText(
  folds: ReadonlyMap<string, ReadonlyMap<string, Fold>>,
  paint: Paint,
  width: number,
  most: number,
): string {
  const parts: string[] = [];
  for (const [column, own] of folds) {
    const title = wrap(escapeText(column), width, '', INDENT).map((line) => paint('bold', line));
    parts.push(`${title.join('\n')}\n${[...own.values()].map((one) => foldText(one, paint, width, most)).join('')}`);
  }
  return parts.join('\n');
}

function foldText(
  { status, sentence, also, hint, ink, cases, source }: Fold,
  paint: Paint,
  width: number,
  most: number,
): string {
  const [first = '', ...others] = cases;
  const name = first === source ? escapeText(source) : `case ${escapeText(first)}`;
  const label = `${name}  ${escapeText(status)}  `;
  const lines = wrap(`${label}${escapeText(sentence)}`, width, INDENT, `${INDENT}${INDENT}`);
  const painted = `${lines[0] ?? ''}`.replace(escapeText(status), (word) => paint(ink, word));
  const rest = lines.slice(1);
  if (also !== '') {
    rest.push(...wrap(`also charged: ${escapeText(also)}`, width, `${INDENT}${INDENT}`, `${INDENT}${INDENT}${INDENT}`));
  }
  if (others.length > 0) {
    const shown = others.slice(0, most).map((one) => escapeText(one));
    const more = others.length > most ? `, and ${others.length - most} more (--all names them)` : '';
    const text = `the same in ${others.length} more: ${shown.join(', ')}${more}`;
    rest.push(...wrap(text, width, `${INDENT}${INDENT}`, `${INDENT}${INDENT}`).map((line) => paint('dim', line)));
  }
  if (hint !== null) {
    const wrapped = wrap(escapeText(hint), width, `${INDENT}${INDENT}`, `${INDENT}${INDENT}${INDENT}`);
    rest.push(...wrapped.map((line) => paint('dim', line)));
  }
  return `${[painted, ...rest].join('\n')}\n`;
}

function keepName(rest: Map<string, Map<string, string[]>>, column: string, checked: CheckedCase): void {
  const own = rest.get(column) ?? new Map<string, string[]>();
  rest.set(column, own);
  const status = verdictStatusOf(checked);
  own.set(status, [...(own.get(status) ?? []), checked.case ?? checked.source]);
}

/** The cases that nothing else names. */
function restText(
  rest: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>,
  paint: Paint,
  width: number,
): string {
  const parts = [...rest].map(([column, own]) => {
    const lines = [...own].flatMap(([status, names]) =>
      wrap(`${status}: ${names.map((name) => escapeText(name)).join(', ')}`, width, INDENT, `${INDENT}${INDENT}`),
    );
    return `${paint('bold', escapeText(column))}\n${lines.join('\n')}\n`;
  });
  return parts.join('\n');
}

function listText(title: string, items: readonly string[], paint: Paint, width: number): string {
  if (items.length === 0) return '';
  const lines = items.flatMap((item) => wrap(escapeText(item), width, INDENT, `${INDENT}${INDENT}`));
  return `${paint('bold', title)}\n${lines.join('\n')}\n`;
}

function sumsText(total: Total, paint: Paint, width: number, all: boolean): string {
  const lines = totalInWords(total, all).map((line) => wrap(escapeText(line), width, '', INDENT).join('\n'));
  const last = lines.pop() ?? '';
  return `${lines.join('\n')}\n${paint(total.exitCode === 0 ? 'green' : 'red', last)}\n`;
}
