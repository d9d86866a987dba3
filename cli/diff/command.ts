import type { ArgumentsCamelCase, Argv } from 'yargs';
import { COLOR_CHOICES, inputOptions } from '../options.ts';
import type { DiffOptions } from './diff-logs.ts';

export const command = 'diff <left> <right>';
export const describe = 'Two logs, or two directories of reports, side by side';

export function builder(yargs: Argv): Argv {
  return inputOptions(yargs)
    .positional('left', { type: 'string', demandOption: true, describe: 'A log or a directory' })
    .positional('right', { type: 'string', demandOption: true, describe: 'Another log, or another directory' })
    .option('format', {
      alias: 'f',
      choices: ['text', 'ndjson', 'json'] as const,
      default: 'text' as const,
      requiresArg: true,
      describe: 'Form; json is ndjson',
    })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'Print nothing, only set the exit code' })
    .option('color', {
      choices: COLOR_CHOICES,
      default: 'auto' as const,
      requiresArg: true,
      describe: 'Colour',
    })
    .example('$0 diff before/ after/', 'two reports, case by case');
}

export async function handler(options: ArgumentsCamelCase<DiffOptions>): Promise<void> {
  const { diffLogs } = await import('./diff-logs.ts');
  process.exitCode = await diffLogs({ ...options, format: options.format === 'text' ? 'text' : 'ndjson' });
}
