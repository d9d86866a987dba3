// Damaged input is told from a bug, and neither takes the other inputs of the call with it.

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { caseReport, put, scratch, wirelog } from './built.fixture.ts';

/** Loaded before the program: octets de ad be ef hit a bug that is planted here. */
const PLANTED = `--import=data:text/javascript,${encodeURIComponent(
  "const from = Buffer.from; Buffer.from = (...all) => { if (all[0] === 'deadbeef') throw new RangeError('planted'); return from(...all); };",
)}`;
const SOUND = '000 RX OCTETS: 8900\n';

it.each(['annotate', 'check'])('%s goes on with the other inputs where one of them hits a bug', (command) => {
  const directory = scratch();
  put(directory, 'a.log', SOUND);
  put(directory, 'b.log', '000 RX OCTETS: deadbeef\n');
  put(directory, 'c.log', SOUND);
  const args = [command, '-f', 'ndjson', 'a.log', 'b.log', 'c.log'];
  const { code, out, err } = wirelog(args, { cwd: directory, env: { NODE_OPTIONS: PLANTED } });
  expect(code).toBe(70);
  expect(err).toContain('b.log: this is a bug in wirelog: RangeError: planted');
  expect(out).toContain('"source":"a.log"');
  expect(out).toContain('"source":"c.log"');
});

it('what is nested deeply damages a row, and nothing of it ends the program', () => {
  const directory = scratch();
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  put(directory, 'deep.json', `{"behaviorClose": "OK", "isServer": true, "expected": ${deep}, "wirelog": [${deep}]}`);
  put(directory, 'b.json', caseReport('1.1', { httpRequest: { a: 1 } }));
  const sum = expect.stringMatching(/^wirelog: 2 cases of 1 agent: [^\n]*\n$/);
  for (const command of ['annotate', 'check']) {
    const { code, out, err } = wirelog([command, '-f', 'ndjson', 'deep.json', 'b.json'], { cwd: directory });
    expect({ code: (code ?? 9) < 3, err }).toEqual({ code: true, err: command === 'check' ? sum : '' });
    expect(out).toContain('"case":"1.1"');
  }
  expect(wirelog(['attach', 'b.json'], { cwd: directory })).toMatchObject({ code: 0, err: '' });
});

it('a line that is longer than any string can be is one damaged row', { timeout: 120_000 }, () => {
  const file = join(scratch(), 'sparse.log');
  const fd = openSync(file, 'w');
  writeSync(fd, '000 RX OCTETS: 8900\n001 RX OCTETS: 89');
  ftruncateSync(fd, 540 << 20);
  closeSync(fd);
  const { code, out, err } = wirelog(['annotate', '-f', 'ndjson', file]);
  expect({ code: (code ?? 9) < 3, err }).toEqual({ code: true, err: '' });
  expect(out).toMatch(/"row":1,"kind":"damaged"/);
});
