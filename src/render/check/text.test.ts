import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_VERDICT } from '../../judge/verdict/verdict.ts';
import { widthOf } from '../columns.ts';
import { CASES, FAILED_CASE, HOSTILE, madeCase, render, verdictOf } from './case.fixture.ts';

const widest = (text: string) => Math.max(...text.split('\n').map(widthOf));

describe('with --all', () => {
  const many = Array.from({ length: 100 }, (_, i) => ({
    ...FAILED_CASE,
    case: `3.${i}`,
    verdict: { ...FAILED_CASE.verdict, why: `row ${i}: text with RSV2 set` },
  }));
  const cases = [...many, madeCase({ case: '1.1.1' }), madeCase({ case: '1.1.2' })];

  it('every case is named, and no list is cut', () => {
    const text = render('text', cases, { all: true, width: Number.POSITIVE_INFINITY });
    for (const { case: id } of cases) expect(text).toMatch(new RegExp(`\\b${id?.replaceAll('.', '\\.')}(?![\\d.])`));
    expect(text).toContain('  OK: 1.1.1, 1.1.2\n');
    expect(text).not.toContain('more (');
  });

  it('is what a list that is cut speaks of', () => {
    expect(render('text', cases)).toContain('and 39 more');
    expect(render('text', cases)).not.toContain('1.1.2');
  });
});

describe('check as text', () => {
  it('says nothing of a verdict where no report has one', () => {
    const text = render('text', [madeCase({ verdict: NO_VERDICT })]);
    expect(text).toMatch(/^1 case of 1 agent$/m);
    expect(text).not.toContain('without a verdict');
  });

  it('puts agents side by side, folds groups, and tells each failing case with its sentence', () => {
    const other = madeCase({ agent: 'other', case: '3.2' });
    expect(render('text', [madeCase(), FAILED_CASE, other], { exitCode: 1 })).toBe(`\
                           made     other
 1 framing                 1 ok
 3 reserved bits            1 ✗      1 ok
✗ failed, or an error is charged

made
  case 3.2  FAILED  row 9: text with RSV2 set (RFC 6455 §5.2)
    also charged: frame/rsv-set
    hint: row 9: the payload was never unmasked

3 cases of 2 agents: 2 OK, 1 FAILED
closing handshake: 3 OK
judged again: 3 as reported, 0 not as reported, the rows of 0 cannot tell
charged: 1 error
could not be read: 1 file
exit code 1: 1 case at or above --fail-on error; 1 file could not be read
`);
  });

  it('gives each agent a line where they are too many', () => {
    const cases = Array.from({ length: 12 }, (_, i) => madeCase({ agent: `agent-number-${i}`, case: `${i + 1}.1` }));
    const lines = render('text', cases).split('\n');
    expect(lines[0]).toMatch(/^ +1 +2 +3 +4/);
    expect(lines[12]).toMatch(/^agent-number-11 +1$/);
  });

  it('tells cases with the same sentence but for its numbers once', () => {
    const cases = [1, 2, 3].map((row) =>
      madeCase({ case: `1.1.${row}`, verdict: verdictOf('FAILED', 'OK', { why: `row ${row}: no echo` }), fails: true }),
    );
    const text = render('text', cases);
    expect(text).toContain('case 1.1.1  FAILED  row 1: no echo\n    the same in 2 more: 1.1.2, 1.1.3\n');
    expect(text).not.toContain('row 2');
  });

  it('says what is not as reported', () => {
    const verdict = {
      ...verdictOf('FAILED', 'OK', { agrees: false }),
      reported: { behavior: 'OK', behaviorClose: 'OK' },
    };
    const text = render('text', [madeCase({ verdict, fails: true })]);
    expect(text).toContain('made case 1.1.1: reported OK, close OK; the rows say FAILED, close OK');
  });

  it('with a baseline lists what got worse and what got better, and counts the rest', () => {
    const text = render('text', [
      { ...FAILED_CASE, change: 'worse' },
      madeCase({ change: 'better' }),
      madeCase({ case: '5.1', verdict: verdictOf('FAILED'), change: 'same' }),
      madeCase({ case: '5.2', change: 'new' }),
    ]);
    expect(text).toContain('case 3.2  FAILED');
    expect(text).not.toContain('case 5.1');
    expect(text).toContain('better than in the baseline\n  made case 1.1.1: OK\n');
    expect(text).toContain('since the baseline: 1 worse, 1 better, 1 the same\nnot in the baseline: 1 case\n');
    expect(text).toContain('in the baseline and not here: 1 case: made 9.9');
  });

  it('fits the width, whatever stands in the logs', () => {
    expect(widest(render('text'))).toBeLessThanOrEqual(80);
    expect(widest(render('text', CASES, { width: 50 }))).toBeLessThanOrEqual(50);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 90 }), { minLength: 1, maxLength: 5 }), (names) => {
        const cases = names.map((name, i) =>
          madeCase({ agent: name, case: `${i}.1`, verdict: verdictOf('FAILED', name, { why: name }), fails: true }),
        );
        expect(widest(render('text', cases))).toBeLessThanOrEqual(80);
      }),
      { numRuns: 50 },
    );
  });

  it('lets nothing of a log drive the terminal', () => {
    expect(render('text').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const colored = render('text', CASES, { color: true });
    expect(stripVTControlCharacters(colored)).not.toContain('\x1b');
    expect(colored).not.toContain(HOSTILE);
  });
});
