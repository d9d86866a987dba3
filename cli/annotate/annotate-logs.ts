// `annotate`: every input through the pipeline to standard output.

import type { LogWriter } from '../../src/ingest/reader.ts';
import type { AnnotatedRow } from '../../src/judge/annotation.ts';
import { judge } from '../../src/judge/judge.ts';
import { InputError, UserError } from '../../src/model/errors.ts';
import type { LogHeader } from '../../src/model/row.ts';
import { RENDERERS } from '../../src/render/annotate/forms.ts';
import type { Renderer } from '../../src/render/annotate/renderer.ts';
import { RULES } from '../../src/rules/all.ts';
import { complainOfBug, EXIT_BUG, isBug } from '../bug.ts';
import { rowLocator } from '../check/lines.ts';
import { complain, findInputs, type Input, type Output, openOutput } from '../input/io.ts';
import { readLog, windowOf } from '../input/read-log.ts';
import { type CommonOptions, logsOf, reaches, ruleFilter, wantsColor, withUnderTest } from '../options.ts';
import { openReadProgress } from '../output/read-progress.ts';
import { openTurns, type Turn } from '../output/turns.ts';

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
      noteFailure(error, input, outcome);
    }
  }
  if (!options.quiet) await output.write(renderer.tail?.() ?? '');
  if (outcome.logs === 0 && !outcome.failed) throw new UserError(`${logsOf(options.log).join(', ')}: no log in it`);
  return outcome.hasBug ? EXIT_BUG : outcome.failed ? 2 : outcome.charged ? 1 : 0;
}

/** The other inputs are still done, whatever it is; unless nobody reads what comes out. */
function noteFailure(error: unknown, { source }: Input, outcome: Job['outcome']): void {
  if (error instanceof InputError) complain(error.message);
  else if (isBug(error)) complainOfBug(error, source);
  else throw error;
  outcome.failed = true;
  outcome.hasBug ||= isBug(error);
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
  readonly outcome: { failed: boolean; hasBug: boolean; charged: boolean; logs: number };
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
    outcome: { failed: false, hasBug: false, charged: false, logs: 0 },
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
  const { options, output } = job;
  const turns = openTurns();
  const open = new Set<AnnotatedLog>();
  const progress = openReadProgress(input.source, process.stderr, process.stdout.isTTY === true || options.quiet);
  const write = async () => {
    for (let text = turns.take(); text !== ''; text = turns.take()) await output.write(text);
  };
  const sink = {
    open: (header: LogHeader) => {
      const log = openLog(withUnderTest(header, options.underTest), job, turns.begin(), () => open.delete(log));
      open.add(log);
      return log;
    },
  };
  try {
    await readLog(input, options, sink, (hasPaused) => {
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
    turns.close();
  }
}

interface AnnotatedLog extends LogWriter {
  /** Shows what is decoded so far. */
  flush(): void;
}

function openLog(header: LogHeader, job: Job, turn: Turn, ended: () => void): AnnotatedLog {
  const { options, renderer, outcome, shows, where, maxMessage } = job;
  const stream = judge(header, {
    shows,
    withoutVerdict: options.quiet,
    ...windowOf(header),
    ...(maxMessage === undefined ? {} : { maxMessage }),
  });
  let begun = false;

  const show = (rows: readonly AnnotatedRow[]) => {
    if (options.quiet || rows.length === 0) return;
    if (!begun) turn.write(renderer.begin(stream.connection.header, stream.connection));
    begun = true;
    for (const row of rows) if (where?.(row) ?? true) turn.write(renderer.row(row));
    for (const annotation of stream.takeLate()) turn.write(renderer.late(annotation));
  };
  return {
    row: (row) => show(stream.push(row)),
    batch: (batch) => show(stream.pushBatch(batch)),
    flush: () => show(stream.flush(true)),
    end: () => {
      ended();
      const { rows, summary, judged } = stream.end();
      show(rows);
      if (!options.quiet) {
        if (!begun) turn.write(renderer.begin(summary.header, stream.connection));
        turn.write(renderer.end(summary, judged));
      }
      turn.end();
      outcome.logs++;
      outcome.charged ||= reaches(summary.violations, options.failOn);
    },
  };
}
