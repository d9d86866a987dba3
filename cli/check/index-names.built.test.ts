// An index.json may come from anyone: what it names is opened only where it is a file beside it.

import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caseReport, put, scratch, unsafeIn, wirelog } from '../built.fixture.ts';

const WAYS_OUT: readonly (readonly [what: string, name: string, says: string])[] = [
  ['an absolute name', '/etc/passwd', '/etc/passwd: an absolute name'],
  ['a name of Windows', 'C:\\secret.json', 'C:\\\\secret.json: an absolute name'],
  ['a way out', '../secret.json', 'secret.json: outside the directory of the index'],
  ['a way out by a detour', 'sub/../../secret.json', 'secret.json: outside the directory of the index'],
  ['a link out', 'link.json', 'link.json: outside the directory of the index'],
  ['a link to a directory outside', 'away/secret.json', 'away/secret.json: outside the directory of the index'],
  ['a device', 'null.json', 'null.json: outside the directory of the index'],
  ['a pipe that nobody writes to', 'pipe.json', 'pipe.json: no regular file'],
  ['a directory', 'sub', 'sub: a directory'],
  ['a file of a terabyte', 'huge.json', 'huge.json: larger than 512 MiB'],
  ['a link to itself', 'loop.json', 'loop.json: too many links'],
  ['a NUL', 'a\0b.json', 'a\\u{0}b.json: no name of a file'],
  ['no name', '', 'no name of a file'],
  ['a report that it has named before', 'a_case_1_1.json', 'a_case_1_1.json: it is named twice'],
];

function made(names: readonly unknown[]): string {
  const outside = scratch();
  const at = join(outside, 'reports');
  mkdirSync(join(at, 'sub'), { recursive: true });
  put(outside, 'secret.json', caseReport('9.9'));
  symlinkSync('../secret.json', join(at, 'link.json'));
  symlinkSync('..', join(at, 'away'));
  symlinkSync('/dev/null', join(at, 'null.json'));
  symlinkSync('loop.json', join(at, 'loop.json'));
  spawnSync('mkfifo', [join(at, 'pipe.json')]);
  truncateSync(put(at, 'huge.json', ''), 2 ** 40);
  for (const id of [1, 2]) put(at, `a_case_1_${id}.json`, caseReport(`1.${id}`));
  const entry = (reportfile: unknown) => ({ behavior: 'OK', behaviorClose: 'OK', reportfile });
  const cases = Object.fromEntries(names.map((name, i) => [`2.${i}`, entry(name)]));
  const index = {
    agent: { '1.1': entry('a_case_1_1.json'), ...cases, '3.1': entry('a_case_1_2.json') },
  };
  put(at, 'index.json', JSON.stringify(index));
  return at;
}

describe.skipIf(process.platform === 'win32')('an index that names', () => {
  it.each(WAYS_OUT)('%s has it refused in a line, and the rest is done', (_, name, says) => {
    const { code, out, err } = wirelog(['check', 'index.json', '-f', 'ndjson'], { cwd: made([name]) });
    expect(code).toBe(2);
    expect(err.split('\n')).toHaveLength(3);
    expect(err).toContain(says);
    expect(err).toContain('index.json names it');
    const cases = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(cases.filter(({ type }) => type === 'case').map((one) => one.case)).toEqual(['1.1', '1.2']);
  });

  it('something else than a name has it refused too', () => {
    const { code, err } = wirelog(['check', 'index.json', '-q'], { cwd: made([7, ['x'], {}]) });
    expect({ code, lines: err.split('\n').length }).toEqual({ code: 2, lines: 4 });
    expect(err).toContain('case 2.0 of agent: its name is no string: not read');
  });

  it('a report that is not there, by a name full of controls, has a case missing and drives no terminal', () => {
    const at = made(['a\x1b]0;x\x07']);
    for (const form of ['text', 'ndjson']) {
      const { code, out, err } = wirelog(['check', 'index.json', '-f', form], { cwd: at });
      expect(code).toBe(1);
      expect(unsafeIn(out + err)).toEqual([]);
    }
  });

  it('names that lead away says so in a directory too', () => {
    const at = made(['../secret.json']);
    const { code, out, err } = wirelog(['check', at, '--case', '1.*']);
    expect(code).toBe(2);
    expect(err).toContain('secret.json: outside the directory of the index: not read');
    expect(out).not.toContain('9.9');
  });
});
