// Completion as the shells do it, and the man page as man reads it; a shell that is not installed is skipped.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn as spawnTerminal } from '@lydell/node-pty';
import { beforeAll, describe, expect, it } from 'vitest';
import { caseReport, ENVIRONMENT, type Ended, PROGRAM, put, scratch, wirelog } from '../built.fixture.ts';

const folder = scratch();
const has = (program: string) => spawnSync(program, ['--version']).error === undefined;

beforeAll(() => {
  chmodSync(put(folder, 'wirelog', `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`), 0o755);
  mkdirSync(join(folder, 'reports'));
  for (const id of ['1.1.1', '10.1.1', '1.2.1'])
    put(join(folder, 'reports'), `agent_case_${id.replaceAll('.', '_')}.json`, caseReport(id));
});

function inShell(shell: string, args: readonly string[]): Ended {
  const env = { ...ENVIRONMENT, PATH: `${folder}:${process.env['PATH']}`, TERM: 'dumb', HOME: folder };
  const { status, stdout, stderr } = spawnSync(shell, args, { cwd: folder, env, encoding: 'utf8', timeout: 50_000 });
  return { code: status, out: stdout, err: stderr };
}

const LINES: readonly (readonly [begun: string, wanted: readonly string[], unwanted: readonly string[]])[] = [
  ['wirelog che', ['check'], ['annotate']],
  ['wirelog check --upd', ['--update-baseline'], ['--fail-on']],
  ['wirelog check --format ', ['junit', 'sarif', 'html'], ['reports/']],
  ['wirelog annotate -f ht', ['html'], ['text']],
  ['wirelog annotate --color=al', ['always'], ['auto']],
  ['wirelog annotate --from pc', ['pcap'], ['netlog']],
  ['wirelog rules mask/key-z', ['mask/key-zero'], ['mask/key-repeated']],
  ['wirelog annotate --only close,mask/key-z', ['mask/key-zero'], ['mask/key-repeated']],
  ['wirelog check reports --case 1', ['1.1.1', '1.2.1', '10.1.1'], ['reports/']],
  ['wirelog test --case frame/rsv-set-', ['frame/rsv-set-1'], ['close/']],
  ['wirelog help ann', ['annotate'], ['check']],
  ['wirelog completion z', ['zsh'], ['fish']],
  ['wirelog annotate rep', ['reports'], ['check']],
];

function expectIn(out: string, wanted: readonly string[], unwanted: readonly string[]): void {
  for (const word of wanted) expect(out).toContain(word);
  for (const word of unwanted) expect(out).not.toContain(word);
}

describe('completion', () => {
  it('needs to know the shell', () => {
    expect(wirelog(['completion'], { env: { SHELL: '/bin/tcsh' } })).toMatchObject({ code: 2, out: '' });
    expect(wirelog(['completion'], { env: { SHELL: '/bin/fish' } }).out).toContain('complete -c wirelog');
    expect(wirelog(['completion', 'bsh']).err).toBe(
      'wirelog: completion: shell cannot be "bsh": did you mean "bash"?\n',
    );
  });

  it('gives nothing where a file is wanted, or anything at all', () => {
    for (const words of [
      ['annotate', ''],
      ['check', '--baseline', ''],
      ['convert', '--', 'a'],
      ['annotate', '-o', ''],
    ]) {
      expect(wirelog(['--complete', '--', ...words])).toEqual({ code: 0, out: '', err: '' });
    }
  });

  // What readline does: the words of the line, and what the function leaves in COMPREPLY; where it leaves nothing, files.
  it.skipIf(!has('bash'))('works in bash', { timeout: 100_000 }, () => {
    const script = [
      'source <(wirelog completion bash)',
      ...LINES.map(
        ([begun]) =>
          `COMP_LINE='${begun}'; COMP_POINT=\${#COMP_LINE}; COMPREPLY=(); _wirelog wirelog; [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "\${COMP_LINE##* }")); echo "\${COMPREPLY[@]}"`,
      ),
    ].join('\n');
    const { out, err } = inShell('bash', ['--norc', '-c', script]);
    expect(err).toBe('');
    const replies = out.split('\n');
    for (const [i, [, wanted, unwanted]] of LINES.entries()) expectIn(replies[i] ?? '', wanted, unwanted);
  });

  it.skipIf(!has('fish'))('works in fish', { timeout: 100_000 }, () => {
    const script = [
      'wirelog completion fish | source',
      ...LINES.map(([begun]) => `complete -C '${begun}' | string join ' '; echo ---`),
    ].join('\n');
    const { out, err } = inShell('fish', ['--no-config', '-c', script]);
    expect(err).toBe('');
    const replies = out.split('---\n');
    for (const [i, [, wanted, unwanted]] of LINES.entries()) expectIn(replies[i] ?? '', wanted, unwanted);
  });

  it.skipIf(!has('zsh'))('works in zsh', { timeout: 200_000 }, async () => {
    const env = { ...ENVIRONMENT, PATH: `${folder}:${process.env['PATH']}`, TERM: 'xterm', HOME: folder, PS1: '' };
    const zsh = spawnTerminal('zsh', ['-f', '-i'], { cols: 160, rows: 50, cwd: folder, env });
    let shown = '';
    zsh.onData((text) => {
      shown += text;
    });
    const shows = async (words: readonly string[]) => {
      const until = Date.now() + 20_000;
      while (Date.now() < until && !words.every((word) => shown.includes(word))) await sleep(20);
      expectIn(shown, words, []);
    };
    zsh.write('autoload -U compinit; compinit -u -D; source <(wirelog completion zsh); print REA""DY\r');
    await shows(['READY']);
    for (const [begun, wanted] of LINES) {
      shown = '';
      zsh.write(`${begun}\t`);
      await shows(wanted);
      shown = '';
      // The line is given up, and the next one begun when that is done.
      zsh.write('\x15print DO""NE\r');
      await shows(['DONE']);
    }
    zsh.kill();
  });
});

describe('the man page', () => {
  const page = wirelog(['help', '--man']).out;

  it('is in the package, where npm looks for it', () => {
    const { man, files } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(man.map((path: string) => readFileSync(resolve(path), 'utf8'))).toEqual([page]);
    expect(files).toContain('dist');
    expect(readFileSync('dist/completion/_wirelog', 'utf8')).toBe(wirelog(['completion', 'zsh']).out);
  });

  it.skipIf(!has('groff'))('is sound roff, and tells of every command and option', () => {
    const { stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tascii', '-P-cbou'], {
      input: page,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    for (const word of ['wirelog check [log..]', '--update-baseline', 'EXIT STATUS', 'COLUMNS', 'and or not ( )'])
      expect(stdout).toContain(word);
  });
});
