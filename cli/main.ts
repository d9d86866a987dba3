// The command line: yargs made from the list of commands, and the one place that turns errors into exit codes.

import yargs from 'yargs';
import { UserError } from '../src/model/errors.ts';
import { escapeText } from '../src/model/octets.ts';
import { complainOfBug, EXIT_BUG } from './bug.ts';
import { COMMANDS } from './commands.ts';
import { ReaderGone, settleOutput } from './input/io.ts';

declare const WIRELOG_VERSION: string;

const EXIT = { OK: 0, USE: 2 } as const;

export async function main(argv: readonly string[]): Promise<void> {
  // Nobody may be there to read what goes wrong.
  process.stderr.on('error', () => {});
  const parser = yargs(guarded(argv))
    .scriptName('wirelog')
    .version(WIRELOG_VERSION)
    .detectLocale(false)
    .command([...COMMANDS])
    .middleware(settle)
    .strict()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .alias('help', 'h')
    .fail((message, error) => {
      throw error ?? new UserError(inOneLine(message));
    })
    .exitProcess(false);
  try {
    await parser.parseAsync();
    await settleOutput();
  } catch (error) {
    process.exitCode = report(error);
  }
}

// yargs takes none of the words behind `--` for a positional argument, and a lone dash for an empty one. No argument can
// hold a NUL, so one in front keeps them from being read as options, numbers or commands.
const GUARD = '\0';

function guarded(argv: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const before = argv.slice(0, end).map((word) => (word === '-' ? `${GUARD}-` : word));
  return [...before, ...argv.slice(end + 1).map((word) => GUARD + word)];
}

const LISTS: ReadonlySet<string> = new Set(['_', 'log', 'hex', 'formats']);

/** The options as they were meant: of one that is given twice the last counts, but that several forms may be wanted. */
function settle(options: Record<string, unknown>): void {
  const { format } = options;
  options['formats'] = format === undefined ? [] : Array.isArray(format) ? format : [format];
  for (const [key, value] of Object.entries(options)) {
    if (!Array.isArray(value)) options[key] = unguarded(value);
    else options[key] = LISTS.has(key) ? value.map(unguarded) : value.at(-1);
  }
}

function unguarded(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(GUARD) ? value.slice(GUARD.length) : value;
}

function inOneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ');
}

/** Says what went wrong; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof ReaderGone) return EXIT.OK;
  if (error instanceof UserError || isWrongUse(error)) {
    process.stderr.write(`wirelog: ${escapeText((error as Error).message)}\n`);
    return EXIT.USE;
  }
  complainOfBug(error, null);
  return EXIT_BUG;
}

/** What yargs throws about the words of the call. */
function isWrongUse(error: unknown): boolean {
  return error instanceof Error && error.name === 'YError';
}
