import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPageNames } from './page-names.ts';

const named = (agent: string | null, id: string | null, source = 'a.json') => ({ agent, case: id, source });

describe('names of case pages', () => {
  it('say agent and case', () => {
    const nameOf = openPageNames();
    expect(nameOf(named('ws 8.18', '1.1.1'))).toBe('ws-8.18-1.1.1.html');
    expect(nameOf(named('Tarantool/1.10', '1.1.1'))).toBe('tarantool-1.10-1.1.1.html');
    expect(nameOf(named(null, '1.1.1'))).toBe('log-1.1.1.html');
    expect(nameOf(named(null, null, '/home/me/logs/Broken One.log#2'))).toBe('broken-one.log-2.html');
  });

  it('are given once, also where capitals do not count', () => {
    const nameOf = openPageNames();
    expect(nameOf(named('A', '1.1'))).toBe('a-1.1.html');
    expect(nameOf(named('a', '1.1'))).toBe('a-1.1_2.html');
    expect(nameOf(named('a', '1.1_2'))).toBe('a-1.1-2.html');
    expect(nameOf(named('a', '1.1'))).toBe('a-1.1_3.html');
  });

  it('never leave the folder, hide, or say something to a shell or a browser', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('../', '..', '/', '\\', '\0', 'CON', '.', '%2e'),
    );
    const text = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.option(text), fc.option(text), text), { maxLength: 9 }), (all) => {
        const nameOf = openPageNames();
        const names = all.map(([agent, id, source]) => nameOf(named(agent, id, source)));
        for (const name of names) expect(name).toMatch(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.html$/);
        for (const name of names) expect(name).not.toContain('..');
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(name.length).toBeLessThan(140);
      }),
      { numRuns: 200 },
    );
  });
});
