// `annotate`: every input through the pipeline to standard output.

import { InputError, UserError } from '../../src/model/errors.ts';
import type { LogHeader } from '../../src/model/row.ts';
import { RULES } from '../../src/rules/all.ts';
import { complainOfBug, EXIT_BUG, isBug } from '../bug.ts';
import { complain, findInputs, type Input, isOverviewFile, sayPassedOver } from '../input/io.ts';
import { readLog } from '../input/read-log.ts';
import { logsOf, ruleFilter, sizeOf, withUnderTest } from '../options.ts';
import { type AnnotateOptions, openForms } from '../output/annotate-forms.ts';
import { openReadProgress } from '../output/read-progress.ts';
import { standardError } from '../output/standard-error.ts';
import { openTurns } from '../output/turns.ts';
import { type AnnotatedLog, type AnnotateJob, openAnnotatedLog } from './annotated-log.ts';

/** Returns the exit code. */
export async function annotateLogs(options: AnnotateOptions): Promise<number> {
  const job = await openJob(options);
  try {
    const code = await annotateAll(job);
    for (const { place } of job.forms) place.commit();
    return code;
  } catch (error) {
    for (const { place } of job.forms) place.discard();
    throw error;
  }
}

async function annotateAll(job: AnnotateJob): Promise<number> {
  const { options, forms, outcome } = job;
  const { inputs, errors, foreign, ignored } = findInputs(logsOf(options.log), options);
  for (const error of errors) complain(error.message);
  if (inputs.some(({ source }) => source === '-') && process.stdin.isTTY) {
    complain('paste a log, then press Ctrl-D on a line of its own');
  }
  outcome.failed = errors.length > 0;
  for (const { renderer, place } of forms) await place.write(renderer.head?.() ?? '');
  for (const input of inputs) {
    try {
      if (!(await annotateInput(input, job)) && !isOverviewFile(input)) outcome.foreign++;
    } catch (error) {
      noteFailure(error, input, outcome);
    }
  }
  for (const { renderer, place } of forms) await place.write(renderer.tail?.() ?? '');
  const code = exitCodeOf(job);
  if (!options.quiet) sayPassedOver({ foreign: foreign + outcome.foreign, ignored });
  return code;
}

function exitCodeOf({ options, outcome }: AnnotateJob): number {
  if (outcome.logs === 0 && !outcome.failed) throw new UserError(`${logsOf(options.log).join(', ')}: no log in it`);
  return outcome.hasBug ? EXIT_BUG : outcome.failed ? 2 : outcome.charged ? 1 : 0;
}

/** Whatever went wrong with one input, the others are still read; unless nobody reads the output any more. */
function noteFailure(error: unknown, { source }: Input, outcome: AnnotateJob['outcome']): void {
  if (error instanceof InputError) complain(error.message);
  else if (isBug(error)) complainOfBug(error, source);
  else throw error;
  outcome.failed = true;
  outcome.hasBug ||= isBug(error);
}

async function openJob(options: AnnotateOptions): Promise<AnnotateJob> {
  const ids = RULES.map(({ id }) => id);
  return {
    options,
    shows: ruleFilter(options, ids),
    where:
      options.where === undefined ? null : (await import('../../src/judge/filter/filter.ts')).openWhere(options.where),
    maxMessage: sizeOf(options.maxMessage),
    outcome: { failed: false, hasBug: false, charged: false, logs: 0, foreign: 0 },
    forms: await openForms(options),
  };
}

/** Resolves to whether it is a log at all. */
async function annotateInput(input: Input, job: AnnotateJob): Promise<boolean> {
  const { options, forms } = job;
  const outlets = forms.map((form) => ({ form, turns: openTurns() }));
  const open = new Set<AnnotatedLog>();
  const progress = openReadProgress(input.source, standardError, process.stdout.isTTY === true || options.quiet);
  const write = async () => {
    for (const { form, turns } of outlets) {
      for (let due = turns.take(); due.length > 0; due = turns.take()) await form.place.write(due);
    }
  };
  const sink = {
    open: (header: LogHeader) => {
      const pages = outlets.map(({ form, turns }) => ({ form, turn: turns.begin(), hasBegun: false }));
      const log = openAnnotatedLog(withUnderTest(header, options.underTest), job, pages, () => open.delete(log));
      open.add(log);
      return log;
    },
  };
  try {
    return await readLog(input, options, sink, (hasPaused) => {
      // A log that is still being written is shown when it pauses.
      if (hasPaused) for (const log of open) log.flush();
      progress.step();
      return write();
    });
  } catch (error) {
    // What could be read is shown before what is wrong.
    if (error instanceof InputError) for (const log of [...open]) log.end();
    throw error;
  } finally {
    progress.clear();
    await write();
    for (const { turns } of outlets) turns.close();
  }
}
