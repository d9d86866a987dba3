// The linter holds the fence between the folders. Here every import that is forbidden, and every one that is not, is
// planted in each folder of a scratch copy of the layout, under the project's own rules.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const FOLDERS = ['ingest', 'protocol', 'rules', 'judge', 'attach', 'render', 'live'];

/** Folder → the folders that its modules may import beside model/. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  ingest: [],
  protocol: [],
  rules: ['protocol'],
  judge: ['protocol', 'rules'],
  attach: ['protocol', 'rules', 'judge'],
  render: ['ingest', 'protocol', 'rules', 'judge', 'attach'],
  live: ['ingest', 'protocol', 'rules', 'judge'],
};

/** Folders of commands that know nothing of each other, and those of what they share. */
const COMMANDS = ['annotate', 'attach', 'check', 'convert', 'decode', 'diff', 'live', 'rules'];
const SHARED = ['input', 'output'];

const TERMINAL = ['ink', 'react'];
const NEVER = [...TERMINAL, 'yargs', 'node:process', 'node:fs', '../../cli/options.ts'];
const SOCKETS = ['node:net', 'node:tls'];

/** `folder from` of each import that has to be refused, and of each that need not be. */
function imports(): { readonly refused: string[]; readonly allowed: string[] } {
  const refused: string[] = [];
  const allowed: string[] = [];
  for (const [folder, may] of Object.entries(MAY_IMPORT)) {
    const others = FOLDERS.filter((other) => other !== folder);
    const isAllowed = (other: string) => may.includes(other);
    allowed.push(...['model', ...others.filter(isAllowed)].map((other) => `src/${folder} ../${other}/module.ts`));
    refused.push(...others.filter((other) => !isAllowed(other)).map((other) => `src/${folder} ../${other}/module.ts`));
    refused.push(...NEVER.map((from) => `src/${folder} ${from}`));
    (folder === 'live' ? allowed : refused).push(...SOCKETS.map((from) => `src/${folder} ${from}`));
  }
  for (const folder of [...COMMANDS, ...SHARED]) {
    const others = [...COMMANDS, 'completion', 'help', 'inspect'].filter((other) => other !== folder);
    refused.push(
      ...[...others.map((other) => `../${other}/module.ts`), ...TERMINAL].map((from) => `cli/${folder} ${from}`),
    );
    const may = [...SHARED.map((other) => `../${other}/module.ts`), '../../src/render/check/module.ts'];
    allowed.push(...may.map((from) => `cli/${folder} ${from}`));
  }
  return { refused, allowed };
}

/** Those that the linter refuses. */
function refusedOf(planted: readonly string[]): string[] {
  const scratch = mkdtempSync(join(tmpdir(), 'wirelog-fence-'));
  try {
    const { vcs: _vcs, $schema: _schema, ...rules } = JSON.parse(readFileSync('biome.json', 'utf8'));
    writeFileSync(join(scratch, 'biome.json'), JSON.stringify(rules));
    for (const [at, one] of planted.entries()) {
      const [folder = '', from] = one.split(' ');
      mkdirSync(join(scratch, folder), { recursive: true });
      writeFileSync(join(scratch, folder, `planted-${at}.ts`), `import { a } from '${from}';\nuse(a);\n`);
    }
    const { stdout, stderr } = spawnSync(
      resolve('node_modules/.bin/biome'),
      ['lint', '--only=style/noRestrictedImports', '--max-diagnostics=none', '.'],
      { cwd: scratch, encoding: 'utf8' },
    );
    const found = `${stdout}${stderr}`.matchAll(/planted-(\d+)\.ts:\d+:\d+ lint\/style\/noRestrictedImports/g);
    return [...found].map(([, at]) => planted[Number(at)] ?? '');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

it('the linter refuses each import that leads upwards, to another command, a terminal, a process, files or sockets, and no other', () => {
  const { refused, allowed } = imports();
  expect(refusedOf([...refused, ...allowed]).sort()).toEqual([...refused].sort());
});
