// What is known of an endpoint and of a connection beside what they are doing: facts, which the steps gather as rows come
// and which nobody else writes.

import { NO_OCTETS } from '../model/octets.ts';
import type { Direction, LogHeader, Role } from '../model/row.ts';
import type { InflateContext } from './deflate/inflate.ts';
import { Sendings } from './echo.ts';
import type { Frame } from './frame/frame.ts';
import { KeyHistory } from './frame/key-history.ts';
import type { Message } from './frame/message.ts';
import type { DeflateAgreement, Extension } from './handshake/extension.ts';
import type { Head } from './handshake/handshake.ts';
import { noPongs, type Ping, type Pongs } from './ping-pong.ts';
import { noReading, type Reading } from './reading.ts';

/** A row of the log, and its time in seconds where the log has times. */
export interface RowTime {
  readonly row: number;
  readonly time: number | null;
}

/** A frame that has not all come. */
export interface Pending {
  /** The known octets of its header, where that is not complete. */
  readonly header: Uint8Array;
  /** The frame, where its header is read. */
  readonly frame: Frame | null;
}

/** Content that has not all come. */
export interface UnfinishedContent {
  readonly head: Head;
  /** How many octets have not come; null where chunks do not tell. */
  readonly missing: number | null;
  /** Some of it has come. */
  readonly hasBegun: boolean;
}

/** Octets that are no WebSocket. */
export interface Foreign {
  readonly row: number;
  /** Where they stand in that row, the end exclusive. */
  readonly place: readonly [number, number];
  /** What is known of them. */
  readonly octets: Uint8Array;
  /** Frames go on right behind them. */
  readonly isPassedOver: boolean;
  /** They belong to another layer than the stream of octets: TLS, or whole packets. */
  readonly isOfOtherLayer: boolean;
}

export interface TcpEnd extends RowTime {
  readonly by: 'writer' | 'peer';
  readonly reset: boolean;
}

const LONGEST_HEADER = 14;
/** A power of two, and more than so many rows: a header may stand in as many, and one more is wanted. */
const LATEST = 2 ** Math.ceil(Math.log2(LONGEST_HEADER + 1));

/** The latest rows of an endpoint: as many as a header may stand in, and one more. */
class LatestRows {
  #count = 0;
  readonly #rows = new Float64Array(LATEST);
  readonly #times = new Float64Array(LATEST);

  note({ row, time }: RowTime): void {
    const at = this.#count++ & (LATEST - 1);
    this.#rows[at] = row;
    this.#times[at] = time ?? Number.NaN;
  }

  /** The latest; null where there is none. */
  get last(): RowTime | null {
    return this.#at(this.#count - 1);
  }

