import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeOctets } from '../../model/octets.ts';
import type { LogHeader, Role, Row } from '../../model/row.ts';
import { annotate } from '../annotate.ts';
import { converse, plan } from '../conversation.fixture.ts';
import { chopping, HEADER, logOf } from '../conversation-log.fixture.ts';
import type { Hint } from '../verdict/verdict.ts';
import { hintsOf } from './hints.ts';

function hintsIn(header: LogHeader, rows: readonly Row[]): readonly Hint[] {
  const annotator = annotate(header, { window: Number.POSITIVE_INFINITY });
  const out = rows.flatMap((row) => annotator.push(row));
  return hintsOf(header, [...out, ...annotator.end().rows], annotator.connection);
}

const writer = fc.constantFrom<Role>('client', 'server');

describe('hints', () => {
  it('are silent about a made-up valid conversation, which is none of echoes', () => {
    fc.assert(
      fc.property(plan, writer, chopping, fc.nat(), (planned, by, how, seed) => {
        const { header, rows } = logOf(converse(planned), by, how, seed);
        expect(hintsIn({ ...header, underTest: 'both' }, rows)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('are quick and never throw, whatever the octets', () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .constantFrom('81', '8105', '88', '8802', 'c1', '7e', '817e', '817f', '8185')
        .map((hex) => Buffer.from(hex, 'hex')),
    );
    const direction = fc.constantFrom<'rx' | 'tx'>('rx', 'tx');
    fc.assert(
      fc.property(fc.array(fc.tuple(direction, octets), { maxLength: 60 }), writer, (reads, by) => {
        const header: LogHeader = { ...HEADER, writer: by, underTest: 'both', extensions: 'none' };
        const rows = reads.map(([from, known], row): Row => {
          return { kind: 'octets', row, time: null, direction: from, octets: wholeOctets(known), sync: false };
        });
        for (const { says, row } of hintsIn(header, rows)) expect(says.startsWith(`row ${row}: `)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
