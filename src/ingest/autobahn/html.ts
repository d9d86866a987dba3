// Autobahn's case report as a page's source. The suite escapes nothing and writes one line of the wire log a line, so
// the file is read by its lines and by the fixed marks between them. A parser of HTML would be wrong here: it loses NUL
// octets and takes payloads for markup.

import { isUtf8 } from 'node:buffer';
import { InputError } from '../../model/errors.ts';
import type { Row } from '../../model/row.ts';
import { decodeText, splitLines } from '../line-splitter.ts';
import type { LogReader, LogSink } from '../reader.ts';
import { type RowLines, readRowLines } from '../text/wire-log-lines.ts';
import {
  CLOSING_KEYS,
  emitPage,
  httpText,
  IS_OVERVIEW,
  NO_STATISTICS,
  NO_WIRE_LOG,
  type PageReport,
  STATISTICS,
  setBehavior,
  setClose,
  setClosing,
  setEvents,
  setFact,
} from './report-page.ts';

const LOG_BEGINS = '<div id="wirelog">';
const LOG_ENDS = '</div>';
const SQUEEZED_LOG = /<div id="wirelog">[ \t]*<pre class="wirelog_/;
const OVERVIEW =
  /<table id="agent_case_results">|<div id="master_report_header"|<h1>WebSockets Protocol Test Report<\/h1>/;

export function readAutobahnHtml(source: string, sink: LogSink): LogReader {
  const head: string[] = [];
  const rows: Row[] = [];
  const log = readRowLines((row) => rows.push(row), true);
  let hasMore = false;
  let part: 'head' | 'log' | 'tail' = 'head';
  const pushPart = (text: string) => {
    const mark = withoutIndent(text);
    if (part === 'head') {
      if (mark === LOG_BEGINS) part = 'log';
      else head.push(text.startsWith('&nbsp;') ? text.replace(/^(?:&nbsp;)+/, '') : text);
    } else if (part === 'log') {
      if (mark === LOG_ENDS) part = 'tail';
      else pushLogLine(text, log);
    } else if (mark === LOG_BEGINS) hasMore = true;
  };
  let isSqueezed = false;
  const lines = splitLines((line) => {
    isSqueezed ||= beginsSqueezedLog(line);
    if (isSqueezed) for (const text of partsOfLine(line)) pushPart(text);
    else pushPart(line);
  });
  return {
    push: lines.push,
    end: () => {
      lines.end();
      log.end();
      const text = head.join('\n');
      const report = readHead(text, part !== 'head');
      if (!report.has('id') && rows.length === 0) {
        throw new InputError(
          source,
          null,
          OVERVIEW.test(text) ? IS_OVERVIEW : 'not a case report of Autobahn: no case and no wire log',
        );
      }
      emitPage({ source, format: 'autobahn-html', report, rows, hasMore }, sink);
    },
  };
}

/** Something took the line breaks between the tags: a line of the log is no longer a line of the file. */
function beginsSqueezedLog(line: string): boolean {
  const heading = line.indexOf('<h2>Wire Log</h2>');
  return heading >= 0 && SQUEEZED_LOG.test(line.slice(heading));
}

