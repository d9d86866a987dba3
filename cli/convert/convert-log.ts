// `convert`: one log, read and written again in another notation.

import type { LogWriter } from '../../src/ingest/reader.ts';
import { UserError } from '../../src/model/errors.ts';
import type { LogHeader } from '../../src/model/row.ts';
import { notationOf } from '../../src/render/notations.ts';
import { openOutput } from '../input/io.ts';
import { type InputOptions, readLog } from '../input/read-log.ts';
import { openReadProgress } from '../output/read-progress.ts';
import { openTurns } from '../output/turns.ts';

export interface ConvertOptions extends InputOptions {
  readonly log: string;
  readonly to: 'rows' | 'autobahn-json';
}

/** Returns the exit code. */
export async function convertLog(options: ConvertOptions): Promise<number> {
  const { log, to } = options;
  const output = openOutput(process.stdout);
  const turns = openTurns();
  const open = new Set<LogWriter>();
  let count = 0;
  const sink = {
    open: (header: LogHeader): LogWriter => {
      count++;
      if (count === 2 && to !== 'rows') throw new UserError(`${log}: several logs in it: choose one with --connection`);
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
    for (let text = turns.take(); text !== ''; text = turns.take()) await output.write(text);
  };
  const progress = openReadProgress(log, process.stderr, process.stdout.isTTY === true);
  try {
    await readLog({ source: log, found: false }, options, sink, () => {
      progress.step();
      return write();
    });
  } finally {
    progress.clear();
    for (const writer of [...open]) writer.end();
    await write();
    turns.close();
  }
  return 0;
}
