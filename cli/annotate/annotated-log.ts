// One log through the pipeline, and into each form that is wanted of it.

import type { LogWriter } from '../../src/ingest/reader.ts';
import type { AnnotatedRow, Annotation } from '../../src/judge/annotation.ts';
import { type Judge, judgeInColumns } from '../../src/judge/judge.ts';
import { annotatedRowsOf, type Leaving, rowsOf } from '../../src/judge/ordinary-row.ts';
import type { LogHeader } from '../../src/model/row.ts';
import { windowOf } from '../input/read-log.ts';
import { reaches } from '../options.ts';
import type { AnnotateOptions, OpenForm } from '../output/annotate-forms.ts';
import type { Turn } from '../output/turns.ts';

/** What all inputs have in common. */
export interface Job {
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
export interface LogPage {
  readonly form: OpenForm;
  readonly turn: Turn;
  hasBegun: boolean;
}

/** Rows that nobody sees are held as long as the reading of others may ask for them, and no longer. */
const UNSEEN = 256;

export function openLog(header: LogHeader, job: Job, pages: readonly LogPage[], ended: () => void): AnnotatedLog {
  const { options, outcome, shows, maxMessage } = job;
  const stream = judgeInColumns(header, {
    shows,
    withoutVerdict: pages.length === 0,
    withoutRows: pages.length === 0,
    ...(pages.length === 0 ? { window: UNSEEN } : windowOf(header)),
    ...(maxMessage === undefined ? {} : { maxMessage }),
  });
  const show = (rows: readonly Leaving[]) => {
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

function begin(page: LogPage, { connection }: Judge<Leaving>, header: LogHeader = connection.header): void {
  if (!page.hasBegun) page.turn.write(page.form.renderer.begin(header, connection));
  page.hasBegun = true;
}

function showRows(page: LogPage, rows: readonly Leaving[], job: Job, stream: Judge<Leaving>): void {
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

function wantedOf(rows: Leaving, { options, where }: Job, { passesOver }: OpenForm): readonly Leaving[] {
  const isBareWanted = !(passesOver && options.violations);
  if (where === null && isBareWanted) return [rows];
  const some = isBareWanted ? rowsOf([rows]) : annotatedRowsOf(rows);
  return where === null ? some : some.filter(where);
}

function showLate(page: LogPage, late: readonly Annotation[], { where }: Job, stream: Judge<Leaving>): void {
  const { renderer, passesOver } = page.form;
  for (const annotation of late) {
    // Of a row that is gone nobody can say any more whether it was wanted.
    if (passesOver && where !== null && !page.hasBegun) continue;
    begin(page, stream);
    page.turn.write(renderer.late(annotation));
  }
}
