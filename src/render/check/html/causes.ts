// What fails, by cause: cases of one agent with the same status and, but for numbers and quotes, the same sentence stand
// together. One fault of a peer fails dozens of cases, and a list by case would hide the others.

import { counted } from '../../../model/counted.ts';
import { messagePattern } from '../../attach/finding-groups.ts';
import { html } from '../../html.ts';
import { KINDS } from './matrix.ts';
import type { ShownCase } from './shown-case.ts';

interface AgentCause {
  readonly first: ShownCase;
  /** Name and page of each case. */
  readonly cases: [name: string, page: string][];
}

export interface CauseSections {
  add(shown: ShownCase, column: string): void;
  sections(): string[];
}

/** Shown at once; the others are folded. */
const CASES_SHOWN = 12;
/** Of more agents each is folded. */
const AGENTS_OPEN = 6;

export function openCauseSections(): CauseSections {
  const byColumn = new Map<string, Map<string, AgentCause>>();
  return {
    add: (shown, column) => {
      const own = byColumn.get(column) ?? new Map<string, AgentCause>();
      byColumn.set(column, own);
      const key = [shown.status, shown.rules[0] ?? '', shown.also, messagePattern(shown.sentence)].join('\0');
      const cause = own.get(key) ?? { first: shown, cases: [] };
      own.set(key, cause);
      cause.cases.push([shown.name, shown.page]);
    },
    sections: () =>
      [...byColumn].map(([column, own]) => {
        const causes = [...own.values()].sort((a, b) => rankOf(a) - rankOf(b) || b.cases.length - a.cases.length);
        const isOpen = byColumn.size <= AGENTS_OPEN ? ' open' : '';
        return `<details class="agent"${isOpen}><summary><b>${html(column)}</b>, ${countOf(own)}</summary><ul class="findings">${causes.map(causeItem).join('\n')}</ul></details>`;
      }),
  };
}

function countOf(causes: ReadonlyMap<string, AgentCause>): string {
  let cases = 0;
  for (const cause of causes.values()) cases += cause.cases.length;
  return counted(cases, 'case');
}

function rankOf({ first }: AgentCause): number {
  return first.kind === 'failed' ? 0 : 1;
}

function causeItem({ first, cases }: AgentCause): string {
  const { kind, status, sentence, also, hint } = first;
  const words = [
    sentence === '' ? '' : ` ${html(sentence)}`,
    also === '' ? '' : `; also charged: ${html(also)}`,
    hint === null ? '' : `<br><span class="soft">Likely cause here: ${html(hint)}</span>`,
  ];
  const links = cases.map(([name, page]) => `<a href="${html(page)}">${html(name)}</a>`);
  const more = links.slice(CASES_SHOWN);
  const rest =
    more.length === 0
      ? ''
      : `<details><summary>${more.length} more</summary><p class="names">${more.join(' ')}</p></details>`;
  return `<li class="${kind === 'failed' ? 'violation' : 'warning'}"><b>${KINDS[kind].mark} ${html(status)}</b>, ${counted(cases.length, 'case')}:${words.join('')}<p class="names">${links.slice(0, CASES_SHOWN).join(' ')}</p>${rest}</li>`;
}
