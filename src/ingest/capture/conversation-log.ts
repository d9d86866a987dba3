// Connections of one input as logs. A log gets its number by where its first octet stands, but whether a connection
// speaks WebSocket shows only later: those that began after one that is still undecided wait for it. What the server
// refused has never become a connection and stands behind all that did.

import { type LogSink, openLogs } from '../reader.ts';
import { ConnectionLog, type ConversationFacts } from './connection-log.ts';
import type { ConversationEvent } from './conversation-event.ts';
import type { DirectWriter } from './tcp-consumer.ts';

/** A connection, from its first octet that may be WebSocket's on. */
export interface Ticket {
  /** It speaks WebSocket; what it is about is asked when its log begins. */
  open(about: () => ConversationFacts): void;
  /** The server refused: its events are a log all the same, behind all others. */
  refuse(about: () => ConversationFacts): void;
  /** Not ours. */
  drop(): void;
  event(event: ConversationEvent): void;
  /** Takes octets as they come, once the log has begun; null before. */
  readonly direct: DirectWriter | null;
  end(): void;
}

/** Octets that wait for an older connection to be decided, of all together. */
const MOST_WAITING = 8 << 20;
const REFUSALS_KEPT = 1000;

type State = 'undecided' | 'open' | 'refused' | 'dropped';

interface WaitingConnection {
  state: State;
  about: (() => ConversationFacts) | null;
  events: ConversationEvent[];
  waiting: number;
  log: ConnectionLog | null;
  isOver: boolean;
}

export interface ConversationLogs {
  /** A connection may begin here. */
  ticket(): Ticket;
  /** Nothing more comes for now: the logs hand over what they hold. */
  flush(): void;
  /** The input is over. Returns how many logs there are. */
  end(): number;
}

export function openConversationLogs(source: string, format: string, sink: LogSink): ConversationLogs {
  const openLog = openLogs(sink);
  /** From the oldest on, up to the first that is undecided and those behind it. */
  const queue = new Set<WaitingConnection>();
  const refused: WaitingConnection[] = [];
  /** Those that hold something until the next `flush`. */
  const active = new Set<ConnectionLog>();
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

  function begin(held: WaitingConnection): void {
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
    held.log = write(held.about as () => ConversationFacts, events);
    if (held.isOver) held.log.end();
  }

  function write(about: () => ConversationFacts, events: readonly ConversationEvent[]): ConnectionLog {
    return new ConnectionLog({ source, format, number: ++count, about: about(), openLog, active }, events);
  }

  function keepRefusal(held: WaitingConnection): void {
    if (refused.length < REFUSALS_KEPT) refused.push(held);
    waiting -= held.waiting;
    held.waiting = 0;
  }

  function forgetEvents(held: WaitingConnection): void {
    waiting -= held.waiting;
    held.waiting = 0;
    held.events = [];
  }

  function decide(held: WaitingConnection, state: State, about: (() => ConversationFacts) | null): void {
    if (held.state !== 'undecided') return;
    held.state = state;
    held.about = about;
    if (queue.has(held)) advance();
    else begin(held);
  }

  return {
    ticket: () => {
      const held: WaitingConnection = {
        state: 'undecided',
        about: null,
        events: [],
        waiting: 0,
        log: null,
        isOver: false,
      };
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
        get direct() {
          return held.log;
        },
        end: () => {
          held.isOver = true;
          held.log?.end();
        },
      };
    },
    flush: () => {
      for (const log of active) log.flush();
      active.clear();
    },
    end: () => {
      for (const held of queue) if (held.state === 'undecided') held.state = 'dropped';
      advance();
      queue.clear();
      for (const held of refused) {
        write(held.about as () => ConversationFacts, held.events).end();
      }
      return count;
    },
  };
}
