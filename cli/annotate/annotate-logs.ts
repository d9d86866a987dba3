// `annotate`: every input through the pipeline to standard output.

import type { LogWriter } from '../../src/ingest/reader.ts';
import type { AnnotatedRow, Annotation } from '../../src/judge/annotation.ts';
import { judge } from '../../src/judge/judge.ts';
import { InputError, UserError } from '../../src/model/errors.ts';
import type { LogHeader } from '../../src/model/row.ts';
import type { Renderer } from '../../src/render/annotate/renderer.ts';
import { type AnnotateForm, USUAL_FORMS } from '../../src/render/annotate/usual-forms.ts';
import { ANNOTATE_FORMS, type AnnotateFormId } from '../../src/render/form-names.ts';
import { RULES } from '../../src/rules/all.ts';
import { complainOfBug, EXIT_BUG, isBug } from '../bug.ts';
import { rowLocator } from '../check/lines.ts';
import { complain, findInputs, type Input, isOverview, sayPassedOver } from '../input/io.ts';
import { readLog, windowOf } from '../input/read-log.ts';
import { type CommonOptions, logsOf, reaches, ruleFilter, wantsColor, withUnderTest } from '../options.ts';
import { openPlace, type Place } from '../output/places.ts';
import { openReadProgress } from '../output/read-progress.ts';
import { standardError } from '../output/standard-error.ts';
import { openTurns, type Turn } from '../output/turns.ts';
import { type FormOptions, formOf, wantedForms } from '../output/wanted-forms.ts';

export interface AnnotateOptions extends CommonOptions, FormOptions {
  readonly log: string[] | undefined;
  readonly hex: boolean;
  readonly violations: boolean;
  readonly where: string | undefined;
  readonly maxMessage: string | undefined;
}

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

async function annotateAll(job: Job): Promise<number> {
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
      if (!(await annotateInput(input, job)) && !isOverview(input)) outcome.foreign++;
    } catch (error) {
      noteFailure(error, input, outcome);
    }
  }
  for (const { renderer, place } of forms) await place.write(renderer.tail?.() ?? '');
  const code = exitCodeOf(job);
  if (!options.quiet) sayPassedOver({ foreign: foreign + outcome.foreign, ignored });
  return code;
}

function exitCodeOf({ options, outcome }: Job): number {
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

/** `isFile`: what it writes goes to a file, and is not seen in this terminal. */
export async function openRenderer(
  { format, color, violations, hex }: Pick<AnnotateOptions, 'color' | 'violations' | 'hex'> & { format: string },
  isFile = false,
): Promise<Renderer> {
  const hexdump = hex ? (await import('../../src/render/hexdump.ts')).hexdump : null;
  const isColored = !isFile && wantsColor(color, process.stdout);
  const { open } = await formWritten(formOf(ANNOTATE_FORMS, format).id);
  return open({ color: isColored, violationsOnly: violations, hexdump, locate: rowLocator() });
}

async function formWritten(id: AnnotateFormId): Promise<AnnotateForm> {
  if (id === 'text' || id === 'ndjson') return USUAL_FORMS[id];
  const { RENDERERS } = await import('../../src/render/annotate/forms.ts');
  return formOf(RENDERERS, id);
}

/** A form that is written, and where. */
interface OpenForm {
  readonly renderer: Renderer;
  readonly place: Place;
  /** Logs without a row that is wanted are passed over. */
  readonly passesOver: boolean;
}

async function openForms(options: AnnotateOptions): Promise<OpenForm[]> {
  const wanted = wantedForms(ANNOTATE_FORMS, options).filter(({ place }) => place !== null || !options.quiet);
  const isChoosing = options.violations || options.where !== undefined;
  const forms: OpenForm[] = [];
  for (const { form, place } of wanted) {
    const renderer = await openRenderer({ ...options, format: form.id }, place !== null);
    const passesOver = isChoosing && (await formWritten(form.id)).showsRows;
    forms.push({ renderer, place: openPlace(place, logsOf(options.log)), passesOver });
  }
  return forms;
}

/** What all inputs have in common. */
interface Job {
  readonly options: AnnotateOptions;
  readonly forms: readonly OpenForm[];
  readonly shows: (rule: string) => boolean;
  readonly where: ((row: AnnotatedRow) => boolean) | null;
  readonly maxMessage: number | undefined;
  readonly outcome: { failed: boolean; hasBug: boolean; charged: boolean; logs: number; foreign: number };
}

async function openJob(options: AnnotateOptions): Promise<Job> {
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

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** `64M`, `1k`, `500`: octets. */
export function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+)([kmg]?)$/i.exec(text);
  if (!match) throw new UserError(`"${text}" is not a size: write 64M, 512k or 1000`);
  return Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1);
}

/** Resolves to whether it is a log at all. */
async function annotateInput(input: Input, job: Job): Promise<boolean> {
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
      const log = openLog(withUnderTest(header, options.underTest), job, pages, () => open.delete(log));
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

interface AnnotatedLog extends LogWriter {
  /** Shows what is decoded so far. */
  flush(): void;
}

/** A log in one form. */
interface LogPage {
  readonly form: OpenForm;
  readonly turn: Turn;
  hasBegun: boolean;
}

function writeRow(renderer: Renderer, row: AnnotatedRow, turn: Turn): void {
  if (renderer.rowOctets) renderer.rowOctets(row, turn.octets);
  else turn.write(renderer.row(row));
  turn.settle();
}

/** Rows that nobody sees are held as long as the reading of others may ask for them, and no longer. */
const UNSEEN = 256;

function openLog(header: LogHeader, job: Job, pages: readonly LogPage[], ended: () => void): AnnotatedLog {
  const { options, outcome, shows, where, maxMessage } = job;
  const stream = judge(header, {
    shows,
    withoutVerdict: pages.length === 0,
    ...(pages.length === 0 ? { window: UNSEEN } : windowOf(header)),
    ...(maxMessage === undefined ? {} : { maxMessage }),
  });

  const begin = (page: LogPage, own: LogHeader) => {
    if (!page.hasBegun) page.turn.write(page.form.renderer.begin(own, stream.connection));
    page.hasBegun = true;
  };
  const showIn = (page: LogPage, rows: readonly AnnotatedRow[], late: readonly Annotation[]) => {
    const { renderer, passesOver } = page.form;
    if (rows.length > 0 && !passesOver) begin(page, stream.connection.header);
    for (const row of rows) {
      if (where !== null && !where(row)) continue;
      if (passesOver && options.violations && row.annotations.length === 0) continue;
      begin(page, stream.connection.header);
      writeRow(renderer, row, page.turn);
    }
    for (const annotation of late) {
      // Of a row that is gone nobody can say any more whether it was wanted.
      if (passesOver && where !== null && !page.hasBegun) continue;
      begin(page, stream.connection.header);
      page.turn.write(renderer.late(annotation));
    }
  };
  const show = (rows: readonly AnnotatedRow[]) => {
    if (rows.length === 0) return;
    const late = stream.takeLate();
    for (const page of pages) showIn(page, rows, late);
  };
  return {
    row: (row) => show(stream.push(row)),
    batch: (batch) => show(stream.pushBatch(batch)),
    flush: () => show(stream.flush(true)),
    end: () => {
      ended();
      const { rows, summary, judged } = stream.end();
      show(rows);
      for (const page of pages) {
        if (!page.form.passesOver) begin(page, summary.header);
        if (page.hasBegun) page.turn.write(page.form.renderer.end(summary, judged));
        page.turn.end();
      }
      outcome.logs++;
      outcome.charged ||= reaches(summary.violations, options.failOn);
    },
  };
}
