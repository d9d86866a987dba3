// Two kinds of results: the suite's verdict on a case, under rules of their own, and each charged rule.

import { sentenceWithSubject } from '../../judge/annotation.ts';
import { behaviorsOf } from '../../judge/verdict/verdict.ts';
import type { Locate } from '../annotate/renderer.ts';
import {
  type ExtraRule,
  leftNotification,
  type RunEnd,
  resultWriter,
  type SarifFinding,
  type SarifResult,
  sarifHead,
  sarifResult,
  sarifTail,
} from '../annotate/sarif.ts';
import { type CheckedCase, decidingRowOf, sentenceOf, verdictStatusOf } from './case.ts';
import type { CheckRenderer, CheckRenderOptions } from './renderer.ts';
import { caseInWords } from './total.ts';

const VERDICTS: Readonly<Record<string, ExtraRule>> = {
  FAILED: { id: 'case/failed', severity: 'error', title: 'The case is failed' },
  'NON-STRICT': { id: 'case/non-strict', severity: 'warning', title: 'The case is passed, but not strictly' },
};

const CLOSE_VERDICTS: Readonly<Record<string, ExtraRule>> = {
  FAILED: { id: 'case/close-failed', severity: 'error', title: 'The closing handshake is failed' },
  UNCLEAN: { id: 'case/close-unclean', severity: 'error', title: 'The closing handshake is not clean' },
  'WRONG CODE': { id: 'case/close-wrong-code', severity: 'error', title: 'The close code is not one that is expected' },
  'FAILED BY CLIENT': {
    id: 'case/close-failed-by-client',
    severity: 'error',
    title: 'The server left it to the client to end the TCP connection',
  },
};

export function checkSarif({ locate }: CheckRenderOptions): CheckRenderer {
  const results = resultWriter();
  const notifications: RunEnd['notifications'][number][] = [];
  return {
    head: () => sarifHead([...Object.values(VERDICTS), ...Object.values(CLOSE_VERDICTS)]),
    case: (checked) => results.write(resultsOf(checked, locate)),
    unread: (source, reason) => {
      notifications.push({ level: 'error', text: reason, source });
      return '';
    },
    absent: (absent, fails) => {
      const text = `${caseInWords(absent)}: it is in the baseline or the index, and not here`;
      notifications.push({ level: fails ? 'error' : 'note', text, source: null });
      return '';
    },
    tail: ({ exitCode }) => {
      const isSuccessful = !notifications.some(({ level }) => level === 'error');
      const rest = results.rest();
      const said = [...notifications, ...leftNotification(results)];
      return `${rest}${sarifTail({ isSuccessful, exitCode, notifications: said })}`;
    },
  };
}

function resultsOf(checked: CheckedCase, locate: Locate | null): SarifResult[] {
  const { source, agent, case: id, verdict, findings, hints, change } = checked;
  const found = (place: Pick<SarifFinding, 'rule' | 'level' | 'message' | 'row'>): SarifResult =>
    sarifResult({
      ...place,
      source,
      agent,
      case: id,
      line: place.row === null ? null : (locate?.(source, place.row) ?? null),
      ...(change === null ? {} : { baselineState: change === 'worse' || change === 'new' ? 'new' : 'unchanged' }),
      properties: { agent, case: id },
    });
  const { behavior, behaviorClose } = behaviorsOf(checked.verdict);
  const rule = VERDICTS[behavior ?? ''] ?? CLOSE_VERDICTS[behaviorClose ?? ''];
  const results: SarifResult[] = [];
  if (rule) {
    const sentence = [
      `${verdictStatusOf(checked)}: ${sentenceOf(checked)}`,
      ...hints.map(({ says }) => `hint: ${says}`),
    ].join('; ');
    const differs = verdict.agrees === false ? '; the report says otherwise' : '';
    results.push(
      found({ rule: rule.id, level: rule.severity, message: `${sentence}${differs}`, row: decidingRowOf(checked) }),
    );
  }
  for (const finding of findings) {
    const { rule: broken, severity, row, section } = finding;
    const message = `row ${row}: ${sentenceWithSubject(finding)} (${section})`;
    results.push(found({ rule: broken, level: severity, message, row }));
  }
  return results;
}
