import { describe, expect, it } from 'vitest';
import { noCounts } from '../../judge/annotation.ts';
import { behaviorsOf, NO_VERDICT } from '../../judge/verdict/verdict.ts';
import { FOUND, madeCase, verdictOf } from './case.fixture.ts';
import { inCaseOrder, isAtLeast, levelOf, othersOf, sentenceOf, verdictStatusOf } from './case.ts';

const level = (behavior: string, close = 'OK', counts = noCounts()) =>
  levelOf({ verdict: verdictOf(behavior, close), violations: counts });

describe('the level of a case', () => {
  it('is an error where the suite fails it, for its behavior or for its close', () => {
    for (const close of ['FAILED', 'UNCLEAN', 'WRONG CODE', 'FAILED BY CLIENT'])
      expect(level('OK', close)).toBe('error');
    expect(level('FAILED')).toBe('error');
  });

  it('is an error where an error is charged, whatever the suite says', () => {
    expect(level('OK', 'OK', { error: 1, warning: 0, note: 0 })).toBe('error');
  });

  it('is a warning where it is not strict, or a warning is charged', () => {
    expect(level('NON-STRICT')).toBe('warning');
    expect(level('OK', 'OK', { error: 0, warning: 1, note: 5 })).toBe('warning');
  });

  it('is a note where only notes are charged, and nothing otherwise', () => {
    expect(level('OK', 'OK', { error: 0, warning: 0, note: 1 })).toBe('note');
    for (const behavior of ['OK', 'INFORMATIONAL', 'UNIMPLEMENTED']) expect(level(behavior)).toBeNull();
  });

  it('follows the report where the rows cannot tell', () => {
    const verdict = { ...NO_VERDICT, reported: { behavior: 'FAILED', behaviorClose: 'OK' }, derived: null };
    expect(levelOf({ verdict, violations: noCounts() })).toBe('error');
    const half = { ...verdict, derived: { behavior: null, behaviorClose: 'UNCLEAN' } };
    expect(behaviorsOf(half)).toEqual({ behavior: 'FAILED', behaviorClose: 'UNCLEAN' });
  });

  it('follows the rows where the report says otherwise', () => {
    const verdict = { ...verdictOf('OK'), reported: { behavior: 'FAILED', behaviorClose: 'OK' } };
    expect(levelOf({ verdict, violations: noCounts() })).toBeNull();
  });

  it('is compared with what --fail-on says', () => {
    expect(isAtLeast('error', 'note')).toBe(true);
    expect(isAtLeast('note', 'warning')).toBe(false);
    expect(isAtLeast('error', 'never')).toBe(false);
    expect(isAtLeast(null, 'note')).toBe(false);
  });
});

describe('a case in words', () => {
  it('is told by what is worst about it', () => {
    expect(verdictStatusOf(madeCase({ verdict: verdictOf('FAILED', 'UNCLEAN') }))).toBe('FAILED');
    expect(verdictStatusOf(madeCase({ verdict: verdictOf('OK', 'UNCLEAN') }))).toBe('close UNCLEAN');
    expect(verdictStatusOf(madeCase({ violations: { error: 1, warning: 0, note: 2 } }))).toBe(
      'OK, but 1 error, 2 notes charged',
    );
    expect(verdictStatusOf(madeCase())).toBe('OK');
  });

  it('has the judge’s sentence, else its first finding, else says what is missing', () => {
    expect(sentenceOf(madeCase({ verdict: verdictOf('FAILED', 'OK', { why: 'row 1: x' }), findings: [FOUND] }))).toBe(
      'row 1: x',
    );
    expect(sentenceOf(madeCase({ findings: [FOUND] }))).toBe(
      'row 9: the client: RSV2 is set (frame/rsv-set, RFC 6455 §5.2)',
    );
    expect(sentenceOf(madeCase({ verdict: verdictOf('FAILED', 'OK', { missing: 'octets' }) }))).toContain('octets');
    expect(sentenceOf(madeCase())).toBe('');
  });

  it('has beside its sentence the errors that this does not name', () => {
    const late = { ...FOUND, rule: 'close/code-reserved', row: 12 };
    const note = { ...FOUND, rule: 'mask/key-zero', severity: 'note' } as const;
    expect(othersOf(madeCase({ findings: [FOUND, late, note] }))).toBe('close/code-reserved');
    expect(othersOf(madeCase({ findings: [FOUND] }))).toBe('');
  });
});

it('cases are put in the order of their numbers', () => {
  expect(['10.1', '1.1.10', '1.1.2', '2', 'x', '1.1'].sort(inCaseOrder)).toEqual([
    '1.1',
    '1.1.2',
    '1.1.10',
    '2',
    '10.1',
    'x',
  ]);
});
