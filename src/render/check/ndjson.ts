// One JSON record a case and one with the sums. It is also the form in which a baseline is kept.

import { behaviorsOf } from '../../judge/verdict/verdict.ts';
import { safeJson } from '../json.ts';
import type { CheckedCase } from './case.ts';
import type { CheckRenderer } from './renderer.ts';
import type { Total } from './total.ts';

export function checkNdjson(): CheckRenderer {
  return {
    head: () => '',
    case: caseRecord,
    unread: (source, reason) => line({ type: 'unread', source, reason }),
    absent: ({ agent, case: id, source }, fails) =>
      line({ type: 'missing', agent, case: id, ...(id === null ? { source } : {}), fails }),
    tail: totalLine,
  };
}

export function caseRecord(checked: CheckedCase): string {
  const { source, agent, case: id, verdict, rules, hints, violations, change, fails } = checked;
  const { reported, derived, agrees, why, decidedBy, missing } = verdict;
  return line({
    type: 'case',
    source,
    agent,
    case: id,
    reported,
    derived,
    agrees,
    why,
    decidedBy,
    rules,
    hints,
    ...(missing === null ? {} : { missing }),
    verdict: behaviorsOf(checked.verdict),
    violations,
    fails,
    ...(change === null ? {} : { change }),
  });
}

function totalLine(total: Total): string {
  return line({ type: 'total', ...total });
}

function line(record: unknown): string {
  return `${safeJson(record)}\n`;
}
