// Autobahn's case report as the text of its page, copied from a browser: the same lines without markup. Headings stand
// alone on their line, in a fixed order; table cells may have run into each other.

import { InputError } from '../errors.ts';
import type { Row } from '../row.ts';
import { decodeText, splitLines, withoutCr } from './line-splitter.ts';
import { prefixOf, withoutPrefix } from './quoted.ts';
import type { LogReader, LogSink } from './reader.ts';
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
import { readStatisticsTable } from './squashed-table.ts';
import { readRowLines } from './wire-log-lines.ts';

const WIRE_LOG = 'Wire Log';

/** In the order of the page, which goes only forward: a text of the log that reads like a heading is none. */
const HEADINGS = [
  'Case Description',
  'Case Expectation',
  'Case Outcome',
  'Expected:',
  'Observed:',
  'Case Closing Behavior',
  'Opening Handshake',
  'Closing Behavior',
  'Wire Statistics',
  ...STATISTICS.keys(),
  WIRE_LOG,
];

const TITLE = /^(.*) - Case (\d+(?:\.\d+)+) : (Pass|Non-Strict|Informational|Fail) - (-?\d+) ms @ (\S+)$/;
const OVERVIEW = /^(?:Summary report generated on|Test summary report generated on)/;

/** What the descriptions of the texts in the table "Closing Behavior" begin with; those of the others are not needed. */
const DESCRIPTIONS = [
  'When wasClean == False, the reason',
  'The close reason I sent in',
  'The close reason the peer sent me in',
];

export function readAutobahnPage(source: string, sink: LogSink): LogReader {
  const sections = new Map<string, string[]>();
  const rows: Row[] = [];
  const log = readRowLines((row) => rows.push(row));
  let title = '';
  let heading = -1;
  let isOverview = false;
  // Before every line from the title on, where the page is quoted or indented as a whole.
  let prefix = '';
  const lines = splitLines((raw) => {
    const whole = withoutCr(raw);
    const line = (prefix === '' ? null : withoutPrefix(whole, prefix)) ?? whole;
    if (heading >= 0 && HEADINGS[heading] !== WIRE_LOG && line === whole && line.trim() !== '') prefix = '';
    if (HEADINGS[heading] === WIRE_LOG && line.trim() !== NO_WIRE_LOG) {
      log.push(line);
      return;
    }
    const text = line.trim();
    const next = HEADINGS.indexOf(text, heading + 1);
    if (next >= 0 && title !== '') {
      heading = next;
      sections.set(text, []);
    } else if (heading >= 0) sections.get(HEADINGS[heading] ?? '')?.push(decodeText(line));
    else if (text.length < 10_000 && TITLE.test(text)) {
      prefix = prefixOf(whole);
      title = decodeText(whole.slice(prefix.length).trim());
    } else if (OVERVIEW.test(text)) isOverview = true;
  });
  return {
    push: lines.push,
    end: () => {
      lines.end();
      log.end();
      if (title === '')
        throw new InputError(source, null, isOverview ? IS_OVERVIEW : 'no case of Autobahn in this text');
      emitPage({ source, format: 'autobahn-page', report: reportOf(title, sections), rows }, sink);
    },
  };
}

type Sections = ReadonlyMap<string, readonly string[]>;

function reportOf(title: string, sections: Sections): PageReport {
  const report: PageReport = new Map();
  const [, agent, id, word = '', duration, started] = TITLE.exec(title) ?? [];
  setFact(report, 'agent', agent);
  setFact(report, 'id', id);
  setBehavior(report, word);
  setFact(report, 'duration', Number(duration));
  setFact(report, 'started', started);
  // The section that the text ends in may not be all there.
  const isWhole = (heading: string) => sections.has(heading) && [...sections.keys()].at(-1) !== heading;
  const text = (heading: string) => (isWhole(heading) ? paragraph(sections.get(heading) ?? []) : undefined);
  setFact(report, 'description', text('Case Description'));
  setFact(report, 'expectation', text('Case Expectation'));
  setFact(report, 'result', text('Case Outcome'));
  setEvents(report, 'expected', text('Expected:') ?? '');
  setEvents(report, 'received', text('Observed:') ?? '');
  setClose(report, text('Case Closing Behavior') ?? '');
  if (isWhole('Opening Handshake')) setHandshake(report, sections.get('Opening Handshake') ?? []);
  for (const line of sections.get('Closing Behavior') ?? []) setClosingRow(report, line);
  for (const [heading, key] of STATISTICS) setStatistics(report, key, sections.get(heading) ?? []);
  const hasLine = (heading: string, wanted: string) =>
    (sections.get(heading) ?? []).some((line) => line.trim() === wanted);
  if (sections.has(WIRE_LOG)) {
    setFact(report, 'createStats', !hasLine('Wire Statistics', NO_STATISTICS));
    setFact(report, 'createWirelog', !hasLine(WIRE_LOG, NO_WIRE_LOG));
  }
  return report;
}

function paragraph(lines: readonly string[]): string {
  return lines.join('\n').trim();
}

/** Request and response follow each other without a blank line; their own line ends may have become two. */
function setHandshake(report: PageReport, lines: readonly string[]): void {
  const filled = lines.filter((line) => line.trim() !== '');
  const status = filled.findIndex((line) => line.startsWith('HTTP/1.'));
  // A response that never came is one question mark.
  const at = status >= 0 ? status : filled.length - 1;
  if (at < 0) return;
  setFact(report, 'httpRequest', httpText(filled.slice(0, at)));
  setFact(report, 'httpResponse', httpText(filled.slice(at)));
}

function setClosingRow(report: PageReport, line: string): void {
  const [first = '', second] = line.split('\t');
  if (second !== undefined) {
    setClosing(report, first.trim(), second);
    return;
  }
  for (const [key, kind] of CLOSING_KEYS) {
    if (!line.startsWith(key)) continue;
    const rest = line.slice(key.length).trimStart();
    const value = kind === 'text' ? beforeDescription(rest) : (/^(?:True|False|None|\d{1,5})/.exec(rest)?.[0] ?? '');
    setClosing(report, key, value);
  }
}

function beforeDescription(text: string): string {
  for (const description of DESCRIPTIONS) {
    const at = text.lastIndexOf(description);
    if (at >= 0) return text.slice(0, at);
  }
  return text;
}

function setStatistics(report: PageReport, key: string, lines: readonly string[]): void {
  const rows = lines.map((line) => line.trim()).filter((line) => /^\d/.test(line) || line.startsWith('Total'));
  const table = readStatisticsTable(rows, key.endsWith('OctetStats') ? 'octets' : 'frames');
  if (table) setFact(report, key, table);
}
