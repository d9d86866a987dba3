import { describe, expect, it } from 'vitest';
import { BARE, renderLog } from '../annotate/render-log.fixture.ts';
import { CASES, FAILED_CASE, render } from './case.fixture.ts';

const records = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('NDJSON of check', () => {
  it('has the keys that are promised, one record a case', () => {
    const [record] = records(render('ndjson', [FAILED_CASE]));
    expect(record).toMatchObject({
      type: 'case',
      source: 'reports/made_case_3_2.json',
      agent: 'made',
      case: '3.2',
      reported: { behavior: 'FAILED', behaviorClose: 'OK' },
      derived: { behavior: 'FAILED', behaviorClose: 'OK' },
      agrees: true,
      why: 'row 9: text with RSV2 set (RFC 6455 §5.2)',
      decidedBy: 9,
      rules: ['frame/rsv-set'],
      hints: [{ id: 'never-unmasked', row: 9, says: 'row 9: the payload was never unmasked' }],
    });
  });

  it('ends in one record with the sums', () => {
    const all = records(render('ndjson'));
    expect(all).toHaveLength(CASES.length + 2);
    expect(all.at(-2)).toEqual({ type: 'unread', source: 'reports/cut.json', reason: 'empty' });
    expect(all.at(-1)).toMatchObject({
      type: 'total',
      cases: 7,
      behavior: { OK: 2, FAILED: 2, 'NON-STRICT': 1, UNIMPLEMENTED: 1, none: 1 },
      agrees: { yes: 5, no: 1, cannotTell: 0 },
      violations: { error: 1, warning: 0, note: 0 },
      failing: 3,
      files: { read: 7, failed: 1 },
      changes: null,
      exitCode: 2,
    });
  });
});

it('the summary of annotate’s NDJSON has the verdict', () => {
  const summary = records(renderLog('ndjson', `${BARE}rx 9100\n`)).at(-1);
  expect(summary.type).toBe('summary');
  expect(summary.verdict).toMatchObject({ reported: null, derived: null, agrees: null });
  expect(summary.verdict.why).toMatch(/^row 0: /);
  expect(summary.verdict.decidedBy).toBe(0);
  expect(summary.hints).toBeInstanceOf(Array);
});
