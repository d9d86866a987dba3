// What is written: whole or not at all, over nothing that is read, and through links to what they name.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caseReport, ENVIRONMENT, PROGRAM, put, SEED, scratch, shell, wirelog } from '../built.fixture.ts';

const LOG = readFileSync(SEED, 'latin1');

describe('a report', () => {
  it.each(['x.txt', 'hard.txt', 'soft.txt', '../at/x.txt'])('is not written over its log: -o %s', (output) => {
    const at = join(scratch(), 'at');
    mkdirSync(at);
    const log = put(at, 'x.txt', LOG);
    linkSync(log, join(at, 'hard.txt'));
    symlinkSync('x.txt', join(at, 'soft.txt'));
    const { code, out, err } = wirelog(['attach', 'x.txt', '-o', output], { cwd: at });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^wirelog: \S+: it is the input.*, and would be overwritten\n$/);
    expect(readFileSync(log, 'latin1')).toBe(LOG);
  });

  it('is not written over standard input either', () => {
    const at = scratch();
    const log = put(at, 'x.txt', LOG);
    expect(shell('wirelog attach - -o "$LOG" < "$LOG"', { env: { LOG: log } }).code).toBe(2);
    expect(readFileSync(log, 'latin1')).toBe(LOG);
  });

  it('keeps the mode of the file, and follows links to what they name, there or not', () => {
    const at = scratch();
    mkdirSync(join(at, 'deep'));
    const file = put(at, 'deep/bug.md', 'old');
    chmodSync(file, 0o640);
    symlinkSync('deep/bug.md', join(at, 'link.md'));
    symlinkSync('deep/new.md', join(at, 'loose.md'));
    for (const name of ['link.md', 'loose.md']) expect(wirelog(['attach', SEED, '-o', join(at, name)]).code).toBe(0);
    expect(lstatSync(join(at, 'link.md')).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(at, 'loose.md')).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('wirelog attachment 1');
    expect(readFileSync(join(at, 'deep/new.md'), 'utf8')).toContain('wirelog attachment 1');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(at, 'deep')).sort()).toEqual(['bug.md', 'new.md']);
  });

  it('goes to pipes and devices as they are', () => {
    const env = { LOG: SEED };
    expect(shell('wirelog attach "$LOG" -o /dev/stdout -f text | head -1', { env }).out).toBe('wirelog attachment 1\n');
    expect(shell('wirelog attach "$LOG" -f text -o >(head -1); sleep 0.5', { env }).out).toBe('wirelog attachment 1\n');
    expect(wirelog(['attach', SEED, '-f', 'text', '-o', '/dev/null']).code).toBe(0);
  });

  it.skipIf(!existsSync('/dev/full'))('says in one line that a disk is full', () => {
    for (const output of ['/dev/full', '-']) {
      const { code, err } = shell(`wirelog attach "$LOG" -f text -o ${output} > /dev/full`, { env: { LOG: SEED } });
      expect(code).toBe(2);
      expect(err).toMatch(/^wirelog: [^\n]*no space left on device\n$/);
    }
  });
});

/** A line of shell in `$AT`, a disk of 64 KiB. */
function onSmallDisk(line: string) {
  const at = scratch();
  const script = `mount -t tmpfs -o size=64k none "$AT" && cd "$AT" && ${line}`;
  return shell(`unshare --user --map-root-user --mount bash -c '${script.replace(/wirelog/g, '"$NODE" "$PROGRAM"')}'`, {
    env: { AT: at, NODE: process.execPath, PROGRAM, LOG: SEED },
  });
}

const hasSmallDisk =
  spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

