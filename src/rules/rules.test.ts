import { describe, expect, it } from 'vitest';
import type { Annotation } from '../judge/annotation.ts';
import { annotateExample } from '../judge/example.ts';
import { RULES, ruleOf } from './all.ts';
import { areaOf, defineRule, type Example, type Moment, type Rule } from './kit/rule.ts';
import { SIGN, SIGNED_MOMENTS } from './kit/signs.ts';

function annotationsOf(example: Example): readonly Annotation[] {
  return annotateExample(example).rows.flatMap(({ annotations }) => annotations);
}

/** Other rules that the example shows. It need not tell how the connection ended, so what that leaves open is no matter. */
function others(rule: Rule, example: Example): string[] {
  const allowed = new Set([...(example.also ?? []), rule.id, 'log/truncated']);
  const certain = annotationsOf(example).filter((one) => one.certainty === 'certain');
  return [...new Set(certain.map((one) => one.rule))].filter((id) => !allowed.has(id));
}

describe('the catalogue', () => {
  it('names each rule once', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  });

  it('has an example that violates and one that holds for each rule', () => {
    const without = RULES.filter(({ examples }) => examples.violates.length === 0 || examples.holds.length === 0);
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  it('names the signs of a rule where signs are looked for, and nowhere else', () => {
    const signed: readonly Moment[] = SIGNED_MOMENTS;
    const wrong = RULES.filter(({ on, when }) => signed.includes(on) !== (when !== undefined && when !== 0));
    expect(wrong.map(({ id }) => id)).toEqual([]);
    const { on: _on, when: _when, ...rest } = RULES[0] as Rule;
    const rule = { ...rest, check: () => null };
    // @ts-expect-error: without signs it would be asked by chance, where a sign of another rule shows
    defineRule({ ...rule, on: 'message' });
    // @ts-expect-error: nobody looks for signs there
    defineRule({ ...rule, on: 'gap', when: SIGN.CUT });
    defineRule({ ...rule, on: 'message', when: SIGN.ODD_TEXT });
  });

  it('names an area, a section and a title for each rule', () => {
    for (const rule of RULES) {
      expect(areaOf(rule.id)).not.toBe('');
      expect(rule.section).not.toBe('');
      expect(rule.title).not.toMatch(/\.$/);
    }
  });
});

describe('the severity of an annotation', () => {
  it('is that of its rule, or one that the rule says it has at times', () => {
    const examples = RULES.flatMap(({ examples: { violates, holds } }) => [...violates, ...holds]);
    const unsaid = examples.flatMap(annotationsOf).flatMap(({ rule, severity }) => {
      const { severity: usual, basis } = ruleOf(rule) as Rule;
      return severity === usual || new RegExp(`\\b${severity}\\b`).test(basis) ? [] : [`${rule}: ${severity}`];
    });
    expect([...new Set(unsaid)]).toEqual([]);
  });
});

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it.each(rule.examples.violates)('is shown by example %#, at the octets it names, with nothing else', (example) => {
    const own = annotationsOf(example).filter(
      (one) => one.rule === id && (one.certainty === 'certain' || id === 'log/truncated'),
    );
    expect(own.length, `${id} in ${example.log.slice(0, 200)}`).toBeGreaterThan(0);
    if (example.at) {
      const [row, from, to] = example.at;
      expect(own.map((one) => [one.row, ...(one.octets ?? [])])).toContainEqual([row, from, to]);
    }
    expect(others(rule, example)).toEqual([]);
  });

  it.each(rule.examples.holds)('is not shown by example %#, and no other rule is', (example) => {
    expect(annotationsOf(example).filter((one) => one.rule === id)).toEqual([]);
    expect(others(rule, example)).toEqual([]);
  });
});
