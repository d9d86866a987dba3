// All logs of one input that is in memory, for programs that use wirelog as a library.

import { InputError } from '../model/errors.ts';
import { latin1Of } from '../model/octets.ts';
import type { LogHeader, Row } from '../model/row.ts';
import { FORMATS, formatOf, HEAD_LENGTH } from './formats.ts';
import type { ReadOptions } from './reader.ts';
import { whyNoLog } from './why-no-log.ts';

export interface ReadLogsOptions extends ReadOptions {
  /** The name of the input in messages and headers: `input` where it is not given. */
  readonly source?: string;
  /** Id of the format; recognised from the content where it is not given. */
  readonly format?: string;
}

/** What an input holds. */
export interface ReadLogs {
  /** In the order of their first octets. */
  readonly logs: readonly { readonly header: LogHeader; readonly rows: readonly Row[] }[];
  /** Why the input could not be read to its end; null where it could. */
  readonly error: InputError | null;
}

/**
 * Reads all logs of one input that is in memory, in any of `FORMATS`: the octets as the file has them. An input that breaks
 * off is no exception: the rows before that are there, and `error` says what was wrong. Throws `InputError` where no log is
 * recognised in the octets, or no format has that id.
 */
export function readLogs(
  octets: Uint8Array,
  { source = 'input', format: id, ...options }: ReadLogsOptions = {},
): ReadLogs {
  const text = latin1Of(octets);
  const head = text.slice(0, HEAD_LENGTH);
  const format = id === undefined ? formatOf(head) : FORMATS.find((one) => one.id === id);
  if (!format) throw new InputError(source, null, id === undefined ? whyNoLog(head) : `there is no format "${id}"`);
  const logs: { header: LogHeader; rows: Row[] }[] = [];
  const open = (header: LogHeader) => {
    const rows: Row[] = [];
    logs.push({ header, rows });
    return { row: (row: Row) => void rows.push(row), end: () => {} };
  };
  const sink = { header: open, row: (row: Row) => void logs.at(-1)?.rows.push(row), open };
  const reader = format.read(source, sink, options);
  try {
    reader.push(text);
    reader.end();
    return { logs, error: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { logs, error };
  }
}
