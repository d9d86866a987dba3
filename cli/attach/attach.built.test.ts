import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOGS, SEED, scratch, unsafeIn, wirelog } from '../built.fixture.ts';

const RSV2 = join(LOGS, 'rsv2-echoed.log');

/** What is charged, as the last line of `annotate` says it. */
function charged(file: string, input = ''): string {
  return wirelog(['annotate', file], { input }).out.split('\n').at(-2) ?? '';
}

describe('attach', () => {
  const folder = scratch();

  it('prints Markdown that is a log again, and exits 0 whatever the log shows', () => {
    const { code, out, err } = wirelog(['attach', RSV2]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^<!-- wirelog attachment 1 -->\n## example-server/);
    expect(unsafeIn(out)).toEqual(unsafeIn(''));
    expect(charged('-', out)).toBe(charged(RSV2));
  });

  it.each(['report.md', 'report.html', 'report.txt'])('writes %s in the form that its name asks for', (name) => {
    const file = join(folder, name);
    expect(wirelog(['attach', SEED, '-o', file])).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(file, 'utf8')).toMatch(name.endsWith('html') ? /^<!DOCTYPE html>/ : /wirelog attachment 1/);
    expect(charged(file)).toBe(charged(SEED));
  });

  it('hides secrets, more of them on request, and none only if told so', () => {
    const log = join(folder, 'secret.log');
    writeFileSync(
      log,
      '# writer: server\nrx "GET /?token=abcdef1234 HTTP/1.1\\r\\nHost: intranet.example\\r\\nCookie: sid=opensesame\\r\\n\\r\\n"\nrx 810548656c6c6f\n',
    );
    const shown = (...options: string[]) => wirelog(['attach', log, ...options]).out;
    expect(shown()).not.toMatch(/abcdef1234|opensesame/);
    expect(shown()).toContain('intranet.example');
    expect(shown('--redact', 'hosts')).not.toContain('intranet.example');
    expect(shown('--redact', 'hosts,payloads')).not.toMatch(/intranet\.example|Hello|48656c6c6f/);
    expect(shown('--no-redact')).toMatch(/abcdef1234.*opensesame/s);
  });

  it('shows chosen rows, and makes the log small on request', () => {
    expect(wirelog(['attach', RSV2, '--rows', '2-3,8']).out).toMatch(/#### Row 2:.*#### Row 3:.*#### Row 8:/s);
    expect(wirelog(['attach', RSV2, '--around', 'violation']).out).toContain('### The rows chosen');
    expect(wirelog(['attach', RSV2, '--minimise']).out).toContain('3 of 13 rows are left');
  });

  it.each([
    [['--rows', 'x'], '--rows x: write 3-12'],
    [['--around', 'y'], '--around y: give the number of a row, or "violation"'],
    [['--around', '999'], '--around 999: the last row is 12'],
    [['-o', 'bug.pdf'], 'bug.pdf: no form has that ending: name it .md, .html or .txt'],
    [['--redact', 'everything'], '--redact cannot be "everything": choose hosts or payloads'],
    [['--rows', '1', '--around', '1'], 'give one of them'],
    [['-o', '/nowhere/at/all.md'], '/nowhere/at/all.md'],
  ])('is wrong use with %j', (options, message) => {
    const { code, out, err } = wirelog(['attach', RSV2, ...options]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is about one log', () => {
    const two = readFileSync(RSV2, 'utf8').repeat(2);
    expect(wirelog(['attach', '-'], { input: two })).toMatchObject({
      code: 2,
      err: 'wirelog: standard input: 2 logs in it: choose one with --connection\n',
    });
  });
});
