import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENVIRONMENT, PROGRAM } from '../built.fixture.ts';

let folder = '';

const octets = (text: string) => [Buffer.byteLength(text), Buffer.from(text).toString('hex')] as const;
const REQUEST =
  'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
const RESPONSE =
  'HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';

/** A case in which the suite, as client, sends "hi" and closes; the server's echo is what is given. */
function report(id: string, echo: string): string {
  const row = (direction: string, text: string) => {
    const [length, hex] = octets(text);
    return [`${direction}O`, [length, length > 60 ? `${hex.slice(0, 128)} ...` : hex], false];
  };
  const answer = Buffer.from(`81${Buffer.byteLength(echo).toString(16).padStart(2, '0')}`, 'hex').toString('hex');
  const stats = (...texts: number[]) => Object.fromEntries(texts.map((size) => [String(size), 1]));
  return JSON.stringify({
    agent: 'made',
    id,
    isServer: false,
    behavior: echo === 'hi' ? 'OK' : 'FAILED',
    behaviorClose: 'OK',
    started: '2026-11-22T06:00:00.000Z',
    duration: 12,
    droppedByMe: false,
    expected: { OK: [['message', 'hi', false]] },
    expectedClose: { closedByMe: true, closeCode: [1000], requireClean: true },
    httpRequest: REQUEST,
    httpResponse: RESPONSE,
    rxOctetStats: stats(RESPONSE.length, 2 + echo.length, 4),
    txOctetStats: stats(REQUEST.length, 8, 8.5),
    wirelog: [
      row('T', REQUEST),
      row('R', RESPONSE),
      ['TF', [2, 'hi'], 1, true, 0, '00000000', null, null, false],
      ['TO', [8, '8182000000006869'], false],
      ['RO', [2 + echo.length, answer + Buffer.from(echo).toString('hex')]],
      ['RF', [echo.length, echo], 1, true, 0, false, null],
      ['TF', [2, '0x03e8'], 8, true, 0, '00000000', null, null, false],
      ['TO', [8, '88820000000003e8'], false],
      ['RO', [4, '880203e8']],
      ['RF', [2, '0x03e8'], 8, true, 0, false, null],
    ],
  }).replace('"8.5":1', '"8":2');
}

function writeRun(echoes: Readonly<Record<string, string>>): void {
  const index: Record<string, unknown> = {};
  for (const [id, echo] of Object.entries(echoes)) {
    const reportfile = `made_case_${id.replaceAll('.', '_')}.json`;
    writeFileSync(join(folder, reportfile), report(id, echo));
    index[id] = { behavior: echo === 'hi' ? 'OK' : 'FAILED', behaviorClose: 'OK', duration: 12, reportfile };
  }
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ made: index }));
}

