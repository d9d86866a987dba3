import type { ArgumentsCamelCase, Argv } from 'yargs';
import { commonOptions } from '../options.ts';
import type { InspectOptions } from './io/source.ts';

const CLIPBOARDS = ['auto', 'osc52'] as const;

export const command = 'inspect [log..]';
export const describe = 'Step through a log, or browse a directory of logs, in the terminal';

export function builder(yargs: Argv): Argv {
  return commonOptions(yargs)
    .positional('log', { type: 'string', array: true, describe: 'Files, directories, or - for standard input' })
    .option('where', { type: 'string', requiresArg: true, describe: 'Show only rows that match: "rx and len>125"' })
    .option('at', { type: 'number', requiresArg: true, describe: 'Begin at the row of that number' })
    .option('follow', { type: 'boolean', default: false, describe: 'Go on reading while the log grows' })
    .option('notes', { type: 'boolean', default: false, describe: 'Keep marks and comments beside the log' })
    .option('mouse', {
      type: 'boolean',
      default: true,
      describe: 'Clicks and the wheel; --no-mouse leaves them to the terminal',
    })
    .option('clipboard', { choices: CLIPBOARDS, default: 'auto' as const, describe: 'Where y copies to' })
    .example('$0 inspect reports/', 'browse the cases of a report')
    .example('$0 inspect report.json --at 12', 'begin at row 12');
}

export async function handler(options: ArgumentsCamelCase<InspectOptions>): Promise<void> {
  const { inspectLog } = await import('./run.ts');
  process.exitCode = await inspectLog(options);
}
