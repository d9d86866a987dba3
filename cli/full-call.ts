// Every call that is not plain, read by yargs: help, version, and what is wrong with the words.

import yargs, { type Argv, type CommandModule } from 'yargs';
import { UserError } from '../src/model/errors.ts';

declare const WIRELOG_VERSION: string;

/** Runs the command when it is parsed. `settle` gets the options before the command does. */
export function parserOf(
  words: readonly string[],
  commands: readonly CommandModule[],
  settle: (options: Record<string, unknown>) => void,
): Argv {
  return yargs([...words])
    .scriptName('wirelog')
    .version(WIRELOG_VERSION)
    .detectLocale(false)
    .command([...commands])
    .middleware(settle)
    .strict()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .alias('help', 'h')
    .fail((message, error) => {
      throw error ?? new UserError(inOneLine(message));
    })
    .exitProcess(false);
}

function inOneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ');
}
