// `check`: every log through the pipeline and the judge, one record a case to its output form, the sums to the exit code.

import { InputError, UserError } from '../../src/model/errors.ts';
import { type CheckedCase, isAtLeast, levelOf } from '../../src/render/check/case.ts';
import { CHECK_RENDERERS } from '../../src/render/check/forms.ts';
import type { CheckRenderer } from '../../src/render/check/renderer.ts';
import { openTally, type Tally } from '../../src/render/check/total.ts';
import { complainOfBug, EXIT_BUG, isBug } from '../bug.ts';
import { complain, type Input, type Output, openOutput } from '../input/io.ts';
import { type CommonOptions, logsOf, wantsColor } from '../options.ts';
import { type Baseline, type BaselineWriter, readBaseline, writeBaseline } from './baseline.ts';
import { findCheckInputs } from './inputs.ts';
import { type Bench, type JudgedCase, judgeInput, openBench } from './judge-logs.ts';
import { rowLocator } from './lines.ts';
import { openProgress } from './progress.ts';
import { type Selection, selectionOf } from './select.ts';

export interface CheckOptions extends CommonOptions {
  readonly log: string[] | undefined;
  readonly format: string;
  readonly case: string | undefined;
  readonly agent: string | undefined;
  readonly baseline: string | undefined;
  readonly updateBaseline: boolean;
}

const COLUMNS = 80;
const BATCH = 64 << 10;

/** Everything that one run knows. */
interface Check {
  readonly options: CheckOptions;
  readonly bench: Bench;
  readonly selection: Selection;
  readonly renderer: CheckRenderer | null;
  readonly output: Output;
  /** Results go to the terminal while the work goes on. */
  readonly isScreenTaken: boolean;
  /** Standard input may be a stream that goes on. */
  readonly isLive: boolean;
  /** What waits to be written. */
  readonly unsaid: { text: string };
  readonly baseline: Baseline | null;
  readonly writer: BaselineWriter | null;
  readonly tally: Tally;
  readonly files: { read: number; failed: number; hasBug: boolean };
}

/** Returns the exit code. */
export async function checkLogs(options: CheckOptions): Promise<number> {
  const paths = pathsOf(options);
  const check = openCheck(options);
  const { inputs, errors, warnings } = findCheckInputs(paths);
  for (const warning of warnings) complain(warning);
  const progress = openProgress(process.stderr, inputs.length, options.quiet || check.isScreenTaken);
  try {
    await say(check, check.renderer?.head());
    for (const error of errors) await unread(check, error);
    for (const [i, input] of inputs.entries()) {
      await checkInput(check, input, progress.clear);
      progress.step(i + 1);
    }
    progress.clear();
    return await finish(check, paths);
  } catch (error) {
    progress.clear();
    check.writer?.discard();
    throw error;
  }
}

function pathsOf({ log }: CheckOptions): readonly string[] {
  if ((log ?? []).length === 0 && process.stdin.isTTY) {
    throw new UserError('no report named: wirelog check --help tells more');
  }
  return logsOf(log);
}

function openCheck(options: CheckOptions): Check {
  const { format, color, baseline, updateBaseline } = options;
  const entry = CHECK_RENDERERS.find(({ id }) => id === format);
  if (!entry) throw new UserError(`no format "${format}": there are ${CHECK_RENDERERS.map(({ id }) => id).join(', ')}`);
  const selection = selectionOf(options.case, options.agent);
  if (updateBaseline && baseline === undefined) throw new UserError('--update-baseline needs --baseline FILE');
  if (updateBaseline && !selection.isEverything) {
    throw new UserError('--update-baseline writes all cases: not with --case or --agent');
  }
  const { stdout } = process;
  const width = stdout.isTTY ? stdout.columns || COLUMNS : COLUMNS;
  const renderer = entry.open({ color: wantsColor(color, stdout), width, locate: rowLocator() });
  return {
    options,
    bench: openBench(options),
    selection,
    renderer: options.quiet ? null : renderer,
    output: openOutput(stdout),
    isScreenTaken: stdout.isTTY === true && entry.streams,
    isLive: logsOf(options.log).includes('-'),
    unsaid: { text: '' },
    baseline: baseline === undefined ? null : openBaseline(baseline, updateBaseline),
    writer: baseline !== undefined && updateBaseline ? writeBaseline(baseline) : null,
    tally: openTally(),
    files: { read: 0, failed: 0, hasBug: false },
  };
}

