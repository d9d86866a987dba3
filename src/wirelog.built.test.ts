// The package as another program has it: packed, installed into an empty folder, compiled against in strict mode, run.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CONSUMER = `
import { type Annotation, judge, readLogs, RENDERERS, ruleOf } from 'wirelog';

const { logs, error } = readLogs(new TextEncoder().encode('# wirelog 1\\n# writer: server\\nrx 8182000000004869\\ntx 0900\\n'));
const [log] = logs;
if (!log || error) throw new Error('the text notation has gone');
const stream = judge(log.header);
const early = log.rows.flatMap((row) => stream.push(row));
const { rows, summary, judged } = stream.end();
const found: readonly Annotation[] = [...early, ...rows].flatMap(({ annotations }) => annotations);
const renderer = RENDERERS.find(({ id }) => id === 'ndjson')?.open({ color: false, violationsOnly: false, hexdump: null });
const lines = [renderer?.begin(log.header, stream.connection), ...[...early, ...rows].map((row) => renderer?.row(row)), renderer?.end(summary, judged)];
console.log(JSON.stringify({ rules: found.map(({ rule }) => rule), title: ruleOf('control/fragmented')?.title, lines: lines.join('').split('\\n').length }));
`;

let folder: string;
let tarball: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirelog-consumer-'));
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    encoding: 'utf8',
  }).trim();
  tarball = join(folder, packed);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', tarball], {
    cwd: folder,
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed library', () => {
  it('compiles in strict mode, with its own declarations checked too, and runs', () => {
    writeFileSync(join(folder, 'consumer.mts'), CONSUMER);
    const options = ['--strict', '--target', 'es2023', '--module', 'nodenext', '--skipLibCheck', 'false'];
    const types = ['--types', 'node', '--typeRoots', resolve('node_modules/@types')];
    execFileSync(resolve('node_modules/.bin/tsc'), [...options, ...types, 'consumer.mts'], { cwd: folder });
    const said = JSON.parse(execFileSync('node', ['consumer.mjs'], { cwd: folder, encoding: 'utf8' }));
    expect(said.rules).toContain('control/fragmented');
    expect(said.title).toBeTypeOf('string');
    expect(said.lines).toBe(5);
  });

  it('holds what runs, its types and the licences of what is bundled, and no tests', () => {
    const files = readdirSync(join(folder, 'node_modules/wirelog'), { recursive: true, encoding: 'utf8' });
    expect(files).toContain('dist/LICENSES-OF-BUNDLED-PACKAGES.txt');
    expect(files).toContain('dist/types/wirelog.d.ts');
    expect(files.filter((file) => /\.(test|fixture)\./.test(file))).toEqual([]);
  });
});

describe('the packed program', () => {
  it.skipIf(process.platform === 'win32')('stands where a global installation puts programs, with its man page', () => {
    const prefix = join(folder, 'global');
    const install = ['install', '--global', '--offline', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', [...install, '--prefix', prefix, tarball]);
    const said = execFileSync(join(prefix, 'bin/wirelog'), ['decode', '8900'], { encoding: 'utf8' });
    expect(said).toContain('ping');
    expect(readFileSync(join(prefix, 'share/man/man1/wirelog.1'), 'utf8')).toContain('update');
  });

  it('runs by npx from the tarball', () => {
    const npx = ['--yes', '--offline', '--package', tarball, 'wirelog', '--version'];
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(execFileSync('npx', npx, { cwd: tmpdir(), encoding: 'utf8' })).toBe(`${version}\n`);
  });

  it('has the version at the top of the change log', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const [, newest] = /^## (\S+)/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
    expect([version, lock.version, lock.packages[''].version]).toEqual([newest, newest, newest]);
  });
});
