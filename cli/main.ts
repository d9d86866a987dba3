// The command line: the words of a call handed to their command, and the one place that turns errors into exit codes.

import type { CommandModule } from 'yargs';
import { UserError } from '../src/model/errors.ts';
import { escapeText } from '../src/model/octets.ts';
import { complainOfBug, EXIT_BUG } from './bug.ts';
import { COMMANDS } from './commands.ts';
import { ReaderGone, settleOutput } from './input/io.ts';
import { standardError } from './output/standard-error.ts';
import { plainCallOf } from './plain-call.ts';

const EXIT = { OK: 0, USE: 2 } as const;

export async function main(argv: readonly string[]): Promise<void> {
  try {
    await run(argv);
    await settleOutput();
  } catch (error) {
    process.exitCode = report(error);
  }
}

async function run(argv: readonly string[]): Promise<void> {
  const plain = plainCallOf(argv, COMMANDS);
  if (plain) {
    settle(plain.options);
    await plain.command.handler(plain.options as Parameters<CommandModule['handler']>[0]);
  } else {
    const { parserOf } = await import('./full-call.ts');
    await parserOf(guarded(argv), COMMANDS, settle).parseAsync();
  }
}

// yargs takes none of the words behind `--` for a positional argument, and a lone dash for an empty one. No argument can
// hold a NUL, so one in front keeps them from being read as options, numbers or commands.
const GUARD = '\0';

export function guarded(argv: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const before = argv.slice(0, end).map((word) => (word === '-' ? `${GUARD}-` : word));
  return [...before, ...argv.slice(end + 1).map((word) => GUARD + word)];
}

const LISTS: ReadonlySet<string> = new Set(['_', 'log', 'hex', 'formats']);

/** The options as they were meant: of one that is given twice the last counts, but that several forms may be wanted. */
export function settle(options: Record<string, unknown>): void {
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

/** Says what went wrong; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof ReaderGone) return EXIT.OK;
  if (error instanceof UserError || isWrongUse(error)) {
    standardError.write(`wirelog: ${escapeText((error as Error).message)}\n`);
    return EXIT.USE;
  }
  complainOfBug(error, null);
  return EXIT_BUG;
}

/** What yargs throws about the words of the call. */
function isWrongUse(error: unknown): boolean {
  return error instanceof Error && error.name === 'YError';
}
