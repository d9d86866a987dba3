import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { ENVIRONMENT, PROGRAM, scratch, wirelog } from '../built.fixture.ts';

const README = readFileSync('README.md', 'utf8');
const [, LINE = ''] = /^(find reports [\s\S]*?) > found\.ndjson$/m.exec(README) ?? [];
const [, QUERY = ''] = /```sql\n([\s\S]*?)```/.exec(README) ?? [];

/** A server's frame with a mask, and one without a fault, in a folder for each version. */
function writeReports(folder: string): void {
  for (const [agent, octets] of [
    ['lib-1.0', '818100000000'],
    ['lib-1.1', '818100000000'],
    ['lib-2.0', '8101'],
  ]) {
    mkdirSync(join(folder, 'reports', String(agent)), { recursive: true });
    for (const id of ['1.1.1', '1.1.2']) {
      const row = ['RO', [(octets ?? '').length / 2 + 1, `${octets}61`]];
      const report = { agent, droppedByMe: false, id, isServer: false, wirelog: [['WLM', true], row] };
      const file = `${agent}_case_${id.replaceAll('.', '_')}.json`;
      writeFileSync(join(folder, 'reports', String(agent), file), JSON.stringify(report));
    }
  }
}

const hasParallel = spawnSync('parallel', ['--version']).stdout?.includes('GNU') === true;

it.skipIf(!hasParallel)('GNU Parallel finds the same in many runs (skipped: apt-get install parallel)', () => {
  const folder = scratch();
  writeReports(folder);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'wirelog'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  chmodSync(join(bin, 'wirelog'), 0o755);
  // Only this machine is there.
  const line = LINE.replace(/:,one\S*/, ':');
  const env = { ...ENVIRONMENT, PATH: `${bin}${delimiter}${process.env['PATH']}`, HOME: folder };
  const { stdout } = spawnSync('bash', ['-c', line], { cwd: folder, env, encoding: 'utf8', timeout: 50_000 });
  const cases = (text: string) =>
    text
      .split('\n')
      .filter((record) => record.startsWith('{"type":"case"'))
      .sort();
  expect(cases(stdout)).toHaveLength(6);
  expect(cases(stdout)).toEqual(cases(wirelog(['check', '-f', 'ndjson', 'reports'], { cwd: folder }).out));
});

it('DuckDB tells which versions break which rule', async () => {
  const folder = scratch();
  writeReports(folder);
  const file = join(folder, 'found.ndjson');
  writeFileSync(file, wirelog(['check', '-f', 'ndjson', 'reports'], { cwd: folder }).out);
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  const result = await connection.runAndReadAll(QUERY.replace('found.ndjson', file.replaceAll("'", "''")));
  const rows = result.getRowsJson();
  connection.closeSync();
  database.closeSync();
  expect(rows).toContainEqual(['frame/mask-present', ['lib-1.0', 'lib-1.1'], '4']);
});
