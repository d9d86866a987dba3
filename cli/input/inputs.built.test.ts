// Everything a user may point wirelog at: files, directories, streams, and what is no log.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caseReport, type Ended, HEX, LOGS, put, SEED, scratch, shell, unsafeIn, wirelog } from '../built.fixture.ts';

function cases({ out }: Ended): string[] {
  return [...out.matchAll(/ {2}case ([\d.]+)/g)].map(([, id = '']) => id);
}

/** One line that says what and where, and nothing else. */
function expectRefusal({ code, out, err }: Ended, ...parts: string[]): void {
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^wirelog: [^\n]+\n$/);
  for (const part of parts) expect(err).toContain(part);
}

describe('ways to name a log', () => {
  const annotated = wirelog(['annotate', SEED]).out;
  const asInput = annotated.replace(SEED, '-');

  it('a file, with and without the command, to no terminal', () => {
    expect(wirelog([SEED]).out).toBe(annotated);
    expect(shell('wirelog "$LOG" | cat', { env: { LOG: SEED } }).out).toBe(annotated);
    expect(wirelog(['--', SEED]).out).toBe(annotated);
  });

  it('standard input, named or not', () => {
    for (const line of ['cat "$LOG" | wirelog', 'cat "$LOG" | wirelog annotate -', 'wirelog annotate < "$LOG"']) {
      expect(shell(line, { env: { LOG: SEED } })).toEqual({ code: 0, out: asInput, err: '' });
    }
  });

  it('a pipe with a name', () => {
    const { code, out } = shell('wirelog annotate <(cat "$LOG")', { env: { LOG: SEED } });
    expect(code).toBe(0);
    expect(out.replace(/\/dev\/fd\/\d+|\/proc\/\S+/, SEED)).toBe(annotated);
  });

  it('names that look like something else', () => {
    const directory = scratch();
    const names = ['-', '-q', '--quiet', '-5', '007', '1e3', '0x10', 'true', 'annotate', 'a b', 'é.hex', '$0', 'a=b'];
    for (const name of names.slice(1)) put(directory, name, 'rx 8900\n');
    for (const name of names.slice(1)) {
      expect(wirelog(['annotate', '--', name], { cwd: directory }).out).toMatch(`${name}\n000 RX ping`);
      expect(wirelog(['convert', '--', name], { cwd: directory }).out).toBe('# wirelog 1\n000 RX OCTETS: 8900\n');
    }
    expect(
      wirelog(['annotate', '007', '1e3', '0x10', 'true'], { cwd: directory }).out.match(/^\S+(?=\n000)/gm),
    ).toEqual(['007', '1e3', '0x10', 'true']);
  });

  it('many, through find and xargs', () => {
    const { code, out, err } = shell(
      'find . -maxdepth 1 -name "*.log" -print0 | sort -z | xargs -0 bash -c \'"$0" "$@"\' "$NODE" "$P" annotate',
      {
        cwd: LOGS,
        env: { NODE: process.execPath, P: resolve('dist/wirelog.js') },
      },
    );
    // xargs says 123 where a run ends in 1 to 125.
    expect({ code, err }).toEqual({ code: 123, err: '' });
    expect(out.match(/^\.\/\S+\.log/gm)).toHaveLength(4);
  });

  it('several, of which one cannot be read', () => {
    const { code, out, err } = wirelog(['annotate', SEED, 'nowhere.json', HEX]);
    expect(code).toBe(2);
    expect(err).toBe('wirelog: nowhere.json: no such file or directory\n');
    expect(out).toContain('7.9.13');
    expect(out).toContain('frames.hex');
  });
});

