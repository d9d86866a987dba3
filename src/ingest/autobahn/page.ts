// Autobahn's case report as the text of its page, copied from a browser: the same lines without markup. Headings stand
// alone on their line, in a fixed order; table cells may have run into each other.

import { InputError } from '../../model/errors.ts';
import type { Row } from '../../model/row.ts';
import { decodeText, splitLines, withoutCr } from '../line-splitter.ts';
import type { LogReader, LogSink } from '../reader.ts';
import { prefixOf, withoutPrefix } from '../text/quoted.ts';
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
import { readStatisticsTable } from './squashed-table.ts';

const PAYLOAD_INDENT = ' '.repeat(15);
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

interface State {
  readonly sections: Map<string, string[]>;
  readonly log: RowLines;
  title: string;
  /** Index of the last heading; -1 before the first. */
  heading: number;
  /** Before every line from the title on, where the page is quoted or indented as a whole. */
  prefix: string;
  isOverview: boolean;
  hasMore: boolean;
}

export function readAutobahnPage(source: string, sink: LogSink): LogReader {
  const rows: Row[] = [];
  const log = readRowLines((row) => rows.push(row));
  const state: State = {
    sections: new Map(),
    log,
    title: '',
    heading: -1,
    prefix: '',
    isOverview: false,
    hasMore: false,
  };
  const lines = splitLines((line) => pushLine(state, withoutCr(line)));
  return {
    push: lines.push,
    end: () => {
      lines.end();
      log.end();
      const { title, sections, isOverview, hasMore } = state;
      if (title === '')
        throw new InputError(source, null, isOverview ? IS_OVERVIEW : 'no case of Autobahn in this text');
      emitPage({ source, format: 'autobahn-page', report: reportOf(title, sections), rows, hasMore }, sink);
    },
  };
}

function pushLine(state: State, whole: string): void {
  const { log, prefix, heading } = state;
  const line = (prefix === '' ? null : withoutPrefix(whole, prefix)) ?? whole;
  const isLog = HEADINGS[heading] === WIRE_LOG;
  // Only the title stood so.
  if (heading >= 0 && !isLog && line === whole && line.trim() !== '') state.prefix = '';
  if (heading >= 0 && isTitle(line) && !isPayload(log, line)) state.hasMore = true;
  if (state.hasMore) return;
  if (isLog && line.trim() !== NO_WIRE_LOG) log.push(line);
  else if (heading < 0 && isTitle(line)) setTitle(state, whole);
  else if (state.title !== '') pushOfHead(state, line);
  else if (OVERVIEW.test(line.trim())) state.isOverview = true;
}

/** Of a log whose lines have kept their blanks, or lost them. */
function isPayload(log: RowLines, line: string): boolean {
  return line.startsWith(PAYLOAD_INDENT) || log.claims(line);
}

function setTitle(state: State, line: string): void {
  state.prefix = prefixOf(line);
  state.title = decodeText(line.slice(state.prefix.length).trim());
}

function pushOfHead(state: State, line: string): void {
  const text = line.trim();
  const next = HEADINGS.indexOf(text, state.heading + 1);
  if (next >= 0) {
    state.heading = next;
    state.sections.set(text, []);
  } else state.sections.get(HEADINGS[state.heading] ?? '')?.push(decodeText(line));
}

type Sections = ReadonlyMap<string, readonly string[]>;

function isTitle(line: string): boolean {
  return line.length < 10_000 && TITLE.test(line.trim());
}

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
