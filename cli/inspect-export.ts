// The report that the stepper exports: the same as `attach` writes, judged by the rules that were asked for.

import { existsSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { judgeLog, type WholeLog } from '../src/attach/judged-log.ts';
import { RULES } from '../src/rules/all.ts';
import type { InspectOptions } from './inspect-source.ts';
import { ruleFilter } from './options.ts';
import type { Reporter, ReportForm } from './tui/log/report.ts';

type Form = ReportForm & { readonly id: 'markdown' | 'html' | 'text' };

const FORMS: readonly Form[] = [
  { id: 'markdown', ending: 'md' },
  { id: 'html', ending: 'html' },
  { id: 'text', ending: 'txt' },
];

export function reporterOf(options: InspectOptions): Reporter {
  const shows = ruleFilter(
    options,
    RULES.map(({ id }) => id),
  );
  return {
    forms: FORMS,
    judge: (log) => judgeLog(log, shows),
    free,
    write: async (log, { id }, name) => {
      const form = FORMS.find((each) => each.id === id);
      return form ? write(log, form, name, shows) : `no form "${id}"`;
    },
  };
}

/** `a.md`, `a-2.md`, `a-3.md`: the first that is not there. */
function free(name: string): string {
  const ending = extname(name);
  const stem = name.slice(0, name.length - ending.length);
  let candidate = name;
  for (let number = 2; existsSync(candidate); number++) candidate = `${stem}-${number}${ending}`;
  return candidate;
}

async function write(log: WholeLog, form: Form, name: string, shows: (rule: string) => boolean): Promise<string> {
  const { reportText } = await import('./attach-log.ts');
  const file = free(name);
  const { text, hidden } = await reportText(log, { format: form.id, file: basename(file), shows });
  try {
    // Not over what has come there in the meantime.
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    return `not written: ${(error as Error).message.replace(/^[A-Z\d]+: ([^,]+), .*$/s, '$1')}: ${file}`;
  }
  const secrets = hidden === 0 ? '' : `, ${hidden} secret${hidden === 1 ? '' : 's'} hidden`;
  return `${file} written (${form.id}, ${text.length} characters${secrets})`;
}