/** `stderr`: without the line that every run ends with. */
function check(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'check', ...args], {
    encoding: 'utf8',
    cwd: folder,
    input: '',
    env: { ...ENVIRONMENT, NO_COLOR: '1', COLUMNS: '80' },
  });
  return { status, stdout, stderr: stderr.replace(/(?<=^|\n)wirelog: [^\n]*; exit code \d[^\n]*\n$/, '') };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirelog-built-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('wirelog check', () => {
  it('exits 0 where all is well and 1 where a case is failed, and says why', () => {
    writeRun({ '1.1.1': 'hi', '1.1.2': 'hi' });
    expect(check('.')).toMatchObject({ status: 0, stderr: '' });
    writeRun({ '1.1.1': 'hi', '1.1.2': 'ho' });
    const { status, stdout, stderr } = check('.');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/case 1\.1\.2 {2}FAILED {2}row \d/);
    expect(stdout).toContain('exit code 1: 1 case at or above --fail-on error');
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it('exits as --fail-on, --case and --agent say', () => {
    expect(check('.', '--fail-on', 'never').status).toBe(0);
    expect(check('.', '--case', '1.1.1').status).toBe(0);
    expect(check('.', '--case', '1.*').status).toBe(1);
    expect(check('.', '--agent', 'm*', '-q')).toEqual({ status: 1, stdout: '', stderr: '' });
    expect(check('.', '--agent', 'other').status).toBe(2);
  });

  it('fails where a report of an index is missing, the others done, but not where that is allowed', () => {
    expect(check('index.json').status).toBe(1);
    rmSync(join(folder, 'made_case_1_1_1.json'));
    const { status, stdout, stderr } = check('index.json', '-f', 'ndjson');
    expect(status).toBe(1);
    expect(stderr).toBe('wirelog: made_case_1_1_1.json: no such file, though index.json names it\n');
    expect(stdout).toContain('"case":"1.1.2"');
    expect(stdout).toContain('{"type":"missing","agent":"made","case":"1.1.1","fails":true}');
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ exitCode: 1, absent: { cases: [{ agent: 'made', case: '1.1.1' }], fails: true } });
    writeFileSync(join(folder, 'made_case_1_1_2.json'), report('1.1.2', 'hi'));
    for (const path of ['index.json', '.']) {
      const short = check(path);
      expect(short.status).toBe(1);
      expect(short.stdout).toMatch(/exit code 1: no cases at .*; 1 case not here\s+\(--allow-missing/s);
      expect(check(path, '--allow-missing')).toMatchObject({ status: 0 });
      expect(check(path, '--case', '1.1.2')).toMatchObject({ status: 0, stderr: '' });
    }
    expect(check('.', '-f', 'junit').stdout).toContain('tests="2" failures="1"');
    expect(check('.', '-f', 'github').stdout).toMatch(/^::error title=made%2C case 1\.1\.1::it is in the baseline/m);
  });

  it('does not take a baseline that has none of the cases', () => {
    writeFileSync(
      join(folder, 'other.ndjson'),
      readFileSync(join(folder, 'index.json'), 'utf8').replace('"made"', '"other"'),
    );
    const { status, stderr } = check('.', '--baseline', 'other.ndjson', '--case', '1.1.2');
    expect(stderr).toContain('other.ndjson: it has none of these cases: is it of another agent, or another report?');
    expect(status).toBe(2);
    rmSync(join(folder, 'other.ndjson'));
  });

  it('does not judge a report that is cut, and exits 2', () => {
    writeRun({ '1.1.1': 'hi', '1.1.2': 'hi' });
    writeFileSync(join(folder, 'made_case_1_1_2.json'), report('1.1.2', 'hi').slice(0, -40));
    const { status, stdout } = check('.', '-f', 'junit');
    expect(status).toBe(2);
    expect(stdout).toContain('<error type="unread"');
    expect(stdout).toContain('tests="2" failures="0" errors="1"');
  });

  it('fails with a baseline only for what got worse', () => {
    writeRun({ '1.1.1': 'hi', '1.1.2': 'ho', '1.1.3': 'ho' });
    expect(check('.', '--baseline', 'base.ndjson')).toMatchObject({ status: 2, stdout: '' });
    expect(check('.', '--baseline', 'base.ndjson', '--update-baseline').status).toBe(0);
    expect(readFileSync(join(folder, 'base.ndjson'), 'utf8').split('\n')).toHaveLength(4);
    expect(check('.', '--baseline', 'base.ndjson').status).toBe(0);
    writeRun({ '1.1.1': 'ho', '1.1.2': 'hi', '1.1.3': 'ho', '1.1.4': 'ho' });
    const { status, stdout } = check('.', '--baseline', 'base.ndjson');
    expect(status).toBe(1);
    expect(stdout).toMatch(/case 1\.1\.1 {2}FAILED/);
    expect(stdout).not.toContain('case 1.1.3');
    expect(stdout).toContain('better than in the baseline\n  made case 1.1.2: OK');
    expect(stdout).toContain('since the baseline: 1 worse, 1 better, 1 the same\nnot in the baseline: 1 case');
    expect(check('.', '--baseline', 'base.ndjson', '--case', '1.1.3').status).toBe(0);
  });

  it('fails where cases of the baseline are not here', () => {
    const { status, stdout } = check('made_case_1_1_2.json', '--baseline', 'base.ndjson');
    expect(status).toBe(1);
    expect(stdout).toContain('in the baseline and not here: 2 cases: made 1.1.1, made 1.1.3');
    expect(stdout).toMatch(/exit code 1: no cases got worse .*; 2 cases not here/s);
    expect(check('made_case_1_1_2.json', '--baseline', 'base.ndjson', '--allow-missing').status).toBe(0);
    expect(check('made_case_1_1_2.json', '--baseline', 'base.ndjson', '--case', '1.1.2').status).toBe(0);
  });

  it('matches by case alone where each side has one agent, or one is named', () => {
    const base = readFileSync(join(folder, 'base.ndjson'), 'utf8');
    writeFileSync(join(folder, 'old.ndjson'), base.replaceAll('"made"', '"made 0.9"'));
    const { status, stdout } = check('.', '--baseline', 'old.ndjson');
    expect(status).toBe(1);
    expect(stdout).toContain('since the baseline: 1 worse, 1 better, 1 the same\nnot in the baseline: 1 case');
    writeFileSync(join(folder, 'both.ndjson'), `${base}${base.replaceAll('"made"', '"made 0.9"')}`);
    expect(check('.', '--baseline', 'both.ndjson').stdout).toContain(
      'in the baseline and not here: 3 cases: made 0.9 1.1.1',
    );
    const named = check('.', '--baseline', 'both.ndjson', '--baseline-agent', 'made 0.9');
    expect(named.stdout).toContain('since the baseline: 1 worse, 1 better, 1 the same');
    expect(named.stdout).not.toContain('in the baseline and not here');
    const wrong = check('.', '--baseline', 'both.ndjson', '--baseline-agent', 'other');
    expect(wrong.stderr).toContain('the baseline has no agent "other": it has made, made 0.9');
    expect(wrong.status).toBe(2);
    for (const name of ['old.ndjson', 'both.ndjson']) rmSync(join(folder, name));
  });

  it('takes an index as a baseline, and never writes over it', () => {
    writeRun({ '1.1.1': 'hi' });
    const index = readFileSync(join(folder, 'index.json'), 'utf8');
    writeFileSync(join(folder, 'made_case_1_1_1.json'), report('1.1.1', 'ho'));
    expect(check('made_case_1_1_1.json', '--baseline', 'index.json').status).toBe(1);
    expect(check('made_case_1_1_1.json', '--baseline', 'index.json', '--update-baseline').status).toBe(2);
    expect(readFileSync(join(folder, 'index.json'), 'utf8')).toBe(index);
    expect(check('.', '--update-baseline').status).toBe(2);
  });

  it('writes every form, and leaves no draft behind', () => {
    for (const format of ['text', 'ndjson', 'junit', 'sarif', 'github', 'markdown']) {
      expect(check('made_case_1_1_1.json', '-f', format)).toMatchObject({ status: 1, stderr: '' });
    }
    expect(check('.', '-f', 'xml').stderr).toContain('no format "xml": choose text, ndjson, junit');
    expect(existsSync(join(folder, 'base.ndjson'))).toBe(true);
    expect(spawnSync('ls', [folder], { encoding: 'utf8' }).stdout).not.toContain('.tmp');
  });

  it('the same forms serve annotate', () => {
    const annotate = (format: string) =>
      spawnSync(process.execPath, [PROGRAM, 'annotate', '-f', format, 'made_case_1_1_1.json'], {
        encoding: 'utf8',
        cwd: folder,
      }).stdout;
    expect(JSON.parse(annotate('sarif')).runs).toHaveLength(1);
    expect(annotate('junit')).toContain('<testcase classname="made" name="case 1.1.1"');
    expect(annotate('markdown')).toMatch(/^## made, case 1\.1\.1\n\n {4}made/);
    expect(annotate('github')).toBe('');
  });
});
