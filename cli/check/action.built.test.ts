// The action for GitHub, run as a runner does, and the workflows: what they name has to be there.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caseReport, put, scratch, shell } from '../built.fixture.ts';

const folder = scratch();
const ACTION = resolve('.github/actions/check');
const action = readFileSync(join(ACTION, 'action.yml'), 'utf8');

function run(inputs: Readonly<Record<string, string>>) {
  return shell('bash "$GITHUB_ACTION_PATH/check.sh"', { cwd: folder, env: { GITHUB_ACTION_PATH: ACTION, ...inputs } });
}

describe.skipIf(process.platform === 'win32')('the action', () => {
  put(folder, 'agent_case_1_1.json', caseReport('1.1'));
  put(folder, 'agent_case_1 2.json', caseReport('1.2', { behavior: 'FAILED', wirelog: [] }));

  it('judges what it is given, in the form for GitHub and in files', () => {
    const { code, out, err } = run({
      PATHS: 'agent_case_1_1.json\nagent_case_1 2.json\n',
      SARIF: 'a.sarif',
      JUNIT: 'a.xml',
      OPTIONS: '--skip=log\n--under-test=client\n',
    });
    expect(code).toBe(1);
    expect(out).toMatch(/^::error title=wirelog check::2 cases/);
    expect(err).toContain('exit code 1: 1 case at or above --fail-on error');
    expect(JSON.parse(readFileSync(join(folder, 'a.sarif'), 'utf8')).runs).toHaveLength(1);
    expect(readFileSync(join(folder, 'a.xml'), 'utf8')).toContain('tests="2"');
    expect(run({ PATHS: '.', FAIL_ON: 'never' }).code).toBe(0);
  });

  it('takes nothing of its inputs for script, or for an option', () => {
    const { code, err } = run({ PATHS: '--version\n$(touch made)\n`touch made`; touch made' });
    expect(code).toBe(2);
    expect(err).toContain('--version: no such file or directory');
    expect(existsSync(join(folder, 'made'))).toBe(false);
    expect(action.match(/run: (?!bash "\$GITHUB_ACTION_PATH\/check\.sh"$).*/gm)).toBeNull();
  });

  it('hands on every input that it names', () => {
    const inputs = [...(/inputs:\n([\s\S]*?)\nruns:/.exec(action)?.[1] ?? '').matchAll(/^ {2}([\w-]+):$/gm)].map(
      ([, name]) => name,
    );
    const script = readFileSync(join(ACTION, 'check.sh'), 'utf8');
    expect(inputs).toEqual(['paths', 'baseline', 'fail-on', 'sarif', 'junit', 'options']);
    for (const name of inputs) {
      const variable = name?.toUpperCase().replace('-', '_');
      expect(action).toContain(`${variable}: \${{ inputs.${name} }}`);
      expect(script).toContain(`\${${variable}:-}`);
    }
  });
});

it('the workflows and the README use actions and commands that are there', () => {
  const texts = readdirSync('.github/workflows').map((name) => readFileSync(join('.github/workflows', name), 'utf8'));
  for (const text of [...texts, readFileSync('README.md', 'utf8')]) {
    for (const [, path = ''] of text.matchAll(/uses: (?:\.|[\w-]+\/wirelog)\/([\w./-]+)/g))
      expect(existsSync(join(path, 'action.yml'))).toBe(true);
    for (const [, file = ''] of text.matchAll(/run: (?:bash|node) ([\w./-]+)/g)) expect(existsSync(file)).toBe(true);
  }
  expect(texts.join('')).toContain('uses: ./.github/actions/check');
});
