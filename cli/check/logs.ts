// `check`: every log through the pipeline and the judge, one record a case to its output form, the sums to the exit code.

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { WholeLog } from '../../src/judge/judged-log.ts';
import { InputError, UserError } from '../../src/model/errors.ts';
import { escapeText } from '../../src/model/octets.ts';
import { type CheckedCase, isAtLeast, levelOf } from '../../src/render/check/case.ts';
import { type CaseName, openTally, type Tally, type Total } from '../../src/render/check/total.ts';
import { totalInOneLine } from '../../src/render/check/words.ts';
import { complainOfBug, EXIT_BUG, isBug } from '../bug.ts';
import { complain, type FoundInputs, type Input, isOverviewFile, sayPassedOver } from '../input/io.ts';
import { type JudgedCase, type JudgeSettings, judgeInput, judgeSettings } from '../input/judge-logs.ts';
import { NOTHING_CAME } from '../input/read-log.ts';
import { type CaseSelection, selectionOf } from '../input/select.ts';
import { type CommonOptions, logsOf, textWidth, wantsColor } from '../options.ts';
import { openProgress } from '../output/progress.ts';
import { rowLocator } from '../output/row-lines.ts';
import { standardError } from '../output/standard-error.ts';
import type { FormOptions } from '../output/wanted-forms.ts';
import { agentsOf } from './agents.ts';
import { type Baseline, type BaselineWriter, readBaseline, writeBaseline } from './baseline.ts';
import { findCheckInputs, type LostReport } from './inputs.ts';
import { type Outputs, openOutputs } from './outputs.ts';

export interface CheckOptions extends CommonOptions, FormOptions {
  readonly log: string[] | undefined;
  readonly case: string | undefined;
  readonly agent: string | undefined;
  readonly baseline: string | undefined;
  readonly baselineAgent: string | undefined;
  readonly allowMissing: boolean;
  readonly updateBaseline: boolean;
  readonly all: boolean;
  /** A file with settings; false: none is looked for. */
  readonly config: string | false | undefined;
  /** Options of the command line, by their long names. */
  readonly given: ReadonlySet<string>;
}

declare const WIRELOG_VERSION: string;

/** Everything that one run knows. */
interface CheckRun {
  readonly options: CheckOptions;
  readonly settings: JudgeSettings;
  readonly selection: CaseSelection;
  readonly outputs: Outputs;
  /** Somebody waits for each result: it goes out at once. */
  readonly isAwaited: boolean;
  readonly baseline: Baseline | null;
  /** The baseline's agent that all cases are compared with; null where each is with its own. */
  baselineAgent: string | null;
  /** Reports that an index names, and that are not there. */
  lost: readonly LostReport[];
  readonly writer: BaselineWriter | null;
  readonly tally: Tally;
  readonly files: { read: number; failed: number; foreign: number; hasBug: boolean };
}

/** Returns the exit code. */
export async function checkLogs(options: CheckOptions): Promise<number> {
  const paths = pathsOf(options);
  const check = await openCheck(options);
  const { inputs, errors, lost, foreign, ignored } = findCheckInputs(paths, options.ignore);
  check.lost = lost.filter(check.selection.wants);
  for (const { source, index } of check.lost) complain(`${source}: no such file, though ${index} names it`);
  chooseBaselineAgent(check, inputs);
  const progress = openProgress(standardError, inputs.length, options.quiet || isScreenTaken(check));
  try {
    check.outputs.head();
    for (const error of errors) unread(check, error);
    for (const [i, input] of inputs.entries()) {
      await checkInput(check, input, progress.clear);
      progress.step(i + 1);
    }
    progress.clear();
    return await finish(check, paths, { foreign, ignored });
  } catch (error) {
    progress.clear();
    check.outputs.discard();
    check.writer?.discard();
    throw error;
  }
}

function pathsOf({ log }: CheckOptions): readonly string[] {
  if ((log ?? []).length === 0 && process.stdin.isTTY) {
    throw new UserError('no path was given: name a report, such as wirelog check reports/');
  }
  return logsOf(log);
}

