import type { ArgumentsCamelCase, Argv } from 'yargs';
import { NOTATION_NAMES, type NotationId } from '../../src/render/form-names.ts';
import { inputOptions } from '../options.ts';
import type { ConvertOptions } from './convert-log.ts';

export const command = 'convert <log>';
export const describe = 'Write the same log in another notation';

export function builder(yargs: Argv): Argv {
  return inputOptions(yargs)
    .positional('log', { type: 'string', describe: 'A file, or - for standard input' })
    .option('output', { alias: 'o', type: 'string', requiresArg: true, describe: 'Write to this file' })
    .option('to', {
      choices: NOTATION_NAMES.map(({ id }) => id),
      default: 'rows' satisfies NotationId,
      requiresArg: true,
      describe: 'The notation',
    })
    .example('$0 convert page.html', 'the log in the text notation')
    .example('$0 convert a.log --to autobahn-json -o a.json', 'the same as the suite writes it');
}

export async function handler(options: ArgumentsCamelCase<ConvertOptions>): Promise<void> {
  const { convertLog } = await import('./convert-log.ts');
  process.exitCode = await convertLog(options);
}
