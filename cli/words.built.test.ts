// The commands that read no log from a file: decode, rules; and convert, there and back.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HEX, LOGS, put, SEED, scratch, unsafeIn, wirelog } from './built.fixture.ts';

describe('decode', () => {
  it.each([
    [['8900'], 'ping'],
    [['0a', '00'], 'FIN=0'],
    [['0x8900'], 'ping'],
    [['0x89', '0x00'], 'ping'],
    [['00000000'], 'continuation'],
    [['810548', '656c6c6f'], '"Hello"'],
    [['81', '05', '48', '65', '6c', '6c', '6f'], '"Hello"'],
    [['81 05 48 65 6c 6c 6f'], '"Hello"'],
    [['8105 4865\n6c6c 6f'], '"Hello"'],
    [['81:05:48:65:6c:6c:6f'], '"Hello"'],
    [['81-05-48-65-6c-6c-6f'], '"Hello"'],
    [['0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f'], '"Hello"'],
    [['{0x81,0x05,0x48,0x65,0x6c,0x6c,0x6f}'], '"Hello"'],
    [['\\x81\\x05\\x48\\x65\\x6c\\x6c\\x6f'], '"Hello"'],
    [["b'\\x81\\x05\\x48\\x65\\x6c\\x6c\\x6f'"], '"Hello"'],
    [['<Buffer 81 05 48 65 6c 6c 6f>'], '"Hello"'],
    [['[129, 5, 72, 101, 108, 108, 111]'], '"Hello"'],
    [['129', '5', '72', '101', '108', '108', '111'], '"Hello"'],
    [['00000000: 8105 4865 6c6c 6f                        ..Hello'], '"Hello"'],
    [['00000000  81 05 48 65 6c 6c 6f                              |..Hello|'], '"Hello"'],
    [['0000   81 05 48 65 6c 6c 6f                              ..Hello'], '"Hello"'],
    [['820131e5'.slice(0, 6)], 'binary'],
    [['8201', '1e'], 'binary'],
    [['-8900'], 'ping'],
    [['--', '-8900'], 'ping'],
    [['--', '89', '00'], 'ping'],
    [['8a04', '1e10', '0e11'], 'pong'],
    [['82097fffffffffffffffff'], '(9 octets)'],
  ])('reads %j', (words, shown) => {
    const { out, err } = wirelog(['decode', ...words]);
    expect(err).toBe('');
    expect(out).toContain(shown);
  });

  it('keeps every digit of octets that look like numbers', () => {
    for (const hex of ['00', '0000', '000000000000000000', '8900', '1e10', '12345678901234567890', '0e00']) {
      const { out } = wirelog(['decode', '-f', 'ndjson', hex]);
      expect(JSON.parse(out.split('\n')[1] ?? '').octets).toBe(hex);
    }
  });

  it.each([
    [['zz'], '"zz" is not hex digits'],
    [['8'], 'an octet takes two'],
    [['1e5'], 'an octet takes two'],
    [['889'], 'an octet takes two'],
    [[''], 'no hex digits'],
    [['hello'], '"hello" is not hex digits'],
    [['\x1b[31m'], 'a bracket among the octets'],
    [['\x1b31m'], 'is not hex digits'],
  ])('refuses %j', (words, message) => {
    const { code, out, err } = wirelog(['decode', ...words]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^wirelog: [^\n]+\n$/);
    expect(unsafeIn(err)).toEqual([]);
    expect(err).toContain(message);
  });

  it('judges by who sent it and what is agreed', () => {
    expect(wirelog(['decode', '--from', 'client', '8900'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('frame/mask-missing'),
    });
    expect(wirelog(['decode', '--from', 'server', '8900']).code).toBe(0);
    expect(wirelog(['decode', '--extensions', 'permessage-deflate', 'c107f248cdc9c90700']).out).toContain('"Hello"');
    expect(wirelog(['decode', '--extensions', 'none', 'c107f248cdc9c90700'])).toMatchObject({ code: 1 });
    expect(wirelog(['decode', '--from', 'client', '--fail-on', 'never', '8900']).code).toBe(0);
  });
});

describe('rules', () => {
  it('lists the catalogue as text', () => {
    const { code, out } = wirelog(['rules']);
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => /^[a-z]+\/[a-z0-9-]+ +(?:error|warning|note)/.test(line)).length).toBe(
      JSON.parse(wirelog(['rules', '--format', 'json']).out).length,
    );
  });

  it('has every key of the contract in JSON', () => {
    for (const rule of JSON.parse(wirelog(['rules', '-f', 'json']).out)) {
      expect(rule).toMatchObject({
        id: expect.stringMatching(/^[a-z]+\/[a-z0-9-]+$/),
        severity: expect.stringMatching(/^(?:error|warning|note)$/),
        basis: expect.any(String),
        by: expect.any(Array),
        section: expect.any(String),
        title: expect.any(String),
        examples: { violates: expect.any(Array), holds: expect.any(Array) },
      });
      expect(rule).toHaveProperty('reaction');
      expect(Object.keys(rule.advice)).toEqual(['harm', 'cause', 'remedy']);
      expect(rule.cases).toEqual({ client: expect.any(Array), server: expect.any(Array) });
    }
  });

  it('shows an area, one rule with its examples, and Markdown', () => {
    const area = JSON.parse(wirelog(['rules', 'close', '-f', 'json']).out);
    expect(area.length).toBeGreaterThan(5);
    expect(area.every(({ id }: { id: string }) => id.startsWith('close/'))).toBe(true);
    expect(wirelog(['rules', 'close/']).out).toBe(wirelog(['rules', 'close/*']).out);
    const one = wirelog(['rules', 'close/code-unassigned']).out;
    expect(one).toContain('close code');
    expect(one).toMatch(/What it breaks: .*\n\s+The usual cause: .*\n\s+What to do: .*\n/);
    const [record] = JSON.parse(wirelog(['rules', 'close/code-unassigned', '-f', 'json']).out);
    expect(record.cases.client.length).toBeGreaterThan(0);
    for (const id of record.cases.client) expect(one).toContain(id);
    expect(JSON.parse(wirelog(['rules', 'close/code-unassigned', '-f', 'json']).out)).toHaveLength(1);
    expect(wirelog(['rules', '-f', 'markdown']).out).toMatch(/^\|/m);
    expect(wirelog(['rules', 'close/code-unassigned', '--color', 'always']).out).toContain('\x1b[');
  });
});