/** One that is about to be written need not be there yet. */
function openBaseline(file: string, isNew: boolean): Baseline | null {
  try {
    return readBaseline(file);
  } catch (error) {
    if (isNew && error instanceof InputError && error.reason.endsWith('ENOENT')) return null;
    throw error;
  }
}

/** A write a case would cost more than the case. Where somebody waits for the next line, it goes out at once. */
function say(check: Check, text: string | undefined, isLast = false): Promise<void> | undefined {
  check.unsaid.text += text ?? '';
  const { length } = check.unsaid.text;
  if (length === 0 || (length < BATCH && !isLast && !check.isScreenTaken && !check.isLive)) return undefined;
  const ready = check.unsaid.text;
  check.unsaid.text = '';
  return check.output.write(ready);
}

/** Says that a file could not be read; the others still are. */
function unread(check: Check, error: InputError): Promise<void> | undefined {
  check.files.failed++;
  complain(error.message);
  const reason = error.row === null ? error.reason : `row ${error.row}: ${error.reason}`;
  return say(check, check.renderer?.unread(error.source, reason));
}

/** The same for a file on which wirelog itself failed. */
function unjudged(check: Check, source: string, error: unknown): Promise<void> | undefined {
  check.files.failed++;
  check.files.hasBug = true;
  complainOfBug(error, source);
  return say(check, check.renderer?.unread(source, 'a bug in wirelog'));
}

async function checkInput(check: Check, input: Input, beforeError: () => void): Promise<void> {
  let lines = '';
  const tell = () => {
    const text = lines;
    lines = '';
    return say(check, text);
  };
  const log = (judged: JudgedCase) => {
    lines += recordCase(check, judged);
  };
  try {
    const isLog = await judgeInput(check.bench, input, { log, afterChunk: tell });
    if (isLog) check.files.read++;
    await tell();
  } catch (error) {
    if (!(error instanceof InputError || isBug(error))) throw error;
    await tell();
    beforeError();
    if (error instanceof InputError) await unread(check, error);
    else await unjudged(check, input.source, error);
  }
}

/** Compares, counts and keeps; returns what is to be printed. */
function recordCase(check: Check, judged: JudgedCase): string {
  const change = check.baseline?.compare(judged) ?? null;
  const checked: CheckedCase = { ...judged, change, fails: failsAt(check.options.failOn, judged, change) };
  check.tally.add(checked);
  check.writer?.add(checked);
  return check.renderer?.case(checked) ?? '';
}

/** Without a baseline: as bad as `--fail-on` or worse. With one: that, and worse than before. */
export function failsAt(
  failOn: CommonOptions['failOn'],
  judged: Pick<CheckedCase, 'verdict' | 'violations'>,
  change: CheckedCase['change'],
): boolean {
  if (failOn === 'never' || (change !== null && change !== 'worse')) return false;
  // What was judged before and is not agreed to any more is a loss, though no rule is broken.
  const isLost = change === 'worse' && judged.verdict.derived?.behavior === 'UNIMPLEMENTED';
  return isLost || isAtLeast(levelOf(judged), failOn);
}

async function finish(check: Check, paths: readonly string[]): Promise<number> {
  const { tally, files, options, baseline, writer, selection } = check;
  if (tally.cases === 0 && files.failed === 0) {
    const what = selection.isEverything ? 'no log in it' : 'no case that --case and --agent name';
    throw new UserError(`${paths.join(', ')}: ${what}`);
  }
  const isAccepted = options.updateBaseline;
  const isForeign = baseline !== null && !isAccepted && tally.cases > 0 && tally.unknown === tally.cases;
  const exitCode = files.hasBug
    ? EXIT_BUG
    : files.failed > 0 || isForeign
      ? 2
      : tally.failing > 0 && !isAccepted
        ? 1
        : 0;
  const missing = baseline?.missing(selection.wants) ?? null;
  const written = writer && files.failed === 0 ? (options.baseline ?? null) : null;
  const total = tally.total({
    files: { read: files.read, failed: files.failed },
    failOn: options.failOn,
    exitCode,
    missing,
    written,
  });
  if (files.failed > 0) writer?.discard();
  else writer?.commit();
  await say(check, check.renderer?.tail(total), true);
  if (isForeign)
    complain(`${options.baseline}: it has none of these cases: is it of another agent, or another report?`);
  return exitCode;
}
