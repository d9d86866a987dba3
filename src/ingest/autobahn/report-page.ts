// What the two forms of a report page, its source and its text as copied, have in common: the values of its tables, and
// how header and rows come of them.

import { InputError } from '../../model/errors.ts';
import { octetsOfText } from '../../model/octets.ts';
import { type CaseReport, type Direction, type OctetsRow, otherRole, type Role, type Row } from '../../model/row.ts';
import type { LogSink } from '../reader.ts';
import { parsePythonLiteral } from './python-literal.ts';
import { reportOfFields } from './report-fields.ts';
import { recoverRowLengths } from './row-lengths.ts';

/** The rows of the table "Closing Behavior", and how their values read. */
export const CLOSING_KEYS: ReadonlyMap<string, 'bool' | 'code' | 'text'> = new Map(
  Object.entries({
    isServer: 'bool',
    closedByMe: 'bool',
    failedByMe: 'bool',
    droppedByMe: 'bool',
    wasClean: 'bool',
    wasNotCleanReason: 'text',
    wasServerConnectionDropTimeout: 'bool',
    wasOpenHandshakeTimeout: 'bool',
    wasCloseHandshakeTimeout: 'bool',
    localCloseCode: 'code',
    localCloseReason: 'text',
    remoteCloseCode: 'code',
    remoteCloseReason: 'text',
  } as const),
);

export const STATISTICS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'Octets Received by Chop Size': 'rxOctetStats',
    'Octets Transmitted by Chop Size': 'txOctetStats',
    'Frames Received by Opcode': 'rxFrameStats',
    'Frames Transmitted by Opcode': 'txFrameStats',
  }),
);

export const NO_WIRE_LOG = 'Wire log after handshake disabled!';
export const NO_STATISTICS = 'Statistics for octets/frames disabled!';
export const MORE_REPORTS = 'more than one report in it: give each a file of its own';
export const IS_OVERVIEW =
  'this is the overview of all cases (index.html), which has no wire log: give one case report';

/** Octets in a full line of hex. */
const WRAPPED_AFTER = 50;

const BEHAVIORS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Pass: 'OK',
    'Non-Strict': 'NON-STRICT',
    Informational: 'INFORMATIONAL',
    // Cases that the suite could not run say "Fail" too: they cannot be told apart.
    Fail: 'FAILED',
  }),
);

/** Keys of the report as Autobahn's JSON names them; a key without value is not in it. */
export type PageReport = Map<string, unknown>;

export function setFact(report: PageReport, key: string, value: unknown): void {
  if (value !== undefined) report.set(key, value);
}

export function setBehavior(report: PageReport, word: string): void {
  setFact(report, 'behavior', BEHAVIORS.get(word));
}

/** A value of the table "Closing Behavior", which is printed as Python's. */
export function setClosing(report: PageReport, key: string, text: string): void {
  const kind = CLOSING_KEYS.get(key);
  if (kind === 'bool' && (text === 'True' || text === 'False')) report.set(key, text === 'True');
  else if (kind === 'code' && /^\d{1,5}$/.test(text)) report.set(key, Number(text));
  else if (kind && kind !== 'bool' && text === 'None') report.set(key, null);
  else if (kind === 'text') report.set(key, text);
}

/** `RESULT (BEHAVIOR)`. */
export function setClose(report: PageReport, text: string): void {
  const at = text.lastIndexOf(' (');
  if (at < 0 || !text.endsWith(')')) return;
  report.set('resultClose', text.slice(0, at));
  report.set('behaviorClose', text.slice(at + 2, -1));
}

/** A Python literal; left out where the page cut it. */
export function setEvents(report: PageReport, key: string, text: string): void {
  setFact(report, key, parsePythonLiteral(text));
}

/** The head of a handshake from its lines: the page strips the blank line at its end. `?` is how a missing one reads. */
export function httpText(lines: readonly string[]): string {
  const text = lines.join('\r\n');
  return text === '?' || text === '' ? text : `${text}\r\n\r\n`;
}

interface PrintedPage {
  readonly source: string;
  readonly format: string;
  readonly report: PageReport;
  readonly rows: readonly Row[];
  /** Another page follows. */
  readonly hasMore: boolean;
}

type Stats = Readonly<Record<Direction, Readonly<Record<string, number>> | null>>;

/** The suite's side; null where the report does not tell, whatever stands in the place. */
export function writerOfReport({ isServer }: { readonly isServer?: unknown }): Role | null {
  return typeof isServer === 'boolean' ? (isServer ? 'server' : 'client') : null;
}

/** Hands out what was found, then says so if it is not all. */
export function emitPage(page: PrintedPage, sink: LogSink): void {
  const { source } = page;
  const isCut = page.rows.at(-1)?.kind !== 'tcp-drop';
  const printed = withLineEndsOfRows(reportOfFields(page.report), page.rows);
  const writer = writerOfReport(printed);
  const stats = { rx: printed.rxOctetStats ?? null, tx: printed.txOctetStats ?? null };
  const heads = headsOf(printed, writer);
  const rows = recoverRowLengths(withOpenRows(isCut ? withOpenEnd(page.rows) : page.rows, stats), { stats, heads });
  const asPrinted = writer === null ? true : headsAsPrinted(rows, heads, stats);
  const report: CaseReport = asPrinted === null ? printed : { ...printed, headsAsPrinted: asPrinted };
  sink.header({
    source,
    format: page.format,
    writer,
    underTest: writer ? otherRole(writer) : 'both',
    agent: report.agent ?? null,
    case: report.id ?? null,
    started: report.started ?? null,
    request: presentHead(report.httpRequest),
    response: presentHead(report.httpResponse),
    extensions: null,
    unlogged: stats.rx && stats.tx && { rx: unlogged(stats.rx, rows, 'rx'), tx: unlogged(stats.tx, rows, 'tx') },
    report,
  });
  for (const row of rows) sink.row(row);
  if (page.hasMore) throw new InputError(source, rows.length, MORE_REPORTS);
  if (!isCut) return;
  const reason =
    rows.length === 0
      ? 'the report is cut: it has no wire log'
      : 'the report is cut: the end of its wire log is missing';
  throw new InputError(source, rows.length === 0 ? null : rows.length, reason);
}