describe('a directory', () => {
  it('is read in case order', () => {
    const directory = scratch();
    for (const id of ['10.1.1', '1.1.2', '2.10', '1.1.1', '2.2', '1.1.10']) {
      put(directory, `agent_case_${id.replaceAll('.', '_')}.json`, caseReport(id));
    }
    const ended = wirelog(['annotate', directory]);
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(cases(ended)).toEqual(['1.1.1', '1.1.2', '1.1.10', '2.2', '2.10', '10.1.1']);
  });

  it('is read with what lies beneath, without what is hidden', () => {
    const directory = scratch();
    for (const name of ['b', 'a', '.hidden']) mkdirSync(join(directory, name));
    put(join(directory, 'a'), 'x_case_2_1.json', caseReport('2.1'));
    put(join(directory, 'b'), 'x_case_1_1.json', caseReport('1.1'));
    put(join(directory, '.hidden'), 'x_case_3_1.json', caseReport('3.1'));
    put(directory, '.x_case_4_1.json', caseReport('4.1'));
    expect(cases(wirelog(['annotate', directory]))).toEqual(['2.1', '1.1']);
  });

  it('gives a report that is there twice once, and one that is there as HTML alone', () => {
    const directory = scratch();
    const html =
      '<!DOCTYPE html>\n<html>\n<div id="wirelog">\n<pre class="wirelog_rx_octets">000 RX OCTETS: 8900</pre>\n<pre class="wirelog_tcp_closed_by_me">001 TCP DROPPED BY ME</pre>\n</div>\n</body>\n</html>\n';
    put(directory, 'x_case_1_1.json', caseReport('1.1'));
    put(directory, 'x_case_1_1.html', html);
    put(directory, 'x_case_1_2.html', html);
    // The suite was stopped while it wrote this one.
    put(directory, 'x_case_1_3.json', '');
    put(directory, 'x_case_1_3.html', html);
    const { out, err } = wirelog(['annotate', '-f', 'ndjson', directory]);
    const sources = [...out.matchAll(/"type":"log","version":1,"source":"[^"]*\/([^"/]+)"/g)].map(([, name]) => name);
    expect(sources).toEqual(['x_case_1_1.json', 'x_case_1_2.html', 'x_case_1_3.html']);
    expect(err).toMatch(/^wirelog: \S+x_case_1_3.json: empty\n$/);
  });

  it('is done to its end where one report is damaged', () => {
    const directory = scratch();
    put(directory, 'x_case_1_1.json', caseReport('1.1'));
    put(directory, 'x_case_1_2.json', caseReport('1.2').slice(0, -20));
    put(directory, 'x_case_1_3.json', 'nonsense');
    put(directory, 'x_case_1_4.json', caseReport('1.4'));
    const ended = wirelog(['annotate', directory]);
    expect(ended.code).toBe(2);
    expect(cases(ended)).toEqual(['1.1', '1.2', '1.4']);
    expect(ended.err.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^wirelog: \S+x_case_1_2.json: row \d+: \S/),
      expect.stringMatching(/^wirelog: \S+x_case_1_3.json: no wire log/),
    ]);
  });

  it('may hold the overview, pictures, prose and our own output', () => {
    const directory = scratch();
    put(directory, 'x_case_1_1.json', caseReport('1.1'));
    put(
      directory,
      'index.json',
      '{"x": {"1.1": {"behavior": "OK", "behaviorClose": "OK", "reportfile": "x_case_1_1.json"}}}',
    );
    put(directory, 'index.html', '<!DOCTYPE html>\n<html><body><div id="master_report_header" class="block">');
    put(directory, 'package.json', '{"name": "behaviorClose"}');
    put(directory, 'a.png', '\x89PNG\r\n\x1a\n');
    put(directory, 'README.md', 'rx is what came\n\n> "quoted"\n');
    put(directory, 'empty', '');
    put(directory, 'out.annotated', wirelog(['annotate', SEED]).out);
    expect(wirelog(['annotate', directory])).toMatchObject({
      code: 0,
      // The overview is known; a picture, settings, our own output and an empty file are none.
      err: 'wirelog: 4 files are not logs\n',
      out: expect.stringContaining('1.1'),
    });
    expect(wirelog(['annotate', '--quiet', LOGS])).toEqual({ code: 1, out: '', err: '' });
  });

  it('without a log is refused, whatever it is called', () => {
    const directory = scratch();
    mkdirSync(join(directory, 'a.json'));
    expectRefusal(wirelog(['annotate', join(directory, 'a.json')]), 'a.json: no log in it');
    put(directory, 'prose', 'nothing');
    expectRefusal(wirelog(['annotate', directory]), 'no log in it');
  });

  it('with links that lead nowhere, around or back is done all the same', () => {
    const directory = scratch();
    put(directory, 'x_case_1_1.json', caseReport('1.1'));
    symlinkSync('..', join(directory, 'up'));
    symlinkSync('.', join(directory, 'self'));
    symlinkSync('x_case_1_1.json', join(directory, 'x_case_1_2.json'));
    const sound = wirelog(['annotate', directory]);
    expect(sound).toMatchObject({ code: 0, err: '' });
    expect(cases(sound)).toEqual(['1.1', '1.1']);
    symlinkSync('x_case_2_1.json', join(directory, 'x_case_2_1.json'));
    symlinkSync('nowhere', join(directory, 'x_case_2_2.json'));
    const { code, err } = wirelog(['annotate', directory]);
    expect(code).toBe(2);
    expect(err).toMatch(/^wirelog: \S+2_1.json: too many links\nwirelog: \S+2_2.json: no such file or directory\n$/);
  });

  it('with a pipe in it does not wait', () => {
    const directory = scratch();
    put(directory, 'x_case_1_1.json', caseReport('1.1'));
    execFileSync('mkfifo', [join(directory, 'x_case_1_2.json')]);
    expect(wirelog(['annotate', directory])).toMatchObject({ code: 0, err: '' });
  });
});

const DATA = resolve('../shared/data/public/denoland-server');

