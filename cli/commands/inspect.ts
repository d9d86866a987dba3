import type { ArgumentsCamelCase, Argv } from 'yargs';
import { type CommonOptions, commonOptions } from '../options.ts';

export interface InspectOptions extends CommonOptions {
  readonly log: string[] | undefined;
}

export const command = 'inspect [log..]';
export const describe = 'Step through a log in the terminal';

export function builder(yargs: Argv): Argv {
  return commonOptions(yargs).positional('log', { type: 'string', array: true, describe: 'A file, or -' });
}

export async function handler(options: ArgumentsCamelCase<InspectOptions>): Promise<void> {
  const { inspectLog } = await import('../inspect-log.ts');
  process.exitCode = await inspectLog(options);
}
