// Connections of one input as logs. A log gets its number by where its first octet stands, but whether a connection
// speaks WebSocket shows only later: those that began after one that is still undecided wait for it. What the server
// refused has never become a connection and stands behind all that did.

import { type LogSink, openLogs } from '../reader.ts';
import { ConnectionLog, type ConversationFacts } from './connection-log.ts';
import type { ConversationEvent } from './conversation-event.ts';
import type { DirectWriter } from './tcp-consumer.ts';

/** Octets that wait for an older connection to be decided, of all together. */
const MOST_WAITING = 8 << 20;
const REFUSALS_KEPT = 1000;

type State = 'undecided' | 'open' | 'refused' | 'dropped';

export class ConversationLogs {
  private readonly source: string;
  private readonly format: string;
  private readonly openLog: ReturnType<typeof openLogs>;
  /** From the oldest on, up to the first that is undecided and those behind it. */
  private readonly queue = new Set<Ticket>();
  private readonly refused: Ticket[] = [];
  /** Those that hold something until the next `flush`. */
  private readonly active = new Set<ConnectionLog>();
  private count = 0;
  /** Octets. */
  private waiting = 0;

  constructor(source: string, format: string, sink: LogSink) {
    this.source = source;
    this.format = format;
    this.openLog = openLogs(sink);
  }

  /** A connection may begin here. */
  ticket(): Ticket {
    const ticket = new Ticket(this);
    this.queue.add(ticket);
    return ticket;
  }

  /** Nothing more comes for now: the logs hand over what they hold. */
  flush(): void {
    for (const log of this.active) log.flush();
    this.active.clear();
  }

  /** The input is over. Returns how many logs there are. */
  end(): number {
    for (const ticket of [...this.queue]) ticket.drop();
    for (const { about, events } of this.refused) if (about) this.write(about, events).end();
    return this.count;
  }

  /** What it is has been decided, and its log begins when it is its turn. */
  decided(ticket: Ticket): void {
    if (this.queue.has(ticket)) this.advance();
    else this.begin(ticket);
  }

  /** So many octets more wait; fewer where the number is negative. */
  addWaiting(octets: number): void {
    this.waiting += octets;
    if (octets > 0 && this.waiting > MOST_WAITING) this.advance();
  }

  write(about: () => ConversationFacts, events: readonly ConversationEvent[]): ConnectionLog {
    const shared = { source: this.source, format: this.format, openLog: this.openLog, active: this.active };
    return new ConnectionLog({ ...shared, number: ++this.count, about: about() }, events);
  }

  /** Begins the logs whose turn it is. */
  private advance(): void {
    for (const ticket of this.queue) {
      const isPassed = this.waiting > MOST_WAITING && this.queue.size > 1;
      if (ticket.state === 'undecided' && !isPassed) return;
      this.queue.delete(ticket);
      // One that has had its time gets the number that is next when it is decided.
      if (ticket.state !== 'undecided') this.begin(ticket);
    }
  }

  private begin(ticket: Ticket): void {
    if (ticket.state === 'open') ticket.begin();
    else if (ticket.state === 'dropped') ticket.forget();
    else {
      if (this.refused.length < REFUSALS_KEPT) this.refused.push(ticket);
      ticket.waitNoMore();
    }
  }
}

/** A connection, from its first octet that may be WebSocket's on. */
export class Ticket {
  state: State = 'undecided';
  /** Asked when its log begins. */
  about: (() => ConversationFacts) | null = null;
  /** Those that came before its log began. */
  events: ConversationEvent[] = [];
  private readonly logs: ConversationLogs;
  /** Octets of these events. */
  private waiting = 0;
  private log: ConnectionLog | null = null;
  private isOver = false;

  constructor(logs: ConversationLogs) {
    this.logs = logs;
  }

  /** Takes octets as they come, once the log has begun; null before. */
  get direct(): DirectWriter | null {
    return this.log;
  }

  /** It speaks WebSocket; what it is about is asked when its log begins. */
  open(about: () => ConversationFacts): void {
    this.decide('open', about);
  }

  /** The server refused: its events are a log all the same, behind all others. */
  refuse(about: () => ConversationFacts): void {
    this.decide('refused', about);
  }

  /** Not ours. */
  drop(): void {
    this.decide('dropped', null);
  }

  event(event: ConversationEvent): void {
    this.log?.event(event);
    if (this.log || this.state === 'dropped') return;
    this.events.push(event);
    const size = event.kind === 'octets' ? event.octets.known.length : 0;
    this.waiting += size;
    this.logs.addWaiting(size);
  }

  end(): void {
    this.isOver = true;
    this.log?.end();
  }

  /** Its log begins. */
  begin(): void {
    const events = this.events;
    this.forget();
    if (!this.about) return;
    this.log = this.logs.write(this.about, events);
    if (this.isOver) this.log.end();
  }

  forget(): void {
    this.waitNoMore();
    this.events = [];
  }

  waitNoMore(): void {
    this.logs.addWaiting(-this.waiting);
    this.waiting = 0;
  }

  private decide(state: State, about: (() => ConversationFacts) | null): void {
    if (this.state !== 'undecided') return;
    this.state = state;
    this.about = about;
    this.logs.decided(this);
  }
}
