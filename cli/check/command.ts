import type { ArgumentsCamelCase, Argv } from 'yargs';
import { CHECK_FORMS } from '../../src/render/form-names.ts';
import { commonOptions, formOptions } from '../options.ts';
import type { CheckOptions } from './logs.ts';

export const command = 'check [log..]';
export const describe = 'Judge every case of a report again, and say why each failed';

export function builder(yargs: Argv): Argv {
  return formOptions(commonOptions(yargs), CHECK_FORMS)
    .positional('log', { type: 'string', array: true, describe: 'Directories, an index.json, files, or -' })
    .option('case', {
      type: 'string',
      requiresArg: true,
      describe: 'Only these cases, such as 7.*, separated by commas',
    })
    .option('agent', {
      type: 'string',
      requiresArg: true,
      describe: 'Only these agents, such as ws-8*, separated by commas',
    })
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: 'Fail only on what got worse since: an index.json, or an earlier --format ndjson',
    })
    .option('baseline-agent', {
      type: 'string',
      requiresArg: true,
      describe: 'Compare with the cases that this agent has in the baseline',
    })
    .option('config', {
      type: 'string',
      requiresArg: true,
      describe: 'Settings, if not in wirelog.config.json or package.json; --no-config reads none',
    })
    .option('all', { type: 'boolean', default: false, describe: 'Name every case, and cut no list short' })
    .option('allow-missing', {
      type: 'boolean',
      default: false,
      describe: 'Do not fail on cases of the baseline or an index that are not here',
    })
    .option('update-baseline', { type: 'boolean', default: false, describe: 'Write what is found to the baseline' })
    .example('$0 check reports/', 'judge every case of a report')
    .example('$0 check reports/ -f junit:report.xml -f github', 'two forms in one run')
    .example('$0 check reports/ --baseline b.ndjson --update-baseline', 'accept what is there')
    .example('$0 check reports/ --baseline b.ndjson', 'fail on what got worse');
}

export async function handler(options: ArgumentsCamelCase<CheckOptions>): Promise<void> {
  const { withConfig } = await import('./config.ts');
  const { checkLogs } = await import('./logs.ts');
  process.exitCode = await checkLogs(withConfig(options));
}
