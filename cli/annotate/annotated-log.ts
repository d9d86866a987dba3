// One log through the pipeline, and into each form that is wanted of it.

import type { LogWriter } from '../../src/ingest/reader.ts';
import type { AnnotatedRow, Annotation } from '../../src/judge/annotation.ts';
import { type Judge, judgeInColumns } from '../../src/judge/judge.ts';
import { annotatedRowsOf, type RowOrStretch, rowsOf } from '../../src/judge/ordinary-row.ts';
import type { LogHeader } from '../../src/model/row.ts';
import { rowWindowOf } from '../input/read-log.ts';
import { reaches } from '../options.ts';
import type { AnnotateOptions, OpenForm } from '../output/annotate-forms.ts';
import type { Turn } from '../output/turns.ts';

/** What all inputs have in common. */
export interface AnnotateJob {
  readonly options: AnnotateOptions;
  readonly forms: readonly OpenForm[];
  readonly shows: (rule: string) => boolean;
  readonly where: ((row: AnnotatedRow) => boolean) | null;
  readonly maxMessage: number | undefined;
  readonly outcome: { failed: boolean; hasBug: boolean; charged: boolean; logs: number; foreign: number };
}

export interface AnnotatedLog extends LogWriter {
  /** Shows what is decoded so far. */
  flush(): void;
}

/** A log in one form. */
export interface LogInForm {
  readonly form: OpenForm;
  readonly turn: Turn;
  hasBegun: boolean;
}

/** Rows that nobody sees are held as long as the reading of others may ask for them, and no longer. */
const UNSEEN = 256;

export function openAnnotatedLog(
  header: LogHeader,
  job: AnnotateJob,
  pages: readonly LogInForm[],
  ended: () => void,
): AnnotatedLog {
  const { options, outcome, shows, maxMessage } = job;
  const stream = judgeInColumns(header, {
    shows,
    withoutVerdict: pages.length === 0,
    withoutRows: pages.length === 0,
    ...(pages.length === 0 ? { window: UNSEEN } : rowWindowOf(header)),
    ...(maxMessage === undefined ? {} : { maxMessage }),
  });
  const show = (rows: readonly RowOrStretch[]) => {
    if (rows.length === 0) return;
    const late = stream.takeLate();
    for (const page of pages) {
      showRows(page, rows, job, stream);
      showLate(page, late, job, stream);
    }
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
        if (!page.form.passesOver) begin(page, stream, summary.header);
        if (page.hasBegun) page.turn.write(page.form.renderer.end(summary, judged));
        page.turn.end();
      }
      outcome.logs++;
      outcome.charged ||= reaches(summary.violations, options.failOn);
    },
  };
}

function begin(page: LogInForm, { connection }: Judge<RowOrStretch>, header: LogHeader = connection.header): void {
  if (!page.hasBegun) page.turn.write(page.form.renderer.begin(header, connection));
  page.hasBegun = true;
}

function showRows(page: LogInForm, rows: readonly RowOrStretch[], job: AnnotateJob, stream: Judge<RowOrStretch>): void {
  const { renderer, passesOver } = page.form;
  if (!passesOver) begin(page, stream);
  for (const some of rows) {
    for (const wanted of wantedOf(some, job, page.form)) {
      begin(page, stream);
      if (renderer.rowOctets) renderer.rowOctets(wanted, page.turn.octets);
      else for (const row of rowsOf([wanted])) page.turn.write(renderer.row(row));
      page.turn.settle();
    }
  }
}

function wantedOf(
  rows: RowOrStretch,
  { options, where }: AnnotateJob,
  { passesOver }: OpenForm,
): readonly RowOrStretch[] {
  const isBareWanted = !(passesOver && options.violations);
  if (where === null && isBareWanted) return [rows];
  const some = isBareWanted ? rowsOf([rows]) : annotatedRowsOf(rows);
  return where === null ? some : some.filter(where);
}

function showLate(
  page: LogInForm,
  late: readonly Annotation[],
  { where }: AnnotateJob,
  stream: Judge<RowOrStretch>,
): void {
  const { renderer, passesOver } = page.form;
  for (const annotation of late) {
    // Of a row that is gone nobody can say any more whether it was wanted.
    if (passesOver && where !== null && !page.hasBegun) continue;
    begin(page, stream);
    page.turn.write(renderer.late(annotation));
  }
}
