// The report that the stepper exports: the same as `attach` writes, judged by the rules that were asked for.

import { lstatSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { judgeLog, type WholeLog } from '../../../src/judge/judged-log.ts';
import { counted } from '../../../src/model/counted.ts';
import { UserError } from '../../../src/model/errors.ts';
import { ATTACH_FORMS } from '../../../src/render/form-names.ts';
import { RULES } from '../../../src/rules/all.ts';
import { ruleFilter } from '../../options.ts';
import { writeWhole } from '../../output/write-file.ts';
import type { Reporter, ReportForm } from '../log/report.ts';
import type { InspectOptions } from './source.ts';

type Form = (typeof ATTACH_FORMS)[number];

const FORMS: readonly ReportForm[] = ATTACH_FORMS.map(({ id, endings: [ending] }) => ({ id, ending }));

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
      const form = ATTACH_FORMS.find((each) => each.id === id);
      return form ? write(log, form, name, shows) : `no form "${id}"`;
    },
  };
}

/** `a.md`, `a-2.md`, `a-3.md`: the first that is not there. */
function free(name: string): string {
  const ending = extname(name);
  const stem = name.slice(0, name.length - ending.length);
  let candidate = name;
  for (let number = 2; isTaken(candidate); number++) candidate = `${stem}-${number}${ending}`;
  return candidate;
}

/** By anything, a link to nowhere too. A name that no file can have is refused where it is written. */
function isTaken(name: string): boolean {
  try {
    return lstatSync(name, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

async function write(log: WholeLog, form: Form, name: string, shows: (rule: string) => boolean): Promise<string> {
  const { reportText } = await import('../../attach/attach-log.ts');
  const file = free(name);
  const { text, hidden } = await reportText(log, { format: form.id, file: basename(file), shows });
  try {
    // Not over what has come there in the meantime.
    writeWhole(file, text, { isNew: true });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
  const secrets = hidden === 0 ? '' : `, ${counted(hidden, 'secret')} hidden`;
  return `${file} written (${form.id}, ${text.length} characters${secrets})`;
}
