// The command line: the words of a call handed to their command, and the one place that turns errors into exit codes. What
// needs no parser is answered before one is loaded.

import { existsSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { UserError } from '../src/model/errors.ts';
import { escapeText } from '../src/model/octets.ts';
import { complainOfBug, EXIT_BUG } from './bug.ts';
import { COMMANDS } from './commands.ts';
import type { HelpOptions } from './help/print-help.ts';
import { openOutput, ReaderGone, settleOutput } from './input/io.ts';
import { nearest } from './nearest.ts';
import { standardError } from './output/standard-error.ts';
import { plainCallOf } from './plain-call.ts';

declare const WIRELOG_VERSION: string;

const EXIT = { OK: 0, USE: 2 } as const;

export async function main(argv: readonly string[]): Promise<void> {
  try {
    if (!(await answerAtOnce(argv))) await run(argv);
    await settleOutput();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Version, help and completion, wherever they are asked for before a `--`. */
async function answerAtOnce(argv: readonly string[]): Promise<boolean> {
  const [first] = argv;
  if (first === '--complete') {
    const { printCandidates } = await import('./completion/complete.ts');
    await printCandidates(COMMANDS, argv.slice(1));
    return true;
  }
  const words = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  const wanted = helpWanted(words);
  if (wanted) {
    const { printHelp } = await import('./help/print-help.ts');
    process.exitCode = await printHelp(COMMANDS, wanted);
    return true;
  }
  if (!words.includes('--version') && !words.includes('-V')) return false;
  await openOutput(process.stdout).write(`${WIRELOG_VERSION}\n`);
  return true;
}

/** `help check`, `help --man`, `check --help`; null where none is asked for, or it is asked for wrongly. */
function helpWanted(words: readonly string[]): HelpOptions | null {
  const [first, ...rest] = words;
  const isAsked = words.includes('--help') || words.includes('-h');
  if (first !== 'help' || isAsked) return isAsked ? { command: namesCommand(first) ? first : undefined } : null;
  const names = rest.filter((word) => !word.startsWith('-'));
  const man = rest.includes('--man');
  return names.length > 1 || rest.length > names.length + Number(man) ? null : { command: names[0], man };
}

function namesCommand(word: string | undefined): boolean {
  return commandNames().includes(word ?? '');
}

function commandNames(): string[] {
  return COMMANDS.map(({ command }) => String(command).split(' ')[0] ?? '').filter((name) => name !== '$0');
}

async function run(argv: readonly string[]): Promise<void> {
  refuseSlip(argv[0]);
  const given = new Set(argv.flatMap(namesGiven));
  const settleAll = (options: Record<string, unknown>) => {
    settle(options);
    options['given'] = given;
  };
  const plain = plainCallOf(argv, COMMANDS);
  if (plain) {
    settleAll(plain.options);
    await plain.command.handler(plain.options as Parameters<CommandModule['handler']>[0]);
  } else {
    const { parserOf } = await import('./full-call.ts');
    await parserOf(guarded(argv), COMMANDS, settleAll).parseAsync();
  }
}

/** What is no command is a log; unless it is not there either, and nearly a command. */
function refuseSlip(word = ''): void {
  if (!/^[a-z]+$/i.test(word) || namesCommand(word) || existsSync(word)) return;
  const near = nearest(word, commandNames());
  if (near !== null) throw new UserError(`no file and no command "${word}": did you mean "${near}"?`);
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

/** The long name of an option, also where it is negated, or given by its letter. */
function namesGiven(word: string): string[] {
  const [, name] = /^--(?:no-)?([a-z][\w-]*)/i.exec(word) ?? [];
  if (name !== undefined) return [name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)];
  return [...(/^-([a-z]+)/i.exec(word)?.[1] ?? '')].flatMap((letter) => LETTERS[letter] ?? []);
}

const LETTERS: Readonly<Record<string, string>> = { f: 'format', o: 'output', q: 'quiet' };

function unguarded(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(GUARD) ? value.slice(GUARD.length) : value;
}

/** Says what went wrong; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof ReaderGone) return EXIT.OK;
  if (error instanceof UserError) {
    standardError.write(`wirelog: ${escapeText(error.message)}\n`);
    return EXIT.USE;
  }
  complainOfBug(error, null);
  return EXIT_BUG;
}
