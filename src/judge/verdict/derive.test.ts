import { describe, expect, it } from 'vitest';
import { judgedIn, reportOf, rx, tx, verdictIn } from './case.fixture.ts';

const HELLO = '48656c6c6f';
const ROWS = [...tx(0x81, HELLO), ...rx(0x81, HELLO), ...tx(0x88, '03e8'), ...rx(0x88, '03e8')];
const GOOD = { behavior: 'OK', behaviorClose: 'OK' };
const UNKNOWN = { behavior: null, behaviorClose: null };
const STATISTICS = { rxFrameStats: { 1: 1, 8: 1 }, txFrameStats: { 1: 1, 8: 1 } };
const NONE_SENT = { rxFrameStats: {}, txFrameStats: {} };
const REPORT = { ...GOOD, expected: { OK: [['message', 'Hello', false]] }, ...STATISTICS };

/** One row of them is another. */
function withRow(at: number, row: unknown): unknown[] {
  return ROWS.map((one, i) => (i === at ? row : one));
}

describe('the verdict that the rows give', () => {
  it('is that of the suite', () => {
    expect(verdictIn(reportOf(ROWS, REPORT))).toMatchObject({ derived: GOOD, agrees: true, why: null, missing: null });
  });

  it('is that of all rows, of a log of which only a part is kept', () => {
    const pings = Array.from({ length: 3000 }, (_, i) => [
      ...tx(0x89, i.toString(16).padStart(4, '0')),
      ...rx(0x8a, i.toString(16).padStart(4, '0')),
    ]);
    const log = [...rx(0xa1, HELLO), ...pings.flat(), ...ROWS];
    const { verdict, rules } = judgedIn(reportOf(log, REPORT));
    expect(rules).toContain('frame/rsv-set');
    expect(verdict.derived?.behavior).toBe('FAILED');
    expect(verdict.decidedBy).toBe(2);
  });

  it('agrees with a report only where both parts do', () => {
    const agrees = (report: object) => verdictIn(reportOf(ROWS, { ...REPORT, ...report })).agrees;
    expect(agrees({ behavior: 'FAILED' })).toBe(false);
    expect(agrees({ behaviorClose: 'UNCLEAN' })).toBe(false);
    expect(agrees({ behaviorClose: null })).toBe(true);
  });

  it('counts a Close of the suite that answers an invalid one as its own idea', () => {
    const close = (code: string) => [...tx(0x81, HELLO), ...rx(0x81, HELLO), ...rx(0x88, code), ...tx(0x88, '03ea')];
    const closeIn = (code: string, expected: object) => {
      const expectedClose = { closedByMe: true, closeCode: [1000], requireClean: false, ...expected };
      return verdictIn(reportOf(close(code), { ...REPORT, expectedClose })).derived?.behaviorClose;
    };
    expect(closeIn('03ed', { closeCode: [1005] })).toBe('OK');
    expect(closeIn('03ed', { requireClean: true })).toBe('UNCLEAN');
    expect(closeIn('03e8', {})).toBe('FAILED');
    expect(closeIn('03e8', { closedByMe: false })).toBe('OK');
    // A code that came after the RFC, one octet, and a reason that is no UTF-8.
    expect(closeIn('03f4', { closeCode: [1012] })).toBe('OK');
    expect(closeIn('03', {})).toBe('OK');
    expect(closeIn('03e8ff', {})).toBe('OK');
  });

  it.each([null, ['RF', null], ['RX', 1]])('is none where a frame row is %j', (row) => {
    expect(verdictIn(reportOf(withRow(3, row), REPORT))).toMatchObject({
      derived: UNKNOWN,
      agrees: null,
      why: null,
      decidedBy: null,
      missing: 'row 5, which cannot be read',
    });
  });

  it('claims nothing of a failed case either, and repeats what its report says', () => {
    const report = { ...REPORT, behavior: 'FAILED', result: 'Actual events differ from any expected.' };
    expect(verdictIn(reportOf(withRow(4, ['TF', null]), report))).toMatchObject({
      derived: UNKNOWN,
      why: 'row 6: this row cannot be read; the suite says: Actual events differ from any expected.',
      decidedBy: 6,
    });
  });

  it('needs no octets where the statistics say that all frame rows are there', () => {
    const rows = withRow(2, ['RO', [7, '0']]);
    const octets = { rxOctetStats: { 7: 1, 4: 1 }, txOctetStats: { 11: 1, 8: 1 } };
    expect(verdictIn(reportOf(rows, { ...REPORT, ...octets }))).toMatchObject({ derived: GOOD, agrees: true });
    const without = { ...REPORT, rxFrameStats: undefined };
    expect(verdictIn(reportOf(rows, without))).toMatchObject({ derived: UNKNOWN });
  });

  it('is none where the statistics count a frame more', () => {
    const rows = ROWS.filter((_, i) => i !== 3);
    expect(verdictIn(reportOf(rows, REPORT))).toMatchObject({
      derived: UNKNOWN,
      missing: 'frames: the report counts 1 more than the rows show',
    });
  });

  it('is none where the report is cut', () => {
    const text = reportOf(ROWS, REPORT);
    const cutAt = (mark: string) => verdictIn(text.slice(0, text.indexOf(mark)));
    const none = { derived: UNKNOWN, agrees: null, why: null, decidedBy: null, missing: 'the end of the log' };
    expect(cutAt('["TO"')).toMatchObject(none);
    expect(cutAt('["TF"')).toMatchObject(none);
    expect(cutAt('["RF"')).toMatchObject(none);
    const compressed = reportOf([], { id: '12.1.1', behavior: 'UNIMPLEMENTED' });
    expect(verdictIn(compressed.slice(0, compressed.indexOf('["TO"')))).toMatchObject(none);
    const failed = reportOf(ROWS, { ...REPORT, behavior: 'FAILED', result: 'No.' });
    expect(verdictIn(failed.slice(0, failed.indexOf('["TO"'))).why).toBeNull();
    expect(verdictIn(failed.slice(0, failed.indexOf('["RF"'))).why).toBe(
      'row 4: the log breaks off after this row; the suite says: No.',
    );
  });

  it.each([
    { expected: undefined },
    { expected: null },
    { expected: [] },
    { expected: { OK: 'Hello' } },
    { expected: { OK: [null] } },
    { expectedClose: null },
    { expectedClose: {} },
    { expectedClose: 'clean' },
    { expectedClose: { closedByMe: true, closeCode: 1000, requireClean: true } },
  ])('is none where the report holds %j', (part) => {
    expect(verdictIn(reportOf(ROWS, { ...REPORT, ...part }))).toMatchObject({
      derived: null,
      agrees: null,
      why: null,
      missing: 'what the case expects, which the source does not hold',
    });
  });

  it('takes for reported what is a string', () => {
    expect(verdictIn(reportOf(ROWS, { ...REPORT, behaviorClose: {} }))).toMatchObject({
      reported: { behavior: 'OK', behaviorClose: null },
      derived: GOOD,
      agrees: true,
    });
    expect(verdictIn(reportOf(ROWS, { ...REPORT, behavior: {} })).reported).toBeNull();
  });

  it('compares nothing with an expectation that is none', () => {
    const report = { ...REPORT, behavior: 'FAILED', result: 'No.', expected: { OK: [null] } };
    expect(verdictIn(reportOf(ROWS, report)).why).toBe('row 10: the suite says: No.');
  });

  it('needs no expectation of the close of a connection that never opened', () => {
    const failed = { behavior: 'FAILED', behaviorClose: 'FAILED' };
    const report = { ...REPORT, ...failed, ...NONE_SENT, expectedClose: {} };
    expect(verdictIn(reportOf([], report))).toMatchObject({ derived: failed, agrees: true });
  });
});

