// The settings that `check` takes from a file, and which option each is.

import { FAIL_LEVELS, TEST_CHOICES } from '../options.ts';
import type { CheckOptions } from './logs.ts';

export interface Setting {
  /** Of `CheckOptions`. */
  readonly option: keyof CheckOptions;
  /** As it stands on the command line. */
  readonly flag: string;
  /** A list, where one text is a list of one; a list that is joined with commas; a text; yes or no. */
  readonly kind: 'list' | 'joined' | 'text' | 'yes-no';
  readonly choices?: readonly string[];
  /** Its texts are paths; of forms, what stands behind the colon. */
  readonly isPath?: boolean;
}

export const SETTINGS: Readonly<Record<string, Setting>> = {
  paths: { option: 'log', flag: 'log', kind: 'list', isPath: true },
  baseline: { option: 'baseline', flag: 'baseline', kind: 'text', isPath: true },
  baselineAgent: { option: 'baselineAgent', flag: 'baseline-agent', kind: 'text' },
  allowMissing: { option: 'allowMissing', flag: 'allow-missing', kind: 'yes-no' },
  failOn: { option: 'failOn', flag: 'fail-on', kind: 'text', choices: FAIL_LEVELS },
  underTest: { option: 'underTest', flag: 'under-test', kind: 'text', choices: TEST_CHOICES },
  only: { option: 'only', flag: 'only', kind: 'joined' },
  skip: { option: 'skip', flag: 'skip', kind: 'joined' },
  case: { option: 'case', flag: 'case', kind: 'joined' },
  agent: { option: 'agent', flag: 'agent', kind: 'joined' },
  format: { option: 'formats', flag: 'format', kind: 'list', isPath: true },
  output: { option: 'output', flag: 'output', kind: 'text', isPath: true },
  all: { option: 'all', flag: 'all', kind: 'yes-no' },
  from: { option: 'from', flag: 'from', kind: 'text' },
  keys: { option: 'keys', flag: 'keys', kind: 'text', isPath: true },
  ignore: { option: 'ignore', flag: 'ignore', kind: 'yes-no' },
};