/** Lines as the suite would have written them. */
function partsOfLine(line: string): string[] {
  return line
    .replace(/<div id="wirelog">(?=[ \t]*<pre class="wirelog_)/, '\n$&\n')
    .replace(/<\/pre>[ \t]*(?=<pre class="wirelog_|<\/div>)/g, '$&\n')
    .replace(/(\n<\/div>)(?=[^\n]*$)/, '$1\n')
    .split('\n');
}

function withoutIndent(line: string): string {
  return line.replace(/^(?:&nbsp;|\s)+/, '').trimEnd();
}

/** `<pre class="wirelog_…">…</pre>`; a payload may hold such a mark too, so the outermost count. */
function pushLogLine(line: string, log: RowLines): void {
  const open = line.indexOf('<pre class="wirelog_');
  const from = line.indexOf('">', open) + 2;
  if (open < 0 || from < 2) return;
  const to = line.lastIndexOf('</pre>');
  if (to >= from) log.push(withPlainIndent(line.slice(from, to)), line.startsWith('_sync', from - 7));
  else log.breakOff(line.slice(from), 'the file ends within this row');
}

/** Only what indents: the payload begins behind it. */
function withPlainIndent(text: string): string {
  return text.includes('&nbsp;') ? text.replace(/^(?:&nbsp;| ){15}/, ' '.repeat(15)) : text;
}

function readHead(source: string, hasLog: boolean): PageReport {
  const report: PageReport = new Map();
  const text = withPlainLineEnds(source);
  const cursor = { text, at: Math.max(text.indexOf('<body>'), 0) };
  readTitle(cursor, report);
  readTexts(cursor, report);
  readHandshake(between(cursor, '<h2>Opening Handshake</h2>', '<h2>Closing Behavior</h2>'), report);
  readClosing(between(cursor, '<h2>Closing Behavior</h2>', '<h2>Wire Statistics</h2>'), report);
  const statistics = between(cursor, '<h2>Wire Statistics</h2>', '<h2>Wire Log</h2>');
  readStatistics(statistics, report);
  if (statistics !== null) setFact(report, 'createStats', !statistics.includes(NO_STATISTICS));
  if (hasLog) setFact(report, 'createWirelog', !text.includes(NO_WIRE_LOG, cursor.at));
  return report;
}

/**
 * Where the page was written on Windows every LF became CR LF, also those of the heads, whose own line ends are CR LF
 * already: each line loses as many CRs as the page's own lines have.
 */
function withPlainLineEnds(text: string): string {
  const [, added = ''] = /<body>(\r+)\n/.exec(text) ?? [];
  return added === '' ? text : text.replaceAll(`${added}\n`, '\n');
}

/** Surrogates, which Python 2 writes in three octets each. */
const SURROGATES = /\xed[\xa0-\xbf]/;

/** UTF-8, but where a writer took its machine's encoding: then Latin-1, which most of those have in common. */
function textOfPage(octets: string): string {
  const isLatin1 = !SURROGATES.test(octets) && !isUtf8(Buffer.from(octets, 'latin1'));
  return isLatin1 ? octets : decodeText(octets);
}

interface TextCursor {
  readonly text: string;
  at: number;
}

/** The text between two marks, which come in a fixed order; null, and no step forward, where one is missing. */
function between(cursor: TextCursor, begin: string, end: string): string | null {
  const from = cursor.text.indexOf(begin, cursor.at);
  if (from < 0) return null;
  const to = cursor.text.indexOf(end, from + begin.length);
  if (to < 0) return null;
  cursor.at = to;
  return cursor.text.slice(from + begin.length, to);
}

const TITLE =
  /^_\w+">([\s\S]*) - <span[^>]*><b>Case ([\d.]+)<\/b><\/span> : ([\w-]+) - <span[^>]*><b>(-?\d+)<\/b> ms @ ([^<]*)/;
const TITLE_LIMIT = 4000;

function readTitle(cursor: TextCursor, report: PageReport): void {
  const title = between(cursor, '<p class="case case', '<p class="case_text_block case_desc">') ?? '';
  if (title.length > TITLE_LIMIT) return;
  const [, agent, id, word, duration, started] = TITLE.exec(title) ?? [];
  if (agent === undefined) return;
  setFact(report, 'agent', textOfPage(agent));
  setFact(report, 'id', id);
  setBehavior(report, word ?? '');
  setFact(report, 'duration', Number(duration));
  setFact(report, 'started', started);
}

function readTexts(cursor: TextCursor, report: PageReport): void {
  const text = (begin: string, end: string) => {
    const found = between(cursor, begin, end);
    return found === null ? undefined : textOfPage(found.slice(0, endOfElement(found)));
  };
  setFact(report, 'description', text('<b>Case Description</b><br/><br/>', '<p class="case_text_block case_expect">'));
  setFact(report, 'expectation', text('<b>Case Expectation</b><br/><br/>', '<p class="case_text_block case_outcome">'));
  setFact(report, 'result', text('<b>Case Outcome</b><br/><br/>', '<i>Expected:</i>')?.replace(/<br\/><br\/>\s*$/, ''));
  const mark = '<span class="case_pickle">';
  setEvents(report, 'expected', text(mark, '<i>Observed:</i>')?.replace(/<\/span><br\/><br\/>\s*$/, '') ?? '');
  setEvents(
    report,
    'received',
    text(mark, '<p class="case_text_block case_closing_beh">')?.replace(/<\/span>\s*$/, '') ?? '',
  );
  setClose(report, text('<b>Case Closing Behavior</b><br/><br/>', '<br/><hr/>') ?? '');
}

/** Where the end tag of the paragraph stands, if that is what the text ends in. */
function endOfElement(text: string): number {
  const at = text.lastIndexOf('</p>');
  return at >= 0 && text.slice(at + 4).trim() === '' ? at : text.length;
}

function readHandshake(text: string | null, report: PageReport): void {
  const mark = '<pre class="http_dump">';
  const [, ...dumps] = (text ?? '').split(mark);
  if (dumps.length < 2) return;
  // A file that went through git may have lost every CR; one that still has some has them all.
  const lineEnd = dumps.some((dump) => dump.includes('\r\n')) ? '\r\n' : '\n';
  const texts = dumps.map((dump) => httpText(dump.slice(0, Math.max(dump.lastIndexOf('</pre>'), 0)).split(lineEnd)));
  setFact(report, 'httpRequest', decodeText(texts[0] ?? ''));
  setFact(report, 'httpResponse', decodeText(texts[1] ?? ''));
}

function readClosing(text: string | null, report: PageReport): void {
  for (const row of (text ?? '').split('<tr class="stats_row"><td>').slice(1)) {
    const [key = ''] = row.split('</td>', 1);
    const cells = row
      .slice(key.length, Math.max(row.lastIndexOf('</td></tr>'), 0))
      .replace(/^<\/td><td class="left">/, '');
    // Before 0.5.0 there is no third cell.
    const end = cells.lastIndexOf('</td><td class="left">');
    if (CLOSING_KEYS.has(key)) setClosing(report, key, textOfPage(end < 0 ? cells : cells.slice(0, end)));
  }
}

function readStatistics(text: string | null, report: PageReport): void {
  for (const section of (text ?? '').split('<h3>').slice(1)) {
    const key = STATISTICS.get(section.slice(0, Math.max(section.indexOf('</h3>'), 0)));
    const rows = section.matchAll(/<tr class="stats_row"><td>(\d{1,15})<\/td><td>(\d{1,15})<\/td>/g);
    if (key) report.set(key, Object.fromEntries([...rows].map(([, size, count]) => [size, Number(count)])));
  }
}
