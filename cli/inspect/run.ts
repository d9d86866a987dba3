// `inspect`: opens the keyboard, reads the log or the directory in the background, and hands both to the terminal UI. Ink
// and React load only after it is clear that there is a terminal.

import { openSync, statSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { parseFilter } from '../../src/judge/filter/filter.ts';
import { UserError } from '../../src/model/errors.ts';
import { findInputs } from '../input/io.ts';
import { logsOf, wantsColor } from '../options.ts';
import { clipboardOf } from './io/clipboard.ts';
import { directoryCases, holdsSeveral } from './io/directory.ts';
import { reporterOf } from './io/export.ts';
import { observed, tellOutcome, tellUnkept } from './io/outcome.ts';
import { type InspectOptions, sourceOf } from './io/source.ts';
import type { InspectSource, InspectSubject } from './subjects.ts';
import { takesLinks } from './terminal/links.ts';

const HINT = 'no terminal to inspect in: wirelog annotate prints the same';

/** Returns the exit code. */
export async function inspectLog(options: InspectOptions): Promise<number> {
  const { subject, outcome } = observed(await subjectOf(options));
  const { where, clipboard, mouse, follow, at } = options;
  if (where !== undefined) checkWhere(where);
  if (at !== undefined) checkAt(at);
  const copy = clipboardOf(clipboard ?? 'auto');
  const reporter = reporterOf(options);
  const screen = process.stdout;
  if (!screen.isTTY || process.env['TERM'] === 'dumb') throw new UserError(HINT);
  const keyboard = openKeyboard();
  const { inspect } = await import('./main.tsx');
  const view = { filter: where ?? null, row: at ?? null, follows: follow ?? false };
  const color = wantsColor(options.color, screen);
  try {
    const links = takesLinks(process.env);
    const code = await inspect(subject, { keyboard, screen, color, links, mouse: mouse ?? true, view, copy, reporter });
    tellUnkept(outcome);
    if (code === 0) tellOutcome(outcome, logsOf(options.log).join(', '));
    return code;
  } finally {
    if (keyboard !== process.stdin) keyboard.destroy();
  }
}

/** Of what is no number, yargs makes NaN. */
function checkAt(at: number): void {
  if (!Number.isSafeInteger(at) || at < 0) throw new UserError('--at needs the number of a row: 0, 1, 2 …');
}

/** A file, or standard input, is a log; a directory, several files, or several connections in one, are cases. */
async function subjectOf(options: InspectOptions): Promise<InspectSubject> {
  const paths = logsOf(options.log);
  const { inputs, errors } = findInputs(paths, options);
  if (errors[0]) throw errors[0];
  const [input] = inputs;
  if (!input) throw new UserError(`${paths.join(', ')}: no log in it`);
  if (input.source === '-' && process.stdin.isTTY)
    throw new UserError('no log was given: name a file or a directory; wirelog inspect --help tells more');
  if (inputs.length === 1 && !isDirectory(paths[0])) {
    const isOne = options.follow || options.connection !== undefined || input.source === '-';
    if (isOne || !(await holdsSeveral(input, options))) {
      const source = sourceOf(input, options);
      if (source.notes?.refused !== undefined) throw new UserError(source.notes.refused);
      return { kind: 'log', source, other: (path) => otherLog(path, options) };
    }
  }
  if (options.follow) throw new UserError('--follow is for one log');
  return { ...directoryCases(paths.join(' '), inputs, options), other: (path) => otherLog(path, options) };
}

/** A log that is named while another is looked at. */
function otherLog(path: string, options: InspectOptions): InspectSource | string {
  const { inputs, errors } = findInputs([path]);
  const [input] = inputs;
  if (errors[0]) return errors[0].message;
  if (!input || path === '-') return `${path}: no log in it`;
  if (inputs.length > 1) return `${path}: it holds several logs; name one`;
  return sourceOf(input, { ...options, follow: false });
}

function isDirectory(path: string | undefined): boolean {
  return path !== undefined && path !== '-' && statSync(path).isDirectory();
}

function checkWhere(where: string): void {
  const filter = parseFilter(where);
  if (!filter.ok) throw new UserError(`--where ${where}: at character ${filter.at + 1}: ${filter.says}`);
}

/** When standard input is the log, keys come from the terminal itself. */
function openKeyboard(): ReadStream {
  if (process.stdin.isTTY) return process.stdin as ReadStream;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    throw new UserError(HINT);
  }
}
