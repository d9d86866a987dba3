// One log for the terminal UI: its rows in chunks while keys are answered, to its end or for as long as it grows, and the
// notes that are kept beside it.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Annotator, annotate } from '../src/annotate.ts';
import { UserError } from '../src/errors.ts';
import type { LogHeader } from '../src/row.ts';
import { RULES } from '../src/rules/all.ts';
import { withUnderTest } from './annotate-logs.ts';
import type { InspectOptions } from './commands/inspect.ts';
import { followFile } from './inspect-follow.ts';
import { type Input, ReaderGone } from './io.ts';
import { ruleFilter } from './options.ts';
import { readLog } from './read-log.ts';
import { type Note, notesFromText, notesToText } from './tui/notes.ts';
import type { InspectSink } from './tui/store.ts';
import type { InspectSource } from './tui/subjects.ts';

export function sourceOf(input: Input, options: InspectOptions): InspectSource {
  return {
    title: input.source,
    load: (sink, signal) => load(input, options, sink, signal),
    notes: options.notes && input.source !== '-' ? notesBeside(`${input.source}.notes`) : null,
  };
}

async function load(input: Input, options: InspectOptions, sink: InspectSink, signal: AbortSignal): Promise<void> {
  let annotator: Annotator | null = null;
  const shows = ruleFilter(
    options,
    RULES.map(({ id }) => id),
  );
  const show = (rows: ReturnType<Annotator['flush']>) => {
    if (rows.length > 0) sink.rows(rows);
  };
  const endLog = () => {
    const ending = annotator?.end() ?? null;
    if (ending) show(ending.rows);
    annotator = null;
    return ending?.summary ?? null;
  };
  const logSink = {
    header: (header: LogHeader) => {
      endLog();
      const own = withUnderTest(header, options.underTest);
      annotator = annotate(own, { window: Number.POSITIVE_INFINITY, shows });
      sink.header(own);
    },
    row: (row: Parameters<Annotator['push']>[0]) => {
      annotator?.push(row);
    },
  };
  const afterChunk = async () => {
    show(annotator?.flush() ?? []);
    await nextTurn();
    if (signal.aborted) throw new ReaderGone();
  };
  try {
    if (options.follow && input.source !== '-')
      await followFile(input.source, options.from, logSink, afterChunk, signal);
    else await readLog(input, options.from, logSink, afterChunk);
    sink.done(endLog(), null);
  } catch (error) {
    if (error instanceof ReaderGone) return;
    if (!(error instanceof UserError)) throw error;
    sink.done(endLog(), error.message);
  }
}

/** A small file with a record a note; it goes with the last note. */
function notesBeside(file: string): NonNullable<InspectSource['notes']> {
  return {
    given: notesFromText(readIfThere(file)),
    keep: (notes: readonly Note[]) => {
      if (notes.length === 0) rmSync(file, { force: true });
      else writeFileSync(file, notesToText(notes));
    },
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new UserError(`${file}: ${(error as Error).message}`);
  }
}
