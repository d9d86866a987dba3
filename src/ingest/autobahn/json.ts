// Autobahn's case report as JSON. Its keys are sorted, so `wirelog` is the last one and everything about the case is
// known before the first row. A report is small and is parsed whole; a large one, or one that is cut, is taken apart
// member by member, so that memory stays flat and what is there is still read.

import { InputError } from '../../model/errors.ts';
import { cutOctets, octetsFromHex } from '../../model/octets.ts';
import {
  type CaseReport,
  type DamagedRow,
  type Direction,
  type LogHeader,
  otherRole,
  type Row,
} from '../../model/row.ts';
import type { LogReader, LogSink } from '../reader.ts';
import { jsonMembers } from './json-members.ts';
import { payloadOfJsonText } from './payload-text.ts';
import { writerOf } from './report-page.ts';

const PARSED_WHOLE = 4 << 20;

export function readAutobahnJson(source: string, sink: LogSink): LogReader {
  let text = '';
  let scanning: ReturnType<typeof scanReport> | null = null;
  return {
    push: (chunk) => {
      if (scanning) return scanning.push(chunk);
      text += chunk;
      if (text.length <= PARSED_WHOLE) return;
      scanning = scanReport(source, sink);
      scanning.push(text);
      text = '';
    },
    end: () => {
      if (scanning) return scanning.end();
      let report: unknown;
      try {
        report = JSON.parse(decoded(text));
      } catch {
        const salvage = scanReport(source, sink);
        salvage.push(text);
        return salvage.end();
      }
      emitWhole(source, report, sink);
    },
  };
}

