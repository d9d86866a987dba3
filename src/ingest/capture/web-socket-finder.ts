// Finds the WebSocket in one connection's octets, and drops what has none. A request that asks for one begins the log,
// also on a connection that has carried ordinary HTTP before; a 101 does where the request is not in the input. Where the
// input begins after the handshake, octets that are frames do, or those of a port that is said to speak WebSocket.

import type { Octets } from '../../model/octets.ts';
import type { ConversationFacts } from './connection-log.ts';
import {
  behind,
  type ConversationEvent,
  type OctetsEvent,
  otherSide,
  upTo,
  withOwnOctets,
} from './conversation-event.ts';
import type { ConversationLogs, Ticket } from './conversation-log.ts';
import { BEGINS_INSIDE, LikelyFrames, likenessToFrames } from './frame-likeness.ts';
import { HttpHalf } from './http-half.ts';
import {
  asksForHttp2,
  asksForWebSocket,
  beginsRequest,
  beginsResponse,
  contentBehind,
  type HeadFound,
  methodOf,
  statusInText,
} from './http-skip.ts';
import type { DirectWriter, Side, TcpConsumer, Timestamp } from './tcp-consumer.ts';

/** What is passed over, counted for the words at the end. */
export interface PassedOver {
  http2: number;
}

export interface FinderContext {
  readonly logs: ConversationLogs;
  /** TCP port that speaks WebSocket; null where none was named. */
  readonly port: number | null;
  readonly ports: readonly [number, number];
  /** The input holds the connection from its first octet on, and side 0 is the client. */
  readonly hasStart: boolean;
  /** The client itself wrote the input. */
  readonly isByClient?: boolean;
  readonly facts: (client: Side) => ConversationFacts['facts'];
  readonly passedOver: PassedOver;
  /** No more of the connection is wanted. */
  readonly drop: () => void;
  /** Takes what is inside a tunnel that a proxy opened. */
  readonly inside: () => ConversationConsumer;
}

export interface ConversationConsumer extends TcpConsumer {
  /** Octets of that side cannot be read. */
  lost(side: Side, why: string, when: Timestamp): void;
}

type FoundHead = HeadFound & { readonly kind: 'whole' | 'cut' };

/**
 * `searching`: no request for a WebSocket has come. `asked`: one has, and its answer has not. `likely`: no HTTP, may be
 * frames. `found`: all that comes belongs to the log. `refused`: the answer was no 101. `tunnel`: what comes is another's.
 */
type FinderPhase = 'searching' | 'asked' | 'likely' | 'found' | 'refused' | 'tunnel' | 'over';

/** Octets for which the answer to a request is waited for. */
const MOST_WAITING = 1 << 18;
/** Events before the first head, of which nothing can be read. */
const MOST_UNREADABLE = 64;

export class WebSocketFinder implements ConversationConsumer {
  private readonly context: FinderContext;
  private readonly halves: readonly [HttpHalf, HttpHalf] = [new HttpHalf(), new HttpHalf()];
  /** Methods of requests whose responses have not come. */
  private readonly outstanding: string[] = [];
  private phase: FinderPhase = 'searching';
  private client: Side | null;
  private isClientGuessed = false;
  private ticket: Ticket | null = null;
  /** The request certainly asked for a WebSocket. */
  private isSure = false;
  private waiting = 0;
  private inner: ConversationConsumer | null = null;
  /** What cannot be read of it so far. */
  private unreadable: ConversationEvent[] = [];
  private likely: LikelyFrames | null = null;
  /** Sides whose first octets may lie inside a frame. */
  private readonly fromMiddle = new Set<Side>();

  constructor(context: FinderContext) {
    this.context = context;
    this.client = context.hasStart ? 0 : null;
  }

  /** The log that is found gets what comes as it comes. */
  get direct(): DirectWriter | null {
    return this.phase === 'found' && this.fromMiddle.size === 0 ? (this.ticket?.direct ?? null) : null;
  }

  octets(side: Side, octets: Octets, when: Timestamp): void {
    const event: OctetsEvent = { kind: 'octets', side, octets, when };
    if (this.phase === 'tunnel') this.inner?.octets(side, octets, when);
    else if (this.phase === 'likely') this.seeLikeness(event);
    else if (this.phase === 'found') this.giveFound(event);
    else if (this.phase !== 'over') this.search(event);
  }

  fin(side: Side, when: Timestamp): void {
    this.takeEnd('fin', side, when);
  }

  reset(side: Side, when: Timestamp): void {
    this.takeEnd('reset', side, when);
  }

  private takeEnd(kind: 'fin' | 'reset', side: Side, when: Timestamp): void {
    if (this.phase === 'tunnel') this.inner?.[kind](side, when);
    else if (this.phase === 'likely') this.likely?.events.push({ kind, side, when });
    else if (this.isKept()) this.give({ kind, side, when });
  }

