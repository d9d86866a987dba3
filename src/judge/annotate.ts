// The pipeline: rows in, annotated rows out, synchronous, no I/O. One decoder a direction, one connection over both,
// the rules asked at each step. Rows are held back in a window, because much is known only later: the log's own word
// for a hidden header, the reaction to a violation, a ping that nobody answers. What comes after its row has left the
// window is handed out apart, so that memory does not grow with the log.

import type { LogHeader, Row } from '../model/row.ts';
import { ROW, type RowBatch } from '../model/row-batch.ts';
import type { Connection } from '../protocol/connection.ts';
import { stepRow } from '../protocol/steps/ending.ts';
import { RULES } from '../rules/all.ts';
import { openRules, type RuleRunner } from '../rules/kit/rule-runner.ts';
import type { AnnotatedRow, Annotation, Summary } from './annotation.ts';
import { dropRows, isTooMuch, noteOrdinary, noteRow } from './bounds.ts';
import { endLog, readOctets, readOther } from './follow.ts';
import { OrdinaryRows } from './ordinary.ts';
import { JudgedBatch, type RowOrStretch, rowsOf } from './ordinary-row.ts';
import { openRun, type Run, type RunOptions, WINDOW } from './run.ts';
import { WholeFrames } from './whole-frames.ts';

export type { Summary } from './annotation.ts';
export type { RunOptions } from './run.ts';

interface Ending<Out> {
  readonly rows: readonly Out[];
  readonly summary: Summary;
}

/** `Out`: how the rows come out. */
export interface Annotator<Out = AnnotatedRow> {
  readonly connection: Connection;
  /** Takes a row; returns the rows that leave the window. */
  push(row: Row): readonly Out[];
  /**
   * Takes rows in columns, all or those from `from` to `to`; returns the rows that leave the window. The batch is the
   * annotator's from then on.
   */
  pushBatch(batch: RowBatch, from?: number, to?: number): readonly Out[];
  /**
   * Lets out all rows that are decoded. With `hasPaused` nothing more comes for now: what waits for the next row is decided
   * by what there is.
   */
  flush(hasPaused?: boolean): readonly Out[];
  /** The log is over. */
  end(): Ending<Out>;
  /** Annotations whose row had left before they were known; taking them empties the list. */
  takeLate(): readonly Annotation[];
}

const runners = new Map<boolean, RuleRunner>();

function runnerOf(asksAlways: boolean): RuleRunner {
  const runner = runners.get(asksAlways) ?? openRules(RULES, asksAlways);
  runners.set(asksAlways, runner);
  return runner;
}

export function annotate(header: LogHeader, options: RunOptions = {}): Annotator {
  const inner = annotateInColumns(header, options);
  return {
    ...inner,
    ...inRows(inner),
    end: () => {
      const { rows, summary } = inner.end();
      return { rows: rowsOf(rows), summary };
    },
  };
}

type Outlets<Out> = Pick<Annotator<Out>, 'push' | 'pushBatch' | 'flush'>;

/** Each row comes out as an object. */
export function inRows({ push, pushBatch, flush }: Outlets<RowOrStretch>): Outlets<AnnotatedRow> {
  return {
    push: (row) => rowsOf(push(row)),
    pushBatch: (batch, from, to) => rowsOf(pushBatch(batch, from, to)),
    flush: (hasPaused) => rowsOf(flush(hasPaused)),
  };
}

/** Rows that nobody has to look at come out as they stand in their batch. */
export function annotateInColumns(header: LogHeader, options: RunOptions = {}): Annotator<RowOrStretch> {
  const run = openRun(header, runnerOf(options.asksAlways === true), options);
  const ordinary = new OrdinaryRows(run);
  // A rule that is always asked looks for signs that nobody can see.
  const mayBeOrdinary = run.rules.signs >= 0;
  const whole = mayBeOrdinary && run.isUnseen && header.onlyOctets ? new WholeFrames(run) : null;
  if (whole) run.takeRest = (stream, row) => whole.takeRest(stream, row);
  let given: RowBatch | null = null;
  let judged: JudgedBatch | null = null;
  const take = (row: Row) => {
    announce(run, row);
    process(run);
  };
  return {
    connection: run.connection,
    push: (row) => {
      take(row);
      return makeRoom(run);
    },
    pushBatch: (batch, from = 0, to = batch.count) => {
      if (whole) {
        readWhole(run, whole, batch, from, to);
        return NONE;
      }
      const out: RowOrStretch[] = [];
      if (given !== batch || !judged) judged = new JudgedBatch(batch.fitted());
      given = batch;
      for (let at = from; at < to; at++) {
        if (mayBeOrdinary && ordinary.take(judged, at)) hold(run, judged, at);
        else take(batch.copyAt(at));
        // Who is told what changes of rows that have left has to have them by then.
        if (run.changed && at < to - 1) continue;
        for (const one of makeRoom(run)) out.push(one);
      }
      return out;
    },
    flush: (hasPaused = false) => {
      run.hasPaused = hasPaused;
      if (hasPaused) process(run);
      run.hasPaused = false;
      return release(run, 0);
    },
    end: () => {
      run.ended = true;
      process(run);
      endLog(run);
      return { rows: release(run, 0), summary: summaryOf(run) };
    },
    takeLate: () => run.late.splice(0),
  };
}

