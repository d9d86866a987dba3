// The command line: yargs made from the list of commands, and the one place that turns errors into exit codes.

import yargs from 'yargs';
import { UserError } from '../src/errors.ts';
import { escapeText } from '../src/octets.ts';
import { COMMANDS } from './commands.ts';
import { ReaderGone } from './io.ts';

declare const WIRELOG_VERSION: string;

const EXIT = { OK: 0, USE: 2, BUG: 70 } as const;

export async function main(argv: readonly string[]): Promise<void> {
  const parser = yargs([...argv])
    .scriptName('wirelog')
    .version(WIRELOG_VERSION)
    .command([...COMMANDS])
    .strict()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .alias('help', 'h')
    .fail(false)
    .exitProcess(false);
  try {
    await parser.parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Says what went wrong; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof ReaderGone) return EXIT.OK;
  if (error instanceof UserError || isWrongUse(error)) {
    process.stderr.write(`wirelog: ${escapeText((error as Error).message)}\n`);
    return EXIT.USE;
  }
  const detail = process.env['WIRELOG_DEBUG'] === '1' && error instanceof Error ? error.stack : String(error);
  process.stderr.write(`wirelog ${WIRELOG_VERSION}: this is a bug in wirelog: ${detail}\n`);
  process.stderr.write('Please report it with the log that shows it; WIRELOG_DEBUG=1 prints where it happened.\n');
  return EXIT.BUG;
}

/** What yargs throws about the words of the call. */
function isWrongUse(error: unknown): boolean {
  return error instanceof Error && error.name === 'YError';
}
