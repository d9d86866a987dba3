// The exchange as a drawing: two lines of life, an arrow a message, a note a finding.

import { html } from '../html.ts';
import type { Exchange, ExchangeEvent, Mark } from './exchange.ts';

const WIDTH = 760;
const LIVES = [70, 690] as const;
const STEP = 34;
const NOTE = 24;
const TOP = 46;
const MOST = 84;
const MARKS = { violation: '✗', stimulus: '◇', note: '!' } as const;
const TEXT_CLASS = { violation: 'bad', stimulus: 'sent', note: 'warn' } as const;

export function exchangeSvg({ parties, events }: Exchange, title: string): string {
  const parts: string[] = [];
  let y = TOP + 12;
  for (const event of events) {
    y += STEP;
    parts.push(eventParts(event, y));
    for (const mark of event.marks.slice(0, 3)) {
      y += NOTE;
      parts.push(noteParts(mark, y));
    }
  }
  const height = y + 30;
  const lives = LIVES.map((x) => `<line class="life" x1="${x}" y1="${TOP}" x2="${x}" y2="${height - 10}"/>`);
  const names = parties.map(({ name }, i) => partyParts(name, i));
  return [
    `<svg class="exchange" role="img" viewBox="0 0 ${WIDTH} ${height}" aria-label="${html(title)}">`,
    ...lives,
    ...names,
    ...parts,
    '</svg>',
  ].join('\n');
}

function partyParts(name: string, i: number): string {
  const x = i === 0 ? 4 : WIDTH - 164;
  return `<rect class="party" x="${x}" y="14" width="160" height="30" rx="4"/><text x="${x + 80}" y="33" text-anchor="middle">${html(name)}</text>`;
}

function clipped(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}

function eventParts({ row, from, says, marks }: ExchangeEvent, y: number): string {
  const label = html(clipped(row === null ? says : `${row}  ${says}`));
  const middle = WIDTH / 2;
  if (from === null) return `<text class="soft" x="${middle}" y="${y}" text-anchor="middle">${label}</text>`;
  const [start, end] = from === 0 ? LIVES : [LIVES[1], LIVES[0]];
  const turn = from === 0 ? -1 : 1;
  const kind = marks.some((mark) => mark.kind === 'violation')
    ? ' bad'
    : marks.some((mark) => mark.kind === 'stimulus')
      ? ' sent'
      : '';
  const tip = `<path class="tip${kind}" d="M${end} ${y}l${9 * turn} -4v8z"/>`;
  return `<text x="${middle}" y="${y - 6}" text-anchor="middle">${label}</text><line class="arrow${kind}" x1="${start}" y1="${y}" x2="${end}" y2="${y}"/>${tip}`;
}

function noteParts({ kind, says }: Mark, y: number): string {
  const text = html(clipped(`${MARKS[kind]} ${says}`));
  return `<rect class="note-${kind}" x="84" y="${y - 14}" width="${WIDTH - 168}" height="20" rx="3"/><text class="${TEXT_CLASS[kind]}" x="${WIDTH / 2}" y="${y}" text-anchor="middle">${text}</text>`;
}
