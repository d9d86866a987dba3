// Autobahn's case report as JSON. Its keys are sorted, so `wirelog` is the last one and everything about the case is
// known before the first row. A report is small and is parsed whole; a large one, or one that is cut, is taken apart
// member by member, so that memory stays flat and what is there is still read.

import { InputError } from '../../model/errors.ts';
import { cutOctets, latin1Of, octetsFromHex } from '../../model/octets.ts';
import { payloadOfJsonText } from '../../model/payload-text.ts';
import {
  type CaseReport,
  type DamagedRow,
  type Direction,
  type LogHeader,
  otherRole,
  type Row,
} from '../../model/row.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import { type LogReader, type LogSink, passBatch } from '../reader.ts';
import { jsonMembers } from './json-members.ts';
import { type ListElements, listElements } from './octet-elements.ts';
import { isCount, isMaskingKey, isSeconds, isShallow, reportOfFields } from './report-fields.ts';
import { writerOf } from './report-page.ts';

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
  const rows = parsed['wirelog'].map((entry, index) => rowOf(entry, index));
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
  const members = jsonMembers('wirelog', {
    member: (key, value) => {
      fields.set(key, value);
    },
    element: (value) => {
      // Keys that come after the rows, which no Autobahn version writes, would come too late for the header.
      if (fields.has('isServer') || early.length >= MOST_EARLY) {
        if (!begun) begin();
        for (const before of early.splice(0)) sink.row(rowOf(before, count++));
        sink.row(rowOf(value, count++));
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
    push: members.push,
    octets: (chunk) => {
      if (elements) return readElements(chunk);
      takesOctets = true;
      const read = members.push(latin1Of(chunk));
      if (read === chunk.length) return;
      elements = listElements({ batch: passRows, rowOf }, count);
      readElements(chunk.subarray(read));
    },
    end: () => {
      if (elements) leaveElements(elements.end());
      const why = members.end();
      const isReport = fields.has('isServer') || early.length > 0 || count > 0;
      if (isReport && !begun) begin();
      for (const value of early) sink.row(rowOf(value, count++));
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
    for (const size of Object.keys(stats)) left += Number(size) * (stats[size] as number);
    for (const row of rows) if (row.kind === 'octets' && row.direction === direction) left -= row.octets.length;
    return Math.max(left, 0);
  };
  return { rx: missing('rx', rxOctetStats), tx: missing('tx', txOctetStats) };
}

type Reading = (entry: readonly unknown[], row: number) => Row | string;

const TIME = null;
const NO_SECONDS = 'a timer needs seconds';

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
  WLM: ([, on], row) =>
    typeof on === 'boolean'
      ? { kind: on ? 'log-on' : 'log-off', row, time: TIME }
      : 'the log is on or off: true or false',
  CT: ([, seconds, tag], row) =>
    isSeconds(seconds) ? { kind: 'delay', row, time: TIME, seconds, tag: textOr(tag) } : NO_SECONDS,
  CTE: ([, tag], row) => ({ kind: 'delay-over', row, time: TIME, tag: textOr(tag) }),
  KL: ([, seconds], row) => (isSeconds(seconds) ? { kind: 'fail-after', row, time: TIME, seconds } : NO_SECONDS),
  KLE: (_, row) => ({ kind: 'failing', row, time: TIME }),
  TI: ([, seconds], row) => (isSeconds(seconds) ? { kind: 'close-after', row, time: TIME, seconds } : NO_SECONDS),
  TIE: (_, row) => ({ kind: 'closing', row, time: TIME }),
};

function rowOf(entry: unknown, row: number): Row {
  if (!Array.isArray(entry)) return damaged(entry, row, 'not a list', 'both');
  const kind: unknown = entry[0];
  const reading = typeof kind === 'string' && Object.hasOwn(READINGS, kind) ? READINGS[kind] : undefined;
  if (!reading) return damaged(entry, row, `unknown kind of row ${shown(kind)}`, 'both');
  const read = reading(entry, row);
  return typeof read === 'string' ? damaged(entry, row, read, LOSSES[String(kind)] ?? null) : read;
}

/** What is lost with a row of octets; the others hold none. */
const LOSSES: Readonly<Record<string, Direction>> = { RO: 'rx', TO: 'tx' };

function damaged(entry: unknown, row: number, why: string, loses: DamagedRow['loses']): Row {
  return { kind: 'damaged', row, time: TIME, text: shown(entry), why, loses };
}

const SHOWN = 200;
const SHOWN_DEPTH = 32;

/** The value as it stands in the log; of a long one, the beginning. */
function shown(value: unknown): string {
  if (!isShallow(value, SHOWN_DEPTH)) return '(lists within lists, too deep to be shown)';
  return (JSON.stringify(value) ?? '').slice(0, SHOWN);
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
  if (fields.opcode > 15 || fields.rsv > 7) return 'opcode above 15, or RSV above 7';
  if (fields.mask !== null && fields.mask !== undefined && !isMaskingKey(fields.mask)) {
    return 'a masking key is eight hex digits';
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
    maskingKey: isMaskingKey(fields.mask) ? fields.mask.toLowerCase() : null,
    length,
    payload: payloadOfJsonText(text, length),
    repeat: isCount(fields.repeat) ? fields.repeat : null,
    chopSize: isCount(fields.chopSize) ? fields.chopSize : null,
    sync: fields.sync === true,
  };
}
