// `convert`: one log, read and written again in another notation.

import { InputError } from '../../src/model/errors.ts';
import { notationOf } from '../../src/render/notations.ts';
import { openOutput, openParts } from '../input/io.ts';
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
  const parts = openParts(output);
  let hasBegun = false;
  const sink = {
    header: (header: Parameters<typeof notation.header>[0]) => {
      if (hasBegun && to !== 'rows') throw new InputError(log, null, `several logs in it, and ${to} holds one`);
      hasBegun = true;
      parts.add(notation.header(header));
    },
    row: (row: Parameters<typeof notation.row>[0]) => {
      parts.add(notation.row(row));
    },
  };
  try {
    await readLog({ source: log, found: false }, from, sink, parts.write);
  } finally {
    if (hasBegun) parts.add(notation.end());
    await parts.write();
  }
  return 0;
}
