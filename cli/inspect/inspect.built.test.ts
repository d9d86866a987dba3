// The life of `inspect` in a real terminal: how it starts, is interrupted, suspended, resized, and gives the terminal back.

import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOGS, PROGRAM, put, SEED, scratch, wirelog } from '../built.fixture.ts';
import { inPty, inspectInPty, type PtyRun, shellInPty } from './pty.fixture.ts';

const isReady = (text: string) => text.includes('? help') && !text.includes('loading') && !text.includes('reading');
const GIVEN_BACK = '\x1b[?2004l\x1b[?25h\x1b[?7h\x1b[?1049l';

/** What stood between entering and leaving is gone, and the modes are as before. */
function expectGivenBack(run: PtyRun): void {
  expect(run.output()).toContain(GIVEN_BACK);
  const after = run.output().slice(run.output().lastIndexOf(GIVEN_BACK) + GIVEN_BACK.length);
  expect(after).not.toContain('\x1b');
}

describe('leaving', () => {
  it.each([
    ['q', 0],
    ['Q', 0],
    ['\x03', 130],
  ])('with the key %j has exit code %i', async (key, code) => {
    const run = inspectInPty(['inspect', SEED]);
    await run.when(isReady);
    run.type(key);
    expect(await run.exit).toBe(code);
    expectGivenBack(run);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ])('by %s has exit code %i', async (signal, code) => {
    const run = inspectInPty(['inspect', SEED]);
    await run.when(isReady);
    run.kill(signal);
    expect(await run.exit).toBe(code);
    expectGivenBack(run);
  });

  it('leaves the modes of the terminal as they were', async () => {
    const run = shellInPty(
      `before=$(stty -g); wirelog inspect "${SEED}"; [ "$before" = "$(stty -g)" ] && echo the same`,
    );
    await run.when(isReady);
    run.type('q');
    await run.when((text) => text.includes('the same'));
    expect(await run.exit).toBe(0);
  });

  it('gives the terminal back when the log goes wrong in the middle', async () => {
    const directory = scratch();
    const broken = put(
      directory,
      'broken.json',
      readFileSync(join(LOGS, '2.10-odd-pong-behind-the-cut.json'), 'utf8').slice(0, -400),
    );
    const run = inspectInPty(['inspect', broken]);
    await run.when((text) => text.includes('broken.json'));
    run.type('q');
    expect(await run.exit).toBe(2);
    expect(run.output().slice(run.output().lastIndexOf(GIVEN_BACK))).toContain('broken.json: ');
  });
});

describe('what cannot be read', () => {
  it('has exit code 2 in a directory where no log came', async () => {
    const directory = scratch();
    put(directory, 'notes.txt', 'not a log\n');
    const run = inspectInPty(['inspect', directory]);
    const text = await run.when((now) => now.includes('no log in it'));
    expect(text).not.toContain('no case failed');
    run.type('q');
    expect(await run.exit).toBe(2);
    expect(run.output().slice(run.output().lastIndexOf(GIVEN_BACK))).toContain(`${directory}: no log in it`);
  });

  it('is named when one leaves', async () => {
    const directory = scratch();
    put(directory, 'good.txt', readFileSync(SEED));
    put(directory, 'a_case_1_1_1.json', '{');
    const run = inspectInPty(['inspect', directory]);
    await run.when((text) => isReady(text) && text.includes('1 unreadable'));
    run.type('q');
    expect(await run.exit).toBe(0);
    expect(run.output().slice(run.output().lastIndexOf(GIVEN_BACK))).toContain('a_case_1_1_1.json: ');
  });

  it.each(['abc', '-5', '1.5'])('is a row %s to begin at', async (at) => {
    const run = inspectInPty(['inspect', SEED, `--at=${at}`]);
    expect(await run.exit).toBe(2);
    expect(run.output()).toContain('--at needs the number of a row: 0, 1, 2');
    expect(run.output()).not.toContain('\x1b');
  });
});

