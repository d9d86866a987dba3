import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { ConvertOptions } from './convert-log.ts';

export const command = 'convert <log>';
export const describe = 'Write the same log in another notation';

export function builder(yargs: Argv): Argv {
  return yargs
    .positional('log', { type: 'string', describe: 'A file, or - for standard input' })
    .option('to', { choices: ['rows', 'autobahn-json'] as const, default: 'rows' as const, describe: 'The notation' })
    .option('from', { type: 'string', requiresArg: true, describe: 'Format of the input, where it is not recognised' });
}

export async function handler(options: ArgumentsCamelCase<ConvertOptions>): Promise<void> {
  const { convertLog } = await import('./convert-log.ts');
  process.exitCode = await convertLog(options);
}
