// `convert`: one log, read and written again in another notation.

import type { LogWriter } from '../../src/ingest/reader.ts';
import { InputError } from '../../src/model/errors.ts';
import type { LogHeader } from '../../src/model/row.ts';
import type { NotationId } from '../../src/render/form-names.ts';
import { notationOf } from '../../src/render/notation/notations.ts';
import { type InputOptions, readLog } from '../input/read-log.ts';
import { openPlace } from '../output/places.ts';
import { openReadProgress } from '../output/read-progress.ts';
import { standardError } from '../output/standard-error.ts';
import { openTurns } from '../output/turns.ts';

export interface ConvertOptions extends InputOptions {
  readonly log: string;
  readonly output: string | undefined;
  readonly to: NotationId;
}

/** Returns the exit code. */
export async function convertLog(options: ConvertOptions): Promise<number> {
  const { log, to } = options;
  const output = openPlace(options.output === '-' ? null : (options.output ?? null), [log]);
  const turns = openTurns();
  const open = new Set<LogWriter>();
  let count = 0;
  const sink = {
    open: (header: LogHeader): LogWriter => {
      count++;
      if (count === 2 && to !== 'rows')
        throw new InputError(log, null, `several logs in it: choose one with --connection`);
      const notation = notationOf(to);
      const turn = turns.begin();
      turn.write(notation.header(header));
      const writer: LogWriter = {
        row: (row) => turn.write(notation.row(row)),
        end: () => {
          if (open.delete(writer)) turn.write(notation.end());
          turn.end();
        },
      };
      open.add(writer);
      return writer;
    },
  };
  const write = async () => {
    for (let due = turns.take(); due.length > 0; due = turns.take()) await output.write(due);
  };
  const progress = openReadProgress(log, standardError, process.stdout.isTTY === true);
  const finish = async () => {
    progress.clear();
    for (const writer of [...open]) writer.end();
    await write();
    turns.close();
  };
  try {
    await readLog({ source: log, found: false }, options, sink, () => {
      progress.step();
      return write();
    });
  } catch (error) {
    await finish();
    // What could be read is kept.
    if (error instanceof InputError && count > 0) output.commit();
    else output.discard();
    throw error;
  }
  await finish();
  output.commit();
  return 0;
}
