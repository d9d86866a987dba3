// The exchange as a Mermaid sequence diagram, which GitHub and GitLab draw. Of a log's text only
// letters, digits and harmless signs stand for themselves; every other character is written as Mermaid's own code for
// it, so that none can be syntax.

import { wrap } from '../columns.ts';
import { escapeOnce } from '../escape-once.ts';
import type { Exchange, ExchangeEvent } from './exchange.ts';

const MARKS = { violation: '✗', stimulus: '◇', note: '!' } as const;
/** Seen through on a light and on a dark page. */
const SHADES = {
  violation: 'rgba(220, 50, 47, 0.25)',
  stimulus: 'rgba(38, 139, 210, 0.2)',
  note: 'rgba(181, 137, 0, 0.2)',
} as const;

function mermaid(text: string): string {
  return escapeOnce(text).replace(
    /[^\p{L}\p{N} .,:()=/'"?!&+_@*…§✗◇-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}

export function sequenceDiagram({ parties, events }: Exchange): string {
  const lines = [
    'sequenceDiagram',
    `  participant A as ${mermaid(parties[0].name)}`,
    `  participant B as ${mermaid(parties[1].name)}`,
  ];
  for (const event of events) lines.push(...eventLines(event).map((line) => `  ${line}`));
  return lines.join('\n');
}

const LINE = 64;

/** On several lines, where one would make the drawing wider than the page. */
function broken(text: string): string {
  return wrap(escapeOnce(text), LINE, '', '').map(mermaid).join('<br/>');
}

function eventLines(event: ExchangeEvent): string[] {
  const { row, from, says, marks, part } = event;
  const label = mermaid(row === null ? says : `${row}${part === null ? '' : ` (${part})`}: ${says}`);
  const worst = marks.find(({ kind }) => kind === 'violation') ?? marks[0];
  const [sender, receiver] = from === 0 ? ['A', 'B'] : ['B', 'A'];
  const line =
    from === null
      ? `Note over A,B: ${label}`
      : `${sender}${worst?.kind === 'violation' ? '-x' : '->>'}${receiver}: ${label}`;
  if (!worst) return [line];
  const notes = marks.slice(0, 3).map(({ kind, says: text }) => `  Note over A,B: ${MARKS[kind]} ${broken(text)}`);
  return [`rect ${SHADES[worst.kind]}`, `  ${line}`, ...notes, 'end'];
}
