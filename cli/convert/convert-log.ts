// `convert`: one log, read and written again in another notation.

import { notationOf } from '../../src/render/notations.ts';
import { openOutput } from '../input/io.ts';
import { readLog } from '../input/read-log.ts';

export interface ConvertOptions {
  readonly log: string;
  readonly to: 'rows' | 'autobahn-json';
  readonly from: string | undefined;
}

/** Returns the exit code. */
export async function convertLog({ log, to, from }: ConvertOptions): Promise<number> {
  const output = openOutput(process.stdout);
  const notation = notationOf(to);
  let text = '';
  let hasBegun = false;
  const sink = {
    header: (header: Parameters<typeof notation.header>[0]) => {
      hasBegun = true;
      text += notation.header(header);
    },
    row: (row: Parameters<typeof notation.row>[0]) => {
      text += notation.row(row);
    },
  };
  const write = () => {
    const waiting = output.write(text);
    text = '';
    return waiting;
  };
  try {
    await readLog({ source: log, found: false }, from, sink, write);
  } finally {
    if (hasBegun) text += notation.end();
    await write();
  }
  return 0;
}
