// `wirelog help`, and `--help` anywhere.

import type { CommandModule } from 'yargs';
import { UserError } from '../../src/model/errors.ts';
import { openOutput } from '../input/io.ts';
import { suggestion } from '../nearest.ts';
import { textWidth } from '../options.ts';
import { commandOf, commandTable } from './command-table.ts';

declare const WIRELOG_VERSION: string;

/** Lines that are longer are hard to read. */
const WIDEST = 100;

export interface HelpOptions {
  readonly command: string | undefined;
  readonly man?: boolean;
}

/** Returns the exit code. */
export async function printHelp(
  commands: readonly CommandModule[],
  { command, man = false }: HelpOptions,
): Promise<number> {
  const table = commandTable(commands);
  const names = table.map(({ name }) => name).filter((name) => name !== '');
  if (command !== undefined && !names.includes(command)) {
    throw new UserError(`no command "${command}"${suggestion(command, names)}`);
  }
  const width = Math.min(WIDEST, textWidth(process.stdout));
  const text = man
    ? (await import('./man-page.ts')).manPage(table, WIRELOG_VERSION)
    : (await import('./help-page.ts')).helpPage(commandOf([command ?? ''], table), table, width);
  await openOutput(process.stdout).write(text);
  return 0;
}
