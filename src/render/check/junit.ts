// A suite an agent, a test a case. With a baseline only what got worse is a failure; what was so before is skipped, with
// its sentence.

import { sentenceWithSubject } from '../../judge/annotation.ts';
import { openSuites, type TestOutcome } from '../junit.ts';
import { type CheckedCase, caseNameOf, isAtLeast, levelOf, sentenceOf, verdictStatusOf } from './case.ts';
import type { CheckRenderer } from './renderer.ts';
import { caseInWords } from './total.ts';

const NOT_READ = 'files that could not be read';
const NO_AGENT = 'wire logs';

export function checkJunit(): CheckRenderer {
  const suites = openSuites();
  return {
    head: () => '',
    case: (checked) => {
      const { agent, source, seconds, started } = checked;
      const file = source === '-' ? null : source;
      suites.add(agent ?? NO_AGENT, { name: caseNameOf(checked), seconds, started, file, outcome: outcomeOf(checked) });
      return '';
    },
    unread: (source, reason) => {
      const outcome: TestOutcome = { kind: 'error', type: 'unread', message: reason, text: [source, reason] };
      suites.add(NOT_READ, { name: source, seconds: null, started: null, file: source, outcome });
      return '';
    },
    absent: (absent, fails) => {
      const { agent, case: id } = absent;
      const message = 'it is in the baseline or the index, and not here';
      const outcome: TestOutcome = fails
        ? { kind: 'failure', type: 'missing', message, text: [message] }
        : { kind: 'skipped', message };
      suites.add(agent ?? NO_AGENT, {
        name: id === null ? caseInWords(absent) : `case ${id}`,
        seconds: null,
        started: null,
        file: null,
        outcome,
      });
      return '';
    },
    tail: suites.text,
  };
}

function outcomeOf(checked: CheckedCase): TestOutcome {
  const status = verdictStatusOf(checked);
  const sentence = sentenceOf(checked);
  if (checked.fails) return { kind: 'failure', type: status, message: sentence || status, text: detailOf(checked) };
  if (status === 'UNIMPLEMENTED')
    return { kind: 'skipped', message: 'UNIMPLEMENTED: the endpoint did not agree to it' };
  if (checked.change !== null && isAtLeast(levelOf(checked), 'error')) {
    const since = checked.change === 'new' ? 'not in the baseline' : 'no worse than in the baseline';
    return { kind: 'skipped', message: `${since}: ${status}: ${sentence}` };
  }
  return { kind: 'passed' };
}

function detailOf(checked: CheckedCase): string[] {
  const { source, findings, hints, verdict } = checked;
  return [
    source,
    `${verdictStatusOf(checked)}: ${sentenceOf(checked)}`,
    ...(verdict.agrees === false ? [`the report says otherwise: ${reportedOf(checked)}`] : []),
    ...findings.map(
      (one) => `row ${one.row}: ${one.severity} ${one.rule}: ${sentenceWithSubject(one)} (${one.section})`,
    ),
    ...hints.map(({ says }) => `hint: ${says}`),
  ];
}

function reportedOf({ verdict: { reported } }: CheckedCase): string {
  return `${reported?.behavior ?? '?'}, close ${reported?.behaviorClose ?? '?'}`;
}