const NONE: RowOrStretch[] = [];

/** Reads the frames of a batch where they stand, as far as they are whole. */
function readWhole(run: Run, whole: WholeFrames, batch: RowBatch, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const isOctets = batch.kinds[at] === ROW.OCTETS;
    const taken = isOctets ? whole.takeRow(batch, at) : 0;
    if (taken > 0 && taken === batch.known[at]) {
      noteNumber(run, batch.rows[at] as number);
      continue;
    }
    const row = batch.copyAt(at);
    announce(run, row);
    if (taken > 0 && row.kind === 'octets') {
      run.streams[row.direction].pushRest(row, taken);
      run.fed = true;
    }
    process(run);
    makeRoom(run);
  }
}

/** Holds a row that has been read in its batch. */
function hold(run: Run, batch: JudgedBatch, at: number): void {
  run.held.addOrdinary(batch, at);
  noteOrdinary(run.weight, batch.octetsAt(at));
  noteNumber(run, batch.rows.rows[at] as number);
}

function noteNumber(run: Run, row: number): void {
  run.rows++;
  run.lastRow = row;
}

function announce(run: Run, row: Row): void {
  const annotated: AnnotatedRow = { row, frames: [], heads: [], annotations: [], agrees: null, frame: null };
  run.held.add(annotated);
  noteRow(run.weight, annotated);
  run.queue.push(row);
  noteNumber(run, row.row);
  if (row.kind === 'octets') run.announced[row.direction] = true;
  if (row.kind === 'octets' || row.kind === 'frame') run.witnesses[row.direction].announce(row);
}

function makeRoom(run: Run): RowOrStretch[] {
  const { window, held } = run;
  // Half of them, such that what is made of those that leave stays small.
  if (isTooMuch(run.weight) && window !== Number.POSITIVE_INFINITY) return release(run, held.count >> 1);
  if (held.count - window < window / 4) return NONE;
  return release(run, window < WINDOW && isInsideHeader(run) ? WINDOW : window);
}

/** The row in which a frame begins is looked at once its header is whole. */
function isInsideHeader({ streams }: Run): boolean {
  return streams.rx.decoder.partialHeader.length > 0 || streams.tx.decoder.partialHeader.length > 0;
}

/** Lets out the oldest processed rows until at most `keep` are held. */
function release(run: Run, keep: number): RowOrStretch[] {
  // Cutting the list at each row would cost more than all the rest.
  const count = run.held.count - Math.max(keep, run.queue.length);
  if (count <= 0 || (keep > 0 && count < keep / 4)) return NONE;
  const out = run.held.takeOldest(count);
  for (const one of out) dropRows(run.weight, one, run.changed !== undefined);
  return out;
}

/** Processes waiting rows until one needs what has not come yet. */
function process(run: Run): void {
  let done = 0;
  for (; done < run.queue.length; done++) {
    const row = run.queue[done] as Row;
    stepRow(run.connection, row);
    if (row.kind === 'octets' ? !readOctets(run, row) : !readOther(run, row)) break;
    run.fed = false;
  }
  if (done === run.queue.length) run.queue.length = 0;
  else run.queue.splice(0, done);
}

function summaryOf(run: Run): Summary {
  const { ledger } = run;
  return {
    header: { ...run.header, writer: run.connection.tx.role },
    rows: run.rows,
    frames: { rx: run.connection.rx.frames, tx: run.connection.tx.frames },
    violations: ledger.violations,
    stimuli: ledger.stimuli,
    unverified: [...ledger.unverified].map(([why, rows]) => ({ why, rows })),
  };
}
