import { describe, expect, it } from 'vitest';
import { InputError } from '../../model/errors.ts';
import { briefly, readLog } from '../read-log.fixture.ts';
import { readAutobahnJson } from './json.ts';

const REPORT = '{"agent": "a", "droppedByMe": true, "id": "1.1.1", "isServer": true, "wirelog": [["RO", [2, "8100"]]]}';

describe('the writer', () => {
  it.each([
    ['true', 'server', 'client'],
    ['false', 'client', 'server'],
    ['null', null, 'both'],
    ['"False"', null, 'both'],
    ['0', null, 'both'],
  ])('of a report with isServer %s', (value, writer, underTest) => {
    const { headers, error } = readLog(readAutobahnJson, REPORT.replace('"isServer": true', `"isServer": ${value}`));
    expect(error).toBeNull();
    expect(headers).toMatchObject([{ writer, underTest }]);
  });
});

describe('what stands behind the report', () => {
  it.each([
    ['another report', `\n${REPORT}`, 'more than one report in it: give each a file of its own'],
    ['another report, at once', REPORT, 'more than one report in it: give each a file of its own'],
    ['anything else', 'garbage', 'something stands behind the report'],
  ])('is not passed over: %s', (_, more, why) => {
    const { headers, rows, error } = readLog(readAutobahnJson, REPORT + more);
    expect(headers).toHaveLength(1);
    expect(briefly(rows)).toEqual(['0 rx 8100 2']);
    expect(error).toEqual(new InputError('a.log', 1, why));
  });

  it('may be blank', () => {
    expect(readLog(readAutobahnJson, `${REPORT}\r\n \n`).error).toBeNull();
  });
});

describe('a field that is not what its name says', () => {
  const rowsOf = (...wirelog: unknown[]) =>
    readLog(readAutobahnJson, JSON.stringify({ isServer: true, wirelog }), 1e6).rows.map((row) =>
      row.kind === 'damaged' ? row.why : row.kind,
    );

  it('damages the frame row whose masking key is not eight hex digits', () => {
    const frame = (mask: unknown) => ['RF', [1, 'a'], 1, true, 0, true, mask];
    expect(rowsOf(frame('\x1b[31m'), frame('00ccb83b\n999 RX OCTETS: 8100'), frame(7), frame('00CCb83b'))).toEqual([
      'a masking key is eight hex digits',
      'a masking key is eight hex digits',
      'a masking key is eight hex digits',
      'frame',
    ]);
  });

  it('damages the row whose opcode, seconds, switch or kind cannot be', () => {
    expect(rowsOf(['RF', [1, 'a'], 16, true, 0, false, null], ['KL', -1], ['CT', '1', 'A'], ['WLM', 'on'])).toEqual([
      'opcode above 15, or RSV above 7',
      'a timer needs seconds',
      'a timer needs seconds',
      'the log is on or off: true or false',
    ]);
    expect(rowsOf(['__proto__'], ['toString'], [['RO']], { RO: 1 })).toEqual([
      'unknown kind of row "__proto__"',
      'unknown kind of row "toString"',
      'unknown kind of row ["RO"]',
      'not a list',
    ]);
  });

  it('damages the row that is nested too deeply, and nothing else', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const text = `{"isServer": true, "expected": ${deep}, "wirelog": [["RO", ${deep}], [${deep}], ["RO", [2, "8900"]]]}`;
    const { headers, rows, error } = readLog(readAutobahnJson, text, 1e6);
    expect(error).toBeNull();
    expect(rows.map(({ kind }) => kind)).toEqual(['damaged', 'damaged', 'octets']);
    expect(Object.keys(headers[0]?.report ?? {})).toEqual(['isServer']);
  });

  it('counts as absent in the report', () => {
    const report = { isServer: true, httpRequest: {}, agent: 1, 'a\n000 RX OCTETS: 8100': 1, rxOctetStats: { x: 'y' } };
    const { headers } = readLog(readAutobahnJson, JSON.stringify({ ...report, wirelog: [] }), 1e6);
    expect(headers[0]).toMatchObject({ request: null, agent: null, unlogged: null, report: { isServer: true } });
    expect(Object.keys(headers[0]?.report ?? {})).toEqual(['isServer']);
  });
});