  lost(side: Side, why: string, when: Timestamp): void {
    if (this.phase === 'tunnel') this.inner?.lost(side, why, when);
    else if (this.isKept()) this.give({ kind: 'lost', side, why, when });
    else if (this.phase === 'searching') {
      this.halves[side].lose();
      this.unreadable.push({ kind: 'lost', side, why, when });
    }
  }

  end(): void {
    if (this.phase === 'likely' && this.likely?.client(true) != null) this.openLikely();
    if (this.phase === 'asked' && this.isSure) this.open();
    if (this.phase === 'refused') this.ticket?.refuse(this.about);
    else if (this.phase !== 'found') this.ticket?.drop();
    this.ticket?.end();
    this.inner?.end();
    this.ticket = null;
    this.phase = 'over';
  }

  private isKept(): boolean {
    return this.phase === 'asked' || this.phase === 'found' || this.phase === 'refused';
  }

  private readonly about = (): ConversationFacts => {
    const client = this.client ?? 0;
    const { facts, isByClient = false } = this.context;
    return { client, isClientGuessed: this.isClientGuessed, isByClient, facts: facts(client) };
  };

  private give(event: ConversationEvent): void {
    this.ticket ??= this.context.logs.ticket();
    this.ticket.event(event.kind === 'octets' ? withOwnOctets(event) : event);
  }

  private open(): void {
    this.ticket ??= this.context.logs.ticket();
    this.phase = 'found';
    this.ticket.open(this.about);
  }

  private drop(): void {
    this.forget();
    this.phase = 'over';
    this.context.drop();
  }

  private forget(): void {
    this.ticket?.drop();
    this.ticket = null;
  }

  // ---- HTTP

  private search(event: OctetsEvent): void {
    const half = this.halves[event.side];
    for (let rest: OctetsEvent | null = event; rest && this.phase !== 'over'; ) {
      if (this.phase === 'tunnel') {
        this.inner?.octets(rest.side, rest.octets, rest.when);
        return;
      }
      if (this.belongsToLog(rest.side)) {
        this.take(rest);
        return;
      }
      // Line ends before a head may be the end of what came before the capture, or could not be read.
      if (half.mode === 'lost' || !(half.hasBegun || this.context.hasStart)) rest = behind(rest, lineEndsBefore(rest));
      if (!rest || (half.mode === 'lost' && !this.findsHead(half, rest))) return;
      rest = half.mode === 'content' ? half.skipContent(rest) : this.readHead(half, rest);
    }
  }

  private belongsToLog(side: Side): boolean {
    return this.phase === 'found' || this.phase === 'refused' || (this.phase === 'asked' && side === this.client);
  }

  private findsHead(half: HttpHalf, { octets: { known } }: OctetsEvent): boolean {
    if (!beginsRequest(known) && !beginsResponse(known)) return false;
    half.mode = 'head';
    return true;
  }

  /** Returns what is behind the head; null where nothing is. */
  private readHead(half: HttpHalf, event: OctetsEvent): OctetsEvent | null {
    const { known, length } = event.octets;
    const isFirst = half.head.isEmpty();
    if (known.length === 0 && isFirst && this.phase === 'searching') {
      // Of one side a capture may have the lengths alone: the head of the other one tells what they were.
      half.hasBegun = true;
      half.lose();
      if (this.unreadable.length < MOST_UNREADABLE) this.unreadable.push(event);
      return null;
    }
    const found: HeadFound =
      known.length === 0 && isFirst ? { kind: 'none' } : half.head.push(known, known.length < length);
    if (found.kind === 'whole' || found.kind === 'cut') {
      half.hasBegun = true;
      return this.takeHead(half, event, found);
    }
    if (found.kind === 'more') {
      half.held.push(withOwnOctets(event));
      if (event.side === (this.client ?? event.side)) this.ticket ??= this.context.logs.ticket();
    } else if (this.phase === 'asked' && this.outstanding.length === 0) {
      // The answer is not in the input, or is no HTTP.
      this.open();
      for (const one of [...half.takeHeld(), event]) this.give(one);
    } else if (isFirst && !half.hasBegun) {
      half.hasBegun = true;
      this.seeForeign(event);
    } else half.lose();
    return null;
  }

  private takeHead(half: HttpHalf, event: OctetsEvent, found: FoundHead): OctetsEvent | null {
    const used = found.kind === 'whole' ? found.used : event.octets.length;
    const held = [...half.takeHeld(), upTo(event, used)];
    half.head.clear();
    const isResponse = statusInText(found.text) !== null;
    this.client ??= isResponse ? otherSide(event.side) : event.side;
    if (isResponse) this.takeResponse(half, held, found);
    else this.takeRequest(half, held, found);
    return behind(event, used);
  }

