import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { CompletionOptions } from './print-script.ts';
import { SHELLS } from './shells.ts';

export const command = 'completion [shell]';
export const describe = 'A script that completes commands, options, rule ids, formats and case ids';

export function builder(yargs: Argv): Argv {
  return yargs
    .positional('shell', { choices: SHELLS, describe: 'bash, zsh or fish; by default the one that SHELL names' })
    .example('source <(wirelog completion bash)', 'in ~/.bashrc')
    .example('wirelog completion zsh > "$fpath[1]/_wirelog"', 'once, before compinit runs')
    .example('wirelog completion fish > ~/.config/fish/completions/wirelog.fish', 'once');
}

export async function handler(options: ArgumentsCamelCase<CompletionOptions>): Promise<void> {
  const { printScript } = await import('./print-script.ts');
  process.exitCode = await printScript(options);
}
