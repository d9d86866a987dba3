// One log for the terminal UI: its rows in chunks while keys are answered, to its end or for as long as it grows, and the
// notes that are kept beside it.

import { lstatSync, readFileSync, rmSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type LogSink, openLogs } from '../../../src/ingest/reader.ts';
import { type Judge, judgeInColumns } from '../../../src/judge/judge.ts';
import type { RowOrStretch } from '../../../src/judge/ordinary-row.ts';
import { UserError } from '../../../src/model/errors.ts';
import type { LogHeader, Row } from '../../../src/model/row.ts';
import { RowBatch } from '../../../src/model/row-batch.ts';
import { RULES } from '../../../src/rules/all.ts';
import { type Input, ReaderGone, reasonOf } from '../../input/io.ts';
import { type LogsSink, readLog } from '../../input/read-log.ts';
import { type CommonOptions, ruleFilter, withUnderTest } from '../../options.ts';
import { writeWhole } from '../../output/write-file.ts';
import { mergedNotes, type Note, notesFromText, notesToText } from '../log/notes.ts';
import type { InspectSink } from '../log/store.ts';
import type { InspectSource } from '../subjects.ts';
import { followFile } from './follow.ts';

/** What only `inspect` has is optional: the default command comes here without it. */
export interface InspectOptions extends CommonOptions {
  readonly log: string[] | undefined;
  readonly where?: string | undefined;
  readonly at?: number | undefined;
  readonly follow?: boolean;
  readonly notes?: boolean;
  readonly mouse?: boolean;
  readonly clipboard?: 'auto' | 'osc52';
}

export function sourceOf(input: Input, options: InspectOptions): InspectSource {
  return {
    title: input.source,
    load: (sink, signal) => load(input, options, sink, signal),
    notes: notesOf(input, options),
  };
}

/** One log after the other, as they are shown. */
function inTurn(sink: LogSink): LogsSink {
  return { open: openLogs(sink), remark: () => {} };
}

/** Keys wait for one slice at the most. */
const SLICE_MS = 12;
/** Rows between two looks at the clock. */
const PIECE = 32;
/**
 * Rows are let out early where none has been shown for so long. As long as they come fast they leave when all is known of
 * them, and those that are ordinary without ever having been objects.
 */
const SHOW_MS = 100;

async function load(input: Input, options: InspectOptions, sink: InspectSink, signal: AbortSignal): Promise<void> {
  const work = openWork(options, sink);
  const afterChunk = async (hasPaused: boolean) => {
    for (const _slice of work.slices(hasPaused)) {
      await nextTurn();
      if (signal.aborted) throw new ReaderGone();
    }
  };
  try {
    const { from, follow } = options;
    if (follow && input.source !== '-') await followFile(input.source, from, work.sink, () => afterChunk(true), signal);
    else await readLog(input, options, inTurn(work.sink), afterChunk);
    await afterChunk(false);
    sink.done(work.end(), null);
  } catch (error) {
    if (error instanceof ReaderGone) return;
    if (!(error instanceof UserError)) throw error;
    for (const _slice of work.slices(false));
    sink.done(work.end(), error.message);
  }
}

