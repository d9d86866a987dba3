import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Octets } from '../../model/octets.ts';
import { hexOf } from '../../model/octets.ts';
import type { LogHeader, Row } from '../../model/row.ts';
import type { LogReader, LogSink } from '../reader.ts';
import { pageTextOfHtml } from '../text/page-text.fixture.ts';
import { readRows } from '../text/rows.ts';
import { readAutobahnHtml } from './html.ts';
import { readAutobahnJson } from './json.ts';
import { readAutobahnPage } from './page.ts';

const DATA = new URL('../../../../shared/data/', import.meta.url);
const isThere = existsSync(DATA);

interface Log {
  readonly header: LogHeader;
  readonly rows: readonly Row[];
}

function readLog(reader: (source: string, sink: LogSink) => LogReader, text: string): Log {
  let header: LogHeader | undefined;
  const rows: Row[] = [];
  const log = reader('x', {
    header: (found) => {
      header = found;
    },
    row: (row) => {
      rows.push(row);
    },
  });
  for (let at = 0; at < text.length; at += 1000) log.push(text.slice(at, at + 1000));
  log.end();
  if (!header) throw new Error('no header');
  return { header, rows };
}

/** Case reports with both an HTML and a JSON file. */
function pairs(): string[] {
  const all = readdirSync(DATA, { recursive: true, encoding: 'utf8' });
  const known = new Set(all);
  return all.flatMap((name) =>
    /_case_[\d_]+\.html$/.test(name) && known.has(name.replace(/html$/, 'json')) ? [name.slice(0, -5)] : [],
  );
}

function textOf(name: string): string {
  return readFileSync(new URL(name, DATA), 'latin1');
}

/** All of a row but the length of an octets row, which the page may not tell. */
function comparable(row: Row): unknown {
  if (row.kind === 'octets') return { ...row, octets: hexOf(row.octets.known) };
  if (row.kind === 'frame')
    return { ...row, payload: row.payload && { ...row.payload, known: hexOf(row.payload.known) } };
  return row;
}

/** A page prints FAILED and UNIMPLEMENTED alike, and cuts long lists of events. */
function expectedReport(json: LogHeader, page: LogHeader): Record<string, unknown> {
  const lost = ['case', 'expectedClose', 'reportTime', 'reportCompressionRatio', 'trafficStats'];
  const report: Record<string, unknown> = { ...json.report };
  for (const key of lost) delete report[key];
  for (const key of ['expected', 'received']) if (!(page.report && key in page.report)) delete report[key];
  if (report['behavior'] === 'UNIMPLEMENTED') report['behavior'] = 'FAILED';
  return report;
}

interface Tally {
  logs: number;
  rows: number;
  octetsRows: number;
  cutRows: number;
  unknownLengths: number;
  logsWithUnknownLengths: number;
  eventsLeftOut: number;
  unimplemented: number;
  unloggedUnknown: number;
  wrong: string[];
}

function newTally(): Tally {
  return {
    logs: 0,
    rows: 0,
    octetsRows: 0,
    cutRows: 0,
    unknownLengths: 0,
    logsWithUnknownLengths: 0,
    eventsLeftOut: 0,
    unimplemented: 0,
    unloggedUnknown: 0,
    wrong: [],
  };
}

function compareRows(name: string, page: Log, json: Log, tally: Tally): void {
  let unknown = 0;
  if (page.rows.length !== json.rows.length)
    tally.wrong.push(`${name}: ${page.rows.length} rows, not ${json.rows.length}`);
  json.rows.forEach((row, i) => {
    const other = page.rows[i];
    tally.rows++;
    if (!other || !isDeepStrictEqual(comparable(other), comparable(row))) tally.wrong.push(`${name}: row ${i}`);
    if (row.kind !== 'octets' || other?.kind !== 'octets') return;
    tally.octetsRows++;
    if (row.octets.length > 64) tally.cutRows++;
    if (!other.octets.exact) {
      unknown++;
      if (other.octets.length > row.octets.length) tally.wrong.push(`${name}: row ${i} is longer than it was`);
    } else if (other.octets.length !== row.octets.length) tally.wrong.push(`${name}: length of row ${i}`);
  });
  tally.unknownLengths += unknown;
  if (unknown > 0) tally.logsWithUnknownLengths++;
}

function compareHeaders(name: string, page: LogHeader, json: LogHeader, tally: Tally): void {
  const wanted = expectedReport(json, page);
  if (json.report?.behavior === 'UNIMPLEMENTED') tally.unimplemented++;
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(page.report ?? {})])) {
    if (!isDeepStrictEqual(wanted[key], page.report?.[key])) tally.wrong.push(`${name}: report.${key}`);
  }
  if (!('received' in (page.report ?? {})) || !('expected' in (page.report ?? {}))) tally.eventsLeftOut++;
  const { report: _, format: __, unlogged, ...rest } = page;
  const { report: ___, format: ____, unlogged: wantedUnlogged, ...wantedRest } = json;
  if (!isDeepStrictEqual(rest, wantedRest)) tally.wrong.push(`${name}: header`);
  if (!isDeepStrictEqual(unlogged, wantedUnlogged)) tally.unloggedUnknown++;
  for (const direction of ['rx', 'tx'] as const) {
    if ((unlogged?.[direction] ?? 0) > (wantedUnlogged?.[direction] ?? 0))
      tally.wrong.push(`${name}: unlogged ${direction}`);
  }
}

