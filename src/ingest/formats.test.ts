import { describe, expect, it } from 'vitest';
import { FORMATS, formatOf } from './formats.ts';
import { readLog } from './read-log.fixture.ts';
import { whyNoLog } from './why-no-log.ts';

describe('the sample of each format', () => {
  it.each(FORMATS.map((format) => [format.id, format] as const))('%s is recognised as that, and read', (id, format) => {
    expect(formatOf(format.sample)?.id).toBe(id);
    const { headers, rows, error } = readLog(format.read, format.sample);
    // A report whose end is missing says so.
    if (!id.startsWith('autobahn-')) expect(error).toBe(null);
    expect(headers.map((header) => header.format)).toEqual([
      expect.stringMatching(id.startsWith('attachment') ? /./ : id),
    ]);
    expect(rows.filter((row) => row.kind === 'octets' || row.kind === 'frame').length).toBeGreaterThan(0);
    expect(rows.filter((row) => row.kind === 'damaged')).toEqual([]);
  });
});

describe('rows are recognised', () => {
  it.each([
    ['in a diff', '@@ -0,0 +1 @@\n+000 RX OCTETS: 8100'],
    ['in a JSON string', '{"body": "Look:\\n000 RX OCTETS: 8100"}'],
    ['in the source of a page', '<p>a</p>\n<pre>000 RX OCTETS: 8100</pre>'],
    ['escaped for a page', '&lt; 81 00<br>\n&gt; 81 80 00 00 00 00<br>'],
    ['quoted', '> Look at this:\n>\n> 000 RX OCTETS: 8100'],
    ['with tabs', '000\tRX\tOCTETS:\t8100'],
    ['in short forms with other spellings', "< b'\\x81\\x00'\n> \\x88\\x00"],
  ])('%s', (_, text) => {
    expect(formatOf(text)?.id).toBe('rows');
  });

  it('but short forms are not where a mail quotes octets', () => {
    expect(formatOf('> The server sends me this:\n> 81 00\n> What is wrong with it?')?.id).toBe('octets');
  });
});

describe('what is no log', () => {
  it('is refused with the line that comes nearest', () => {
    expect(whyNoLog('Hello all,\nrecv: 48 65 6c 6c 6f\n')).toContain('line 2 comes nearest');
    expect(whyNoLog('Hello all,')).toBe('no wire log recognised in it');
    expect(whyNoLog('["a"]')).toBe('no wire log in it: JSON, but no case report, HAR or NetLog');
    expect(whyNoLog('[12:00:01] client connect')).toMatch(/^no wire log recognised in it/);
  });

  it('is named where another program reads it', () => {
    expect(whyNoLog('snoop\0\0\0\0\0\0\x02')).toContain('convert it with editcap');
    expect(whyNoLog('\x28\xb5\x2f\xfd\0')).toContain('unpack it first');
  });
});
