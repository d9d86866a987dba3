// What the page of a case is called. Agents and cases name themselves in the log, so that of a name only letters, digits
// and a few signs are taken: no page leaves its folder, hides, or is taken for another one where capitals do not count.

import type { CheckedCase } from '../case.ts';

const LONGEST = 60;

/** Gives each case a name of its own: `agent-1.1.1.html`, the second of that name `agent-1.1.1_2.html`. */
export function openPageNames(): (checked: Pick<CheckedCase, 'agent' | 'case' | 'source'>) => string {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return ({ agent, case: id, source }) => {
    const file = source.replace(/^.*[\\/](?=.)/s, '');
    const parts = id === null && agent === null ? [file] : [agent ?? 'log', id ?? file];
    const name =
      parts
        .map(slugOf)
        .filter((part) => part !== '')
        .join('-') || 'log';
    let number = next.get(name) ?? 1;
    let own = number === 1 ? name : `${name}_${number}`;
    while (taken.has(own)) own = `${name}_${++number}`;
    next.set(name, number + 1);
    taken.add(own);
    return `${own}.html`;
  };
}

/** `_` never stands in it: it sets off the number. */
function slugOf(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/\.{2,}/g, '.');
  return slug.slice(0, LONGEST).replace(/^[-.]+|[-.]+$/g, '');
}
