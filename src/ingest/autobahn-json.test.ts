import { describe, expect, it } from 'vitest';
import { readAutobahnJson } from './autobahn-json.ts';
import { readLog } from './read-log.fixture.ts';

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