/** Results go to a terminal while the work goes on. */
function isScreenTaken({ outputs }: CheckRun): boolean {
  return process.stdout.isTTY === true && outputs.isStreaming;
}

async function openCheck(options: CheckOptions): Promise<CheckRun> {
  const { color, baseline, updateBaseline, quiet, formats, output } = options;
  const selection = selectionOf(options.case, options.agent);
  if (updateBaseline && baseline === undefined) throw new UserError('--update-baseline needs --baseline FILE');
  if (updateBaseline && !selection.isEverything) {
    throw new UserError('--update-baseline writes all cases: not with --case or --agent');
  }
  const { stdout } = process;
  const settings = judgeSettings(options);
  const former = baseline === undefined ? null : openBaseline(baseline, updateBaseline);
  const outputs = await openOutputs({
    formats,
    output,
    quiet,
    inputs: logsOf(options.log),
    color: wantsColor(color, stdout),
    width: textWidth(stdout),
    all: options.all,
    locate: rowLocator(),
    shows: settings.shows,
    version: WIRELOG_VERSION,
  });
  return {
    options,
    settings: { ...settings, keepsRows: outputs.wantsLogs },
    selection,
    outputs,
    // Standard input may be a stream that goes on.
    isAwaited: logsOf(options.log).includes('-') || (stdout.isTTY === true && outputs.isStreaming),
    baseline: former,
    writer: baseline !== undefined && updateBaseline ? writeBaseline(baseline, logsOf(options.log)) : null,
    baselineAgent: null,
    lost: [],
    tally: openTally(),
    files: { read: 0, failed: 0, foreign: 0, hasBug: false },
  };
}

/** One that is about to be written need not be there yet. */
function openBaseline(file: string, isNew: boolean): Baseline | null {
  try {
    return readBaseline(file);
  } catch (error) {
    if (isNew && error instanceof InputError && !existsSync(file)) return null;
    throw error;
  }
}

/** Cases match by agent too, unless one is named, or there is but one on each side. */
function chooseBaselineAgent(check: CheckRun, inputs: readonly Input[]): void {
  const { baseline, options } = check;
  const { baselineAgent: named } = options;
  if (named !== undefined && options.baseline === undefined) {
    throw new UserError('--baseline-agent needs --baseline FILE');
  }
  if (!baseline) return;
  const { agents } = baseline;
  if (named !== undefined && !agents.includes(named)) {
    throw new UserError(
      `the baseline has no agent "${escapeText(named)}": it has ${agents.map(escapeText).join(', ') || 'none'}`,
    );
  }
  const [only] = agents;
  const isOneEach = () => {
    const here = agentsOf(inputs.filter(({ source }) => basename(source) !== 'index.json'));
    return here !== null && [...here].filter((agent) => check.selection.wants({ agent, case: null })).length === 1;
  };
  check.baselineAgent = named ?? (agents.length === 1 && isOneEach() ? (only ?? null) : null);
  if (check.baselineAgent !== null) baseline.matchByCase(check.baselineAgent);
}

/** Says that a file could not be read; the others still are. */
function unread(check: CheckRun, error: InputError): void {
  check.files.failed++;
  complain(error.message);
  check.outputs.unread(error.source, error.row === null ? error.reason : `row ${error.row}: ${error.reason}`);
}

/** The same for a file on which wirelog itself failed. */
function unjudged(check: CheckRun, source: string, error: unknown): void {
  check.files.failed++;
  check.files.hasBug = true;
  complainOfBug(error, source);
  check.outputs.unread(source, 'a bug in wirelog');
}

async function checkInput(check: CheckRun, input: Input, beforeError: () => void): Promise<void> {
  const afterChunk = () => check.outputs.flush(check.isAwaited);
  const log: Parameters<typeof judgeInput>[2]['log'] = (judged, _, __, whole) => recordCase(check, judged, whole);
  try {
    const isLog = await judgeInput(check.settings, input, { log, afterChunk });
    if (isLog) check.files.read++;
    else if (!isOverviewFile(input)) check.files.foreign++;
  } catch (error) {
    if (!(error instanceof InputError || isBug(error)) || isPathForgotten(check, error)) throw error;
    beforeError();
    if (error instanceof InputError) unread(check, error);
    else unjudged(check, input.source, error);
  }
  const waiting = afterChunk();
  if (waiting) await waiting;
}

