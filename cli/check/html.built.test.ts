// `check --format html` as a user runs it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOGS, scratch, wirelog } from '../built.fixture.ts';

describe('check --format html', () => {
  const folder = join(scratch(), 'site');

  it('writes an index and a page a case, and says nothing else on standard output', () => {
    const { code, out, err } = wirelog(['check', LOGS, '--format', 'html', '-o', folder]);
    expect([code, out]).toEqual([1, '']);
    expect(err).not.toContain('Error');
    const index = readFileSync(join(folder, 'index.html'), 'utf8');
    const pages = readdirSync(join(folder, 'cases'));
    expect(pages.length).toBeGreaterThan(6);
    for (const name of pages) expect(index).toContain(`href="cases/${name}"`);
  });

  it('writes beside another form, over its own former report', () => {
    const { code, out } = wirelog(['check', LOGS, '--format', 'text', '--format', `html:${folder}`]);
    expect(code).toBe(1);
    expect(out).toContain('exit code 1');
    expect(readdirSync(folder).sort()).toEqual(['cases', 'index.html']);
  });

  it('has pages that are logs', () => {
    const [first = ''] = readdirSync(join(folder, 'cases')).filter((name) => name.includes('rsv2'));
    expect(wirelog(['annotate', join(folder, 'cases', first)]).out).toContain('frame/rsv-set');
  });

  it('needs a folder, and writes none that is read', () => {
    expect(wirelog(['check', LOGS, '--format', 'html'])).toMatchObject({ code: 2, out: '' });
    const { code, err } = wirelog(['check', folder, '--format', 'html', '-o', join(folder, 'more')]);
    expect([code, err]).toEqual([2, expect.stringContaining('name a folder beside it')]);
  });
});
