import { expect, it } from 'vitest';
import { changesOf } from './changes.ts';
import { changed, woven } from './weave.ts';

const SOURCE = `
function count(list, most = 2) {
  let found = 0;
  for (const one of list) {
    if (one > 0 && !(one === 7)) found += (one - 1) * 2;
    else found--;
  }
  return { found, names: (list ?? []).filter((one) => one > most).map((one) => \`n\${one}\`) };
}
count([1, 5, 7, 3, -2]);
`;

/** What the source gives, or how it fails. */
function resultOf(source: string, on: number | null): string {
  try {
    const run = new Function('__mutant', 'source', 'return eval(source)');
    return JSON.stringify(run((id: number) => id === on, source));
  } catch (error) {
    return String(error);
  }
}

it('weaves all changes into a source, of which each does what it does alone, and nothing while it is off', () => {
  const mutants = changesOf(SOURCE).map((change, id) => ({ ...change, id, path: 'count.ts' }));
  const source = woven(SOURCE, mutants);
  expect(resultOf(source, null)).toBe(resultOf(SOURCE, null));
  expect(mutants.map((one) => resultOf(source, one.id))).toEqual(
    mutants.map((one) => resultOf(changed(SOURCE, one), null)),
  );
  expect(new Set(mutants.map((one) => resultOf(source, one.id))).size).toBeGreaterThan(mutants.length / 3);
});

it('changes only what runs: no import, no type, no example of a rule', () => {
  const source = `
    import { a } from './a.ts';
    type Name = 'left' | 'right';
    export const rule = { id: 'x/y' satisfies string, examples: { violates: [{ log: 'rx 8100' }] } };
  `;
  expect(changesOf(source).map(({ start, end }) => source.slice(start, end))).toEqual(["'x/y'"]);
});
