// What the readers of library logs share: lines in, one log a connection out. A library writes what it thinks of its
// frames; where it shows their octets these are the rows, else frame rows are all there is. Each reader says in notes what
// its library leaves out.

import { InputError } from '../../model/errors.ts';
import { cutOctets, type Octets, octetsOfLatin1, wholeOctets } from '../../model/octets.ts';
import { bareHeader, type Direction, type FrameRow, type LogHeader, type Role, type Row } from '../../model/row.ts';
import { splitLines, withoutCr } from '../line-splitter.ts';
import type { LogReader, LogSink } from '../reader.ts';

interface TraceFrame {
  readonly direction: Direction;
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv?: number;
  /** Absent where the log does not tell. */
  readonly masked?: boolean;
  /** Eight hex digits. */
  readonly maskingKey?: string | null;
  /** Null where the log does not tell. */
  readonly length: number | null;
  readonly payload: Octets | null;
}

/** The log of one connection. */
export interface TraceLog {
  /** Role of the library's own end, where the log tells it before the first row. */
  writer(role: Role): void;
  /** A head, as lines or with its own line ends. */
  head(direction: Direction, head: string | readonly string[]): void;
  octets(direction: Direction, octets: Octets): void;
  frame(frame: TraceFrame): void;
  /** Something of that direction is not in the log. */
  lost(direction: Direction, why: string, text: string): void;
  event(kind: 'failing'): void;
}

export interface Trace {
  /** The log of the connection of that name; the first row of a name begins it. */
  log(name?: string): TraceLog;
  /** That connection is over: the next row of its name begins another. */
  over(name?: string): void;
  /** Seconds since the first line that has a time. */
  readonly time: number | null;
}

export interface TraceParser {
  line(line: string): void;
  end?(): void;
}

export interface TraceKind {
  readonly id: string;
  /** What the library's log leaves out, in whole sentences. */
  readonly notes: readonly string[];
  /** Directions of which it never shows the octets of frames. */
  readonly framesFromRows: readonly Direction[];
  /** What to say where no frame and no head is in it. */
  readonly missing: string;
  readonly parse: (trace: Trace) => TraceParser;
}

const LONGEST_LINE = 1 << 24;
const CLOCK = /(?:^|[^\d:.])(\d\d):(\d\d):(\d\d)(?:[.,:](\d{1,6}))?(?!\d)/;
const CLOCK_WITHIN = 48;
const DAY = 86_400;

interface Connection {
  readonly rows: Row[];
  readonly log: TraceLog;
  writer: Role | null;
  hasText: boolean;
  count: number;
}

interface State {
  readonly kind: TraceKind;
  readonly source: string;
  readonly sink: LogSink;
  readonly open: Map<string, Connection>;
  /** In the order of their first rows; the first of them is being handed out. */
  readonly logs: Connection[];
  hasBegun: boolean;
  hadRows: boolean;
  firstTime: number | null;
  time: number | null;
}

export function traceReader(kind: TraceKind): (source: string, sink: LogSink) => LogReader {
  return (source, sink) => {
    const state: State = {
      kind,
      source,
      sink,
      open: new Map(),
      logs: [],
      hasBegun: false,
      hadRows: false,
      firstTime: null,
      time: null,
    };
    const parser = kind.parse(traceOf(state));
    const lines = splitLines((line) => {
      if (line.length > LONGEST_LINE) return;
      readClock(state, line);
      parser.line(withoutColours(withoutCr(line)));
    });
    return {
      push: lines.push,
      end: () => {
        lines.end();
        parser.end?.();
        for (const connection of state.logs) handOut(state, connection);
        if (!state.hadRows) throw new InputError(source, null, kind.missing);
      },
    };
  };
}

function traceOf(state: State): Trace {
  return {
    log: (name = '') => {
      const found = state.open.get(name) ?? beginConnection(state);
      state.open.set(name, found);
      return found.log;
    },
    over: (name = '') => void state.open.delete(name),
    get time() {
      return state.time;
    },
  };
}

const ESCAPE_SEQUENCE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

function withoutColours(line: string): string {
  return line.includes('\x1b[') ? line.replace(ESCAPE_SEQUENCE, '') : line;
}

function readClock(state: State, line: string): void {
  const found = CLOCK.exec(line.slice(0, CLOCK_WITHIN));
  if (!found) return;
  const [, hours, minutes, seconds, fraction = ''] = found;
  const now = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(`0.${fraction || 0}`);
  state.firstTime ??= now;
  const since = now - state.firstTime;
  state.time = Math.round((((since % DAY) + DAY) % DAY) * 1e6) / 1e6;
}

function beginConnection(state: State): Connection {
  const connection: Connection = { rows: [], log: {} as TraceLog, writer: null, hasText: false, count: 0 };
  const add = (row: Row) => addRow(state, connection, row);
  Object.assign(connection.log, logOf(state, connection, add));
  return connection;
}

function addRow(state: State, connection: Connection, row: Row): void {
  if (connection.count++ === 0) state.logs.push(connection);
  connection.rows.push(row);
  state.hadRows = true;
  // Further connections wait until the first is read: a log comes out whole.
  if (state.logs[0] === connection && connection.count > 1) flush(state, connection);
}

