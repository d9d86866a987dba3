// What git ignores, asked of git itself where it is installed.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuSeconds } from '../../src/model/cpu-time.fixture.ts';
import { findInputs } from './find-inputs.ts';
import { gitIgnoreOf } from './git-ignore.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirelog-git-'));
const hasGit = spawnSync('git', ['--version']).error === undefined;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
function put(name: string, text = ''): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}

const IGNORED = `# what is built
*.tmp
!keep.tmp
/top.log
build/
docs/*.log
deep/**/x.log
all/**
a?c.log
[0-9]*.log
[!a-z]q.log
\\#hash.log
trailing.log   
`;
const FILES = [
  'a.tmp',
  'keep.tmp',
  'top.log',
  'sub/top.log',
  'build/a.log',
  'sub/build/a.log',
  'build.log',
  'docs/a.log',
  'docs/sub/a.log',
  'deep/x.log',
  'deep/1/2/x.log',
  'deep/1/y.log',
  'all/x.log',
  'abc.log',
  'abbc.log',
  '1.log',
  'sub/22.log',
  'aq.log',
  'Bq.log',
  '#hash.log',
  'trailing.log',
  'sub/own.log',
  'other/own.log',
  'sub/back.tmp',
  'excluded.log',
  'plain.log',
];

beforeAll(() => {
  mkdirSync(at('.git/info'), { recursive: true });
  put('.gitignore', IGNORED);
  put('sub/.gitignore', 'own.log\n!back.tmp\n');
  put('.git/info/exclude', 'excluded.log\n');
  for (const name of FILES) put(name, 'rx 8900\n');
});

/** As a walk asks: first of the folders. */
function ignores(name: string): boolean {
  let ignore = gitIgnoreOf(folder);
  const parts = name.split('/');
  for (let i = 1; i < parts.length; i++) {
    const path = at(parts.slice(0, i).join('/'));
    if (ignore?.ignores(path, true)) return true;
    ignore = ignore?.inside(path) ?? null;
  }
  return ignore?.ignores(at(name), false) ?? false;
}

describe('what git ignores', () => {
  it.each([
    ['a.tmp', true],
    ['keep.tmp', false],
    ['sub/top.log', false],
    ['build/a.log', true],
    ['deep/1/2/x.log', true],
    ['all/x.log', true],
    ['sub/back.tmp', false],
    ['excluded.log', true],
    ['plain.log', false],
  ])('%s: %s', (name, expected) => {
    expect(ignores(name)).toBe(expected);
  });

  it.skipIf(!hasGit)('is what git says of each file', () => {
    rmSync(at('.git'), { recursive: true });
    expect(spawnSync('git', ['init', '-q', folder]).status).toBe(0);
    put('.git/info/exclude', 'excluded.log\n');
    const { stdout } = spawnSync('git', ['-C', folder, 'check-ignore', '--stdin'], {
      input: FILES.map((name) => `${name}\n`).join(''),
      encoding: 'utf8',
    });
    const told = stdout.split('\n').map((line) => line.replace(/^"(.*)"$/, '$1'));
    expect(FILES.filter(ignores)).toEqual(FILES.filter((name) => told.includes(name)));
  });

  it('is nothing outside of a repository, or in a folder that is ignored itself', () => {
    const outside = mkdtempSync(join(tmpdir(), 'wirelog-no-git-'));
    expect(gitIgnoreOf(outside)).toBeNull();
    expect(gitIgnoreOf(at('build'))).toBeNull();
    expect(gitIgnoreOf(at('sub/build'))).toBeNull();
    rmSync(outside, { recursive: true });
  });

  it('takes no long time over a pattern that is made to', () => {
    put('slow/.gitignore', `${'*a'.repeat(60)}b\n${'**/a/'.repeat(40)}b\n`);
    const long = at(`slow/${'a'.repeat(200)}`);
    const seconds = cpuSeconds(() => {
      expect(gitIgnoreOf(at('slow'))?.ignores(long, false)).toBe(false);
    });
    expect(seconds).toBeLessThan(1);
  });
});

describe('the logs of a directory', () => {
  it('are those that git does not ignore, and that are no packages, builds or source code', () => {
    put('tree/a.log');
    put('tree/b.tmp');
    put('tree/code.ts');
    put('tree/node_modules/x/c.log');
    put('tree/dist/d.log');
    const names = (found: ReturnType<typeof findInputs>) =>
      found.inputs.map(({ source }) => source.slice(at('tree').length + 1));
    const found = findInputs([at('tree')]);
    expect(names(found)).toEqual(['a.log']);
    expect(found).toMatchObject({ foreign: 1, ignored: 3 });
    const all = findInputs([at('tree')], { ignore: false });
    expect(names(all)).toEqual(['a.log', 'b.tmp', 'code.ts', 'dist/d.log', 'node_modules/x/c.log']);
    expect(all).toMatchObject({ foreign: 0, ignored: 0 });
  });

  it('are all of them where it is ignored itself, or git ignores all there is', () => {
    expect(findInputs([at('build')]).inputs).toHaveLength(1);
    put('only/a.tmp');
    put('only/b.tmp');
    expect(findInputs([at('only')])).toMatchObject({ ignored: 0, inputs: [{}, {}] });
    expect(findInputs([at('tree/dist')]).inputs).toHaveLength(1);
  });
});
