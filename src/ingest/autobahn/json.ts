// Autobahn's case report as JSON. Its keys are sorted, so `wirelog` is the last one and everything about the case is
// known before the first row. A report is small and is parsed whole; a large one, or one that is cut, is taken apart
// member by member, so that memory stays flat and what is there is still read.

import { InputError } from '../../model/errors.ts';
import { latin1Of } from '../../model/octets.ts';
import { type CaseReport, type Direction, type LogHeader, otherRole, type Row } from '../../model/row.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import { stringOf } from '../json-value.ts';
import { type LogReader, type LogSink, passBatch } from '../reader.ts';
import { JsonMembers } from './json-members.ts';
import { rowOfEntry } from './json-rows.ts';
import { type ListElements, listElements } from './octet-elements.ts';
import { reportOfFields } from './report-fields.ts';
import { writerOfReport } from './report-page.ts';

const PARSED_WHOLE = 4 << 20;
/** Rows that wait for what the report says of its case. */
const MOST_EARLY = 10_000;

export function readAutobahnJson(source: string, sink: LogSink): LogReader {
  let parts: Buffer[] = [];
  let length = 0;
  let scanning: ReportScan | null = null;
  return {
    push: (chunk) => {
      if (scanning) scanning.push(chunk);
      else gather(Buffer.from(chunk, 'latin1'), (part) => scanning?.push(latin1Of(part)));
    },
    octets: (chunk) => {
      if (scanning) scanning.octets(chunk);
      // Who hands a chunk over uses its memory again.
      else gather(Buffer.from(chunk), (part) => scanning?.octets(part));
    },
    end: () => {
      if (scanning) return scanning.end();
      const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      let report: unknown;
      try {
        report = JSON.parse(whole.toString('utf8'));
      } catch {
        const salvage = scanReport(source, sink);
        salvage.push(latin1Of(whole));
        return salvage.end();
      }
      emitWhole(source, report, sink);
    },
  };

  /** `scan` is handed what was gathered when that is too much to be parsed whole. */
  function gather(part: Buffer, scan: (part: Buffer) => void): void {
    parts.push(part);
    length += part.length;
    if (length <= PARSED_WHOLE) return;
    scanning = scanReport(source, sink);
    for (const gathered of parts) scan(gathered);
    parts = [];
  }
}

function emitWhole(source: string, parsed: unknown, sink: LogSink): void {
  if (!isRecord(parsed) || !Array.isArray(parsed['wirelog'])) {
    throw new InputError(source, null, 'not a case report: it has no "wirelog" list');
  }
  const report = reportOfFields(Object.entries(parsed).filter(([name]) => name !== 'wirelog'));
  const rows = parsed['wirelog'].map((entry, index) => rowOfEntry(entry, index));
  const drop = tcpDrop(report, rows.length);
  if (drop) rows.push(drop);
  sink.header(headerOf(source, report, unloggedOctets(report, rows)));
  for (const row of rows) sink.row(row);
}

export interface ReportScan {
  push(chunk: string): void;
  octets(chunk: Uint8Array): void;
  end(): void;
}

/** Reads the report as it comes; the header goes out when the rows begin. */
export function scanReport(source: string, sink: LogSink): ReportScan {
  const fields = new Map<string, unknown>();
  const early: unknown[] = [];
  let count = 0;
  let begun = false;
  let elements: ListElements | null = null;
  let takesOctets = false;
  const begin = () => {
    begun = true;
    sink.header(headerOf(source, reportOfFields(fields), null));
  };
  const members = new JsonMembers('wirelog', {
    member: (key, value) => {
      fields.set(key, value);
    },
    element: (value) => {
      // Keys that come after the rows, which no Autobahn version writes, would come too late for the header.
      if (fields.has('isServer') || early.length >= MOST_EARLY) {
        if (!begun) begin();
        for (const before of early.splice(0)) sink.row(rowOfEntry(before, count++));
        sink.row(rowOfEntry(value, count++));
      } else early.push(value);
    },
    list: () => takesOctets && !begun && fields.has('isServer'),
  });
  const passRows = (batch: RowBatch) => {
    if (!begun) begin();
    passBatch(batch, sink);
  };
  /** What is no element is for whoever follows the nesting. */
  const leaveElements = (rest: Uint8Array) => {
    count = elements?.count ?? count;
    elements = null;
    members.push(latin1Of(rest));
  };
  const readElements = (chunk: Uint8Array) => {
    const rest = elements?.push(chunk) ?? null;
    if (rest !== null) leaveElements(rest);
  };
  return {
    push: (chunk) => void members.push(chunk),
    octets: (chunk) => {
      if (elements) return readElements(chunk);
      takesOctets = true;
      const read = members.push(latin1Of(chunk));
      if (read === chunk.length) return;
      elements = listElements({ batch: passRows, rowOf: rowOfEntry }, count);
      readElements(chunk.subarray(read));
    },
    end: () => {
      if (elements) leaveElements(elements.end());
      const why = members.end();
      const isReport = fields.has('isServer') || early.length > 0 || count > 0;
      if (isReport && !begun) begin();
      for (const value of early) sink.row(rowOfEntry(value, count++));
      const drop = why === null ? tcpDrop(reportOfFields(fields), count) : null;
      if (drop) sink.row(drop);
      if (why !== null) throw new InputError(source, isReport ? count : null, why);
      if (!isReport) throw new InputError(source, null, 'not a case report: it has no "wirelog" list');
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function headerOf(source: string, report: CaseReport, unlogged: LogHeader['unlogged']): LogHeader {
  const writer = writerOfReport(report);
  return {
    source,
    format: 'autobahn-json',
    writer,
    underTest: writer ? otherRole(writer) : 'both',
    agent: stringOf(report.agent),
    case: stringOf(report.id),
    started: stringOf(report.started),
    request: httpText(report.httpRequest),
    response: httpText(report.httpResponse),
    extensions: null,
    unlogged,
    report,
  };
}

/** Suites from 0.6.0 on write `?` for a text that there is not. */
function httpText(value: unknown): string | null {
  return typeof value === 'string' && value !== '?' && value !== '' ? value : null;
}

/** The end of the connection is a row of the report page, in the JSON it is a field. */
function tcpDrop(report: CaseReport, row: number): Row | null {
  if (typeof report.droppedByMe !== 'boolean') return null;
  return { kind: 'tcp-drop', row, time: null, by: report.droppedByMe ? 'writer' : 'peer', reset: false };
}

/** Octets that the statistics count and no row shows: the log was off for a while. */
function unloggedOctets(report: CaseReport, rows: readonly Row[]): LogHeader['unlogged'] {
  const { rxOctetStats, txOctetStats } = report;
  if (!rxOctetStats || !txOctetStats) return null;
  const missing = (direction: Direction, stats: Readonly<Record<string, number>>) => {
    let left = 0;
    for (const size of Object.keys(stats)) left += Number(size) * (stats[size] as number);
    for (const row of rows) if (row.kind === 'octets' && row.direction === direction) left -= row.octets.length;
    return Math.max(left, 0);
  };
  return { rx: missing('rx', rxOctetStats), tx: missing('tx', txOctetStats) };
}
