import type { Argv } from 'yargs';

export const command = 'help [command]';
export const describe = 'The same as COMMAND --help';

export function builder(yargs: Argv): Argv {
  return yargs
    .positional('command', { type: 'string', describe: 'A command' })
    .option('man', { type: 'boolean', default: false, describe: 'Print the man page, as roff' })
    .example('$0 help check', 'the options of check')
    .example('$0 help --man | man -l -', 'the manual');
}

/** `main.ts` has answered before a parser runs. */
export function handler(): void {}
