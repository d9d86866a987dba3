// The attachment as one HTML file that asks nothing of anybody: no script, no network, no font. A policy in the page
// forbids the browser whatever it does not need, should anything of a log ever get through as markup.

import { createHash } from 'node:crypto';
import type { Attachment } from '../../attach/attachment.ts';
import { fieldsByRow } from '../../attach/fields.ts';
import { HTML_LOG_BEGINS, HTML_LOG_ENDS, HTML_MARK } from '../../ingest/attachment/attachment.ts';
import type { AnnotatedRow, Annotation } from '../../judge/annotation.ts';
import { isCharged, isStimulus } from '../../judge/annotation.ts';
import { annotationsOf } from '../../judge/judged-log.ts';
import { counted } from '../../model/counted.ts';
import { levelOf } from '../check/case.ts';
import { html, markupFree } from '../html.ts';
import { exchangeOf } from './exchange.ts';
import { exchangeHtml } from './exchange-html.ts';
import { type FindingGroup, groupFindings, groupKey, worstFirst } from './finding-groups.ts';
import { findingItem, type ItemOptions, rowAnchor } from './html-findings.ts';
import { type RowOptions, rowSection } from './html-rows.ts';
import { STYLE } from './html-style.ts';
import { logBlock } from './log-block.ts';
import { minimisedInWords, otherRows, redactionInWords, redactionSummary, replayCommand } from './sections.ts';

/** Rows whose octets are drawn one by one, and findings that are listed, at the most. */
const FULL_ROWS = 150;
const FINDINGS = 300;

export function attachmentHtml(attachment: Attachment): string {
  return pageBegin(attachment.title) + logArticle(attachment, '') + pageEnd(attachment.version);
}

interface PageHead {
  readonly title: string;
  readonly style: string;
  /** The one script that may run; none where it is empty. */
  readonly script?: string;
  /** What the root element says of the page, as markup. */
  readonly mark: string;
}