describe('convert', () => {
  const directory = scratch();

  it.each([
    ['7.9.13-close-code-2999.txt'],
    ['2.10-odd-pong-behind-the-cut.json'],
    ['pong-missing.log'],
    ['rsv2-echoed.log'],
    ['utf8-broken-in-second-fragment.log'],
    ['frames.hex'],
  ])('%s to rows, and the findings stay', (name) => {
    const log = join(LOGS, name);
    const { code, out, err } = wirelog(['convert', log]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^# wirelog 1\n/);
    const rows = put(directory, 'rows.log', out);
    expect(linesOf(wirelog(['convert', rows]).out)).toEqual(linesOf(out));
    expect(findings(rows)).toEqual(findings(log));
  });

  it('to JSON, and back to the same rows', () => {
    const rows = wirelog(['convert', SEED]).out;
    const json = wirelog(['convert', '--to', 'autobahn-json', '-'], { input: rows }).out;
    expect(JSON.parse(json)).toMatchObject({ agent: 'lluv-websocket', id: '7.9.13', wirelog: expect.any(Array) });
    expect(linesOf(wirelog(['convert', '-'], { input: json }).out)).toEqual(linesOf(rows));
  });

  it('ends with exit code 2 where the log breaks off, after what could be read', () => {
    const half = `${wirelog(['convert', '--to', 'autobahn-json', SEED]).out.slice(0, -60)}`;
    const { code, out, err } = wirelog(['convert', '-'], { input: half });
    expect(code).toBe(2);
    expect(out).toContain('000 RX OCTETS');
    expect(err).toMatch(/^wirelog: standard input: row \d+: [^\n]+\n$/);
    expect(wirelog(['convert', put(directory, 'prose', 'nothing in it\n')])).toMatchObject({ code: 2, out: '' });
  });

  it('reads what is recognised as hex', () => {
    expect(wirelog(['convert', HEX]).out).toBe('# wirelog 1\n000 RX OCTETS: 810548656c6c6f880203ed\n');
  });
});

/** Facts stand in any order before the rows. */
function linesOf(rows: string): string[] {
  return rows.split('\n').sort();
}

/** What is certain: which octets a page did not show is not told by its rows. */
function findings(log: string): unknown[] {
  const { out } = wirelog(['annotate', '-f', 'ndjson', log]);
  const rows = out.split('\n').filter((line) => line.startsWith('{"type":"row"'));
  return rows
    .flatMap((line) => JSON.parse(line).annotations)
    .filter(({ certainty }) => certainty === 'certain')
    .map(({ rule, row, octets, by }) => [rule, row, octets, by]);
}