  private takeRequest(half: HttpHalf, held: readonly OctetsEvent[], { kind, text }: FoundHead): void {
    const method = methodOf(text);
    if (method === 'PRI') {
      this.passOverHttp2();
      return;
    }
    const asks = asksForWebSocket(text);
    if (asks || (kind === 'cut' && method === 'GET')) {
      this.isSure = asks;
      this.phase = 'asked';
      for (const event of held) this.give(event);
      return;
    }
    this.forget();
    this.outstanding.push(method);
    if (kind === 'cut') half.lose();
    else half.expect(contentBehind(text, method));
  }

  private passOverHttp2(): void {
    this.context.passedOver.http2++;
    this.drop();
  }

  private takeResponse(half: HttpHalf, held: readonly OctetsEvent[], { kind, text }: FoundHead): void {
    const status = statusInText(text) as number;
    const isInterim = status >= 100 && status < 200 && status !== 101;
    const isNext = this.outstanding.length === 0;
    const isUnasked = status === 101 && this.phase === 'searching' && (asksForWebSocket(text) || kind === 'cut');
    if (isNext && (this.phase === 'asked' || isUnasked)) {
      for (const event of [...this.unreadable.splice(0), ...held]) this.give(event);
      if (!isInterim) this.takeAnswer(status);
      return;
    }
    if (isInterim) return;
    if (status === 101 && asksForHttp2(text)) {
      this.passOverHttp2();
      return;
    }
    const method = this.outstanding.shift() ?? 'GET';
    if (method === 'CONNECT' && status >= 200 && status < 300) {
      this.phase = 'tunnel';
      this.inner = this.context.inside();
    } else if (kind === 'cut') half.lose();
    else half.expect(contentBehind(text, method));
  }

  private takeAnswer(status: number): void {
    if (status === 101) this.open();
    else if (this.isSure) this.phase = 'refused';
    else {
      // An ordinary request, of which the head was cut.
      this.forget();
      this.phase = 'searching';
      for (const half of this.halves) half.lose();
    }
  }

  /** Octets of the log. */
  private take(event: OctetsEvent): void {
    if (this.phase === 'refused' && event.side === this.client && beginsRequest(event.octets.known)) {
      // The client asks again on the same connection.
      this.phase = 'asked';
      this.halves[otherSide(event.side)].mode = 'head';
    }
    this.give(event);
    if (this.phase === 'found') return;
    this.waiting += event.octets.known.length;
    if (this.waiting <= MOST_WAITING) return;
    if (this.phase === 'asked') this.open();
    else {
      this.end();
      this.context.drop();
    }
  }

  // ---- neither HTTP nor the start

  private seeForeign(event: OctetsEvent): void {
    const { port, ports, hasStart } = this.context;
    if (port !== null && ports.includes(port)) {
      this.client = ports[0] === port ? 1 : 0;
      if (!hasStart) for (const side of [0, 1] as const) this.fromMiddle.add(side);
      this.open();
      this.giveFound(event);
    } else if (hasStart && !isSocks(event) && this.halves[otherSide(event.side)].mode !== 'lost') this.drop();
    else if (hasStart) this.halves[event.side].lose();
    else if (this.halves[otherSide(event.side)].mode === 'lost' || this.client !== null) this.halves[event.side].lose();
    else {
      this.phase = 'likely';
      this.ticket ??= this.context.logs.ticket();
      this.likely = new LikelyFrames();
      this.seeLikeness(event);
    }
  }

  private giveFound(event: OctetsEvent): void {
    const { side, octets, when } = event;
    if (this.fromMiddle.delete(side) && !likenessToFrames(octets.known, octets.length)) {
      this.give({ kind: 'lost', side, why: BEGINS_INSIDE, when });
    }
    this.give(event);
  }

  private seeLikeness(event: OctetsEvent): void {
    const { likely } = this;
    if (!likely) return;
    if (likely.see(event)) {
      if (likely.client(false) !== null) this.openLikely();
      return;
    }
    this.likely = null;
    this.forget();
    this.phase = 'searching';
    for (const half of this.halves) half.lose();
    this.search(event);
  }

  private openLikely(): void {
    const { likely } = this;
    this.client = likely?.client(true) ?? 0;
    this.isClientGuessed = true;
    this.likely = null;
    this.open();
    for (const event of likely?.events ?? []) this.give(event);
  }
}

/** A request to a SOCKS proxy, behind which the client speaks to the server (RFC 1928 §3, SOCKS 4). */
function isSocks({ octets: { known } }: OctetsEvent): boolean {
  const [version, count = 0] = known;
  return (version === 5 && known.length === 2 + count) || (version === 4 && count === 1 && known.at(-1) === 0);
}

/** How many octets of line ends stand before a head; 0 where none stands there. */
function lineEndsBefore({ octets: { known } }: OctetsEvent): number {
  if (!beginsRequest(known) && !beginsResponse(known)) return 0;
  return known.findIndex((octet) => octet !== 0x0d && octet !== 0x0a);
}