/** Up to where the page's own words begin. */
export function documentBegin({ title, style, script = '', mark }: PageHead): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    ...(script === '' ? [] : [`script-src '${hashOf(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<!DOCTYPE html>
<html lang="en" ${mark}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${html(policy.join('; '))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${html(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

export function pageBegin(title: string): string {
  return documentBegin({ title, style: STYLE, mark: HTML_MARK });
}

export function pageEnd(version: string): string {
  return `<footer>Written by wirelog ${html(version)}. This file is a log too: <code>wirelog inspect</code> reads it.</footer>\n</main>\n</body>\n</html>\n`;
}

/**
 * `page` is put before every anchor. Of a log that takes more than `mostOfLog` characters as text only what matters most
 * stands on the page.
 */
export function logArticle(attachment: Attachment, page: string, mostOfLog = Number.POSITIVE_INFINITY): string {
  const { title, sentence, causes, advice, facts, judged } = attachment;
  const isBad = levelOf({ verdict: judged.verdict, violations: judged.summary.violations }) === 'error';
  const groups = groupFindings(worstFirst(annotationsOf(judged).filter((one) => isCharged(one) || isStimulus(one))));
  const article = [
    '<article>',
    `<h1>${html(title)}</h1>`,
    `<p class="verdict${isBad ? ' bad' : ''}">${html(sentence)}</p>`,
    ...causes.map((cause) => `<p><b>Likely cause here:</b> ${html(cause)}</p>`),
    ...advice.map((line) => `<p>${html(line).replace(/^[^:]*:/, '<b>$&</b>')}</p>`),
    `<dl>${facts.map(([name, value]) => `<dt>${html(name)}</dt><dd>${html(value)}</dd>`).join('\n')}</dl>`,
    ...findings(groups, { page, sentence }),
    ...exchange(attachment, page),
    ...rows(attachment, { page, sentence, listed: listedIn(groups, attachment, page) }),
    ...log(attachment, mostOfLog),
    ...redactions(attachment),
    ...again(attachment),
    '</article>',
  ].join('\n');
  return `${withoutDeadLinks(article)}\n`;
}

function again(attachment: Attachment): string[] {
  const command = attachment.file === null ? null : replayCommand(attachment, attachment.file);
  return command === null ? [] : [`<p>To play it again at a live peer: <code>${html(command)}</code></p>`];
}

/** An octet that is not shown is looked for in its row. */
function withoutDeadLinks(article: string): string {
  const anchors = new Set([...article.matchAll(/ id="([\w-]+)"/g)].map(([, id]) => id));
  return article.replace(/href="#([\w-]+)"/g, (link, id: string) =>
    anchors.has(id) ? link : `href="#${id.replace(/(row-\d+)-\d+$/, '$1')}"`,
  );
}

function findings(groups: readonly FindingGroup[], options: ItemOptions): string[] {
  if (groups.length === 0) return [];
  const items = groups
    .slice(0, FINDINGS)
    .map((group, i) => findingItem(group, options, findingAnchor(i, options.page)));
  const more = groups.length > FINDINGS ? `<p>${groups.length - FINDINGS} more stand on their rows.</p>` : '';
  return ['<h2>Findings</h2>', `<ul class="findings">${items.join('\n')}</ul>`, more];
}

function findingAnchor(i: number, page: string): string {
  return `${page}finding-${i + 1}`;
}

/** Where in the list each finding stands, one that is told with others too. */
function listedIn(
  groups: readonly FindingGroup[],
  { judged }: Attachment,
  page: string,
): ReadonlyMap<Annotation, string> {
  const places = new Map(groups.slice(0, FINDINGS).map(({ key }, i) => [key, `#${findingAnchor(i, page)}`]));
  const listed = new Map<Annotation, string>();
  for (const annotation of annotationsOf(judged)) {
    const place = places.get(groupKey(annotation));
    if (place !== undefined) listed.set(annotation, place);
  }
  return listed;
}

function exchange(attachment: Attachment, page: string): string[] {
  const drawn = exchangeOf(attachment, 36);
  if (drawn.events.length === 0) return [];
  return ['<h2>The exchange</h2>', exchangeHtml(drawn, (row) => rowAnchor(row, page))];
}

/** What a log hides is said on the row's own line. */
function isAboutEndpoint({ intent, certainty }: Annotation): boolean {
  return intent !== null && certainty === 'certain';
}

const LEGEND = [
  ['opcode', 'FIN, RSV, opcode'],
  ['length', 'MASK, length'],
  ['key', 'masking key'],
  ['code', 'close code'],
  ['payload', 'payload'],
  ['none', 'not read as a frame'],
] as const;

function rows(attachment: Attachment, options: RowOptions): string[] {
  const { judged, deciding, isSelection } = attachment;
  const fields = fieldsByRow(judged.annotated);
  const full = (list: readonly AnnotatedRow[]) =>
    list.map((annotated) => rowSection(annotated, judged, fields.get(annotated.row.row) ?? [], options));
  const legend = LEGEND.map(([kind, name]) => `<span class="${kind}">${name}</span>`).join('');
  const decisive = judged.annotated.filter(({ row }) => deciding.has(row.row)).slice(0, FULL_ROWS);
  const shown = new Set(decisive.map(({ row }) => row.row));
  const noted = judged.annotated
    .filter(({ row, annotations }) => annotations.some(isAboutEndpoint) && !shown.has(row.row))
    .slice(0, FULL_ROWS);
  for (const { row } of noted) shown.add(row.row);
  const rest = otherRows({ ...attachment, deciding: shown });
  const brief = rest.map(({ row, text }) => `<span id="${rowAnchor(row, options.page)}">${markupFree(text)}</span>`);
  return [
    decisive.length > 0
      ? `<h2>${isSelection ? 'The rows chosen' : 'The rows that decide'}</h2><p class="legend octets">${legend}</p>`
      : '',
    ...full(decisive),
    noted.length > 0
      ? `<h2>Other rows with findings</h2><details><summary>${counted(noted.length, 'row')}</summary>${full(noted).join('\n')}</details>`
      : '',
    brief.length > 0
      ? `<h2>The other rows</h2><details><summary>${counted(brief.length, 'row')}</summary><pre tabindex="0" aria-label="The other rows">${brief.join('')}</pre></details>`
      : '',
  ];
}

function log({ judged, deciding }: Attachment, most: number): string[] {
  const { text, leftOut, isSame } = logBlock(judged, deciding, most);
  const kept = isSame ? 'reading it back gives the same findings' : 'it does not give all findings again';
  return [
    '<h2>The log</h2>',
    '<details><summary>As wirelog reads it; this file can be given to wirelog as it is</summary>',
    HTML_LOG_BEGINS,
    markupFree(text.trimEnd()),
    HTML_LOG_ENDS,
    leftOut.length === 0 ? '' : `<p>Left out of it: ${html(leftOut.join('; '))}; ${kept}.</p>`,
    '</details>',
  ];
}

function redactions(attachment: Attachment): string[] {
  const { redactions: list, lost } = attachment;
  const minimised = minimisedInWords(attachment);
  const summary = redactionSummary(attachment)?.replaceAll('`', '');
  return [
    '<h2>What was hidden</h2>',
    minimised === null ? '' : `<p>${html(minimised)}</p>`,
    summary
      ? `<p>${html(summary)}</p>`
      : `<p>Each octet was replaced by one that says nothing, in text and hex alike (x for letters):</p><ul>${(list ?? []).map((one) => `<li>${html(redactionInWords(one))}</li>`).join('\n')}</ul>`,
    lost.length === 0
      ? ''
      : `<p>What is hidden was needed to find ${html(lost.join(', '))}: found in the log before it was redacted.</p>`,
  ];
}
