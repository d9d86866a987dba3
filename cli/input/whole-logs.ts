// All logs of one input, whole in memory, for what needs all of a log's rows at once.

import type { WholeLog } from '../../src/judge/judged-log.ts';
import { InputError } from '../../src/model/errors.ts';
import type { LogHeader, Row } from '../../src/model/row.ts';
import type { Input } from './find-inputs.ts';
import { type InputOptions, readLog } from './read-log.ts';

/**
 * `error`: why the input could not be read on; the logs before that are there, and what there is of the one that was cut.
 * Throws `InputError` where nothing could be read.
 */
export async function readWholeLogs(
  input: Input,
  options: InputOptions,
): Promise<{ readonly logs: readonly WholeLog[]; readonly error: InputError | null }> {
  const logs: { header: LogHeader; rows: Row[] }[] = [];
  const open = (header: LogHeader) => {
    const rows: Row[] = [];
    logs.push({ header, rows });
    return { row: (row: Row) => void rows.push(row), end: () => {} };
  };
  try {
    await readLog(input, options, { open }, () => undefined);
    return { logs, error: null };
  } catch (error) {
    if (!(error instanceof InputError) || logs.every(({ rows }) => rows.length === 0)) throw error;
    return { logs, error };
  }
}
