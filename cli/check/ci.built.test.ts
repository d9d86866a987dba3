// `check` as CI runs it: several forms, the summary of the step, one line at the end, settings in a file.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { caseReport, put, scratch, shell, wirelog } from '../built.fixture.ts';

const folder = scratch();
const reports = join(folder, 'reports');
const at = (name: string) => join(folder, name);
const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => wirelog(['check', ...args], { cwd: folder, env });

beforeAll(() => {
  mkdirSync(reports);
  for (let i = 1; i <= 80; i++)
    put(reports, `agent_case_3_${i}.json`, caseReport(`3.${i}`, { behavior: 'FAILED', wirelog: [] }));
  put(reports, 'agent_case_1_1.json', caseReport('1.1'));
  put(reports, 'run.sh', 'exit 1\n');
  put(reports, 'notes.md', 'nothing\n');
});

describe('check in CI', () => {
  it('writes several forms in one run, and says in one line what it came to', () => {
    const { code, out, err } = run(['reports', '-f', 'junit:report.xml', '--format', 'sarif:a.sarif', '-f', 'github']);
    expect(code).toBe(1);
    expect(out).toMatch(/^::error title=wirelog check::81 cases/);
    expect(err).toBe(
      'wirelog: 2 files are not logs\n' +
        'wirelog: 81 cases of 1 agent: 1 OK, 80 FAILED; exit code 1: 80 cases at or above --fail-on error\n',
    );
    expect(readFileSync(at('report.xml'), 'utf8')).toContain('<testsuites');
    expect(JSON.parse(readFileSync(at('a.sarif'), 'utf8')).runs[0].results.length).toBeGreaterThan(79);
  });

  it('takes the form from the ending of -o, and prints nothing then', () => {
    expect(run(['reports', '-o', 'b.xml']).out).toBe('');
    expect(readFileSync(at('b.xml'), 'utf8')).toBe(readFileSync(at('report.xml'), 'utf8'));
    expect(run(['reports', '-q', '-o', 'c.md'])).toEqual({ code: 1, out: '', err: '' });
    expect(readFileSync(at('c.md'), 'utf8')).toContain('## wirelog check: 80 of 81 cases fail');
  });

  it('adds the Markdown to the summary of the step', () => {
    const env = { GITHUB_STEP_SUMMARY: put(folder, 'summary.md', 'before\n') };
    const markdown = run(['reports', '-f', 'markdown']).out;
    expect(run(['reports', '-f', 'github'], env).out).not.toContain('## wirelog');
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toBe(`before\n${markdown}`);
    expect(run(['reports', '-f', 'markdown'], env).out).toBe(markdown);
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toBe(`before\n${markdown}${markdown}`);
    expect(run(['reports', '-f', 'junit'], env).out).toContain('<testsuites');
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toBe(`before\n${markdown}${markdown}`);
    put(folder, 'summary.md', '');
    shell('wirelog check reports -f markdown >> "$GITHUB_STEP_SUMMARY"', { cwd: folder, env });
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toBe(markdown);
  });

  it('names every case with --all', () => {
    const named = (...args: string[]) => new Set(run(['reports', ...args]).out.match(/\b\d\.\d+\b/g));
    expect(named().size).toBeLessThan(70);
    expect(named('--all').size).toBe(81);
  });

  it('says what is missing where no path is given and nothing comes by standard input', () => {
    const said = {
      code: 2,
      out: '',
      err: 'wirelog: standard input: it is empty; give the path of a log, or of a directory of logs\n',
    };
    expect(wirelog(['check', '--no-config'], { input: '' })).toEqual(said);
    expect(wirelog(['check', '--no-config', '-f', 'junit:report.xml'], { input: '', cwd: folder })).toEqual(said);
    expect(wirelog(['annotate'], { input: '' })).toEqual(said);
    const both = run(['-', 'reports/agent_case_1_1.json']);
    expect(both).toMatchObject({ code: 2, out: expect.stringContaining('could not be read: 1 file') });
  });

  it('takes its settings from a file, each error with its line', () => {
    put(folder, 'wirelog.config.json', '{\n  "paths": "reports",\n  "case": "1.*",\n  "format": "ndjson"\n}\n');
    const { code, out } = wirelog(['check'], { cwd: folder });
    expect(code).toBe(0);
    expect(out.split('\n')).toHaveLength(3);
    expect(wirelog(['check', '--case', '3.*', '--format', 'text'], { cwd: folder }).out).toContain('80 FAILED');
    expect(wirelog(['check', '--no-config', 'reports', '--case', '3.1'], { cwd: reports }).code).toBe(2);
    put(folder, 'wirelog.config.json', '{\n  "pahts": "reports"\n}\n');
    expect(wirelog(['check'], { cwd: reports })).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(
        /^wirelog: \.\.\/wirelog\.config\.json: line 2: no setting "pahts": did you mean "paths"\?\n$/,
      ),
    });
  });
});

describe('logs without a row that is wanted', () => {
  const log = '# wirelog 1\n# writer: server\n# extensions: none\n000 RX OCTETS: 818000000000\n001 TX OCTETS: 8100\n';

  it('are not printed by --where, as rg does not print files', () => {
    const [a, b] = [put(folder, 'a.log', log), put(folder, 'b.log', `${log}002 RX OCTETS: 898000000000\n`)];
    const { out } = wirelog(['annotate', a, b, '--where', 'opcode==ping']);
    expect(out).toContain('b.log');
    expect(out).not.toContain('a.log');
    expect(wirelog(['annotate', a, b, '--where', 'opcode==pong', '--fail-on', 'never'])).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(wirelog(['annotate', a, b, '-f', 'ndjson', '--where', 'opcode==ping']).out).not.toContain('a.log');
    expect(wirelog(['annotate', a, '-f', 'junit', '--where', 'opcode==ping']).out).toContain('a.log');
  });

  it('are not printed by --violations where they are sound', () => {
    const sound = put(
      folder,
      'sound.log',
      `${log.split('\n').slice(0, 3).join('\n')}\n# notes: []\n000 RX OCTETS: 898037fa213d\n001 TX OCTETS: 8a00\n`,
    );
    const { out } = wirelog(['annotate', sound, '--violations', '--skip', 'log']);
    expect(out).toBe('');
  });
});
