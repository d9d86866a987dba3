// `check` as Markdown for a job summary: the sums, a table of the agents, a table of the causes with the cases that show
// each. GitHub takes one mebibyte of it, so that both the table and its cells have an end.

import { markdown, tableHead, tableRow } from '../markdown.ts';
import { type CheckedCase, inCaseOrder, levelOf, verdictStatusOf } from './case.ts';
import { type Cause, casesInWords, openCauses } from './causes.ts';
import { openGrid } from './grid.ts';
import type { CheckRenderer, CheckRenderOptions } from './renderer.ts';
import type { Total } from './total.ts';
import { totalInWords } from './words.ts';

/** Octets of a table; what stands around it is far less than the rest of the mebibyte. */
const MOST_OCTETS = 900 << 10;
const LONGEST_TEXT = 2000;
const CASES_SHOWN = 30;
const UNREAD_SHOWN = 200;

export function checkMarkdown({ all = false }: CheckRenderOptions): CheckRenderer {
  const grid = openGrid();
  const causes = openCauses();
  const better: CheckedCase[] = [];
  const unread: string[] = [];
  let unreadLeft = 0;
  return {
    head: () => '',
    case: (checked) => {
      grid.add(checked);
      if (checked.change === 'better') better.push(checked);
      else if (isListed(checked)) causes.add(checked);
      return '';
    },
    unread: (source, reason) => {
      if (unread.length < UNREAD_SHOWN) unread.push(`- file ${markdown(source)}: ${markdown(shortened(reason))}\n`);
      else unreadLeft++;
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
        causesTable(causes.sorted(), all ? Number.POSITIVE_INFINITY : CASES_SHOWN),
        betterList(better),
        unread.length === 0 ? '' : `### Could not be read\n\n${unread.join('')}`,
        unreadLeft === 0 ? '' : `and ${unreadLeft} more\n`,
      ]
        .filter((part) => part !== '')
        .join('\n'),
  };
}

function isListed(checked: CheckedCase): boolean {
  if (checked.change !== null) return checked.fails;
  const level = levelOf(checked);
  return checked.fails || level === 'error' || level === 'warning';
}

function causesTable(causes: readonly Cause[], casesShown: number): string {
  if (causes.length === 0) return '';
  const rows: string[] = [];
  let size = 0;
  for (const cause of causes) {
    const row = causeRow(cause, casesShown);
    size += Buffer.byteLength(row);
    if (size > MOST_OCTETS) break;
    rows.push(row);
  }
  const left = causes.length - rows.length;
  const more = left === 0 ? '' : `\nand ${left} more\n`;
  return `### Causes\n\n${tableHead(['cases', 'verdict', 'why', 'in'], [true])}${rows.join('')}${more}`;
}

function causeRow(cause: Cause, casesShown: number): string {
  const { count, status, sentence, also, hint, fails, first } = cause;
  const parts = [
    sentence,
    also === '' ? '' : `also charged: ${also}`,
    first.verdict.agrees === false ? 'reported otherwise' : '',
    hint === null ? '' : `hint: ${hint}`,
  ].filter((part) => part !== '');
  const strong = fails ? '**' : '';
  return tableRow([
    String(count),
    `${strong}${markdown(status)}${strong}`,
    markdown(shortened(parts.join('; '))),
    markdown(casesInWords(cause, casesShown)),
  ]);
}

function betterList(better: readonly CheckedCase[]): string {
  if (better.length === 0) return '';
  const cases = new Map<string | null, string[]>();
  for (const { agent, case: id, source } of better) cases.set(agent, [...(cases.get(agent) ?? []), id ?? source]);
  const ends = [...new Set(better.map(verdictStatusOf))].join(', ');
  const words = casesInWords({ cases, count: better.length }, CASES_SHOWN);
  return `### Better than in the baseline\n\n${markdown(words)} (now ${markdown(ends)})\n`;
}

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT).replace(/[\ud800-\udbff]$/, '')}…` : text;
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
