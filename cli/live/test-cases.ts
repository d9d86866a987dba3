// `test`: the suite at a live peer, in the forms of `check`.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isCharged } from '../../src/judge/annotation.ts';
import type { JudgedLog } from '../../src/judge/judged-log.ts';
import { addressInWords, listenAddressOf, targetOf } from '../../src/live/address.ts';
import { type Listener, listen, type Peer } from '../../src/live/reach.ts';
import { suiteFor } from '../../src/live/suite.ts';
import type { SuiteCase } from '../../src/live/suite-case.ts';
import type { TestedCase } from '../../src/live/test-case.ts';
import { testPeer } from '../../src/live/test-peer.ts';
import { UserError } from '../../src/model/errors.ts';
import type { Role } from '../../src/model/row.ts';
import { type CheckedCase, isAtLeast, levelOf } from '../../src/render/check/case.ts';
import { distinctText } from '../../src/render/check/distinct.ts';
import { CHECK_RENDERERS } from '../../src/render/check/forms.ts';
import type { CheckRenderer } from '../../src/render/check/renderer.ts';
import { openTally, type Tally } from '../../src/render/check/total.ts';
import { formNamed } from '../../src/render/form-names.ts';
import { RULES } from '../../src/rules/all.ts';
import { complain, type Output, openOutput, reasonOf } from '../input/io.ts';
import { type CommonOptions, ruleFilter, sizeOf, textWidth, wantsColor } from '../options.ts';
import { openProgress, type Progress } from '../output/progress.ts';
import { standardError } from '../output/standard-error.ts';
import { formOf } from '../output/wanted-forms.ts';
import { openLogFile } from './log-file.ts';
import { writtenCases } from './suite-files.ts';

/** Of `test`: pages are made of the logs that it keeps. */
const TEST_RENDERERS = CHECK_RENDERERS.flatMap((form) => (form.isFolder ? [] : [form]));

export interface TestCommandOptions extends Pick<CommonOptions, 'color' | 'quiet' | 'failOn'> {
  readonly url: string | undefined;
  readonly listen: string | undefined;
  readonly case: string | undefined;
  readonly rule: string | undefined;
  readonly jobs: number;
  readonly timeout: number | undefined;
  readonly timeoutAgain: number;
  readonly wait: number;
  readonly maxOctets: string;
  readonly suite: string | undefined;
  readonly all: boolean;
  readonly format: string;
  readonly report: string | undefined;
  readonly list: boolean;
  readonly insecure: boolean;
}

/** Making large cases takes time: they are made where they may be named. */
const LARGE_NAMES = /echo|large|chopped/;
const NO_ECHO = { behavior: 'FAILED', behaviorClose: null };

/** Returns the exit code. */
export async function testCases(options: TestCommandOptions): Promise<number> {
  const role: Role = options.listen === undefined ? 'client' : 'server';
  const cases = chosen(
    suiteFor(role, writtenCases(role, options.suite), options.all || LARGE_NAMES.test(options.case ?? '')),
    options,
  );
  const output = openOutput(process.stdout);
  if (options.list) {
    await output.write(cases.map(({ id, title }) => `${id}  ${title}\n`).join(''));
    return 0;
  }
  if (formNamed(CHECK_RENDERERS, options.format)?.isFolder)
    throw new UserError(
      'wirelog test writes no pages: --report FOLDER keeps its logs, and wirelog check makes pages of them',
    );
  const entry = formOf(TEST_RENDERERS, options.format);
  const width = textWidth(process.stdout);
  // Of a peer it is asked what is wrong with it, and not in which cases.
  const open = entry.id === 'text' ? distinctText : await entry.load();
  const renderer = open({ color: wantsColor(options.color, process.stdout), width, locate: null });
  const say = (text: string) => (options.quiet ? undefined : output.write(text));
  const tally = openTally();
  const skipped: TestedCase[] = [];
  const peer = await peerOf(options);
  const progress = openProgress(standardError, cases.length, options.quiet, Date.now, 'cases');
  if (options.report !== undefined) mkdirSync(options.report, { recursive: true });
  const run = { options, output, renderer, tally, skipped, progress };
  let failure: UserError | null = null;
  try {
    await say(renderer.head());
    await playAll(testPeer({ ...limitsOf(options), peer, role, cases }), run);
  } catch (error) {
    // What was found so far is still told.
    if (!(error instanceof UserError) || tally.cases + skipped.length === 0) throw error;
    failure = error;
  } finally {
    progress.clear();
    if ('listener' in peer) peer.listener.close();
  }
  const exitCode = failure ? 2 : tally.failing > 0 ? 1 : 0;
  const files = { read: tally.cases, failed: 0 };
  const rest = { missing: null, absent: { cases: [], fails: false }, isForeign: false, written: null };
  await say(renderer.tail(tally.total({ files, failOn: options.failOn, exitCode, ...rest })));
  if (!options.quiet) sayWhatWasSkipped(skipped, tally.cases + skipped.length);
  if (failure) complain(failure.message);
  return exitCode;
}

