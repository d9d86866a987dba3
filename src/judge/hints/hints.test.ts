import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleOf } from '../../rules/all.ts';
import type { Example } from '../../rules/kit/rule.ts';
import { annotateExample } from '../example.ts';
import type { Hint } from '../verdict/verdict.ts';
import { EVIDENCE } from './evidence.fixture.ts';
import { HINTS, hintsOf } from './hints.ts';

function hintsIn(example: Example): readonly Hint[] {
  const { header, rows, connection } = annotateExample(example);
  return hintsOf(header, rows, connection);
}

describe('the table of hints', () => {
  it('names each hint once, and none like a rule', () => {
    expect(new Set(HINTS.map(({ id }) => id)).size).toBe(HINTS.length);
    expect(HINTS.filter(({ id }) => ruleOf(id) || !/^[a-z0-9-]+$/.test(id))).toEqual([]);
  });

  it('has a title of some words for each hint', () => {
    expect(HINTS.filter(({ title }) => !/^[A-Z`].*\w \w.*[^.]$/.test(title)).map(({ id }) => id)).toEqual([]);
  });

  it('has an example that shows and one that holds for each hint', () => {
    const without = HINTS.filter(({ examples }) => examples.shows.length === 0 || examples.holds.length === 0);
    expect(without.map(({ id }) => id)).toEqual([]);
  });
});

describe.each(HINTS.map((hint) => [hint.id, hint] as const))('%s', (id, hint) => {
  it.each(hint.examples.shows)('is shown by example %#, at the row it names, and no other hint is', (example) => {
    const hints = hintsIn(example);
    expect(hints.map((one) => [one.id, one.row])).toEqual([[id, example.row]]);
    expect(hints[0]?.says.startsWith(`row ${example.row}: `)).toBe(true);
  });

  it.each(hint.examples.holds)('is not shown by example %#, and no other hint is', (example) => {
    expect(hintsIn(example)).toEqual([]);
  });
});

describe('what is said where the evidence is just enough, and where it is not', () => {
  it.each(Object.entries(EVIDENCE))('of %s', async (area, list) => {
    const text = list.map(({ name, log }) => {
      const hints = hintsIn({ log }).map(({ id, says }) => `  ${id}: ${says}`);
      return [name, ...(hints.length > 0 ? hints : ['  nothing'])].join('\n');
    });
    await expect(`${text.join('\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'evidence', `${area}.txt`));
  });
});
