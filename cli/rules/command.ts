import type { ArgumentsCamelCase, Argv } from 'yargs';
import { COLOR_CHOICES } from '../options.ts';
import type { RulesOptions } from './print-rules.ts';

export const command = 'rules [id]';
export const describe = 'Print the catalogue of rules, or one rule with its examples';

export function builder(yargs: Argv): Argv {
  return yargs
    .positional('id', { type: 'string', describe: 'A rule, or an area such as close' })
    .option('format', {
      alias: 'f',
      choices: ['text', 'json', 'markdown'] as const,
      default: 'text' as const,
      requiresArg: true,
      describe: 'Form',
    })
    .option('color', {
      choices: COLOR_CHOICES,
      default: 'auto' as const,
      requiresArg: true,
      describe: 'Colour the output',
    })
    .example('$0 rules close', 'all rules about Close frames')
    .example('$0 rules mask/key-zero', 'one, with examples, causes and remedies');
}

export async function handler(options: ArgumentsCamelCase<RulesOptions>): Promise<void> {
  const { printRules } = await import('./print-rules.ts');
  process.exitCode = await printRules(options);
}