/** What has been read and not yet annotated: reading a chunk is quick, annotating it is not. */
function openWork(options: InspectOptions, sink: InspectSink) {
  const shows = ruleFilter(
    options,
    RULES.map(({ id }) => id),
  );
  let waiting: (LogHeader | Row | RowBatch)[] = [];
  let stream: Judge<RowOrStretch> | null = null;
  let shownAt = Number.NEGATIVE_INFINITY;
  const show = (rows: readonly RowOrStretch[]) => {
    if (rows.length === 0) return;
    sink.rows(rows);
    shownAt = performance.now();
  };
  const end = () => {
    const ending = stream?.end() ?? null;
    if (ending) {
      show(ending.rows);
      sink.judged(ending);
    }
    stream = null;
    return ending?.summary ?? null;
  };
  const begin = (header: LogHeader) => {
    end();
    const own = withUnderTest(header, options.underTest);
    stream = judgeInColumns(own, { shows, changed: sink.change });
    sink.header(own);
  };
  function* take(thing: LogHeader | Row | RowBatch): Generator<void> {
    if (thing instanceof RowBatch) {
      for (let from = 0; from < thing.count; from += PIECE) {
        show(stream?.pushBatch(thing, from, Math.min(from + PIECE, thing.count)) ?? []);
        yield;
      }
      return;
    }
    if ('kind' in thing) show(stream?.push(thing) ?? []);
    else begin(thing);
    yield;
  }
  /** Each `next` annotates for some milliseconds. Where nothing more comes for now, all rows are shown. */
  function* slices(hasPaused: boolean): Generator<void> {
    const due = waiting;
    waiting = [];
    let until = performance.now() + SLICE_MS;
    for (const thing of due) {
      for (const _piece of take(thing)) {
        if (performance.now() < until) continue;
        yield;
        until = performance.now() + SLICE_MS;
      }
      // Not within a batch: there a row of the log's own may wait for its octets.
      if (performance.now() - shownAt > SHOW_MS) show(stream?.flush() ?? []);
    }
    if (hasPaused) show(stream?.flush() ?? []);
    yield;
  }
  const push = (thing: LogHeader | Row | RowBatch) => void waiting.push(thing);
  return { sink: { header: push, row: push, batch: push }, slices, end };
}

const NOWHERE = 'only --notes keeps them';

function notesOf({ source }: Input, { notes, connection }: InspectOptions): NonNullable<InspectSource['notes']> {
  if (source === '-') return { given: [], keep: () => 'standard input has no place for them' };
  // Of several connections in one file each has its own.
  const file = `${source}${connection === undefined ? '' : `#${connection}`}.notes`;
  if (notes) return notesBeside(file);
  return { given: [], keep: () => NOWHERE, later: (all) => keptBeside(file, all) };
}

/** Together with those that are there already; a word why not. */
function keptBeside(file: string, notes: readonly Note[]): string | null {
  const { given, refused, keep } = notesBeside(file);
  return refused ?? keep(mergedNotes(given, notes));
}

/**
 * A small file with a record a note; it goes with the last note. A file that holds anything else is not ours: nothing is
 * written over it, nor over what another program has written since.
 */
function notesBeside(file: string): NonNullable<InspectSource['notes']> {
  const given = attempted(() => readIfThere(file));
  const notes = given.ok ? notesFromText(given.value) : null;
  if (!given.ok) return { given: [], refused: given.says, keep: () => given.says };
  if (!notes) {
    const says = `${file}: it does not hold notes, and stays as it is`;
    return { given: [], refused: says, keep: () => says };
  }
  let known = given.value;
  const keep = (all: readonly Note[]) => {
    if (readIfThere(file) !== known) throw new UserError(`${file}: another program has changed it`);
    const text = notesToText(all);
    if (text === '' && !isLink(file)) rmSync(file, { force: true });
    else writeWhole(file, text);
    known = text;
  };
  return {
    given: notes,
    keep: (all) => {
      const kept = attempted(() => keep(all));
      return kept.ok ? null : kept.says;
    },
  };
}

function attempted<T>(act: () => T): { readonly ok: true; readonly value: T } | { readonly ok: false; says: string } {
  try {
    return { ok: true, value: act() };
  } catch (error) {
    if (error instanceof UserError) return { ok: false, says: error.message };
    throw error;
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** Notes are small; what is not is something else. */
const MOST_OCTETS = 16 << 20;

function readIfThere(file: string): string {
  const about = statSync(file, { throwIfNoEntry: false });
  if (!about) return '';
  if (!about.isFile() || about.size > MOST_OCTETS) throw new UserError(`${file}: it does not hold notes`);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