/** Nothing was named, and nothing came by standard input either: there is nothing to sum up. */
function isPathForgotten({ options }: CheckRun, error: unknown): boolean {
  return (options.log ?? []).length === 0 && error instanceof InputError && error.reason === NOTHING_CAME;
}

/** Compares, counts, keeps and hands on. */
function recordCase(check: CheckRun, judged: JudgedCase, log: WholeLog | null): void {
  const change = check.baseline?.compare(judged) ?? null;
  const checked: CheckedCase = { ...judged, change, fails: failsAt(check.options.failOn, judged, change) };
  check.tally.add(checked);
  check.writer?.add(checked);
  check.outputs.case(checked, log);
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

async function finish(
  check: CheckRun,
  paths: readonly string[],
  { foreign, ignored }: Pick<FoundInputs, 'foreign' | 'ignored'>,
): Promise<number> {
  const { tally, files, options, selection, writer } = check;
  if (tally.cases === 0 && files.failed === 0 && check.lost.length === 0) {
    const what = selection.isEverything ? 'no log in it' : 'no case in it that --case and --agent choose';
    throw new UserError(`${paths.join(', ')}: ${what}`);
  }
  if (!options.quiet) sayPassedOver({ foreign: foreign + files.foreign, ignored });
  const total = totalOf(check);
  if (total.written !== null) writer?.commit();
  else writer?.discard();
  for (const name of total.absent.cases) check.outputs.absent(name, total.absent.fails);
  await check.outputs.tail(total);
  if (!options.quiet && !isSumOnScreen(check)) complain(totalInOneLine(total));
  if (total.isForeign)
    complain(`${options.baseline}: it has none of these cases: is it of another agent, or another report?`);
  return total.exitCode;
}

/** Whoever reads the text sees its last line already. */
function isSumOnScreen({ outputs }: CheckRun): boolean {
  return outputs.isRead && process.stdout.isTTY === true && process.stderr.isTTY === true;
}

function totalOf(check: CheckRun): Total {
  const { tally, files, options, baseline, writer } = check;
  const { failOn, allowMissing, updateBaseline: isAccepted } = options;
  const ofBaseline = baseline?.missing(wantsOfBaseline(check)) ?? null;
  const cases = missingCases(isAccepted ? [] : (ofBaseline ?? []), check.lost);
  const absent = { cases, fails: cases.length > 0 && !allowMissing && failOn !== 'never' };
  const isForeign = baseline !== null && !isAccepted && tally.cases > 0 && tally.unknown === tally.cases;
  const fails = absent.fails || (tally.failing > 0 && !isAccepted);
  const exitCode = files.hasBug ? EXIT_BUG : files.failed > 0 || isForeign ? 2 : Number(fails);
  // What is not all there is no baseline.
  const isWhole = files.failed === 0 && (check.lost.length === 0 || allowMissing);
  const written = writer && isWhole ? (options.baseline ?? null) : null;
  const { read, failed } = files;
  return tally.total({ files: { read, failed }, failOn, exitCode, missing: ofBaseline, absent, isForeign, written });
}

function wantsOfBaseline({ selection, baselineAgent }: CheckRun): CaseSelection['wants'] {
  return baselineAgent === null ? selection.wants : ({ case: id }) => selection.wantsCase(id);
}

/** Of the baseline and of the indexes, each case once. */
function missingCases(ofBaseline: readonly CaseName[], lost: readonly LostReport[]): CaseName[] {
  const all = [...ofBaseline, ...lost].map(({ agent, case: id }) => ({ agent, case: id }));
  return [...new Map(all.map((name) => [JSON.stringify([name.agent, name.case]), name])).values()];
}
