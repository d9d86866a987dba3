// `check` as Markdown for a job summary: the sums, a table of the agents, a table of what failed. GitHub takes one mebibyte
// of it, so that the list of cases has an end.

import { markdown, tableHead, tableRow } from '../markdown.ts';
import { type CheckedCase, inCaseOrder, levelOf, nameOf, othersOf, sentenceOf, statusOf } from './case.ts';
import { openGrid } from './grid.ts';
import type { CheckRenderer } from './renderer.ts';
import type { Total } from './total.ts';
import { totalInWords } from './words.ts';

const CASES_SHOWN = 500;

export function checkMarkdown(): CheckRenderer {
  const grid = openGrid();
  const rows: string[] = [];
  const unread: string[] = [];
  let left = 0;
  return {
    head: () => '',
    case: (checked) => {
      const column = grid.add(checked);
      if (!isListed(checked)) return '';
      if (rows.length < CASES_SHOWN) rows.push(caseRow(checked, column));
      else left++;
      return '';
    },
    unread: (source, reason) => {
      unread.push(`- file ${markdown(source)}: ${markdown(reason)}\n`);
      return '';
    },
    // The sums name them.
    absent: () => '',
    tail: (total) =>
      [
        `## wirelog check: ${titleOf(total)}\n`,
        totalInWords(total)
          .map((line) => `- ${markdown(line)}\n`)
          .join(''),
        gridTable(grid.columns()),
        rows.length === 0 ? '' : `### Cases\n\n${tableHead(['agent', 'case', 'verdict', 'why'], [])}${rows.join('')}`,
        left === 0 ? '' : `and ${left} more\n`,
        unread.length === 0 ? '' : `### Could not be read\n\n${unread.join('')}`,
      ]
        .filter((part) => part !== '')
        .join('\n'),
  };
}

function isListed(checked: CheckedCase): boolean {
  if (checked.change !== null) return checked.fails || checked.change === 'better';
  const level = levelOf(checked);
  return checked.fails || level === 'error' || level === 'warning';
}

function caseRow(checked: CheckedCase, column: string): string {
  const change = checked.change === 'better' ? ' (better)' : '';
  const report = checked.verdict.agrees === false ? '; reported otherwise' : '';
  const others = othersOf(checked);
  const also = others === '' ? '' : `; also charged: ${others}`;
  const hints = checked.hints.map(({ says }) => `; hint: ${says}`).join('');
  return tableRow([
    markdown(column),
    markdown(checked.case ?? nameOf(checked)),
    `${checked.fails ? '**' : ''}${markdown(statusOf(checked))}${checked.fails ? '**' : ''}${change}`,
    markdown(`${sentenceOf(checked)}${also}${report}${hints}`),
  ]);
}

function titleOf({ failing, cases, files, changes }: Total): string {
  const unread = files.failed > 0 ? `, ${files.failed} of ${files.failed + files.read} files not read` : '';
  return `${failing} of ${cases} cases ${changes ? 'got worse' : 'fail'}${unread}`;
}

function gridTable(columns: ReturnType<ReturnType<typeof openGrid>['columns']>): string {
  const groups = [...new Set(columns.flatMap(({ cells }) => [...cells.keys()]))].sort(inCaseOrder);
  if (groups.length === 0) return '';
  const numeric = [false, ...groups.map(() => true)];
  const lines = columns.map(({ name, cells }) =>
    tableRow([markdown(name), ...groups.map((group) => cells.get(group)?.text ?? '')]),
  );
  return `${tableHead(['agent', ...groups.map(markdown)], numeric)}${lines.join('')}`;
}
