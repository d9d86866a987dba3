// The first page of a report: the sums, what fails by cause, and the matrix of agents and cases with its filters.

import { documentBegin } from '../../attach/html.ts';
import { html } from '../../html.ts';
import type { CaseName, Total } from '../total.ts';
import { totalInWords } from '../words.ts';
import type { CauseSections } from './causes.ts';
import { INDEX_SCRIPT } from './index-script.ts';
import { INDEX_STYLE } from './index-style.ts';
import { DIFFERS, KINDS, type Matrix } from './matrix.ts';
import { REPORT_MARK } from './report-mark.ts';

export interface IndexParts {
  readonly matrix: Matrix;
  readonly causes: CauseSections;
  readonly unread: readonly { readonly source: string; readonly reason: string }[];
  readonly absent: readonly CaseName[];
  readonly version: string;
}

export function indexPage(total: Total, { matrix, causes, unread, absent, version }: IndexParts): string {
  const title = `wirelog check: ${titleOf(total)}`;
  const sections = causes.sections();
  const parts = [
    documentBegin({ title, style: INDEX_STYLE, script: INDEX_SCRIPT, mark: REPORT_MARK.text }),
    `<h1>${html(title)}</h1>`,
    `<ul class="sums">${totalInWords(total)
      .map((line) => `<li>${html(line)}</li>`)
      .join('\n')}</ul>`,
    matrix.columns().length === 0 ? '' : `<h2>Agents</h2>${matrix.overview()}${legend(matrix)}`,
    sections.length === 0 ? '' : `<h2>What fails, by cause</h2><div class="text">${sections.join('\n')}</div>`,
    ...unreadList(unread),
    ...absentList(absent),
    '<h2>Cases</h2>',
    filters(matrix),
    ...matrix.groups(),
    `<footer>Written by wirelog ${html(version)}. Each case has a page of its own; <code>wirelog inspect</code> reads it as a log.</footer>`,
    '</main>',
    `<script>${INDEX_SCRIPT}</script>`,
    '</body>\n</html>\n',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function titleOf({ failing, cases, changes }: Total): string {
  if (failing === 0) return `none of ${cases} cases ${changes ? 'got worse' : 'fails'}`;
  return `${failing} of ${cases} cases ${changes ? 'got worse' : 'fail'}`;
}

const KIND_ORDER = ['failed', 'soft', 'ok', 'skipped'] as const;

function legend({ differing }: Matrix): string {
  const parts = KIND_ORDER.map((kind) => `${KINDS[kind].mark} ${KINDS[kind].says}`);
  const differs = differing === 0 ? [] : [`${DIFFERS} the suite's own verdict is another one`];
  return `<p class="legend">${[...parts, ...differs].join('; ')}. Small: the close code that came, and how long the case took.</p>`;
}

/** Shown by the script, which it is of no use without. */
function filters({ counts, differing }: Matrix): string {
  const boxes = KIND_ORDER.map(
    (kind) =>
      `<label><input type="checkbox" value="${kind}" checked> ${KINDS[kind].mark} ${LABELS[kind]} (${counts[kind]})</label>`,
  );
  return `<form id="filters" hidden autocomplete="off">
<label>Find <input type="search" name="q" placeholder="agent, 7.9, rule, word" aria-keyshortcuts="/"></label>
<fieldset><legend>Show</legend>${boxes.join('\n')}
<label><input type="checkbox" name="differs"> only ${DIFFERS} not as reported (${differing})</label></fieldset>
<button type="reset">Reset</button> <button type="button" id="open-all">Open all</button> <button type="button" id="close-all">Close all</button>
<span id="count" role="status"></span></form>`;
}

const LABELS = { failed: 'failed', soft: 'not strict', ok: 'passed', skipped: 'not implemented' } as const;

const LISTED = 200;

function unreadList(unread: IndexParts['unread']): string[] {
  if (unread.length === 0) return [];
  const items = unread.slice(0, LISTED).map(({ source, reason }) => `<li>${html(source)}: ${html(reason)}</li>`);
  return ['<h2>Could not be read</h2>', `<ul>${items.join('\n')}</ul>`, moreOf(unread.length)];
}

function absentList(absent: readonly CaseName[]): string[] {
  if (absent.length === 0) return [];
  const items = absent
    .slice(0, LISTED)
    .map(({ agent, case: id }) => `<li>${html(`${agent ?? '?'} ${id ?? '?'}`)}</li>`);
  return ['<h2>Not here</h2>', `<ul>${items.join('\n')}</ul>`, moreOf(absent.length)];
}

function moreOf(count: number): string {
  return count > LISTED ? `<p>and ${count - LISTED} more</p>` : '';
}