/** A report is ASCII, but other writers may not escape. */
function decoded(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

function emitWhole(source: string, parsed: unknown, sink: LogSink): void {
  if (!isRecord(parsed) || !Array.isArray(parsed['wirelog'])) {
    throw new InputError(source, null, 'not a case report: it has no "wirelog" list');
  }
  const { wirelog, ...rest } = parsed as CaseReport & { wirelog: unknown[] };
  const report = rest as CaseReport;
  const rows = wirelog.map((entry, index) => rowOf(entry, index));
  const drop = tcpDrop(report, rows.length);
  if (drop) rows.push(drop);
  sink.header(headerOf(source, report, unloggedOctets(report, rows)));
  for (const row of rows) sink.row(row);
}

/** Reads the report as it comes; the header goes out when the rows begin. */
function scanReport(source: string, sink: LogSink): LogReader {
  const report: Record<string, unknown> = {};
  const early: unknown[] = [];
  let count = 0;
  let begun = false;
  const begin = () => {
    begun = true;
    sink.header(headerOf(source, report as CaseReport, null));
  };
  const members = jsonMembers('wirelog', {
    member: (key, value) => {
      report[key] = value;
    },
    element: (value) => {
      // Keys that come after the rows, which no Autobahn version writes, would come too late for the header.
      if ('isServer' in report) {
        if (!begun) begin();
        sink.row(rowOf(value, count++));
      } else early.push(value);
    },
  });
  return {
    push: (chunk) => members.push(chunk),
    end: () => {
      const why = members.end();
      const isReport = 'isServer' in report || early.length > 0 || count > 0;
      if (isReport && !begun) begin();
      for (const value of early) sink.row(rowOf(value, count++));
      const drop = why === null ? tcpDrop(report as CaseReport, count) : null;
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
  const writer = writerOf(report);
  return {
    source,
    format: 'autobahn-json',
    writer,
    underTest: writer ? otherRole(writer) : 'both',
    agent: textOr(report.agent),
    case: textOr(report.id),
    started: textOr(report.started),
    request: httpText(report.httpRequest),
    response: httpText(report.httpResponse),
    extensions: null,
    unlogged,
    report,
  };
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
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
    for (const [size, count] of Object.entries(stats)) left += Number(size) * count;
    for (const row of rows) if (row.kind === 'octets' && row.direction === direction) left -= row.octets.length;
    return Math.max(left, 0);
  };
  return { rx: missing('rx', rxOctetStats), tx: missing('tx', txOctetStats) };
}

type Reading = (entry: readonly unknown[], row: number) => Row | string;

const TIME = null;

/** The letter codes of the suite's log, autobahn-format §3. */
const READINGS: Readonly<Record<string, Reading>> = {
  RO: (entry, row) => octetsRow('rx', entry, row),
  TO: (entry, row) => octetsRow('tx', entry, row),
  RF: ([, shown, opcode, fin, rsv, masked, mask], row) =>
    frameRow(
      'rx',
      shown,
      { opcode, fin, rsv, masked: masked === true, mask, repeat: null, chopSize: null, sync: false },
      row,
    ),
  TF: ([, shown, opcode, fin, rsv, mask, repeat, chopSize, sync], row) =>
    frameRow('tx', shown, { opcode, fin, rsv, masked: typeof mask === 'string', mask, repeat, chopSize, sync }, row),
  WLM: ([, on], row) => ({ kind: on === true ? 'log-on' : 'log-off', row, time: TIME }),
  CT: ([, seconds, tag], row) => ({ kind: 'delay', row, time: TIME, seconds: Number(seconds), tag: textOr(tag) }),
  CTE: ([, tag], row) => ({ kind: 'delay-over', row, time: TIME, tag: textOr(tag) }),
  KL: ([, seconds], row) => ({ kind: 'fail-after', row, time: TIME, seconds: Number(seconds) }),
  KLE: (_, row) => ({ kind: 'failing', row, time: TIME }),
  TI: ([, seconds], row) => ({ kind: 'close-after', row, time: TIME, seconds: Number(seconds) }),
  TIE: (_, row) => ({ kind: 'closing', row, time: TIME }),
};

function rowOf(entry: unknown, row: number): Row {
  if (!Array.isArray(entry)) return damaged(entry, row, 'not a list', 'both');
  const reading = READINGS[String(entry[0])];
  if (!reading) return damaged(entry, row, `unknown kind of row ${JSON.stringify(entry[0])}`, 'both');
  const read = reading(entry, row);
  return typeof read === 'string' ? damaged(entry, row, read, LOSSES[String(entry[0])] ?? null) : read;
}

/** What is lost with a row of octets; the others hold none. */
const LOSSES: Readonly<Record<string, Direction>> = { RO: 'rx', TO: 'tx' };

function damaged(entry: unknown, row: number, why: string, loses: DamagedRow['loses']): Row {
  return { kind: 'damaged', row, time: TIME, text: JSON.stringify(entry) ?? '', why, loses };
}

function octetsRow(direction: Direction, entry: readonly unknown[], row: number): Row | string {
  const [length, shown] = Array.isArray(entry[1]) ? entry[1] : [];
  // No suite writes null: it is what a page does not tell.
  if ((!isCount(length) && length !== null) || typeof shown !== 'string') return 'octets need a length and hex digits';
  const hex = shown.endsWith(' ...') ? shown.slice(0, -4) : shown;
  const known = octetsFromHex(hex);
  if (!known) return hex.length % 2 === 1 ? 'odd number of hex digits' : 'a digit that is not hex';
  if (length === null) {
    const octets = { length: known.length, known, exact: false };
    return { kind: 'octets', row, time: TIME, direction, octets, sync: entry[2] === true };
  }
  if (known.length > length) return `${known.length} octets shown of a row of ${length}`;
  return { kind: 'octets', row, time: TIME, direction, octets: cutOctets(known, length), sync: entry[2] === true };
}

interface FrameFields {
  readonly opcode: unknown;
  readonly fin: unknown;
  readonly rsv: unknown;
  readonly masked: boolean;
  readonly mask: unknown;
  readonly repeat: unknown;
  readonly chopSize: unknown;
  readonly sync: unknown;
}

function frameRow(direction: Direction, shown: unknown, fields: FrameFields, row: number): Row | string {
  const [length, text] = Array.isArray(shown) ? shown : [];
  if (!isCount(length) || typeof text !== 'string') return 'a frame needs a length and a payload';
  if (!isCount(fields.opcode) || typeof fields.fin !== 'boolean' || !isCount(fields.rsv)) {
    return 'a frame needs opcode, FIN and RSV';
  }
  return {
    kind: 'frame',
    row,
    time: TIME,
    direction,
    opcode: fields.opcode,
    fin: fields.fin,
    rsv: fields.rsv,
    masked: fields.masked,
    maskingKey: typeof fields.mask === 'string' ? fields.mask : null,
    length,
    payload: payloadOfJsonText(text, length),
    repeat: isCount(fields.repeat) ? fields.repeat : null,
    chopSize: isCount(fields.chopSize) ? fields.chopSize : null,
    sync: fields.sync === true,
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
