// Every format recognises its own sample, and no other does before it.

import { describe, expect, it } from 'vitest';
import { FORMATS, formatOf } from './formats.ts';
import { readLog } from './read-log.fixture.ts';

describe.each(FORMATS.map((format) => [format.id, format] as const))('the sample of %s', (id, { sample, read }) => {
  it('is recognised', () => {
    expect(formatOf(sample)?.id).toBe(id);
  });

  it('is read as a log with rows, in chunks of any size', () => {
    const whole = readLog(read, sample, 1e6);
    expect(whole.headers).toHaveLength(1);
    expect(whole.rows.length + Number(whole.headers[0]?.request !== null)).toBeGreaterThan(0);
    for (const size of [1, 5, 64]) expect(readLog(read, sample, size)).toEqual(whole);
  });
});
