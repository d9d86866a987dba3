// What the readers of library logs share: lines in, one log a connection out. A library writes what it thinks of its
// frames; where it shows their octets these are the rows, else frame rows are all there is. Each reader says in notes what
// its library leaves out.

import { InputError } from '../../model/errors.ts';
import { type Octets, octetsOfLatin1, wholeOctets } from '../../model/octets.ts';
import { bareHeader, type Direction, type LogHeader, type Role, type Row } from '../../model/row.ts';
import { splitLines, withoutCr } from '../line-splitter.ts';
import type { LogReader, LogSink } from '../reader.ts';
import { frameRowOf, type ToldFrame } from '../told-frame.ts';

/** The log of one connection. */
export interface TraceLog {
  /** Role of the library's own end, where the log tells it before the first row. */
  writer(role: Role): void;
  /** A head, as lines or with its own line ends. */
  head(direction: Direction, head: string | readonly string[]): void;
  octets(direction: Direction, octets: Octets): void;
  frame(frame: ToldFrame): void;
  /** Something of that direction is not in the log. */
  lost(direction: Direction, why: string, text: string): void;
  event(kind: 'failing'): void;
}

export interface Trace {
  /** The log of the connection of that name; the first row of a name begins it. */
  log(name?: string): TraceLog;
  /** That connection is over: the next row of its name begins another. */
  over(name?: string): void;
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

interface TraceConnection {
  readonly rows: Row[];
  writer: Role | null;
  hasText: boolean;
  count: number;
  /** Its header has gone out. */
  hasBegun: boolean;
}

interface State {
  readonly kind: TraceKind;
  readonly source: string;
  readonly sink: LogSink;
  /** By name, those that are not over. */
  readonly open: Map<string, TraceLog>;
  /** In the order of their first rows. */
  readonly logs: TraceConnection[];
  firstTime: number | null;
  /** Seconds since the first line that has one. */
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
        for (const connection of state.logs) flush(state, connection);
        if (state.logs.length === 0) throw new InputError(source, null, kind.missing);
      },
    };
  };
}

function traceOf(state: State): Trace {
  return {
    log: (name = '') => {
      const log = state.open.get(name) ?? beginLog(state);
      state.open.set(name, log);
      return log;
    },
    over: (name = '') => void state.open.delete(name),
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

function addRow(state: State, connection: TraceConnection, row: Row): void {
  if (connection.count++ === 0) state.logs.push(connection);
  connection.rows.push(row);
  // Further connections wait until the first is read: a log comes out whole.
  if (state.logs[0] === connection && connection.count > 1) flush(state, connection);
}

function flush(state: State, connection: TraceConnection): void {
  if (!connection.hasBegun) {
    connection.hasBegun = true;
    state.sink.header(headerOf(state, connection));
  }
  for (const row of connection.rows.splice(0)) state.sink.row(row);
}

function headerOf({ kind, source }: State, { writer, hasText }: TraceConnection): LogHeader {
  return {
    ...bareHeader(source, kind.id),
    writer,
    ...(kind.framesFromRows.length > 0 ? { framesFromRows: kind.framesFromRows } : {}),
    ...(hasText ? { headsAsText: true } : {}),
    ...(kind.notes.length > 0 ? { notes: kind.notes } : {}),
  };
}

function beginLog(state: State): TraceLog {
  const connection: TraceConnection = { rows: [], writer: null, hasText: false, count: 0, hasBegun: false };
  const add = (row: Row) => addRow(state, connection, row);
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
      const { row, time } = base();
      add(frameRowOf(row, time, frame));
    },
    lost: (direction, why, text) => {
      add({ ...base(), kind: 'damaged', text: text.slice(0, 200), why, loses: direction });
    },
    event: (kind) => add({ ...base(), kind }),
  };
}
