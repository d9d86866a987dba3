// Runs a reader over a whole text, for tests.

import type { LogHeader, Row } from '../model/row.ts';
import type { LogReader, LogSink } from './reader.ts';

export interface ReadLog {
  readonly headers: LogHeader[];
  readonly rows: Row[];
  readonly remarks: string[];
  /** What `end` threw. */
  readonly error: unknown;
}

export function readLog(reader: (source: string, sink: LogSink) => LogReader, latin1: string, chunkSize = 7): ReadLog {
  const headers: LogHeader[] = [];
  const rows: Row[] = [];
  const remarks: string[] = [];
  const log = reader('a.log', {
    header: (header) => void headers.push(header),
    row: (row) => void rows.push(row),
    remark: (remark) => void remarks.push(remark),
  });
  for (let at = 0; at < latin1.length; at += chunkSize) log.push(latin1.slice(at, at + chunkSize));
  try {
    log.end();
  } catch (error) {
    return { headers, rows, remarks, error };
  }
  return { headers, rows, remarks, error: null };
}

/** Octets rows as `direction hex length`, with `?` behind a length that is not known; damage as its reason. */
export function briefly(rows: readonly Row[]): string[] {
  return rows.map((row) => {
    if (row.kind === 'damaged') return `${row.row} damaged: ${row.why}`;
    if (row.kind === 'frame')
      return `${row.row} frame ${row.direction} ${row.payload ? Buffer.from(row.payload.known).toString('latin1') : 'lost'}`;
    if (row.kind !== 'octets') return `${row.row} ${row.kind}`;
    const { known, length, exact } = row.octets;
    return `${row.row} ${row.direction} ${Buffer.from(known).toString('hex').slice(0, 16)} ${length}${exact ? '' : '?'}`;
  });
}
