// For tests: judges with no rule shown, as the rows of `log.fixture.ts` are, and writes nothing.

import { judgeLog } from '../../../src/judge/judged-log.ts';
import type { Reporter } from './report.ts';

export const REPORTER: Reporter = {
  forms: [
    { id: 'markdown', ending: 'md' },
    { id: 'html', ending: 'html' },
  ],
  judge: (log) => judgeLog(log, () => false),
  free: (name) => (name === 'taken.md' ? 'taken-2.md' : name),
  write: async (log, { id }, name) => `${name} written: ${log.rows.length} rows as ${id}`,
};