describe.skipIf(!existsSync(DATA))('a real report directory', () => {
  it('is read whole: 517 cases and no complaint', () => {
    const { err, out } = wirelog(['annotate', '-f', 'ndjson', DATA]);
    expect(err).toBe('');
    expect(out.match(/^\{"type":"summary"/gm)).toHaveLength(517);
    for (const line of out.trimEnd().split('\n')) JSON.parse(line);
  });

  it('has an overview that is no log', () => {
    for (const name of ['index.json', 'index.html'])
      expectRefusal(wirelog([join(DATA, name)]), 'overview of all cases');
  });
});

describe('what is no log', () => {
  const directory = scratch();

  it.each([
    ['empty', '', 'empty'],
    ['blank', '  \n\n', 'no wire log'],
    ['prose', 'Dear reader,\nthere is nothing.\n', 'no wire log'],
    ['picture.png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'a PNG picture'],
    ['zip', 'PK\x03\x04....', 'a ZIP archive'],
    ['gz', '\x1f\x8b\x08', 'unpack it first'],
    ['binary', '\x00\x01\x02\xff\xfe', 'binary data'],
    ['other.json', '{"name": "other"}', 'no case report'],
    ['list.json', '["other"]', 'no case report'],
    ['no-log.json', '{"behaviorClose": "OK"}', 'no "wirelog" list'],
    ['not-a-list.json', '{"behaviorClose": "OK", "wirelog": {}}', 'no "wirelog" list'],
    ['page.html', '<!DOCTYPE html>\n<html><body>hello</body></html>', 'not a case report'],
  ])('%s', (name, content, reason) => {
    const path = put(directory, name, Buffer.from(content, 'latin1'));
    expectRefusal(wirelog([path]), `${path}: `, reason);
    expectRefusal(wirelog(['-'], { input: Buffer.from(content, 'latin1') }), 'wirelog: standard input: ', reason);
  });

  it.each([
    ['missing', 'nowhere', 'no such file or directory'],
    ['without a name', '', 'no such file or directory'],
    ['beneath a file', join(SEED, 'x'), 'not a directory'],
    ['with too long a name', 'a'.repeat(300), 'name too long'],
    ['with controls in its name', 'a\x1b[31m\nb\u202e', 'a\\u{1b}[31m\\nb\\u{202e}: no such file or directory'],
  ])('a file %s', (_, path, reason) => {
    const ended = wirelog([path]);
    expectRefusal(ended, reason);
    expect(unsafeIn(ended.err)).toEqual([]);
  });

  // Root may read everything; a file that fails when it is read stands in for one that may not be read.
  it('a file that cannot be read', () => {
    if (existsSync('/proc/self/mem')) expectRefusal(wirelog(['/proc/self/mem']), '/proc/self/mem: ', 'i/o error');
  });

  it('a link to itself', () => {
    symlinkSync('loop', join(directory, 'loop'));
    expectRefusal(wirelog([join(directory, 'loop')]), 'too many links');
  });
});

describe('what breaks off is shown as far as it goes', () => {
  it('at every octet of a JSON report', { timeout: 300_000 }, () => {
    const directory = scratch();
    const whole = caseReport('1.1');
    const names: string[] = [];
    for (let length = 1; length < whole.length; length++) {
      names.push(`x_case_1_${length}.json`);
      put(directory, names.at(-1) ?? '', whole.slice(0, length));
    }
    const { code, out, err } = wirelog(['annotate', ...names], { cwd: directory });
    expect(code).toBe(2);
    const lines = err.trimEnd().split('\n');
    expect(lines).toHaveLength(names.length);
    for (const [i, name] of names.entries()) expect(lines[i]).toMatch(new RegExp(`^wirelog: ${name}: \\S`));
    // Cut in the second row, the first is there.
    const secondRow = whole.indexOf('"RO"');
    const record = out.split(/\n(?=agent)/).find((log) => log.includes(`x_case_1_${secondRow + 10}.json`));
    expect(record).toContain('000 TX');
    expect(record).not.toContain('001 RX');
    expect(lines[secondRow + 9]).toContain(': row 1: ');
  });

  it.each([
    ['JSON', '2.10-odd-pong-behind-the-cut.json', 0.9],
    ['the text of a page', '7.9.13-close-code-2999.txt', 0.95],
  ])('%s', (_, name, share) => {
    const { out, err, code } = shell(`head -c $(( $(stat -c %s "$LOG") * ${share * 100} / 100 )) "$LOG" | wirelog`, {
      env: { LOG: join(LOGS, name) },
    });
    expect(code).toBe(2);
    expect(out).toMatch(/^000 /m);
    expect(err).toMatch(/^wirelog: standard input: row \d+: [^\n]+\n$/);
  });

  it('damaged rows, and the rest is read', () => {
    const input = [
      '000 RX OCTETS: 88zz',
      '001 RX OCTETS: 889',
      '005 RX OCTETS: 8900',
      '004 TX OCTETS: 8a00',
      '\x1b]0;gotcha\x07 what?',
      '006 TX FRAME : OPCODE=x',
      '007 TX OCTETS: 8a00',
    ].join('\n');
    const { code, out, err } = wirelog(['-'], { input });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.match(/damaged/g)?.length).toBeGreaterThanOrEqual(6);
    expect(out.match(/ping|pong/g)?.length).toBeGreaterThanOrEqual(3);
    expect(unsafeIn(out)).toEqual([]);
  });
});
