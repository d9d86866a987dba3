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