/** Cut just behind a full line of hex: the last row may have been longer. */
function withOpenEnd(rows: readonly Row[]): readonly Row[] {
  const last = rows.at(-1);
  if (last?.kind !== 'octets' || last.octets.length === 0 || last.octets.length % WRAPPED_AFTER !== 0) return rows;
  return [...rows.slice(0, -1), { ...last, octets: { ...last.octets, exact: false } }];
}

/** Full lines of hex only, or none, and the statistics know of no such read or write: the rest of the row is lost. */
function withOpenRows(rows: readonly Row[], stats: Stats): readonly Row[] {
  return rows.map((row) => {
    if (row.kind !== 'octets' || row.octets.length % WRAPPED_AFTER !== 0) return row;
    const sizes = stats[row.direction];
    if (!sizes || sizes[String(row.octets.length)] !== undefined) return row;
    return { ...row, octets: { ...row.octets, exact: false } };
  });
}

function presentHead(text: string | undefined): string | null {
  return text === undefined || text === '' || text === '?' ? null : text;
}

type ReportHeads = Readonly<Record<Direction, Uint8Array | null>>;

function headsOf(report: CaseReport, writer: Role | null): ReportHeads {
  const octetsOf = (direction: Direction) => {
    const head = writer === null ? null : presentHead(report[headKey(direction, writer)]);
    return head === null ? null : octetsOfText(head);
  };
  return { rx: octetsOf('rx'), tx: octetsOf('tx') };
}

function headKey(direction: Direction, writer: Role): 'httpRequest' | 'httpResponse' {
  return (direction === 'rx') === (writer === 'server') ? 'httpRequest' : 'httpResponse';
}

/** The beginning of a head stands in the rows too: one whose lines ended in LF alone is read so. */
function withLineEndsOfRows(report: CaseReport, rows: readonly Row[]): CaseReport {
  const writer = writerOfReport(report);
  const found: Record<string, string> = {};
  for (const direction of ['rx', 'tx'] as const) {
    const key = writer && headKey(direction, writer);
    const text = key && presentHead(report[key]);
    const row = rows.find((one): one is OctetsRow => one.kind === 'octets' && one.direction === direction);
    if (!text || !row) continue;
    const begins = (one: string) => {
      const octets = octetsOfText(one);
      const count = Math.min(octets.length, row.octets.known.length);
      return Buffer.compare(octets.subarray(0, count), row.octets.known.subarray(0, count)) === 0;
    };
    const bare = text.replaceAll('\r\n', '\n');
    if (!begins(text) && begins(bare)) found[key] = bare;
  }
  return { ...report, ...found };
}

/**
 * A page strips the blanks around a head, and may have lost its line ends. Only the size of what was read or written
 * proves that it had those that it is read with. True where no head is proved, a direction where only its head is not,
 * null where all are.
 */
function headsAsPrinted(rows: readonly Row[], heads: ReportHeads, stats: Stats): true | Direction | null {
  const [first, second] = (['rx', 'tx'] as const).filter((direction) => {
    const head = heads[direction];
    return head !== null && !isSizeProved(rows, head, direction, stats[direction]);
  });
  return first !== undefined && second !== undefined ? true : (first ?? null);
}

function isSizeProved(
  rows: readonly Row[],
  head: Uint8Array,
  direction: Direction,
  sizes: Readonly<Record<string, number>> | null,
): boolean {
  let read = 0;
  for (const { octets } of rows.filter(
    (row): row is OctetsRow => row.kind === 'octets' && row.direction === direction,
  )) {
    if (!octets.exact || sizes?.[String(octets.length)] === undefined) return false;
    read += octets.length;
    if (read >= head.length) break;
  }
  return read === head.length;
}

/** Octets that the statistics count and no row shows. Where row lengths are open, the least that it can be. */
function unlogged(stats: Readonly<Record<string, number>>, rows: readonly Row[], direction: Direction): number {
  let octets = 0;
  let reads = 0;
  for (const [size, count] of Object.entries(stats)) {
    octets += Number(size) * count;
    reads += count;
  }
  const left = new Map(Object.entries(stats).map(([size, count]) => [Number(size), count]));
  let open = 0;
  for (const row of rows) {
    if (row.kind !== 'octets' || row.direction !== direction) continue;
    reads--;
    if (!row.octets.exact) open++;
    else {
      octets -= row.octets.length;
      left.set(row.octets.length, (left.get(row.octets.length) ?? 0) - 1);
    }
  }
  return reads <= 0 ? 0 : Math.max(0, octets - largest(left, open));
}

/** The sum of the largest `count` sizes that are left. */
function largest(left: ReadonlyMap<number, number>, count: number): number {
  let sum = 0;
  let due = count;
  for (const [size, there] of [...left].sort(([a], [b]) => b - a)) {
    const taken = Math.min(due, Math.max(there, 0));
    sum += size * taken;
    due -= taken;
  }
  return sum;
}
