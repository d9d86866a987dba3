// The text notation, and wire-log blocks as people paste them: rows, `# key: value` lines before them, prose around
// them. Rows go out as they come, so that a log of any size takes the same memory.

import { InputError } from '../../model/errors.ts';
import { type LogHeader, otherRole } from '../../model/row.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import { splitLines, withoutCr } from '../line-splitter.ts';
import { jsonTextOf, withoutTags } from '../paste/unwrap.ts';
import { type LogReader, type LogSink, passBatch } from '../reader.ts';
import { beginsRequest } from './draft-lines.ts';
import { type HeldRows, openHeldRows } from './held-rows.ts';
import { type Fact, factOf, headerOf } from './notation-header.ts';
import { type OctetLines, openOctetLines } from './octet-lines.ts';
import { quoteBefore, withoutPrefix } from './quoted.ts';
import { beginsRow, readRowStart } from './row-start.ts';

const BYTE_ORDER_MARK = '\xef\xbb\xbf';
/** Indented by 15 blanks it would be a payload. */
const FENCE = /^[ \t]{0,14}(?:```|~~~)/;
const ENDS_FENCE = /(?:```|~~~)[ \t]*$/;
const COMMENT = /^#[ \t]*([A-Za-z][\w-]*)(?::[ \t]*(.*)|[ \t]+1[ \t]*)$/;

/** A line of a page's source or of a forum's, or one that was escaped for it. */
const PAGE_LINE =
  /^[ \t]*(?:<(?:p|pre|div|code|td|li|blockquote)\b[^<>]*>|\[(?:code|quote)\b[^\][]*\])|<br ?\/?>[ \t]*$|^[ \t]*&[lg]t;/i;
/** A hunk's first line, or a row that a patch adds. */
const HUNK = /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@|^\+\d{3,} [RT]X /;
/** A row within a string of a program, perhaps with others behind it. */
const IN_STRING = /["'`]\d{3,} [RT]X (?:OCTETS|FRAME) ?:/;
const STRING = /["'`]((?:\d{3,} | {15}).*?)(?:\\n)?["'`][^"'`]*$/;
/** Tabs between the words of a row. */
const TABS = /^[ ]*(?:\d{3,}\t+)?[RT]X[ \t]+(?:OCTETS|FRAME) ?:\t*|^[ ]*\d{3,}\t+/;

interface State {
  readonly source: string;
  sink: LogSink;
  lines: HeldRows;
  /** Header lines of the log that is being read, or is about to be: the texts as they stand, and as values. */
  facts: Map<string, Fact>;
  hasRows: boolean;
  hadLog: boolean;
  /** The first line of the notation has come. */
  isDeclared: boolean;
  /** The marks before the lines of a log that a mail quotes. */
  quote: string;
  isInStrings: boolean;
  /** The marks of its fence stand on the first row. */
  isChat: boolean;
  /** Prose follows the end of a fenced block. */
  isOutside: boolean;
  isFirstLine: boolean;
  /** What stands around the rows: a page's source, a diff. */
  isPage: boolean;
  isDiff: boolean;
}

export function readRows(source: string, sink: LogSink): LogReader {
  const state: State = {
    source,
    sink,
    lines: openHeldRows((row) => state.sink.row(row)),
    facts: new Map(),
    hasRows: false,
    hadLog: false,
    isDeclared: false,
    quote: '',
    isInStrings: false,
    isChat: false,
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
function isPlainLog({ hasRows, isOutside, quote, isPage, isDiff, isInStrings, lines }: State): boolean {
  return hasRows && !isOutside && quote === '' && !isPage && !isDiff && !isInStrings && !lines.isHolding();
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
  const line = pastedLine(state, raw);
  if (state.isPage) for (const part of withoutTags(line)) pushPasted(state, part);
  else if (state.isInStrings) for (const part of linesOfString(line)) pushPasted(state, part);
  else pushPasted(state, line);
}

function pushPasted(state: State, pasted: string): void {
  let line = pasted;
  if (!state.hasRows && line.includes('>') && !beginsRow(line))
    state.quote = quoteBefore(line, beginsLog) ?? state.quote;
  if (state.quote !== '') line = withoutPrefix(line, state.quote) ?? line;
  line = withoutChatFence(state, line);
  const code = line.charCodeAt(0);
  if (code === 0x23 && !state.lines.claims(line)) pushComment(state, line);
  else if ((code === 0x60 || code === 0x7e || code === 0x20) && FENCE.test(line) && !state.lines.claims(line)) {
    state.isOutside = state.hasRows;
  } else if (state.hasRows && !state.isOutside) pushRow(state, line);
  else if (beginsRow(line)) {
    state.isOutside = false;
    if (!state.hasRows) beginLog(state, line);
    pushRow(state, line);
  }
}

/** The lines in a string of a program, as far as one stands on its line. */
function linesOfString(line: string): readonly string[] {
  return (STRING.exec(line)?.[1] ?? line).split('\\n');
}

/** A chat puts the marks of a fence on the first and the last row themselves. */
function withoutChatFence(state: State, line: string): string {
  if (state.isChat && ENDS_FENCE.test(line)) return line.replace(ENDS_FENCE, '');
  const rest = state.hasRows || !FENCE.test(line) ? '' : line.replace(FENCE, '');
  if (rest === '' || !beginsRow(rest)) return line;
  state.isChat = true;
  return rest;
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
    state.isInStrings ||= IN_STRING.test(line);
  }
  if (state.isDiff && /^[+ ]/.test(line)) line = line.slice(1);
  return line.includes('\t') ? line.replace(TABS, (tabs) => tabs.replaceAll('\t', ' ')) : line;
}

function beginsLog(line: string): boolean {
  return beginsRow(line) || COMMENT.exec(line)?.[1] === 'wirelog';
}

function pushRow(state: State, line: string): void {
  if (state.lines.restarts(line)) {
    const { facts } = state;
    endLog(state);
    for (const [key, fact] of facts) if (OF_ALL_LOGS.has(key)) state.facts.set(key, fact);
    beginLog(state, line);
  }
  state.lines.push(line);
}

/** What the lines before the first log of several say of those behind it as well. */
const OF_ALL_LOGS: ReadonlySet<string> = new Set(['writer', 'under-test', 'agent']);

/** `line`: its first row, where it has any. */
function beginLog(state: State, line = ''): void {
  state.sink.header(withSenderOfRequest(headerOf(state.source, state.facts), line));
  state.hasRows = true;
  state.hadLog = true;
}

/** Who sends a request is the client, whatever the lines before the rows call it. */
function withSenderOfRequest(header: LogHeader, line: string): LogHeader {
  const { writer, notes = [] } = header;
  const { draft } = readRowStart(line) ?? {};
  if (writer === null || draft?.kind !== 'octets' || !beginsRequest(draft)) return header;
  const isClient = draft.direction === 'tx';
  if (isClient === (writer === 'client')) return header;
  const [own, verb] = isClient ? ['client', 'sent'] : ['server', 'received'];
  const note = `the log calls its writer the ${writer}, but that one ${verb} the request, and is taken for the ${own}`;
  return { ...header, writer: otherRole(writer), notes: [...notes, note] };
}

function endLog(state: State): void {
  // The handshake is all that there is of some connections.
  if (!state.hasRows && state.isDeclared && state.facts.has('connection')) beginLog(state);
  state.lines.end();
  state.lines = openHeldRows((row) => state.sink.row(row));
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
    state.facts.set(key, factOf(latin1));
  }
}
