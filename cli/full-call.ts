// Every call that is not plain, read by yargs, and what is wrong with the words of a call.

import yargs, { type Argv, type CommandModule } from 'yargs';
import { UserError } from '../src/model/errors.ts';
import { wrongUse } from './wrong-use.ts';

/** Runs the command when it is parsed. `settle` gets the options before the command does. */
export function parserOf(
  words: readonly string[],
  commands: readonly CommandModule[],
  settle: (options: Record<string, unknown>) => void,
): Argv {
  return yargs([...words])
    .scriptName('wirelog')
    .help(false)
    .version(false)
    .detectLocale(false)
    .command([...commands])
    .middleware(settle)
    .strict()
    .fail((message, error) => {
      // What yargs throws by itself is about the words too.
      if (error && error.name !== 'YError') throw error;
      throw new UserError(wrongUse(message ?? error.message, words, commands));
    })
    .exitProcess(false);
}
