import { describe, expect, it } from 'vitest';
import { RULES } from '../all.ts';
import { ADVICE, adviceInLines, adviceOf } from './advice.ts';

describe('the advice on rules', () => {
  it.each(RULES.map(({ id }) => id))('has three sentences for %s', (id) => {
    const advice = adviceOf(id);
    expect(advice).not.toBeNull();
    for (const sentence of Object.values(advice ?? {})) {
      expect(sentence).toMatch(/^[A-Z"].*[^.]\.$/s);
      // One sentence: a period inside one is in a name or a number.
      expect(sentence).not.toMatch(/[.!?] [A-Z]/);
      expect(sentence.length).toBeLessThanOrEqual(135);
    }
  });

  it('is of rules that there are, and not the same for two', () => {
    expect(Object.keys(ADVICE).sort()).toEqual(RULES.map(({ id }) => id).sort());
    const whole = Object.values(ADVICE).map((sentences) => sentences.join(' '));
    expect(new Set(whole).size).toBe(whole.length);
  });

  it('is told in lines', () => {
    const lines = adviceInLines('frame/mask-missing');
    expect(lines.map((line) => line.split(':')[0])).toEqual(['What it breaks', 'The usual cause', 'What to do']);
  });

  it('is null for what is no rule', () => {
    expect(adviceOf('close/nothing')).toBeNull();
    expect(adviceOf('constructor')).toBeNull();
    expect(adviceInLines('constructor')).toEqual([]);
  });
});