interface TestRun {
  readonly options: TestCommandOptions;
  readonly output: Output;
  readonly renderer: CheckRenderer;
  readonly tally: Tally;
  readonly skipped: TestedCase[];
  readonly progress: Progress;
}

async function playAll(ended: AsyncGenerator<TestedCase>, run: TestRun): Promise<void> {
  const { options, output, renderer, tally, skipped, progress } = run;
  let done = 0;
  for await (const one of ended) {
    progress.step(++done);
    const { judged } = one;
    const source = options.report === undefined || judged === null ? null : keepLog(options.report, one.tested, judged);
    if (one.skipped !== null || judged === null) {
      skipped.push(one);
      continue;
    }
    const checked = checkedCase(one, judged, source, options);
    tally.add(checked);
    progress.clear();
    if (!options.quiet) await output.write(renderer.case(checked));
  }
}

/** Large cases are played where they are named, or all are asked for. */
function chosen(all: readonly SuiteCase[], options: TestCommandOptions): SuiteCase[] {
  const ids = RULES.map(({ id }) => id);
  const isWanted = ruleFilter({ only: options.rule, skip: undefined }, ids);
  const patterns = options.case?.split(',').map((pattern) => patternOf(pattern.trim())) ?? null;
  const cases = all.filter(
    ({ id, aliases, breaks, isLarge }) =>
      (options.all || !isLarge || patterns !== null) &&
      (options.rule === undefined || (breaks !== null && isWanted(breaks))) &&
      (patterns === null || patterns.some((pattern) => [id, ...aliases].some((name) => pattern.test(name)))),
  );
  if (cases.length === 0) throw new UserError('no case that --case and --rule name: see wirelog test --list');
  return cases;
}

function patternOf(glob: string): RegExp {
  return new RegExp(`^${glob.split('*').map(escaped).join('.*')}$`);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

async function openListener(text: string): Promise<Listener> {
  try {
    const listener = await listen(listenAddressOf(text));
    complain(`listening on ${addressInWords(listener.address)}: the client has to connect once a case`);
    return listener;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${text}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

async function peerOf({ url, listen: address }: TestCommandOptions): Promise<Peer> {
  if ((url === undefined) === (address === undefined)) {
    throw new UserError('name the peer: a ws:// URL to test a server, or --listen PORT to test a client');
  }
  return address === undefined ? { target: targetOf(url as string) } : { listener: await openListener(address) };
}

function limitsOf({ jobs, timeout, timeoutAgain, wait, maxOctets, insecure }: TestCommandOptions) {
  if (!(Number.isInteger(jobs) && jobs > 0)) throw new UserError(`--jobs needs a whole number from 1 on`);
  if (!((timeout ?? 1) > 0 && timeoutAgain > 0 && wait > 0)) {
    throw new UserError('--timeout, --timeout-again and --wait need a number of seconds above 0');
  }
  const octets = sizeOf(maxOctets) ?? 0;
  return { jobs, seconds: timeout, secondsAgain: timeoutAgain, clientSeconds: wait, octets, isInsecure: insecure };
}

function nameOf({ url, listen: address }: TestCommandOptions): string {
  return url ?? `the client at ${address}`;
}

function checkedCase(
  { tested, echo }: TestedCase,
  judged: JudgedLog,
  source: string | null,
  options: TestCommandOptions,
): CheckedCase {
  const { annotated, summary, hints } = judged;
  const verdict = echo === null ? judged.verdict : { ...judged.verdict, derived: NO_ECHO, why: echo };
  const findings = new Map(
    annotated
      .flatMap(({ annotations }) => annotations)
      .filter(isCharged)
      .reverse()
      .map((annotation) => [annotation.rule, annotation]),
  );
  const { violations } = summary;
  return {
    source: source ?? tested.id,
    agent: nameOf(options),
    case: tested.id,
    verdict,
    rules: [...findings.keys()],
    hints,
    violations,
    findings: [...findings.values()].sort((a, b) => a.row - b.row),
    seconds: null,
    started: judged.header.started,
    change: null,
    fails: isAtLeast(levelOf({ verdict, violations }), options.failOn),
  };
}

/** The log of the case, as a file; its name. */
function keepLog(folder: string, { id }: SuiteCase, judged: JudgedLog): string {
  const file = openLogFile(join(folder, id.replaceAll('/', '-')), logHeader(judged));
  for (const row of judged.rows) file.row(row);
  file.close();
  return file.files[0] ?? '';
}

function logHeader({ header }: JudgedLog): JudgedLog['header'] {
  return { ...header, report: null };
}

function sayWhatWasSkipped(skipped: readonly TestedCase[], of: number): void {
  const byReason = new Map<string, string[]>();
  for (const { skipped: why, tested } of skipped)
    byReason.set(why ?? '', [...(byReason.get(why ?? '') ?? []), tested.id]);
  for (const [why, ids] of byReason) {
    const some = `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}`;
    const tell = ids.length === 1 ? 'tells' : 'tell';
    complain(`${ids.length} of ${of} cases ${tell} nothing of the peer: ${why} (${some})`);
  }
}