/** The copy loses markup, NUL and what is not UTF-8, and which writes were chopped. */
function compareCopies(
  name: string,
  copy: Log,
  page: Log,
  tally: { rows: number; payloadsLost: number; wrong: string[] },
): void {
  const isMarkup = (value: unknown) => typeof value === 'string' && /<[a-z/]/.test(value);
  const squeezed = (value: unknown) => (typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : value);
  const known = {
    agent: isMarkup(page.header.agent) ? copy.header.agent : page.header.agent,
    report: 0,
    format: 'autobahn-page',
  };
  for (const key of new Set([...Object.keys(copy.header.report ?? {}), ...Object.keys(page.header.report ?? {})])) {
    const [a, b] = [copy.header.report?.[key], page.header.report?.[key]];
    if (!isMarkup(b) && !isDeepStrictEqual(squeezed(a), squeezed(b)))
      tally.wrong.push(`${name}: report.${key} ${a} ${b}`);
  }
  if (!isDeepStrictEqual({ ...copy.header, report: 0 }, { ...page.header, ...known }))
    tally.wrong.push(`${name}: header`);
  if (copy.rows.length !== page.rows.length)
    tally.wrong.push(`${name}: ${copy.rows.length} rows, not ${page.rows.length}`);
  page.rows.forEach((row, i) => {
    tally.rows++;
    const other = copy.rows[i];
    if (row.kind === 'frame' && other?.kind === 'frame' && other.payload === null && row.payload !== null) {
      tally.payloadsLost++;
      if (!isDeepStrictEqual({ ...row, payload: null }, other)) tally.wrong.push(`${name}: row ${i}`);
      return;
    }
    const wanted = row.kind === 'octets' ? { ...row, sync: false } : row;
    if (!isDeepStrictEqual(other, wanted)) tally.wrong.push(`${name}: row ${i}`);
  });
}

/** Exactly that long, or open and at least so long. */
function mayBe({ length, exact }: Octets, wanted: number): boolean {
  return exact ? length === wanted : length <= wanted;
}

describe.skipIf(!isThere)('real reports (skipped: no ../shared/data)', () => {
  it('reads from the page what the JSON beside it says, but for what pages lose', { timeout: 300_000 }, () => {
    const tally = newTally();
    for (const name of pairs()) {
      const json = readLog(readAutobahnJson, textOf(`${name}.json`));
      const page = readLog(readAutobahnHtml, textOf(`${name}.html`));
      tally.logs++;
      compareRows(name, page, json, tally);
      compareHeaders(name, page.header, json.header, tally);
    }
    console.log(tally);
    expect(tally.wrong).toEqual([]);
    expect(tally.logs).toBeGreaterThan(2000);
  });

  it('reads the copied page that the project started from', () => {
    const { header, rows } = readLog(readAutobahnPage, textOf('seed-case-7.9.13.txt'));
    expect(header).toMatchObject({
      writer: 'server',
      case: '7.9.13',
      agent: 'lluv-websocket',
      unlogged: { rx: 0, tx: 0 },
    });
    expect(header.report).toMatchObject({
      behavior: 'OK',
      rxOctetStats: { 27: 1, 290: 1 },
      remoteCloseReason: 'Invalid status code',
    });
    const lengths = rows.flatMap((row) => (row.kind === 'octets' && row.octets.exact ? [row.octets.length] : []));
    expect(lengths).toEqual([290, 169, 4, 27]);
    expect(rows).toHaveLength(8);
  });

  it('gives no row of a pasted wire log a length that it did not have', { timeout: 300_000 }, () => {
    const tally = { cutRows: 0, unknownLengths: 0, wrong: [] as string[] };
    for (const name of pairs()) {
      const [, log = ''] = textOf(`${name}.html`).split('<div id="wirelog">');
      const block =
        log
          .replace(/^ *<pre class="wirelog_[^>]*>/gm, '')
          .replace(/<\/pre>$/gm, '')
          .split('</div>', 1)[0] ?? '';
      const pasted = readLog(readRows, `Seen today:\n\n${block}\nWhat is wrong?\n`);
      const json = readLog(readAutobahnJson, textOf(`${name}.json`));
      if (pasted.rows.length !== json.rows.length)
        tally.wrong.push(`${name}: ${pasted.rows.length} rows, not ${json.rows.length}`);
      json.rows.forEach((row, i) => {
        const other = pasted.rows[i];
        if (row.kind !== 'octets' || other?.kind !== 'octets') return;
        if (row.octets.length > 64) tally.cutRows++;
        if (!other.octets.exact) tally.unknownLengths++;
        if (!mayBe(other.octets, row.octets.length)) tally.wrong.push(`${name}: row ${i}: ${other.octets.length}`);
      });
    }
    console.log(tally);
    expect(tally.wrong).toEqual([]);
  });

  it.each([
    ['with its cells apart', { cellEnd: '\t', isIndented: true, hasDoubleBreaks: false }],
    ['with its cells run together', { cellEnd: '', isIndented: true, hasDoubleBreaks: true }],
    ['without the blanks before its lines', { cellEnd: '', isIndented: false, hasDoubleBreaks: true }],
  ])('reads from the text of the page, copied %s, what the page itself says', { timeout: 300_000 }, (_, losses) => {
    const tally = { logs: 0, rows: 0, payloadsLost: 0, wrong: [] as string[] };
    for (const name of pairs()) {
      const html = textOf(`${name}.html`);
      const page = readLog(readAutobahnHtml, html);
      const copy = readLog(readAutobahnPage, pageTextOfHtml(html, losses));
      tally.logs++;
      compareCopies(name, copy, page, tally);
    }
    console.log(tally);
    expect(tally.wrong).toEqual([]);
  });
});