function flush(state: State, connection: Connection): void {
  if (!state.hasBegun) {
    state.hasBegun = true;
    state.sink.header(headerOf(state, connection));
  }
  for (const row of connection.rows.splice(0)) state.sink.row(row);
}

function handOut(state: State, connection: Connection): void {
  if (connection !== state.logs[0]) state.hasBegun = false;
  flush(state, connection);
}

function headerOf({ kind, source }: State, { writer, hasText }: Connection): LogHeader {
  return {
    ...bareHeader(source, kind.id),
    writer,
    ...(kind.framesFromRows.length > 0 ? { framesFromRows: kind.framesFromRows } : {}),
    ...(hasText ? { headsAsText: true } : {}),
    ...(kind.notes.length > 0 ? { notes: kind.notes } : {}),
  };
}

function logOf(state: State, connection: Connection, add: (row: Row) => void): TraceLog {
  const base = () => ({ row: connection.count, time: state.time });
  return {
    writer: (role) => {
      connection.writer ??= role;
    },
    head: (direction, head) => {
      const text = typeof head === 'string' ? head : [...head, '', ''].join('\r\n');
      const isRequest = !text.startsWith('HTTP/');
      connection.writer ??= isRequest === (direction === 'tx') ? 'client' : 'server';
      connection.hasText = true;
      add({ ...base(), kind: 'octets', direction, octets: wholeOctets(octetsOfLatin1(text)), sync: false });
    },
    octets: (direction, octets) => {
      add({ ...base(), kind: 'octets', direction, octets, sync: false });
    },
    frame: (frame) => {
      const why = whyNoFrame(frame);
      if (why === null) add({ ...base(), ...frameRowOf(frame) });
      else add({ ...base(), kind: 'damaged', text: '', why, loses: frame.direction });
    },
    lost: (direction, why, text) => {
      add({ ...base(), kind: 'damaged', text: text.slice(0, 200), why, loses: direction });
    },
    event: (kind) => add({ ...base(), kind }),
  };
}

/** What the log says of the frame that no frame can have (RFC 6455 §5.2). */
function whyNoFrame({ opcode, rsv = 0, length }: TraceFrame): string | null {
  if (!Number.isInteger(opcode) || opcode < 0 || opcode > 15) return `opcode ${opcode} is none`;
  if (!Number.isInteger(rsv) || rsv < 0 || rsv > 7) return `${rsv} are no reserved bits`;
  return length === null || (Number.isSafeInteger(length) && length >= 0) ? null : `${length} is no length`;
}

function frameRowOf(frame: TraceFrame): Omit<FrameRow, 'row' | 'time'> {
  const { direction, opcode, fin, rsv = 0, masked, maskingKey = null, length, payload } = frame;
  return {
    kind: 'frame',
    direction,
    opcode,
    fin,
    rsv,
    masked: masked ?? false,
    ...(masked === undefined ? { maskUnknown: true } : {}),
    maskingKey,
    length,
    payload,
    repeat: null,
    chopSize: null,
    sync: false,
  };
}

/** A payload of that length whose octets the log shows whole where they are so many, else from the first on. */
export function shownPayload(known: Uint8Array, length: number): Octets {
  return known.length === length ? wholeOctets(known) : cutOctets(known.subarray(0, length), length);
}

/** Nothing of a payload of that length is shown. */
export function hiddenPayload(length: number): Octets | null {
  return length === 0 ? wholeOctets(new Uint8Array(0)) : null;
}

/** A Close's payload as its code and reason; null where the log shows no code that was sent. */
export function closePayload(code: number, reason: string, length: number): Octets | null {
  if (length < 2) return hiddenPayload(length);
  return shownPayload(Buffer.concat([Uint8Array.of(code >> 8, code & 255), octetsOfLatin1(reason)]), length);
}

const OPCODES: Readonly<Record<string, number>> = {
  CONT: 0,
  CONTINUE: 0,
  CONTINUATION: 0,
  CONTINUOUS: 0,
  TEXT: 1,
  BIN: 2,
  BINARY: 2,
  CLOSE: 8,
  CLOSING: 8,
  PING: 9,
  PONG: 10,
};

/** The opcode that a library calls so; null for an unknown name. */
export function opcodeOf(name: string): number | null {
  return OPCODES[name.toUpperCase()] ?? null;
}

const FIELD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:(?:[ \t].*)?$/;

export function isHeadStart(text: string): boolean {
  return /^(?:(?:GET|POST|HEAD|OPTIONS) \S+ HTTP\/1\.[01]|HTTP\/1\.[01] \d{3}(?: .*)?)$/.test(text);
}

export function isHeadField(text: string): boolean {
  return FIELD.test(text);
}

/** Gathers the lines of a head until a line comes that is none of it. */
export interface HeadLines {
  /** True where the line is part of a head. */
  take(direction: Direction, text: string): boolean;
  end(): void;
}

export function headLines(log: () => TraceLog): HeadLines {
  let open: { readonly direction: Direction; readonly lines: string[] } | null = null;
  const end = () => {
    if (open && open.lines.length > 1) log().head(open.direction, open.lines);
    open = null;
  };
  return {
    take: (direction, text) => {
      if (isHeadStart(text)) {
        end();
        open = { direction, lines: [text] };
        return true;
      }
      if (!open || open.direction !== direction || !isHeadField(text)) {
        end();
        return false;
      }
      open.lines.push(text);
      return true;
    },
    end,
  };
}