describe.skipIf(!hasSmallDisk)('a disk that is full', () => {
  const fill = '(dd if=/dev/zero of=fill bs=1k count=52 status=none || true); ';

  it('leaves the old report as it was, and nothing beside it', () => {
    const { out, err } = onSmallDisk(
      `echo old > bug.html; ${fill} wirelog attach "$LOG" -o bug.html; echo code $?; cat bug.html; ls -A`,
    );
    expect(err).toBe('wirelog: bug.html: cannot be written: no space left on device\n');
    expect(out).toBe('code 2\nold\nbug.html\nfill\n');
  });

  it('leaves the old baseline as it was', () => {
    const line = `for i in $(seq 40); do cp "$REPORTS/a_case_1_1.json" . ; done; cp "$REPORTS"/*.json .; wirelog check . --baseline base.ndjson --update-baseline -q; cp base.ndjson /dev/stdout | wc -l; ${fill.replace('52', '70')} wirelog check . --baseline base.ndjson --update-baseline -q; echo code $?; wc -l < base.ndjson; ls -A | grep -c tmp`;
    const at = scratch();
    for (let id = 1; id <= 8; id++) put(at, `a_case_1_${id}.json`, caseReport(`1.${id}`, { agent: 'a'.repeat(300) }));
    const { out, err } = shell(
      `unshare --user --map-root-user --mount bash -c '${`mount -t tmpfs -o size=64k none "$AT" && cd "$AT" && ${line}`.replace(/wirelog/g, '"$NODE" "$PROGRAM"')}'`,
      { env: { AT: scratch(), NODE: process.execPath, PROGRAM, REPORTS: at } },
    );
    expect(out).toBe('8\ncode 2\n8\n0\n');
    expect(err).toMatch(/wirelog: base\.ndjson: cannot be written: no space left on device\n$/);
  });
});

describe('a baseline', () => {
  const made = () => {
    const at = scratch();
    put(at, 'a_case_1_1.json', caseReport('1.1'));
    return at;
  };

  it('keeps its mode and its link, and is no input', () => {
    const at = made();
    mkdirSync(join(at, 'deep'));
    expect(wirelog(['check', '.', '--baseline', 'deep/base.ndjson', '--update-baseline'], { cwd: at }).code).toBe(0);
    chmodSync(join(at, 'deep/base.ndjson'), 0o600);
    symlinkSync('deep/base.ndjson', join(at, 'base.ndjson'));
    expect(wirelog(['check', '.', '--baseline', 'base.ndjson', '--update-baseline'], { cwd: at }).code).toBe(0);
    expect(lstatSync(join(at, 'base.ndjson')).isSymbolicLink()).toBe(true);
    expect(statSync(join(at, 'base.ndjson')).mode & 0o777).toBe(0o600);
    const own = wirelog(['check', 'deep/base.ndjson', '--baseline', 'base.ndjson', '--update-baseline'], { cwd: at });
    expect(own).toMatchObject({ code: 2, out: '' });
    expect(own.err).toContain('it is the input deep/base.ndjson');
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stays as it was after %s, with nothing beside it',
    async (signal) => {
      const at = made();
      const base = put(at, 'base.ndjson', '');
      const child = spawn(process.execPath, [PROGRAM, 'check', '-', '--baseline', base, '--update-baseline'], {
        env: ENVIRONMENT,
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      child.stdin.write('# wirelog 1\n000 RX OCTETS: 8900\n');
      const drafts = () => readdirSync(at).filter((name) => name.endsWith('.tmp'));
      for (const until = Date.now() + 20_000; drafts().length === 0 && Date.now() < until; )
        await new Promise((wake) => setTimeout(wake, 20));
      expect(drafts()).toHaveLength(1);
      child.kill(signal);
      const [, by] = await once(child, 'exit');
      expect(by).toBe(signal);
      expect(readdirSync(at).sort()).toEqual(['a_case_1_1.json', 'base.ndjson']);
      expect(readFileSync(base, 'utf8')).toBe('');
    },
  );
});

describe('a log in a directory that is read', () => {
  const reports = join(scratch(), 'reports');
  mkdirSync(reports);
  const index = JSON.stringify({
    agent: { '1.1': { behavior: 'OK', behaviorClose: 'OK', reportfile: 'a_case_1_1.json' } },
  });

  it.each([
    ['a_case_1_1.json', caseReport('1.1')],
    ['index.json', index],
    ['a.log', '# wirelog 1\nrx 8900\n'],
  ])('is not written over: %s', (name, content) => {
    const path = put(reports, name, content);
    for (const command of [['check'], ['annotate']]) {
      const { code, out, err } = wirelog([...command, reports, '-f', 'ndjson', '-o', path]);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toBe(`wirelog: ${path}: it is a log in the input ${reports}, and would be overwritten\n`);
    }
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it.each(['text', 'ndjson', 'junit', 'sarif', 'markdown'])('is not what check itself wrote there as %s', (form) => {
    const path = join(reports, `found.${form}`);
    for (const time of ['first', 'again'])
      expect(wirelog(['check', reports, '-f', form, '-o', path]).code, time).toBe(0);
  });

  it('is not what annotate wrote there', () => {
    const path = join(reports, 'log.html');
    for (const time of ['first', 'again'])
      expect(wirelog(['annotate', reports, '-f', 'html', '-o', path]).code, time).toBe(0);
  });
});