describe('the rules of a case', () => {
  it('are those charged to the endpoint under test, each once, with what was found first', () => {
    const rows = [...tx(0xc1, HELLO), ...rx(0x81, 'ff'), ...rx(0x81, 'fe'), ...rx(0xa1, HELLO), ...tx(0x88, '03e8')];
    const { rules, findings } = judgedIn(reportOf(rows, REPORT));
    expect(rules).toContain('text/invalid-utf8');
    expect(rules).not.toContain('frame/rsv-set');
    expect(new Set(rules).size).toBe(rules.length);
    expect(findings.map(({ rule }) => rule)).toEqual(rules);
    expect(findings.find(({ rule }) => rule === 'text/invalid-utf8')?.row).toBe(4);
  });
});

describe('what old suites show of a message', () => {
  const { rxFrameStats: _, txFrameStats: __, ...COUNTLESS } = REPORT;
  const expecting = (text: string, isBinary = false) => ({
    ...COUNTLESS,
    expected: { OK: [['message', text, isBinary]] },
  });
  const echo = (first: number, sent: string, came = sent) => [
    ...tx(first, sent),
    ...rx(first, came),
    ...tx(0x88, '03e8'),
    ...rx(0x88, '03e8'),
  ];
  const verdictOf = (rows: readonly unknown[], report: Readonly<Record<string, unknown>>) =>
    verdictIn(reportOf(rows, report)).derived?.behavior;

  it('may be hex, also of text, and of nothing', () => {
    expect(verdictOf(echo(0x81, HELLO), expecting(`0x${HELLO}`))).toBe('OK');
    expect(verdictOf(echo(0x81, ''), expecting('0x'))).toBe('OK');
    expect(verdictOf(echo(0x82, 'feff'), expecting('0xfeff', true))).toBe('OK');
    expect(verdictOf(echo(0x81, HELLO, '48656c6c70'), expecting(`0x${HELLO}`))).toBe('FAILED');
    expect(verdictOf(echo(0x81, HELLO, ''), expecting(`0x${HELLO}`))).toBe('FAILED');
  });

  it('does not tell the rest of a hex that is cut', () => {
    const long = '2a'.repeat(70);
    const report = expecting(`0x${long.slice(0, 128)} ...`);
    expect(verdictIn(reportOf(echo(0x81, long), report))).toMatchObject({
      derived: { behavior: null, behaviorClose: 'OK' },
      missing: 'the rest of the messages: a suite before 0.5.6 shows only the first octets of what it expects',
    });
    expect(verdictOf(echo(0x81, long, `2b${long.slice(2)}`), report)).toBe('FAILED');
    const binary = expecting(`0x${'fe'.repeat(64)} ...`, true);
    const old = { ...binary, httpResponse: 'HTTP/1.1 101 x\r\nServer: AutobahnTestSuite/0.5.5-0.5.14\r\n\r\n' };
    expect(verdictOf(echo(0x82, 'fe'.repeat(70)), binary)).toBe('OK');
    expect(verdictOf(echo(0x82, 'fe'.repeat(70)), old)).toBeNull();
  });

  it('may be the octets of UTF-8, one character each', () => {
    const kosme = Buffer.from('κόσμε').toString('hex');
    const shown = Buffer.from('κόσμε').toString('latin1');
    expect(verdictOf(echo(0x81, kosme), expecting(shown))).toBe('OK');
    expect(verdictOf(echo(0x81, kosme, ''), expecting(shown))).toBe('FAILED');
    expect(verdictOf(echo(0x82, 'feff'), expecting('þÿ', true))).toBe('OK');
    const none = [...tx(0x81, kosme), ['KLE'], ...tx(0x88, '03e8'), ...rx(0x88, '03e8')];
    expect(verdictIn(reportOf(none, { ...expecting(shown), behavior: 'FAILED' })).why).toContain('"κόσμε"');
  });
});

describe('an echo', () => {
  const long = 'fe'.repeat(1000);
  const shown = `0x${'fe'.repeat(64)} ...`;
  const [frame, octets] = tx(0x82, long);
  const sent = (count: number) => [frame, (octets as unknown[]).with(1, [count, (octets as unknown[][])[1]?.[1]])];
  const after = [...rx(0x82, long), ...tx(0x88, '03e8'), ...rx(0x88, '03e8')];
  const report = { behavior: 'FAILED', expected: { OK: [['message', shown, true]] } };

  it('of more octets than had been sent is none, however much of it is hidden', () => {
    expect(verdictIn(reportOf([...sent(608), ...after], report))).toMatchObject({
      derived: { behavior: 'FAILED' },
      why: "row 4: the server's echo has 1000 octets, and only 600 of the payload had been sent by then",
    });
  });

  it('of all that had been sent is one', () => {
    expect(verdictIn(reportOf([...sent(1008), ...after], report)).derived?.behavior).toBe('OK');
  });
});
