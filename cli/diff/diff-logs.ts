// `diff`: two logs aligned by what was said, or two directories aligned by case. Masking keys, times and how the octets
// were cut into reads are no difference.

import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { align, type Unit, unitsOf } from '../../src/judge/align.ts';
import { type JudgedLog, judgeLog } from '../../src/judge/judged-log.ts';
import { InputError, UserError } from '../../src/model/errors.ts';
import { escapeText } from '../../src/model/octets.ts';
import { type Difference, differencesOf, type Said } from '../../src/render/comparison.ts';
import { type Ink, painter } from '../../src/render/paint.ts';
import { complain, findInputs, type Input, openOutput } from '../input/io.ts';
import type { InputOptions } from '../input/read-log.ts';
import { readWholeLogs } from '../input/whole-logs.ts';
import { type CommonOptions, wantsColor } from '../options.ts';

export interface DiffOptions extends Pick<CommonOptions, 'color' | 'quiet'>, InputOptions {
  readonly left: string;
  readonly right: string;
  readonly format: 'text' | 'ndjson';
}

/** Of two cases what differs: the verdicts, and the first thing that was said otherwise. */
interface CaseDifference {
  /** The case's id, or the file's name where the log is no case. */
  readonly case: string;
  readonly left: JudgedLog | null;
  readonly right: JudgedLog | null;
  readonly differences: readonly Difference[];
}

/** Returns the exit code, as diff(1) has it. */
export async function diffLogs(options: DiffOptions): Promise<number> {
  const areDirectories = isDirectory(options.left);
  if (areDirectories !== isDirectory(options.right)) {
    throw new UserError(`${options.left}, ${options.right}: compare two logs, or two directories`);
  }
  const output = openOutput(process.stdout);
  const form = FORMS[options.format];
  const paint = painter(wantsColor(options.color, process.stdout));
  let code = 0;
  const failed = (error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    complain(error.message);
    code = 2;
  };
  for await (const found of differences(options, areDirectories, failed)) {
    if (found.differences.length === 0 && verdictOf(found.left) === verdictOf(found.right)) continue;
    code ||= 1;
    const waiting = options.quiet ? undefined : output.write(form(found, areDirectories, paint));
    if (waiting) await waiting;
  }
  return code;
}

async function* differences(
  options: DiffOptions,
  areDirectories: boolean,
  failed: (error: unknown) => void,
): AsyncGenerator<CaseDifference> {
  const { left, right } = options;
  if (!areDirectories) {
    const logs = [
      await judgedIn({ source: left, found: false }, options),
      await judgedIn({ source: right, found: false }, options),
    ];
    const [lefts = [], rights = []] = logs;
    for (let at = 0; at < Math.max(lefts.length, rights.length); at++) {
      yield compare(`#${at + 1}`, lefts[at] ?? null, rights[at] ?? null);
    }
    return;
  }
  const others = new Map(keyed(right, failed).map(([key, input]) => [key, input]));
  for (const [key, input] of keyed(left, failed)) {
    const other = others.get(key);
    others.delete(key);
    try {
      const [one] = await judgedIn(input, options);
      const [two] = other ? await judgedIn(other, options) : [];
      yield compare(key, one ?? null, two ?? null);
    } catch (error) {
      failed(error);
    }
  }
  for (const [key, input] of others) {
    try {
      const [two] = await judgedIn(input, options);
      if (two) yield compare(key, null, two);
    } catch (error) {
      failed(error);
    }
  }
}

/** The files of a directory by the case in their names, or by name: two agents' reports have different ones. */
function keyed(directory: string, failed: (error: unknown) => void): [string, Input][] {
  const { inputs, errors } = findInputs([directory]);
  errors.forEach(failed);
  return inputs.map((input) => {
    const name = basename(input.source);
    return [/_case_(\d+(?:_\d+)*)\.\w+$/.exec(name)?.[1]?.replaceAll('_', '.') ?? name, input];
  });
}

async function judgedIn(input: Input, options: InputOptions): Promise<JudgedLog[]> {
  const { logs, error } = await readWholeLogs(input, options);
  if (error) throw error;
  return logs.map((log) => judgeLog(log));
}

function compare(id: string, left: JudgedLog | null, right: JudgedLog | null): CaseDifference {
  const both = left !== null && right !== null;
  const headers = both ? { left: left.summary.header, right: right.summary.header } : null;
  return {
    case: id,
    left,
    right,
    differences: headers ? differencesOf(align(unitsIn(left), unitsIn(right)), headers) : [],
  };
}

function unitsIn(log: JudgedLog | null): Unit[] {
  return log ? log.annotated.flatMap((row, position) => unitsOf(row, position)) : [];
}

/** In words; a log that is not there differs from every other one. */
function verdictOf(log: JudgedLog | null): string {
  if (log === null) return 'not there';
  const { derived } = log.verdict;
  return derived ? `${derived.behavior ?? 'cannot tell'}, close ${derived.behaviorClose ?? 'cannot tell'}` : '';
}

type Paint = (ink: Ink, text: string) => string;
type DiffForm = (found: CaseDifference, areDirectories: boolean, paint: Paint) => string;

const FORMS: Readonly<Record<DiffOptions['format'], DiffForm>> = {
  text: (found, areDirectories, paint) => {
    const [left, right] = [verdictOf(found.left), verdictOf(found.right)];
    const moved = left === right ? [] : [`${left || 'no verdict'} → ${right || 'no verdict'}`];
    const [first] = found.differences;
    const more = found.differences.length - 1;
    if (areDirectories) {
      const what = first ? [`first difference: ${inOneLine(first)}${more > 0 ? `, and ${more} more` : ''}`] : [];
      return `${paint('bold', escapeText(found.case))}  ${[...moved, ...what].join('; ')}\n`;
    }
    const lines = found.differences.flatMap(({ what, left: one, right: other }) => [
      paint('bold', what),
      ...sideLines('-', one, paint),
      ...sideLines('+', other, paint),
    ]);
    return [...moved, ...lines, ''].join('\n');
  },
  ndjson: ({ case: id, left, right, differences: list }) =>
    `${JSON.stringify({
      type: 'difference',
      case: id,
      left: left && { source: left.header.source, derived: left.verdict.derived },
      right: right && { source: right.header.source, derived: right.verdict.derived },
      differences: list,
    })}\n`,
};

function inOneLine({ what, left, right }: Difference): string {
  return `${what}: ${inWords(left)} → ${inWords(right)}`;
}

function inWords(said: Said | null): string {
  return said === null ? 'nothing' : `row ${said.row} ${said.says}`;
}

function sideLines(sign: '-' | '+', said: Said | null, paint: Paint): string[] {
  if (said === null) return [];
  const line = `${sign} ${String(said.row).padStart(3, '0')} ${said.direction ?? '  '} ${said.says}`;
  return [paint(sign === '-' ? 'red' : 'green', line)];
}

function isDirectory(path: string): boolean {
  return path !== '-' && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}
