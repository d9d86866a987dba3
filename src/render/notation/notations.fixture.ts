// A log from its text and back, for the tests of the notations.

import { readLog } from '../../ingest/read-log.fixture.ts';
import type { LogReader, LogSink } from '../../ingest/reader.ts';
import type { LogHeader, Row } from '../../model/row.ts';
import type { NotationId } from '../form-names.ts';
import { notationOf } from './notations.ts';

export interface Log {
  readonly header: LogHeader;
  readonly rows: readonly Row[];
}

export function readNotation(reader: (source: string, sink: LogSink) => LogReader, text: string): Log {
  const { headers, rows, error } = readLog(reader, Buffer.from(text, 'utf8').toString('latin1'), text.length);
  const [header] = headers;
  if (error) throw error;
  if (!header) throw new Error('no header');
  return { header, rows };
}

export function writeNotation({ header, rows }: Log, id: NotationId): string {
  const notation = notationOf(id);
  return [notation.header(header), ...rows.map((row) => notation.row(row)), notation.end()].join('');
}
