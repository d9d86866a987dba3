// The text notation, and wire-log blocks as people paste them: rows, `# key: value` lines before them, prose around
// them. Rows go out as they come, so that a log of any size takes the same memory; only where a row's length is missing
// are the next few held back, because they may tell it.

import { InputError } from '../../model/errors.ts';
import type { FrameRow, LogHeader, Role, Row } from '../../model/row.ts';
import { ROW, type RowBatch, TX } from '../../model/row-batch.ts';
import { isCount, reportOfFields } from '../autobahn/report-fields.ts';
import { NO_HINTS, recoverRowLengths } from '../autobahn/row-lengths.ts';
import { decodeText, splitLines, withoutCr } from '../line-splitter.ts';
import { jsonTextOf, withoutTags } from '../paste/unwrap.ts';
import { type LogReader, type LogSink, passBatch } from '../reader.ts';
import { type OctetLines, openOctetLines } from './octet-lines.ts';
import { quoteBefore, withoutPrefix } from './quoted.ts';
import { beginsRow, type RowLines, readRowLines } from './wire-log-lines.ts';

/** Rows held back at most when a row's length has to be found out. */
const WINDOW = 64;
const BYTE_ORDER_MARK = '\xef\xbb\xbf';
/** Indented by 15 blanks it would be a payload. */
const FENCE = /^[ \t]{0,14}(?:```|~~~)/;
const COMMENT = /^#[ \t]*([A-Za-z][\w-]*)(?::[ \t]*(.*)|[ \t]+1[ \t]*)$/;

/** A line of a page's source, or one that was escaped for it. */
const PAGE_LINE = /^[ \t]*<(?:p|pre|div|code|td|li|blockquote)\b[^<>]*>|<br ?\/?>[ \t]*$|^[ \t]*&[lg]t;/i;
const HUNK = /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/;
/** Tabs between the words of a row. */
const TABS = /^[ ]*(?:\d{3,}\t+)?[RT]X[ \t]+(?:OCTETS|FRAME ?):\t*|^[ ]*\d{3,}\t+/;

interface State {
  readonly source: string;
  sink: LogSink;
  lines: HeldRowLines;
  /** Header lines of the log that is being read, or is about to be: the texts as they stand, and as values. */
  facts: Map<string, Fact>;
  hasRows: boolean;
  hadLog: boolean;
  /** The first line of the notation has come. */
  isDeclared: boolean;
  /** The marks before the lines of a log that a mail quotes. */
  quote: string;
  /** Prose follows the end of a fenced block. */
  isOutside: boolean;
  isFirstLine: boolean;
  /** What stands around the rows: a page's source, a diff. */
  isPage: boolean;
  isDiff: boolean;
}

interface Fact {
  readonly text: string;
  readonly value: unknown;
}

export function readRows(source: string, sink: LogSink): LogReader {
  const state: State = {
    source,
    sink,
    lines: rowLines((row) => state.sink.row(row)),
    facts: new Map(),
    hasRows: false,
    hadLog: false,
    isDeclared: false,
    quote: '',
    isOutside: false,
    isFirstLine: true,
    isPage: false,
    isDiff: false,
  };
  const lines = splitLines((line) => pushLine(state, withoutCr(line)));
  const document = openDocument(lines.push);
  let octets: OctetLines | null = null;
  return {
    push: document.push,
    octets: (chunk) => {
      octets ??= openColumns(state, document, (batch) => passBatch(batch, sink));
      octets.push(chunk);
      octets.pass();
    },
    pause: () => {
      octets?.pause();
      state.lines.pause();
      octets?.pass();
    },
    end: () => {
      octets?.end();
      document.end();
      lines.end();
      endLog(state);
      octets?.pass();
      if (!state.hadLog) throw new InputError(source, null, 'no wire-log row in it');
    },
  };
}

/** From now on rows go out in batches, and those of the usual kind are read without a line of text. */
function openColumns(
  state: State,
  document: ReturnType<typeof openDocument>,
  pass: (batch: RowBatch) => void,
): OctetLines {
  const { sink } = state;
  const octets = openOctetLines(
    {
      push: document.push,
      turn: () => (isPlainLog(state) ? state.lines.turn() : null),
      settle: () => state.lines.settle(),
      advance: (next, hasIndent, batch, from) => state.lines.advanceOver(next, hasIndent, batch, from),
    },
    pass,
  );
  state.sink = {
    header: (header) => {
      octets.pass();
      sink.header(header);
    },
    row: octets.add,
  };
  return octets;
}

/** Lines are rows as they stand, without anything around them. */
function isPlainLog({ hasRows, isOutside, quote, isPage, isDiff, lines }: State): boolean {
  return hasRows && !isOutside && quote === '' && !isPage && !isDiff && !lines.isHolding();
}

/** A JSON document is read to its end, and the rows are in its strings; any other text goes on as it comes. */
function openDocument(push: (text: string) => void): { push(chunk: string): void; end(): void } {
  let isDocument: boolean | null = null;
  let text = '';
  return {
    push: (chunk) => {
      if (isDocument === null) isDocument = /^(?:\xef\xbb\xbf)?\s*[{[]/.test(chunk);
      if (isDocument) text += chunk;
      else push(chunk);
    },
    end: () => {
      if (isDocument) push(jsonTextOf(text.replace(BYTE_ORDER_MARK, '')) ?? text);
    },
  };
}

function pushLine(state: State, raw: string): void {
  let line = pastedLine(state, raw);
  if (!state.hasRows && line.includes('>') && !beginsRow(line))
    state.quote = quoteBefore(line, beginsLog) ?? state.quote;
  if (state.quote !== '') line = withoutPrefix(line, state.quote) ?? line;
  const code = line.charCodeAt(0);
  if (code === 0x23 && !state.lines.claims(line)) pushComment(state, line);
  else if ((code === 0x60 || code === 0x7e || code === 0x20) && FENCE.test(line) && !state.lines.claims(line)) {
    state.isOutside = state.hasRows;
  } else if (state.hasRows && !state.isOutside) pushRow(state, line);
  else if (beginsRow(line)) {
    state.isOutside = false;
    if (!state.hasRows) beginLog(state);
    pushRow(state, line);
  }
}

/** The line without what a page's source or a diff puts around it. */
function pastedLine(state: State, raw: string): string {
  let line = raw;
  if (state.isFirstLine) {
    state.isFirstLine = false;
    if (line.startsWith(BYTE_ORDER_MARK)) line = line.slice(BYTE_ORDER_MARK.length);
  }
  if (!state.hasRows) {
    state.isPage ||= PAGE_LINE.test(line);
    state.isDiff ||= HUNK.test(line);
  }
  if (state.isPage) line = withoutTags(line);
  if (state.isDiff && /^[+ ]/.test(line)) line = line.slice(1);
  return line.includes('\t') ? line.replace(TABS, (tabs) => tabs.replaceAll('\t', ' ')) : line;
}

function beginsLog(line: string): boolean {
  return beginsRow(line) || COMMENT.exec(line)?.[1] === 'wirelog';
}

function pushRow(state: State, line: string): void {
  if (state.lines.restarts(line)) {
    endLog(state);
    beginLog(state);
  }
  state.lines.push(line);
}

function beginLog(state: State): void {
  state.sink.header(headerOf(state.source, state.facts));
  state.hasRows = true;
  state.hadLog = true;
}

function endLog(state: State): void {
  // The handshake is all that there is of some connections.
  if (!state.hasRows && state.isDeclared && state.facts.has('connection')) beginLog(state);
  state.lines.end();
  state.lines = rowLines((row) => state.sink.row(row));
  state.facts = new Map();
  state.hasRows = false;
  state.isOutside = false;
}

function pushComment(state: State, line: string): void {
  const [, key = '', latin1] = COMMENT.exec(line) ?? [];
  if (key === 'wirelog') {
    if (state.hasRows || state.isDeclared) endLog(state);
    state.isDeclared = true;
  } else if (key !== '' && latin1 !== undefined && !state.hasRows) {
    const text = decodeText(latin1).trim();
    state.facts.set(key, { text, value: jsonValue(text) });
  }
}

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Keys of the notation; all others are the report's, under the names of Autobahn's JSON. */
const HEADER_KEYS: ReadonlySet<string> = new Set([
  'writer',
  'under-test',
  'agent',
  'case',
  'started',
  'extensions',
  'request',
  'response',
  'frames-from-rows',
  'heads-from',
  'notes',
  'unlogged-rx',
  'unlogged-tx',
  'connection',
  'tap',
]);

/** The number that Autobahn's JSON calls `case`, which is the id here. */
const CASE_NUMBER = 'case-number';

function headerOf(source: string, facts: ReadonlyMap<string, Fact>): LogHeader {
  const text = (key: string) => textOf(facts.get(key));
  const agent = text('agent') ?? null;
  const id = text('case') ?? text('id') ?? null;
  const started = text('started') ?? null;
  const request = headText(text('request') ?? text('httpRequest'));
  const response = headText(text('response') ?? text('httpResponse'));
  const others = [...facts]
    .filter(([key]) => !HEADER_KEYS.has(key))
    .map(([key, fact]) => [key === CASE_NUMBER ? 'case' : key, fact.value] as const);
  const heads = { httpRequest: request, httpResponse: response };
  const own = Object.entries({ agent, id, started, ...(facts.has('httpRequest') ? {} : heads) });
  return {
    source,
    format: 'rows',
    writer: roleOf(text('writer')),
    underTest: roleOf(text('under-test')) ?? 'both',
    agent,
    case: id,
    started,
    request,
    response,
    extensions: text('extensions') ?? null,
    unlogged:
      facts.has('unlogged-rx') || facts.has('unlogged-tx')
        ? { rx: countOf(facts.get('unlogged-rx')), tx: countOf(facts.get('unlogged-tx')) }
        : null,
    report: others.length > 0 ? reportOfFields([...own.filter(([, value]) => value !== null), ...others]) : null,
    ...connectionOf(facts),
    ...framesFromRows(text('frames-from-rows')),
    ...(text('heads-from') === 'text' ? { headsAsText: true } : {}),
    ...notesOf(facts.get('notes')),
  };
}

/** Where the log comes from a capture. */
function connectionOf(facts: ReadonlyMap<string, Fact>): Pick<LogHeader, 'connection' | 'isTap'> {
  const isTap = facts.get('tap')?.value === true ? { isTap: true } : {};
  const given = facts.get('connection')?.value;
  if (typeof given !== 'object' || given === null) return isTap;
  const { number, client, server, tls } = given as Record<string, unknown>;
  if (typeof number !== 'number') return isTap;
  const end = (value: unknown) => (typeof value === 'string' ? value : null);
  return { ...isTap, connection: { number, client: end(client), server: end(server), tls: tls === true } };
}

function framesFromRows(text: string | undefined): Pick<LogHeader, 'framesFromRows'> {
  const directions = (['rx', 'tx'] as const).filter((one) => text?.split(' ').includes(one));
  return directions.length > 0 ? { framesFromRows: directions } : {};
}

function notesOf(fact: Fact | undefined): Pick<LogHeader, 'notes'> {
  const notes = Array.isArray(fact?.value) ? fact.value.filter((note) => typeof note === 'string') : [];
  return notes.length > 0 ? { notes } : {};
}

/** What is a text stays one: case 1.1 is no number. */
function textOf(fact: Fact | undefined): string | undefined {
  return typeof fact?.value === 'string' ? fact.value : fact?.text;
}

function headText(text: string | undefined): string | null {
  return text === undefined || text === '?' || text === '' || text === 'null' ? null : text;
}

function roleOf(text: string | undefined): Role | null {
  return text === 'client' || text === 'server' ? text : null;
}

function countOf(fact: Fact | undefined): number {
  return isCount(fact?.value) ? fact.value : 0;
}

/** Rows to `emit`; those after one of unknown length are held until they have told what they can. */
interface HeldRowLines extends RowLines {
  /** Some are held. */
  isHolding(): boolean;
  /** Rows from the batch's row `from` on were read elsewhere. */
  advanceOver(next: number, hasIndent: boolean, batch: RowBatch, from: number): void;
}

function rowLines(emit: (row: Row) => void): HeldRowLines {
  let held: Row[] = [];
  // The row of a written frame stands before its octets.
  let written: FrameRow | null = null;
  const follow = (row: Row) => {
    if (row.kind === 'frame' && row.direction === 'tx') written = row;
    else if (row.kind === 'octets' && row.direction === 'tx') written = null;
  };
  const release = () => {
    if (held.length === 0) return;
    const context = written ? [written, ...held] : held;
    const recovered = recoverRowLengths(context, NO_HINTS);
    for (const row of written ? recovered.slice(1) : recovered) emit(row);
    for (const row of held) follow(row);
    held = [];
  };
  const lines = readRowLines((row) => {
    if (held.length > 0 || (row.kind === 'octets' && !row.octets.exact)) {
      held.push(row);
      if (held.length >= WINDOW) release();
      return;
    }
    follow(row);
    emit(row);
  });
  return {
    ...lines,
    isHolding: () => held.length > 0,
    advanceOver: (next, hasIndent, batch, from) => {
      lines.advance(next, hasIndent);
      const last = batch.lastOf(TX, from);
      if (last >= 0) written = batch.kinds[last] === ROW.FRAME ? copyOfFrameRow(batch.rowAt(last) as FrameRow) : null;
    },
    end: () => {
      lines.end();
      release();
    },
  };
}

/** Such that it does not keep the batch. */
function copyOfFrameRow(row: FrameRow): FrameRow {
  return { ...row, payload: row.payload && { ...row.payload, known: row.payload.known.slice() } };
}
