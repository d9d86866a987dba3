import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOfRows, rowLocator } from './row-lines.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirelog-lines-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the line of a row', () => {
  it('is that of its element in JSON, whatever the strings hold', () => {
    const text = JSON.stringify(
      { agent: 'x"wirelog": [', droppedByMe: true, wirelog: [['RO', [2, '81]["00']], ['CT', 1, 'a\\"['], ['KLE']] },
      null,
      3,
    );
    const lines = linesOfRows(text);
    const at = (row: number) => text.split('\n')[(lines.get(row) ?? 0) - 1];
    expect(lines.size).toBe(4);
    expect(text.split('\n')[lines.get(0) ?? 0]).toContain('"RO"');
    expect(text.split('\n')[lines.get(2) ?? 0]).toContain('"KLE"');
    expect(at(3)).toContain('droppedByMe');
  });

  it('is that of its number in a page or in rows', () => {
    const html = '<html>\n<div id="wirelog">\n<pre class="wirelog_rx_octets">000 RX OCTETS: 8100</pre>\n';
    expect(linesOfRows(`${html}<pre class="wirelog_tx_octets">001 TX OCTETS: 8100</pre>\n`)).toEqual(
      new Map([
        [0, 3],
        [1, 4],
      ]),
    );
    expect(linesOfRows('# wirelog 1\n# writer: server\nrx 8100\n\n> 8a00\n')).toEqual(
      new Map([
        [0, 3],
        [1, 5],
      ]),
    );
  });

  it('is not told where several logs stand in one file, or nothing is there to read', () => {
    const log = '# wirelog 1\n000 RX OCTETS: 8100\n001 TCP DROPPED BY ME\n';
    expect(linesOfRows(log + log).size).toBe(0);
    const locate = rowLocator();
    expect(locate('-', 0)).toBeNull();
    expect(locate(join(folder, 'none'), 0)).toBeNull();
    const file = join(folder, 'a.log');
    writeFileSync(file, log);
    expect(locate(file, 1)).toBe(3);
  });
});
