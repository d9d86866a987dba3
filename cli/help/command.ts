import type { Argv } from 'yargs';

export const command = 'help [command]';
export const describe = 'The same as COMMAND --help';

export function builder(yargs: Argv): Argv {
  return yargs
    .positional('command', { type: 'string', describe: 'A command' })
    .option('man', { type: 'boolean', default: false, describe: 'The man page, in roff' })
    .example('$0 help check', 'what check takes')
    .example('$0 help --man | man -l -', 'the manual');
}

/** `main.ts` has answered before a parser runs. */
export function handler(): void {}
