// A log as a whole: judged as a case, and exported as a report. Both need all of its rows at once, so there is a limit.

import type { JudgedLog, WholeLog } from '../../../src/judge/judged-log.ts';
import type { Row } from '../../../src/model/row.ts';
import type { Store } from './store.ts';

/** A form of the report, by its file's ending. */
export interface ReportForm {
  readonly id: string;
  readonly ending: string;
}

/** What is outside of the terminal: files, and the rules that were asked for. */
export interface Reporter {
  readonly forms: readonly ReportForm[];
  judge(log: WholeLog): JudgedLog;
  /** The name, with a number where a file of that name is already there. */
  free(name: string): string;
  /** Never writes over a file; says where the report went, or why it could not be written. */
  write(log: WholeLog, form: ReportForm, name: string): Promise<string>;
}

/** What a report is to be about. */
export interface ReportSubject {
  readonly source: string;
  readonly agent: string | null;
  readonly case: string | null;
  /** How much of it there is, in words; empty where that is not known yet. */
  readonly extent: string;
  /** Its rows; or a word why there are none. */
  log(): Promise<WholeLog | string>;
}

/** A report of more rows nobody reads, and making it would hold the keys up. */
const MOST_ROWS = 20_000;

/** The log in which the row stands, as far as it has been read; or a word why it cannot be had. */
export function wholeLog(store: Store, position: number): WholeLog | string {
  const log = store.logAt(position);
  const count = log ? log.to - log.from : 0;
  if (!log || count === 0) return store.status.error ?? 'there are no rows to export';
  if (count > MOST_ROWS) return `${count} rows are too many to export from here: wirelog attach does it`;
  const rows: Row[] = [];
  for (let at = log.from; at < log.to; at++) {
    const row = store.at(at)?.row;
    if (row) rows.push(row);
  }
  return rows.length === count
    ? { header: log.header, rows }
    : 'not all rows of the log are kept: wirelog attach reads it';
}

/** The file's name but for its ending, without what file systems do not take. */
export function stemOf({ source, agent, case: id }: Pick<ReportSubject, 'source' | 'agent' | 'case'>): string {
  const file = (source.split(/[\\/]/).at(-1) ?? '').replace(/\.\w{1,8}$/, '');
  const name = id === null ? file : `${agent ?? 'case'}-${id}`;
  const plain = name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '');
  return plain.slice(0, 80) || 'wirelog';
}
