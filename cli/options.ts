// Options that several commands share, and the colour decision.

import type { Argv } from 'yargs';
import { UserError } from '../src/model/errors.ts';
import type { LogHeader } from '../src/model/row.ts';
import { type FormName, idsInWords } from '../src/render/form-names.ts';
import { SEVERITIES, type Severity } from '../src/rules/kit/rule.ts';
import { suggestion } from './nearest.ts';

export const FAIL_LEVELS = [...SEVERITIES, 'never'] as const;
export const COLOR_CHOICES = ['auto', 'always', 'never'] as const;
export const TEST_CHOICES = ['peer', 'client', 'server', 'both'] as const;

export interface CommonOptions {
  readonly color: (typeof COLOR_CHOICES)[number];
  readonly quiet: boolean;
  readonly failOn: (typeof FAIL_LEVELS)[number];
  readonly underTest: (typeof TEST_CHOICES)[number] | undefined;
  readonly only: string | undefined;
  readonly skip: string | undefined;
  readonly from: string | undefined;
  readonly connection?: number | undefined;
  readonly port?: number | undefined;
  readonly keys?: string | undefined;
  readonly ignore?: boolean | undefined;
}

/** `--format`, of which the default is text. */
export function formatOption(forms: readonly FormName[]) {
  return { alias: 'f', type: 'string', default: 'text', requiresArg: true, describe: idsInWords(forms) } as const;
}

/** `--format FORM[:FILE]`, which may be given several times, and `-o`. The command finds them in `formats`. */
export function formOptions(yargs: Argv, forms: readonly FormName[]): Argv {
  return yargs
    .option('format', {
      alias: 'f',
      type: 'string',
      requiresArg: true,
      describe: `${idsInWords(forms)} (text); several, each with a file: junit:FILE`,
    })
    .option('output', { alias: 'o', type: 'string', requiresArg: true, describe: 'Write to this file' });
}

export function commonOptions(yargs: Argv): Argv {
  return inputOptions(yargs)
    .option('color', {
      choices: COLOR_CHOICES,
      default: 'auto' as const,
      requiresArg: true,
      describe: 'Colour the output',
    })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'Print nothing, only set the exit code' })
    .option('fail-on', {
      choices: FAIL_LEVELS,
      default: 'error' as const,
      requiresArg: true,
      describe: 'Exit 1 from this severity on',
    })
    .option('under-test', { choices: TEST_CHOICES, requiresArg: true, describe: 'Whose violations are charged' })
    .option('only', { type: 'string', requiresArg: true, describe: 'Only these rules or areas, separated by commas' })
    .option('skip', { type: 'string', requiresArg: true, describe: 'Not these rules or areas, separated by commas' })
    .option('ignore', {
      type: 'boolean',
      default: true,
      describe: 'Skip what git ignores, packages, builds and source code; --no-ignore reads all',
    });
}

/** How an input is read. */
export function inputOptions(yargs: Argv): Argv {
  return yargs
    .option('from', { type: 'string', requiresArg: true, describe: 'Format of the input, if it is not recognised' })
    .option('connection', { type: 'number', requiresArg: true, describe: 'Only the connection with this number' })
    .option('port', {
      type: 'number',
      requiresArg: true,
      describe: 'TCP port of WebSockets begun before the capture',
    })
    .option('keys', { type: 'string', requiresArg: true, describe: 'TLS key log, to decrypt a capture' })
    .check(({ connection, port }) => {
      checkCount('connection', connection, Number.MAX_SAFE_INTEGER);
      checkCount('port', port, 65535);
      return true;
    });
}

/** Of what is no number, yargs makes NaN. */
function checkCount(name: string, value: unknown, most: number): void {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most)) return;
  throw new UserError(`--${name} needs a whole number from 1${most === 65535 ? ' to 65535' : ' on'}`);
}

/** No log named: standard input. */
export function logsOf(log: readonly string[] | undefined): readonly string[] {
  return log === undefined || log.length === 0 ? ['-'] : log;
}

/** With `--under-test`, who is charged; the log's own word otherwise. */
export function withUnderTest(header: LogHeader, choice: CommonOptions['underTest']): LogHeader {
  if (choice === undefined) return header;
  const peer = header.writer === null ? 'both' : header.writer === 'client' ? 'server' : 'client';
  return { ...header, underTest: choice === 'peer' ? peer : choice };
}

/** `--color` over NO_COLOR over FORCE_COLOR over what the stream is. */
export function wantsColor(choice: CommonOptions['color'], stream: { isTTY?: boolean }): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stream.isTTY === true && TERM !== 'dumb';
}

/** Columns of text that is to be read: those of the terminal, or of COLUMNS; infinite in a pipe or a file. */
export function textWidth({ isTTY, columns }: { isTTY?: boolean; columns?: number }): number {
  const wanted = Number(process.env['COLUMNS']);
  if (Number.isInteger(wanted) && wanted > 0) return Math.max(MIN_WIDTH, wanted);
  return isTTY ? Math.max(MIN_WIDTH, columns || DEFAULT_WIDTH) : Number.POSITIVE_INFINITY;
}

const MIN_WIDTH = 20;
/** Of a terminal that does not tell. */
const DEFAULT_WIDTH = 80;

/** Which rules are wanted; a word that is neither a rule nor an area is an error. */
export function ruleFilter(
  { only, skip }: Pick<CommonOptions, 'only' | 'skip'>,
  ids: readonly string[],
): (id: string) => boolean {
  const wanted = only === undefined ? null : wordsOf(only, ids);
  const unwanted = skip === undefined ? [] : wordsOf(skip, ids);
  const isIn = (words: readonly string[], id: string) => words.some((word) => id === word || id.startsWith(`${word}/`));
  return (id) => (wanted === null || isIn(wanted, id)) && !isIn(unwanted, id);
}

function wordsOf(list: string, ids: readonly string[]): string[] {
  const words = list.split(',').map((word) => word.trim().replace(/\/\*?$/, ''));
  const unknown = words.find((word) => !ids.some((id) => id === word || id.startsWith(`${word}/`)));
  if (unknown !== undefined) throw new UserError(`no rule or area "${unknown}"${nearRule(unknown, ids)}`);
  return words;
}

/** How `no rule or area "clos"` goes on. */
export function nearRule(word: string, ids: readonly string[]): string {
  const areas = new Set(ids.map((id) => id.slice(0, id.indexOf('/'))));
  return suggestion(word, [...areas, ...ids], 'wirelog rules lists them');
}

/** Do the counts reach the level at which the exit code is 1? */
export function reaches(counts: Readonly<Record<Severity, number>>, level: CommonOptions['failOn']): boolean {
  if (level === 'never') return false;
  return SEVERITIES.slice(0, SEVERITIES.indexOf(level) + 1).some((severity) => counts[severity] > 0);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** `64M`, `1k`, `500`: octets. */
export function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+)([kmg]?)$/i.exec(text);
  if (!match) throw new UserError(`"${text}" is not a size: write 64M, 512k or 1000`);
  return Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1);
}
