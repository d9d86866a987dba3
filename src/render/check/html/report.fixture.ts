// Reports of made cases and of logs, as the files that they are.

import { judge } from '../../../judge/judge.ts';
import { judgeLog, type WholeLog } from '../../../judge/judged-log.ts';
import type { CaseVerdict } from '../../../judge/verdict/case.ts';
import type { CheckedCase } from '../case.ts';
import { isAtLeast, levelOf } from '../case.ts';
import { openTally } from '../total.ts';
import { checkHtml } from './report.ts';

export interface ReportedCase {
  readonly checked: CheckedCase;
  readonly log: WholeLog | null;
}

/** The log as `check` judges it. */
export function checkedLog(log: WholeLog): ReportedCase {
  const stream = judge(log.header);
  for (const row of log.rows) stream.push(row);
  const { verdict, rules, hints, findings } = stream.end().judged as CaseVerdict;
  const { violations } = judgeLog(log).summary;
  const { source, agent, case: id, started } = log.header;
  const own = { source, agent, case: id, started, verdict, rules, hints, findings, violations };
  return { checked: { ...own, seconds: 0.5, change: null, fails: isAtLeast(levelOf(own), 'error') }, log };
}

/** Name → text. */
export function reportOf(cases: readonly ReportedCase[]): Map<string, string> {
  const report = checkHtml({ shows: () => true, version: '0.0.0-test' });
  const tally = openTally();
  const files = cases.flatMap(({ checked, log }) => {
    tally.add(checked);
    return report.case(checked, log);
  });
  report.unread('reports/cut.json', 'empty');
  const rest = { missing: null, absent: { cases: [], fails: false }, isForeign: false, written: null };
  const total = tally.total({ files: { read: cases.length, failed: 1 }, failOn: 'error', exitCode: 1, ...rest });
  return new Map([...files, ...report.tail(total)].map(({ name, text }) => [name, text]));
}
