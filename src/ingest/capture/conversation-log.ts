// Connections of one input as logs. A log gets its number by where its first octet stands, but whether a connection
// speaks WebSocket shows only later: those that began after one that is still undecided wait for it. What the server
// refused has never become a connection and stands behind all that did.

import type { Octets } from '../../model/octets.ts';
import {
  bareHeader,
  type ConnectionFacts,
  type Direction,
  type LogHeader,
  type Role,
  type Row,
} from '../../model/row.ts';
import { type LogSink, type LogWriter, openLogs } from '../reader.ts';
import type { Moment, Side } from './tcp.ts';

/** What happens in a connection, with its octets as the two ends wrote them. */
export type Event =
  | { readonly kind: 'octets'; readonly side: Side; readonly octets: Octets; readonly when: Moment }
  | { readonly kind: 'fin' | 'reset'; readonly side: Side; readonly when: Moment }
  /** Octets of that side cannot be read. */
  | { readonly kind: 'lost'; readonly side: Side; readonly why: string; readonly when: Moment };

/** What a log's header tells about its connection. */
export interface About {
  readonly client: Side;
  /** Nothing but mask bits tells which side is the client. */
  readonly isClientGuessed: boolean;
  /** The client itself wrote the input: what it had received stands before what it sends. */
  readonly isByClient?: boolean;
  readonly facts: Omit<ConnectionFacts, 'number'>;
}

/** A connection, from its first octet that may be WebSocket's on. */
export interface Ticket {
  /** It speaks WebSocket; what it is about is asked when its log begins. */
  open(about: () => About): void;
  /** The server refused: its events are a log all the same, behind all others. */
  refuse(about: () => About): void;
  /** Not ours. */
  drop(): void;
  event(event: Event): void;
  end(): void;
}

/** Octets that wait for an older connection to be decided, of all together. */
const MOST_WAITING = 8 << 20;
const REFUSALS_KEPT = 1000;

type State = 'undecided' | 'open' | 'refused' | 'dropped';

interface Held {
  state: State;
  about: (() => About) | null;
  events: Event[];
  waiting: number;
  log: OpenLog | null;
  isOver: boolean;
}

export interface ConversationLogs {
  /** A connection may begin here. */
  ticket(): Ticket;
  /** The input is over. Returns how many logs there are. */
  end(): number;
}

export function openConversationLogs(source: string, format: string, sink: LogSink): ConversationLogs {
  const openLog = openLogs(sink);
  /** From the oldest on, up to the first that is undecided and those behind it. */
  const queue = new Set<Held>();
  const refused: Held[] = [];
  let count = 0;
  let waiting = 0;

  /** Begins the logs whose turn it is. */
  function advance(): void {
    for (const held of queue) {
      const isPassed = waiting > MOST_WAITING && queue.size > 1;
      if (held.state === 'undecided' && !isPassed) return;
      queue.delete(held);
      // One that has had its time gets the number that is next when it is decided.
      if (held.state !== 'undecided') begin(held);
    }
  }

  function begin(held: Held): void {
    if (held.state === 'refused') {
      keepRefusal(held);
      return;
    }
    if (held.state === 'dropped') {
      forgetEvents(held);
      return;
    }
    const { events } = held;
    forgetEvents(held);
    held.log = writeLog(source, format, ++count, held.about as () => About, openLog, events);
    if (held.isOver) held.log.end();
  }

  function keepRefusal(held: Held): void {
    if (refused.length < REFUSALS_KEPT) refused.push(held);
    waiting -= held.waiting;
    held.waiting = 0;
  }

  function forgetEvents(held: Held): void {
    waiting -= held.waiting;
    held.waiting = 0;
    held.events = [];
  }

  function decide(held: Held, state: State, about: (() => About) | null): void {
    if (held.state !== 'undecided') return;
    held.state = state;
    held.about = about;
    if (queue.has(held)) advance();
    else begin(held);
  }

  return {
    ticket: () => {
      const held: Held = { state: 'undecided', about: null, events: [], waiting: 0, log: null, isOver: false };
      queue.add(held);
      return {
        open: (about) => decide(held, 'open', about),
        refuse: (about) => decide(held, 'refused', about),
        drop: () => decide(held, 'dropped', null),
        event: (event) => {
          held.log?.event(event);
          if (held.log || held.state === 'dropped') return;
          held.events.push(event);
          const size = event.kind === 'octets' ? event.octets.known.length : 0;
          held.waiting += size;
          waiting += size;
          if (waiting > MOST_WAITING) advance();
        },
        end: () => {
          held.isOver = true;
          held.log?.end();
        },
      };
    },
    end: () => {
      for (const held of queue) if (held.state === 'undecided') held.state = 'dropped';
      advance();
      queue.clear();
      for (const held of refused) {
        const { events } = held;
        writeLog(source, format, ++count, held.about as () => About, openLog, events).end();
      }
      return count;
    },
  };
}

interface OpenLog {
  event(event: Event): void;
  end(): void;
}

function writeLog(
  source: string,
  format: string,
  number: number,
  about: () => About,
  openLog: (header: LogHeader) => LogWriter,
  events: readonly Event[],
): OpenLog {
  const { client, isClientGuessed, isByClient = false, facts } = about();
  const start = events[0]?.when ?? { seconds: Number.NaN, nanos: 0 };
  const writer: Role | null = isClientGuessed ? null : 'client';
  const started = startedText(start);
  const log = openLog({
    ...bareHeader(source, format),
    writer,
    started,
    connection: { number, ...facts },
    ...(isByClient ? {} : { isTap: true }),
  });
  let row = 0;
  let isEnded = false;
  const directionOf = (side: Side): Direction => (side === client ? 'tx' : 'rx');

  function rowOf(event: Event): Row | null {
    const time = secondsBetween(start, event.when);
    switch (event.kind) {
      case 'octets':
        return {
          kind: 'octets',
          row: row++,
          time,
          direction: directionOf(event.side),
          octets: event.octets,
          sync: false,
        };
      case 'lost': {
        const loses = directionOf(event.side);
        return { kind: 'damaged', row: row++, time, text: '', why: event.why, loses };
      }
      default:
        // The first end counts: what the other side does then is its answer.
        if (isEnded) return null;
        isEnded = true;
        return {
          kind: 'tcp-drop',
          row: row++,
          time,
          by: event.side === client ? 'writer' : 'peer',
          reset: event.kind === 'reset',
        };
    }
  }

  const take = (event: Event) => {
    const made = rowOf(event);
    if (made) log.row(made);
  };
  for (const event of events) take(event);
  return { event: take, end: () => log.end() };
}

/** Null where the capture has no times. Rounded to nanoseconds: the sum of two fractions is none of them. */
function secondsBetween(from: Moment, to: Moment): number | null {
  if (Number.isNaN(to.seconds) || Number.isNaN(from.seconds)) return null;
  return Math.round((to.seconds - from.seconds) * 1e9 + (to.nanos - from.nanos)) / 1e9;
}

const FIRST_DATE = 2 * 24 * 60 * 60;

/** In UTC, with as many digits of the fraction as there are. */
export function startedText({ seconds, nanos }: Moment): string | null {
  const date = new Date(seconds * 1000);
  // A time of the day alone has no date.
  if (Number.isNaN(date.getTime()) || seconds < FIRST_DATE) return null;
  const fraction = String(nanos)
    .padStart(9, '0')
    .replace(/(?:000){1,2}$/, '');
  return `${date.toISOString().slice(0, 19)}.${fraction}Z`;
}
