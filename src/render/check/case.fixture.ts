// Made cases for the tests of the output forms of `check`.

import { type Annotation, noCounts } from '../../judge/annotation.ts';
import { NO_VERDICT, type Verdict } from '../../judge/verdict/verdict.ts';
import type { CheckedCase } from './case.ts';
import { CHECK_RENDERERS } from './forms.ts';
import type { CheckRenderer, CheckRenderOptions } from './renderer.ts';
import { openTally, type Total } from './total.ts';

/** Text that would be markup, a command or a control sequence somewhere. */
export const HOSTILE =
  '\x1b[31m<b>&amp;"\']]>|`*_[x](javascript:1)\r\n::error::%0A @me #1 http://a.b www.a.b \u202e\ud800\ufffe\0 :cat:';

export function verdictOf(behavior: string, behaviorClose = 'OK', rest: Partial<Verdict> = {}): Verdict {
  const both = { behavior, behaviorClose };
  return { ...NO_VERDICT, reported: both, derived: both, agrees: true, ...rest };
}

export function madeCase(rest: Partial<CheckedCase> = {}): CheckedCase {
  return {
    source: 'reports/made_case_1_1_1.json',
    agent: 'made',
    case: '1.1.1',
    verdict: verdictOf('OK'),
    rules: [],
    hints: [],
    violations: noCounts(),
    findings: [],
    seconds: 0.25,
    started: '2026-11-22T06:00:00.000Z',
    change: null,
    fails: false,
    ...rest,
  };
}

export const FOUND: Annotation = {
  rule: 'frame/rsv-set',
  severity: 'error',
  by: 'client',
  intent: 'violation',
  row: 9,
  octets: [0, 1],
  frame: null,
  section: 'RFC 6455 §5.2',
  message: 'RSV2 is set',
  certainty: 'certain',
  missing: null,
  afterFailure: false,
  reaction: null,
  cause: null,
};

export const FAILED_CASE: CheckedCase = madeCase({
  source: 'reports/made_case_3_2.json',
  case: '3.2',
  verdict: verdictOf('FAILED', 'OK', { why: 'row 9: text with RSV2 set (RFC 6455 §5.2)', decidedBy: 9 }),
  rules: ['frame/rsv-set'],
  hints: [{ id: 'never-unmasked', row: 9, says: 'row 9: the payload was never unmasked' }],
  violations: { error: 1, warning: 0, note: 0 },
  findings: [FOUND],
  fails: true,
});

export const CASES: readonly CheckedCase[] = [
  madeCase(),
  FAILED_CASE,
  madeCase({ case: '6.4.1', verdict: verdictOf('NON-STRICT', 'OK', { why: 'row 8: late', decidedBy: 8 }) }),
  madeCase({ case: '7.1.1', verdict: verdictOf('OK', 'UNCLEAN', { why: 'row 4: no Close' }), fails: true }),
  madeCase({ case: '12.1.1', verdict: verdictOf('UNIMPLEMENTED'), seconds: null, started: null }),
  madeCase({
    source: `reports/${HOSTILE}.json`,
    agent: HOSTILE,
    case: HOSTILE,
    verdict: verdictOf('FAILED', HOSTILE, { why: HOSTILE, agrees: false }),
    findings: [{ ...FOUND, message: HOSTILE }],
    fails: true,
  }),
  madeCase({ source: 'logs/bare.log', agent: null, case: null, verdict: NO_VERDICT, started: 'never' }),
];

const OPENERS = new Map<string, (options: CheckRenderOptions) => CheckRenderer>();
for (const form of CHECK_RENDERERS) if (!form.isFolder) OPENERS.set(form.id, await form.load());

export function render(
  id: string,
  cases: readonly CheckedCase[] = CASES,
  rest: Partial<CheckRenderOptions & Pick<Total, 'exitCode'>> = {},
): string {
  const open = OPENERS.get(id);
  if (!open) throw new Error(`no form ${id}`);
  const renderer = open({ color: false, width: 80, locate: null, ...rest });
  const tally = openTally();
  const parts = [renderer.head()];
  for (const one of cases) {
    tally.add(one);
    parts.push(renderer.case(one));
  }
  parts.push(renderer.unread('reports/cut.json', 'empty'));
  const missing = cases.some(({ change }) => change !== null) ? [{ agent: 'made', case: '9.9' }] : null;
  const files = { read: cases.length, failed: 1 };
  parts.push(
    renderer.tail(
      tally.total({
        files,
        failOn: 'error',
        exitCode: rest.exitCode ?? 2,
        missing,
        written: null,
        absent: { cases: missing ?? [], fails: false },
        isForeign: false,
      }),
    ),
  );
  return parts.join('');
}
