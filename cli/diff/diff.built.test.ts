import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caseReport, put, SEED, scratch, wirelog } from '../built.fixture.ts';

const directory = scratch();
const MASKED = put(directory, 'masked.log', '# wirelog 1\n# writer: server\nrx 818101020304 60\ntx 810161\n');
const OTHER_KEY = put(
  directory,
  'other-key.log',
  '# wirelog 1\n# writer: server\nrx 8181 00000000\nrx 61\ntx 810161\n',
);
const UNMASKED = put(directory, 'unmasked.log', '# wirelog 1\n# writer: server\nrx 810161\ntx 8802 03ea\n');

function folder(name: string, reports: Readonly<Record<string, string>>): string {
  const path = join(directory, name);
  mkdirSync(path);
  for (const [file, text] of Object.entries(reports)) put(path, file, text);
  return path;
}

describe('diff', () => {
  it('is silent about a log beside itself, and about keys and cuts', () => {
    expect(wirelog(['diff', SEED, SEED])).toMatchObject({ code: 0, out: '' });
    expect(wirelog(['diff', MASKED, OTHER_KEY])).toMatchObject({ code: 0, out: '' });
  });

  it('names what differs, the rows of both logs beside it', () => {
    const { code, out } = wirelog(['diff', MASKED, UNMASKED]);
    expect(code).toBe(1);
    expect(out.split('\n')[0]).toBe('the mask');
    expect(out).toContain('- 000 RX text "a" (key 01020304, 1 octet)');
    expect(out).toContain('+ 000 RX text "a" (1 octet)');
  });

  it('puts two directories side by side by case, and says which verdicts moved', () => {
    const sound = folder('before', { 'a_case_2_1.json': caseReport('2.1'), 'a_case_2_2.json': caseReport('2.2') });
    const dumb = { wirelog: [['TO', [2, '8900'], false]], behavior: 'FAILED' };
    const broken = folder('after', {
      'b_case_2_1.json': caseReport('2.1', dumb),
      'b_case_2_2.json': caseReport('2.2'),
    });
    const { code, out } = wirelog(['diff', sound, broken]);
    expect(code).toBe(1);
    expect(out).toMatch(/^2\.1 {2}.*only in the left log/);
    expect(out).not.toContain('2.2');
    expect(wirelog(['diff', sound, sound])).toMatchObject({ code: 0, out: '' });
  });

  it('gives records on request, and exit code 2 where something cannot be read', () => {
    const record = JSON.parse(wirelog(['diff', '-f', 'ndjson', MASKED, UNMASKED]).out);
    expect(record).toMatchObject({ type: 'difference', differences: [{ what: 'the mask' }, {}] });
    expect(wirelog(['diff', MASKED, join(directory, 'none.log')])).toMatchObject({ code: 2, out: '' });
    expect(wirelog(['diff', MASKED, directory]).err).toContain('compare two logs, or two directories');
  });
});
