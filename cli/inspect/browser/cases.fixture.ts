// Judged cases for the tests of the case browser: made up, two agents, one failure.

import { closeCase, decoded, octets, sourceOf } from '../log/log.fixture.ts';
import type { InspectCases } from '../subjects.ts';
import type { CaseItem, CasesSink } from './cases.ts';

export function caseItem(
  id: string | null,
  agent: string,
  why: string | null,
  about: Partial<CaseItem> = {},
): CaseItem {
  const behavior = why === null ? 'OK' : 'FAILED';
  const said = { behavior, behaviorClose: 'OK' };
  return {
    source: `${agent}_case_${id}.json`,
    folder: 'reports',
    agent,
    case: id,
    description: `Send <b>case</b> ${id}.`,
    expectation: 'An echo.',
    verdict: { reported: said, derived: said, agrees: true, why, decidedBy: why === null ? null : 4, missing: null },
    rules: why === null ? [] : ['mask/missing'],
    hints: [],
    violations: { error: why === null ? 0 : 1, warning: 0, note: 0 },
    findings: [],
    seconds: null,
    started: null,
    ...about,
  };
}

const ITEMS = [
  caseItem('1.1.1', 'acme-ws', null),
  caseItem('1.1.2', 'acme-ws', null),
  caseItem('7.9.13', 'acme-ws', 'row 4: the client: a client masks its frames (mask/missing, RFC 6455 §5.1)'),
  caseItem('10.1.1', 'acme-ws', null),
  caseItem('1.1.1', 'bolt', null),
  caseItem('7.9.13', 'bolt', null),
];

export function directory(items: readonly CaseItem[] = ITEMS, load?: (sink: CasesSink) => Promise<void>): InspectCases {
  return {
    kind: 'cases',
    title: 'reports',
    load: async (sink) => {
      for (const item of items) sink.add(item);
      await load?.(sink);
      sink.done();
    },
    sourceOf: ({ agent }) => {
      const rows =
        agent === 'acme-ws'
          ? closeCase()
          : decoded([
              octets(0, 'rx', '81 85 37 fa 21 3d 7f 9f 4d 51 58'),
              octets(1, 'tx', '81 05 48 65 6c 6c 6f'),
              octets(3, 'tx', '88 02 0b b7'),
              octets(4, 'rx', '88 82 00 00 00 00 03 ea'),
            ]);
      return { ...sourceOf(rows), title: agent ?? '' };
    },
  };
}