describe('where there is no terminal', () => {
  it('says what to do instead, with exit code 2', () => {
    const { code, out, err } = wirelog(['inspect', SEED]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe('wirelog: no terminal to inspect in: wirelog annotate prints the same\n');
  });

  it('takes TERM=dumb for none', async () => {
    const run = inspectInPty(['inspect', SEED], { TERM: 'dumb' });
    expect(await run.exit).toBe(2);
    expect(run.output()).not.toContain('\x1b');
  });

  it('finds wrong expressions before it takes the screen', async () => {
    const run = inspectInPty(['inspect', SEED, '--where', 'rx andd tx']);
    expect(await run.exit).toBe(2);
    expect(run.output()).toContain('--where rx andd tx: at character 4:');
    expect(run.output()).not.toContain('\x1b');
  });
});

describe('a good citizen', () => {
  it('reads keys from the terminal while standard input is the log', async () => {
    const run = shellInPty(`cat "${SEED}" | wirelog inspect -; echo code $?`);
    await run.when(isReady);
    run.type('gjj');
    await run.when((text) => text.includes('>  3 TX'));
    run.type('q');
    await run.when((text) => text.includes('code 0'));
    expect(await run.exit).toBe(0);
  });

  it('draws anew at each size, and says when there is no room', async () => {
    const run = inspectInPty(['inspect', SEED]);
    await run.when(isReady);
    run.resize(120, 40);
    await run.when((text) => /Row 0 .* Hex/.test(text));
    run.resize(39, 24);
    await run.when((text) => text.includes('too small: wirelog needs 40x10'));
    run.resize(40, 10);
    await run.when((text) => text.includes('>  0 RX HTTP'));
    run.type('q');
    expect(await run.exit).toBe(0);
    expectGivenBack(run);
  });

  it('is suspended by Ctrl-Z and comes back with fg', async () => {
    const run = inPty('bash', ['--norc', '-i'], { PS1: 'prompt> ' });
    await run.when((text) => text.includes('prompt>'));
    run.type(`"${process.execPath}" dist/wirelog.js inspect "${SEED}"\r`);
    await run.when(isReady);
    run.type('j\x1a');
    await run.when((text) => text.includes('Stopped') && text.includes('prompt>'));
    run.type('fg\r');
    await run.when((text) => isReady(text) && text.includes('>  1 TX'));
    run.type('q');
    await run.when((text) => text.includes('prompt>') && !text.includes('? help'));
    run.type('echo code $?; exit\r');
    await run.when((text) => text.includes('code 0'));
    await run.exit;
  });

  it('has no colour with NO_COLOR, and 16 colours else', async () => {
    const plain = inspectInPty(['inspect', SEED], { NO_COLOR: '1' });
    await plain.when(isReady);
    plain.type('q');
    await plain.exit;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    expect(plain.output()).not.toMatch(/\x1b\[[1-9;][\d;]*m/);
    const colored = inspectInPty(['inspect', SEED]);
    await colored.when(isReady);
    colored.type('q');
    await colored.exit;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    const colors = /\x1b\[([\d;]*)m/g;
    const codes = new Set([...colored.output().matchAll(colors)].flatMap(([, code = '']) => code.split(';')));
    expect([...codes].every((code) => /^(?:[01247]|3[0-7])?$/.test(code))).toBe(true);
    expect(codes.size).toBeGreaterThan(3);
  });

  it('draws under CI too', async () => {
    const run = inspectInPty(['inspect', SEED], { CI: '1', CONTINUOUS_INTEGRATION: '1' });
    await run.when(isReady);
    run.resize(100, 30);
    await run.when((text) => isReady(text) && text.split('\n').length === 30);
    run.type('q');
    expect(await run.exit).toBe(0);
  });
});

describe('a directory', () => {
  it('opens the case browser, the log, and comes back', async () => {
    const run = inspectInPty(['inspect', LOGS]);
    await run.when((text) => isReady(text) && text.includes('cases'));
    run.type('/pong-missing\r\r');
    await run.when((text) => isReady(text) && text.includes('(') && text.includes('─ Why'));
    run.type('q');
    await run.when((text) => text.includes('Enter open'));
    run.type('q');
    expect(await run.exit).toBe(0);
  });
});

describe('a case', () => {
  it('is opened at the row that decides, with what check says of it', async () => {
    const run = inspectInPty(['inspect', LOGS]);
    await run.when((text) => isReady(text) && text.includes('cases'));
    run.type('e');
    const browser = await run.when((text) => text.includes(' why '));
    const sentence = /why +(row \d+: \S+ \S+ \S+)/.exec(browser)?.[1] ?? 'none';
    run.type('\r');
    const text = await run.when((now) => now.includes(`FAILED: ${sentence}`));
    expect(text).toMatch(/^>.*✗.*the case: FAILED/m);
    run.type('Q');
    expect(await run.exit).toBe(0);
  });
});

describe('a log that grows', () => {
  it('is followed to its end', async () => {
    const log = put(
      scratch(),
      'growing.log',
      '# wirelog 1\n# writer: server\n# extensions: none\n000 TX OCTETS: 8900\n',
    );
    const run = inspectInPty(['inspect', '--follow', log]);
    await run.when((text) => text.includes('row 0 · 1 row '));
    for (let row = 1; row <= 3; row++) {
      appendFileSync(log, `00${row} TX OCTETS: 8901${row}0\n`);
      await run.when((text) => text.includes(`row ${row} · ${row + 1} rows`));
    }
    run.type('q');
    expect(await run.exit).toBe(0);
  });
});

describe('notes', () => {
  it('are kept beside the log when that was asked for', async () => {
    const directory = scratch();
    const log = put(directory, 'a.txt', readFileSync(SEED));
    const first = inspectInPty(['inspect', '--notes', log]);
    await first.when(isReady);
    first.type('3gm;why 2999?\r');
    await first.when((text) => text.includes('; why 2999?'));
    first.type('Q');
    await first.exit;
    expect(readFileSync(`${log}.notes`, 'utf8')).toBe('{"position":3,"marked":true,"comment":"why 2999?"}\n');
    const second = inspectInPty(['inspect', '--notes', log]);
    await second.when(isReady);
    second.type("'");
    await second.when((text) => text.includes('; why 2999?'));
    second.type('Q');
    await second.exit;
  });

  it('are kept beside the log when one leaves and says so, with those that were there', async () => {
    const directory = scratch();
    const log = put(directory, 'a.txt', readFileSync(SEED));
    put(directory, 'a.txt.notes', '{"position":1,"marked":true,"comment":"before"}\n');
    const run = inspectInPty(['inspect', log]);
    await run.when(isReady);
    run.type('3gm');
    await run.when((text) => /^» +3/m.test(text));
    run.type('q');
    await run.when((text) => text.includes('keep 1 mark beside the log?'));
    run.type('y');
    expect(await run.exit).toBe(0);
    expect(readFileSync(`${log}.notes`, 'utf8')).toBe(
      '{"position":1,"marked":true,"comment":"before"}\n{"position":3,"marked":true,"comment":""}\n',
    );
  });

  it('stay out of a file that holds something else when one leaves too', async () => {
    const directory = scratch();
    const log = put(directory, 'a.txt', readFileSync(SEED));
    put(directory, 'a.txt.notes', 'my own words\n');
    const run = inspectInPty(['inspect', log]);
    await run.when(isReady);
    run.type('mqy');
    await run.when((text) => text.includes('does not hold notes'));
    run.type('qn');
    expect(await run.exit).toBe(0);
    expect(readFileSync(`${log}.notes`, 'utf8')).toBe('my own words\n');
  });

  it('are left on the terminal where they are not kept, also when the program is interrupted', async () => {
    const run = shellInPty(`wirelog inspect "${SEED}"; echo code $?`);
    await run.when(isReady);
    run.type('3g;why 2999?\r');
    await run.when((text) => text.includes('q asks whether to keep it'));
    run.type('\x03');
    const text = await run.when((now) => now.includes('code 130'));
    expect(text.replace(/\n/g, '')).toContain(': why 2999?');
  });

  it('are never written over a file that holds something else', async () => {
    const directory = scratch();
    const log = put(directory, 'a.txt', readFileSync(SEED));
    put(directory, 'a.txt.notes', 'my own words\n');
    const refused = shellInPty(`wirelog inspect --notes "${log}"; echo code $?`);
    await refused.when((text) => text.includes('code 2'));
    expect(refused.output()).toContain('does not hold notes');
    const browsed = inspectInPty(['inspect', '--notes', directory]);
    await browsed.when((text) => isReady(text) && text.includes('1 case'));
    browsed.type('j');
    await browsed.when((text) => />.*7\.9\.13/.test(text));
    browsed.type('\r');
    await browsed.when((text) => isReady(text) && text.includes('─ Why'));
    browsed.type(';x\r');
    await browsed.when((text) => text.includes('the comment is not kept'));
    browsed.type('QQ');
    await browsed.exit;
    expect(readFileSync(`${log}.notes`, 'utf8')).toBe('my own words\n');
  });

  it('stay as they were on a disk that is full, and that is said', async () => {
    const directory = scratch();
    const note = '{"position":1,"marked":true,"comment":"before"}';
    const prepare = `mount -t tmpfs -o size=64k none "${directory}" && cd "${directory}" && cp "${SEED}" a.txt && echo '${note}' > a.txt.notes`;
    const fill = 'dd if=/dev/zero of=fill bs=1k count=99 status=none';
    const probe = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'bash', '-c', prepare]);
    if (probe.status !== 0) return;
    const run = inPty('unshare', [
      ...['--user', '--map-root-user', '--mount', 'bash', '-c'],
      `${prepare}; ${fill} 2>/dev/null; "${process.execPath}" "${PROGRAM}" inspect --notes a.txt; echo code $?; cat a.txt.notes`,
    ]);
    await run.when(isReady);
    run.type(';more\r');
    await run.when((text) => text.includes('no space left'));
    run.type('QQ');
    expect(await run.exit).toBe(0);
    expect(run.output()).toContain(note);
    expect(run.output()).toContain('a comment that was not kept: a.txt: more');
  });
});

describe('comparing', () => {
  it('takes any other log', async () => {
    const run = shellInPty(`cd "${scratch()}" && cp "${SEED}" a.txt && wirelog inspect "${SEED}"; echo code $?`);
    await run.when(isReady);
    run.type('dnowhere.txt\r');
    await run.when((text) => text.includes('nowhere.txt: no such file or directory'));
    run.type('da.txt\r');
    await run.when((text) => text.includes('compared') && text.includes('the two logs do not differ'));
    run.type('qq');
    await run.when((text) => text.includes('code 0'));
  });
});

describe('the mouse', () => {
  it('opens a log with a double click, and goes back to the terminal', async () => {
    const directory = scratch();
    put(directory, 'a.txt', readFileSync(SEED));
    const run = inspectInPty(['inspect', directory]);
    await run.when((text) => isReady(text) && text.includes('7.9.13'));
    run.type('\x1b[<0;10;4M\x1b[<0;10;4m\x1b[<0;10;4M');
    await run.when((text) => text.includes('─ Why'));
    run.type('qQ');
    expect(await run.exit).toBe(0);
    expect(run.output()).toContain('\x1b[?1006l\x1b[?1000l');
  });
});

describe('exporting', () => {
  const written = (text: string) => / written \(/.test(text);

  it('writes what attach writes, and never over a file', async () => {
    const directory = scratch();
    const run = shellInPty(`cd "${directory}" && wirelog inspect "${SEED}"; echo code $?`);
    await run.when(isReady);
    run.type('x');
    const dialog = await run.when((text) => text.includes('Export'));
    const name = /file +(\S+\.md)/.exec(dialog)?.[1] ?? '';
    run.type('\r');
    await run.when(written);
    run.type('x');
    await run.when((text) => text.includes(name.replace('.md', '-2.md')));
    run.type('\r');
    await run.when((text) => written(text) && text.includes('-2.md'));
    run.type('q');
    await run.when((text) => text.includes('code 0'));
    const report = readFileSync(join(directory, name), 'utf8');
    expect(wirelog(['attach', SEED, '-o', join(directory, name)]).code).toBe(0);
    expect(report).toBe(readFileSync(join(directory, name), 'utf8'));
    expect(wirelog(['annotate', join(directory, name)]).code).toBe(0);
  });

  it('takes a log that came in a pipe, and says where it cannot write', async () => {
    const directory = scratch();
    const run = shellInPty(`cd "${directory}" && cat "${SEED}" | wirelog inspect -`);
    await run.when(isReady);
    run.type('x\t\r');
    await run.when(written);
    expect(readdirSync(directory).filter((name) => name.endsWith('.html'))).toHaveLength(1);
    run.type('xe\x15nowhere/at/all.md\r');
    await run.when((text) => text.includes('nowhere/at/all.md'));
    run.type('\r');
    await run.when((text) => text.includes('nowhere/at/all.md: cannot be written: there is no directory nowhere/at'));
    run.type('q');
    await run.exit;
  });
});
