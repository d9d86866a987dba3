// `annotate`: every input through the pipeline to standard output.

import { type Annotator, annotate } from '../../src/judge/annotate.ts';
import type { AnnotatedRow } from '../../src/judge/annotation.ts';
import { type CaseJudge, judgeCase } from '../../src/judge/verdict/case.ts';
import { InputError, UserError } from '../../src/model/errors.ts';
import type { LogHeader } from '../../src/model/row.ts';
import { RENDERERS } from '../../src/render/annotate/forms.ts';
import type { Renderer } from '../../src/render/annotate/renderer.ts';
import { RULES } from '../../src/rules/all.ts';
import { rowLocator } from '../check/lines.ts';
import { complain, findInputs, type Input, type Output, openOutput } from '../input/io.ts';
import { readLog } from '../input/read-log.ts';
import { type CommonOptions, logsOf, reaches, ruleFilter, wantsColor, withUnderTest } from '../options.ts';

export interface AnnotateOptions extends CommonOptions {
  readonly log: string[] | undefined;
  readonly format: string;
  readonly hex: boolean;
  readonly violations: boolean;
  readonly where: string | undefined;
  readonly maxMessage: string | undefined;
}

/** Returns the exit code. */
export async function annotateLogs(options: AnnotateOptions): Promise<number> {
  const job = await openJob(options);
  const { renderer, output, outcome } = job;
  const { inputs, errors } = findInputs(logsOf(options.log));
  for (const error of errors) complain(error.message);
  if (process.stdin.isTTY && inputs.some(({ source }) => source === '-')) {
    complain('paste a log, then press Ctrl-D on a line of its own');
  }
  outcome.failed = errors.length > 0;
  if (!options.quiet) await output.write(renderer.head?.() ?? '');
  for (const input of inputs) {
    try {
      await annotateInput(input, job);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      complain(error.message);
      outcome.failed = true;
    }
  }
  if (!options.quiet) await output.write(renderer.tail?.() ?? '');
  if (outcome.logs === 0 && !outcome.failed) throw new UserError(`${logsOf(options.log).join(', ')}: no log in it`);
  return outcome.failed ? 2 : outcome.charged ? 1 : 0;
}

export async function openRenderer({
  format,
  color,
  violations,
  hex,
}: Pick<AnnotateOptions, 'format' | 'color' | 'violations' | 'hex'>): Promise<Renderer> {
  const entry = RENDERERS.find(({ id }) => id === format);
  if (!entry) throw new UserError(`no format "${format}": there are ${RENDERERS.map(({ id }) => id).join(', ')}`);
  const hexdump = hex ? (await import('../../src/render/hexdump.ts')).hexdump : null;
  return entry.open({
    color: wantsColor(color, process.stdout),
    violationsOnly: violations,
    hexdump,
    locate: rowLocator(),
  });
}

/** What all inputs have in common. */
interface Job {
  readonly options: AnnotateOptions;
  readonly renderer: Renderer;
  readonly output: Output;
  readonly shows: (rule: string) => boolean;
  readonly where: ((row: AnnotatedRow) => boolean) | null;
  readonly maxMessage: number | undefined;
  readonly outcome: { failed: boolean; charged: boolean; logs: number };
}

async function openJob(options: AnnotateOptions): Promise<Job> {
  const ids = RULES.map(({ id }) => id);
  return {
    options,
    renderer: await openRenderer(options),
    output: openOutput(process.stdout),
    shows: ruleFilter(options, ids),
    where:
      options.where === undefined ? null : (await import('../../src/judge/filter/filter.ts')).openWhere(options.where),
    maxMessage: sizeOf(options.maxMessage),
    outcome: { failed: false, charged: false, logs: 0 },
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** `64M`, `1k`, `500`: octets. */
export function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+)([kmg]?)$/i.exec(text);
  if (!match) throw new UserError(`"${text}" is not a size: write 64M, 512k or 1000`);
  return Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1);
}

async function annotateInput(input: Input, job: Job): Promise<void> {
  const { options, renderer, output, outcome, shows, where, maxMessage } = job;
  let text = '';
  let annotator: Annotator | null = null;
  let judge: CaseJudge | null = null;
  let begun = false;

  const show = (rows: ReturnType<Annotator['flush']>) => {
    if (!annotator || options.quiet || rows.length === 0) return;
    if (!begun) text += renderer.begin(annotator.connection.header, annotator.connection);
    begun = true;
    for (const row of rows) {
      judge?.row(row);
      if (where?.(row) ?? true) text += renderer.row(row);
    }
    for (const annotation of annotator.takeLate()) text += renderer.late(annotation);
  };
  const write = () => {
    const waiting = output.write(text);
    text = '';
    return waiting;
  };
  const endLog = () => {
    if (!annotator) return;
    const { rows, summary } = annotator.end();
    show(rows);
    if (!options.quiet) {
      if (!begun) text += renderer.begin(summary.header, annotator.connection);
      text += renderer.end(summary, judge?.end(summary, annotator.connection) ?? null);
    }
    outcome.logs++;
    outcome.charged ||= reaches(summary.violations, options.failOn);
    annotator = null;
  };
  const sink = {
    header: (header: LogHeader) => {
      endLog();
      begun = false;
      const own = withUnderTest(header, options.underTest);
      judge = options.quiet ? null : judgeCase(own);
      annotator = annotate(own, {
        shows,
        ...(maxMessage === undefined ? {} : { maxMessage }),
      });
    },
    row: (row: Parameters<Annotator['push']>[0]) => show(annotator?.push(row) ?? []),
  };
  try {
    await readLog(input, options.from, sink, (hasPaused) => {
      // A log that is still being written is shown when it pauses.
      if (hasPaused) show(annotator?.flush() ?? []);
      return write();
    });
    endLog();
  } catch (error) {
    // What could be read is shown before what is wrong.
    if (error instanceof InputError) endLog();
    throw error;
  } finally {
    await write();
  }
}
