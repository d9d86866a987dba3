import type { ArgumentsCamelCase, Argv } from 'yargs';
import { ATTACH_FORMS, idsInWords } from '../../src/render/form-names.ts';
import { inputOptions, TEST_CHOICES } from '../options.ts';
import type { AttachCommandOptions } from './attach-log.ts';

export const command = 'attach <log>';
export const describe = 'Write one bug report that proves what a log shows';

export function builder(yargs: Argv): Argv {
  return inputOptions(yargs)
    .positional('log', { type: 'string', describe: 'A file, or - for standard input' })
    .option('format', {
      alias: 'f',
      type: 'string',
      requiresArg: true,
      describe: `${idsInWords(ATTACH_FORMS)} (as the ending of -o says, else markdown)`,
    })
    .option('output', { alias: 'o', type: 'string', requiresArg: true, describe: 'Write to this file' })
    .option('rows', { type: 'string', requiresArg: true, describe: 'Show these rows in full, such as 3-12,20' })
    .option('around', {
      type: 'string',
      requiresArg: true,
      describe: 'Show the rows around this one, or around the "violation"',
    })
    .option('redact', {
      type: 'string',
      describe: 'Hide more: hosts, payloads, or both, separated by a comma; --no-redact hides nothing',
    })
    .option('minimise', {
      type: 'boolean',
      default: false,
      describe: 'Leave out rows that do not matter to the finding',
    })
    .option('under-test', { choices: TEST_CHOICES, requiresArg: true, describe: 'Whose violations are charged' })
    .option('only', { type: 'string', requiresArg: true, describe: 'Only these rules or areas, separated by commas' })
    .option('skip', { type: 'string', requiresArg: true, describe: 'Not these rules or areas, separated by commas' })
    .option('full', {
      type: 'boolean',
      default: false,
      describe: 'Write all, even if it is longer than GitHub takes in an issue',
    })
    .example('$0 attach report.json -o bug.md', 'Markdown for an issue')
    .example('$0 attach report.json -o bug.html --redact hosts', 'a page, without names of hosts');
}

export async function handler(options: ArgumentsCamelCase<AttachCommandOptions>): Promise<void> {
  const { attachLog } = await import('./attach-log.ts');
  process.exitCode = await attachLog(options);
}
