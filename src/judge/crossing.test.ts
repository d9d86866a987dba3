import { describe, expect, it } from 'vitest';
import { accusations, annotateRows, HEADER } from './conversation-log.fixture.ts';
import { crossingLog } from './crossing.fixture.ts';

const LOGS = Number(process.env['WIRELOG_CROSSINGS'] ?? 1000);

/** What sound endpoints are accused of, with the number of the log. */
function accused(withFault: boolean): string[] {
  return Array.from({ length: LOGS }, (_, seed) => {
    const { writer, violator, rows } = crossingLog(seed, withFault);
    const annotated = annotateRows({ ...HEADER, writer, extensions: 'none' }, rows);
    const isOther = (one: string) => violator === null || !one.includes(` ${violator} `);
    return accusations(annotated)
      .filter(isOther)
      .map((one) => `${seed} ${writer} ${one}`);
  }).flat();
}

describe('of two sound endpoints whose frames cross', () => {
  it('none is accused of anything', () => {
    expect(accused(false)).toEqual([]);
  });

  it('none is accused where the other one sends a frame that breaks the protocol', () => {
    expect(accused(true)).toEqual([]);
  });
});
