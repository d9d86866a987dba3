// A log cannot drive the terminal: whatever stands in it, what is printed holds no control but line ends and our colours.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RENDERERS } from '../src/render/annotate/forms.ts';
import { put, scratch, unsafeIn, wirelog } from './built.fixture.ts';

const SEED = 20261122;
const REPORTS = 60;

const EVIL = [
  '\x1b[2J',
  '\x1b]0;title\x07',
  '\x1b]52;c;aGk=\x07',
  '\x1b[31m',
  '\x9b31m',
  '\x90q\x9c',
  '\r',
  '\b\b\b',
  '\x00',
  '\x7f',
  '\n',
  '\t',
  '\v\f',
  '\u202e',
  '\u200b',
  '\u2028',
  '\u2066',
  '\ufeff',
  '\ud800',
  '\u{e0041}',
  '\\u{1b}',
  '"',
  '<b>',
  '`',
  'plain',
  'ä€😀',
];

const evilText = fc.array(fc.constantFrom(...EVIL), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
const octets = fc.oneof(
  fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  evilText.map((text) => Buffer.from(text, 'utf8')),
  evilText.map((text) => Buffer.from(text, 'latin1')),
);
const frame = fc
  .tuple(fc.constantFrom(0x81, 0x82, 0x01, 0x80, 0x89, 0x8a, 0xc1, 0xf3), octets)
  .map(([first, payload]) => {
    return Buffer.concat([Buffer.from([first, payload.length]), payload]);
  });
const close = octets.map((reason) => {
  const shown = reason.subarray(0, 123);
  return Buffer.concat([Buffer.from([0x88, shown.length + 2, 0x03, 0xea]), shown]);
});
const row = fc.oneof(
  fc.oneof(frame, close, octets).map((sent) => ['RO', [sent.length, sent.toString('hex')]]),
  evilText.map((text) => ['RF', [text.length, text], 1, true, 0, false, null]),
  evilText.map((text) => ['CT', 1, text]),
  evilText.map((text) => [text, text]),
  evilText.map((text) => ['RO', [3, text]]),
);
const report = fc
  .record({
    agent: evilText,
    id: evilText,
    description: evilText,
    expectation: evilText,
    result: evilText,
    resultClose: evilText,
    behavior: evilText,
    behaviorClose: evilText,
    started: evilText,
    wasNotCleanReason: evilText,
    isServer: fc.boolean(),
    head: evilText,
    wirelog: fc.array(row, { maxLength: 8 }),
  })
  .map(({ head, ...rest }) => ({
    ...rest,
    httpRequest: `GET /${head} HTTP/1.1\r\nHost: ${head}\r\n${head}: x\r\nSec-WebSocket-Extensions: ${head}\r\n\r\n`,
    httpResponse: `HTTP/1.1 101 ${head}\r\nServer: ${head}\r\nSec-WebSocket-Protocol: ${head}\r\n\r\n`,
  }));

const fileName = evilText.map((text) => text.replace(/[/\0\ud800-\udfff]/gu, '').slice(0, 40) || 'plain');

describe('logs that are full of controls', () => {
  const directory = scratch();
  const reports = fc.sample(report, { numRuns: REPORTS, seed: SEED });
  const names = fc.sample(fileName, { numRuns: REPORTS, seed: SEED });
  for (const [i, content] of reports.entries()) {
    mkdirSync(join(directory, String(i)));
    put(join(directory, String(i)), `x${names[i]}_case_1_${i}.json`, JSON.stringify(content));
  }
  const rows = reports.flatMap(({ agent, wirelog: entries }, i) => [
    `# agent: ${agent}`,
    `${String(i).padStart(3, '0')} RX OCTETS: ${agent}`,
    `rx "${agent}"`,
    agent,
    ...entries.map((entry) => `rx ${String(entry[1])}`),
  ]);
  put(directory, 'rows.log', `# wirelog 1\n${rows.join('\n')}\n`);
  // Faults of several kinds, in a log whose every name is hostile.
  const head = `# wirelog 1\n# writer: server\n# extensions: none\n# agent: ${EVIL.filter((text) => text !== '\n').join('')}`;
  put(directory, 'faults.log', `${head}\nrx d18000000000\nrx 8300\n`);
  put(
    directory,
    'page.html',
    `<!DOCTYPE html>\n<html>\n<p class="case case_ok">${EVIL.join('')} - <span><b>Case 1.1</b></span> : Pass - ` +
      `<span><b>1</b></span> ms @ ${EVIL.join('')}</p>\n<div id="wirelog">\n${EVIL.map((text, i) => `<pre class="wirelog_rx_octets">${String(i).padStart(3, '0')} RX OCTETS: ${text}</pre>`).join('\n')}\n</div>\n`,
  );

  it.each(RENDERERS.flatMap(({ id }) => [[id, 'always'] as const, [id, 'never'] as const]))(
    'as %s, colour %s',
    (format, color) => {
      const { code, out, err } = wirelog(['annotate', directory, '--format', format, '--color', color]);
      expect([1, 2]).toContain(code);
      expect(out.length).toBeGreaterThan(1000);
      expect(unsafeIn(out)).toEqual([]);
      expect(unsafeIn(err)).toEqual([]);
      if (color === 'never') expect(out).not.toContain('\x1b');
      if (format === 'ndjson') for (const line of out.trimEnd().split('\n')) JSON.parse(line);
    },
  );

  it('with dumps, and converted', () => {
    expect(unsafeIn(wirelog(['annotate', directory, '--hex', '--color', 'always']).out)).toEqual([]);
    for (const name of ['rows.log', 'page.html']) {
      for (const to of ['rows', 'autobahn-json']) {
        expect(unsafeIn(wirelog(['convert', join(directory, name), '--to', to]).err)).toEqual([]);
      }
    }
  });

  it('named on the command line', () => {
    const text = EVIL.filter((one) => !/[\0\ud800]/.test(one)).join('');
    for (const args of [['annotate', text], ['convert', text], ['decode', text], ['rules', text], [`--${text}`]]) {
      const { out, err } = wirelog(args);
      expect(out).toBe('');
      expect(unsafeIn(err)).toEqual([]);
      expect(err.split('\n')).toHaveLength(2);
    }
  });
});
