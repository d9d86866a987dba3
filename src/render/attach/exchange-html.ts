// The exchange drawn with elements of the page, not as a picture: two lines of life, an arrow a message, a note a finding.
// Text in it wraps, so that it reads on a telephone as on a wide screen, is found and copied, and is read out in order.

import { html } from '../html.ts';
import type { Exchange, ExchangeEvent, ExchangeMark, VerdictPart } from './exchange.ts';

const MARKS = { violation: '✗', stimulus: '◇', note: '!' } as const;
const PARTS: Readonly<Record<VerdictPart, string>> = { decides: 'decides', cause: 'cause' };

/** `anchorOf`: the place on the page where the row is; null where it has none. */
export function exchangeHtml({ parties, events }: Exchange, anchorOf: (row: number) => string | null): string {
  const names = parties.map(({ name }) => html(name));
  const items = events.map((event) => eventItem(event, names, anchorOf));
  return `<div class="exchange"><p class="parties" aria-hidden="true"><span>${names.join('</span><span>')}</span></p>\n<ol>\n${items.join('\n')}\n</ol></div>`;
}

function eventItem(event: ExchangeEvent, names: readonly string[], anchorOf: (row: number) => string | null): string {
  const { row, from, says, marks, part } = event;
  const way = from === null ? 'aside' : from === 0 ? 'right' : 'left';
  const kind = marks.some((mark) => mark.kind === 'violation')
    ? ' bad'
    : marks.some((mark) => mark.kind === 'stimulus')
      ? ' sent'
      : '';
  const badge = part === null ? '' : `<b class="part">${PARTS[part]}</b> `;
  const sender = from === null ? '' : `<span class="unseen">${names[from]} to ${names[1 - from]}: </span>`;
  const label = `${badge}${rowLink(row, anchorOf)}${sender}${html(says)}`;
  return `<li class="${way}${kind}${part === null ? '' : ` ${part}`}"><p>${label}</p>${marks.slice(0, 3).map(noteOf).join('')}</li>`;
}

function rowLink(row: number | null, anchorOf: (row: number) => string | null): string {
  if (row === null) return '';
  const anchor = anchorOf(row);
  const number = `<span class="unseen">row </span>${row}`;
  return anchor === null ? `<span class="soft">${number}</span> ` : `<a href="#${anchor}">${number}</a> `;
}

function noteOf({ kind, says }: ExchangeMark): string {
  return `<p class="mark ${kind}">${MARKS[kind]} ${html(says)}</p>`;
}