  /** The first of them with that number, and the one before it. */
  find(row: number): { readonly at: RowTime; readonly before: RowTime | null } | null {
    for (let i = Math.max(0, this.#count - LONGEST_HEADER - 1); i < this.#count; i++) {
      const at = this.#at(i);
      if (at?.row === row) return { at, before: i > this.#count - LONGEST_HEADER - 1 ? this.#at(i - 1) : null };
    }
    return null;
  }

  #at(i: number): RowTime | null {
    if (i < 0) return null;
    const time = this.#times[i & (LATEST - 1)] as number;
    return { row: this.#rows[i & (LATEST - 1)] as number, time: Number.isNaN(time) ? null : time };
  }
}

const NOTHING_PENDING: Pending = { header: NO_OCTETS, frame: null };

/** Of one endpoint. */
export class EndpointFacts {
  readonly direction: Direction;
  role: Role | null;
  /** How many frames of it have begun. */
  frames = 0;
  /** Its frames are known from frame rows alone: what the log's writer left out of them nobody knows. */
  withoutOctets = false;
  readonly keys = new KeyHistory();

  /** Row of the latest gap. */
  gapRow = -1;
  /** A frame of it was read of which only the look of the octets says that it begins there. */
  hasGuesses = false;

  /** Its latest control frame had no FIN: continuations that follow belong to that. */
  brokenControl = false;
  /** What its compressed messages inflated to: null before the first, `lost` where some may not be in the log. */
  history: InflateContext | 'lost' | null = null;
  /** The first text that broke. */
  brokenText: Message | null = null;

  /** Its first Close. */
  close: Frame | null = null;
  /** When that came, in seconds; null where the log has no times. */
  closeTime: number | null = null;
  /** The row with the first octet of that, and the one before it of the same direction. */
  closeBegan: { readonly at: RowTime; readonly before: RowTime | null } | null = null;
  /** Data messages that it began before its own Close and after the other's, which came in a read of its own. */
  begunAfterClose = 0;
  /** Those of them that it began when it had certainly read that Close. */
  begunAfterReading = 0;

  /** It has certainly broken a rule whose severity is error. */
  isAtFault = false;
  /** The first rule that its part of the opening handshake breaks and that has a 4xx or a drop as its reaction. */
  handshakeFault: string | null = null;
  /** All rules whose severity is error that its latest head certainly breaks. */
  headFaults: string[] = [];

  /** Its first frame, where that came before the opening handshake was answered. */
  beforeAnswer: Frame | null = null;
  /** Octets of it that are no WebSocket stood where a response or a frame was due: the first of them. */
  foreign: Foreign | null = null;
  /** Content of a head of it that had not all come when TCP ended. */
  unfinishedContent: UnfinishedContent | null = null;
  /** The latest rows with its octets, until TCP ended. */
  readonly latestRows = new LatestRows();
  /** What had come of its latest frame when the other endpoint's latest Close came, or ended TCP. */
  pending: Pending = NOTHING_PENDING;
  /** It was inside a frame when TCP ended. */
  isInsideFrame = false;

  pings: Ping[] = [];
  readonly pongs: Pongs = noPongs();
  readonly sendings = new Sendings();
  /** What it has read of the other endpoint. */
  readonly reading: Reading = noReading();

  /** Its first frame whose payload seems never to have been masked, though the mask bit is set. */
  clearOnWire: Frame | null = null;
  /** Payload of it is hidden: nobody can say that all of it was right. */
  hidden = false;
  /** Payload that could break a rule is hidden: of a text, or of what is compressed. */
  hiddenText = false;
  /**
   * The latest fragment, or control frame inside a message, of its latest message: input that has to be accepted. -1 where
   * that came in one frame.
   */
  fragment = -1;
  /** It sent a data frame. */
  data = false;

  constructor(direction: Direction, role: Role | null) {
    this.direction = direction;
    this.role = role;
  }
}

/** Of both, and of what lies between them. */
export class ConnectionFacts {
  readonly header: LogHeader;
  /** Octets to which a message is inflated at the most. */
  readonly maxMessage: number;
  /** Nothing in the log tells who the client is; the mask bit of the first frame was taken for a hint. */
  roleGuessed = false;
  /** The rows before the log's first octets are missing. */
  isBeginningLost = false;
  request: Head | null = null;
  /** The one before it on the same connection. */
  requestBefore: Head | null = null;
  /** Those that no final response has answered yet; the client need not wait with the next one. */
  unanswered: Head[] = [];
  response: Head | null = null;
  /** What is agreed; null while it is not known. */
  extensions: readonly Extension[] | null = null;
  deflate: DeflateAgreement | null = null;
  /** An extension is agreed that wirelog does not know: reserved bits and opcodes may mean something. */
  unknownExtension: string | null = null;
  tcpEnd: TcpEnd | null = null;
  /** The row that is being read. It changes with the next one: whoever keeps it copies it. */
  now: RowTime = { row: -1, time: null };
  readonly #now = { row: -1, time: null as number | null };
  /** When the writer's latest timer ran out: it gave up on the peer. */
  gaveUpAt: RowTime | null = null;
  /** When the writer's latest wait was over, whatever it waited for. */
  waited: RowTime | null = null;
  /** When the 101 came. */
  openedAt: RowTime | null = null;
  /** When the latest endpoint's Close came before TCP ended. */
  closedAt: RowTime | null = null;

  constructor(header: LogHeader, maxMessage: number) {
    this.header = header;
    this.maxMessage = maxMessage;
  }

  setNow(row: number, time: number | null): void {
    this.#now.row = row;
    this.#now.time = time;
    this.now = this.#now;
  }
}
