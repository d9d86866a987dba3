// The wire-log model. A log is a header and rows; octet rows are the truth about the wire, frame rows are
// what the log's writer says it saw. RX and TX are the writer's; client and server are the protocol's.

import type { Octets } from './octets.ts';

/** The end of the connection that sent the request, and the one that answers it (RFC 6455 §4). */
export type Role = 'client' | 'server';
/** What the log's writer received, and what it sent. */
export type Direction = 'rx' | 'tx';

interface RowBase {
  /** Position in the log, from 0, as the log counts. */
  readonly row: number;
  /** Seconds since the log's start; null where the log has no times. */
  readonly time: number | null;
}

/** Octets of one read or one write. */
export interface OctetsRow extends RowBase {
  readonly kind: 'octets';
  readonly direction: Direction;
  readonly octets: Octets;
  /** A chopped or synchronous write from the writer's send queue. */
  readonly sync: boolean;
}

/** The log's own account of one frame. */
export interface FrameRow extends RowBase {
  readonly kind: 'frame';
  readonly direction: Direction;
  /** 0 to 15 (RFC 6455 §5.2). */
  readonly opcode: number;
  readonly fin: boolean;
  /** Three bits: RSV1 = 4, RSV2 = 2, RSV3 = 1. */
  readonly rsv: number;
  readonly masked: boolean;
  /** The log does not tell whether it was masked, and `masked` means nothing. */
  readonly maskUnknown?: boolean;
  /** Eight hex digits, or null. */
  readonly maskingKey: string | null;
  /** Payload length in octets, as given; null where the log's version does not say. */
  readonly length: number | null;
  /** The same where it is above 2^53, and `length` only near it. */
  readonly exactLength?: bigint;
  /** Payload octets as the log shows them, a prefix; null where the log destroyed them. */
  readonly payload: Octets | null;
  /** What the writer was told to do with the frame; null or false where nothing. */
  readonly repeat: number | null;
  readonly chopSize: number | null;
  readonly sync: boolean;
}

/** The payload length as the row gives it, to the last digit. */
export function lengthOfRow({ length, exactLength }: FrameRow): number | bigint | null {
  return exactLength ?? length;
}

/** The writer waits before it sends on. */
interface DelayRow extends RowBase {
  readonly kind: 'delay';
  readonly seconds: number;
  readonly tag: string | null;
}

/** That wait is over. */
interface DelayOverRow extends RowBase {
  readonly kind: 'delay-over';
  readonly tag: string | null;
}

/** The writer has set a timer, after which it fails or closes the connection. */
interface TimerRow extends RowBase {
  readonly kind: 'fail-after' | 'close-after';
  readonly seconds: number;
}

/** The timer ran out, or the log is switched off or on. */
interface MarkRow extends RowBase {
  readonly kind: 'failing' | 'closing' | 'log-off' | 'log-on';
}

/** TCP ended. */
interface TcpDropRow extends RowBase {
  readonly kind: 'tcp-drop';
  readonly by: 'writer' | 'peer';
  /** True where the log says that it was a reset, not an orderly end. */
  readonly reset: boolean;
}

/** A row that could not be read; the rest of the log still is. */
export interface DamagedRow extends RowBase {
  readonly kind: 'damaged';
  readonly text: string;
  readonly why: string;
  /** Whose octets may be lost with it; null where it held none. */
  readonly loses: Direction | 'both' | null;
}

/** What one row of a log says; `kind` tells which. */
export type Row = OctetsRow | FrameRow | DelayRow | DelayOverRow | TimerRow | MarkRow | TcpDropRow | DamagedRow;

/**
 * What a case report says beside its rows, under the names of Autobahn's JSON. A report page has only some of
 * it; what the source does not hold is absent here.
 */
export interface CaseReport {
  readonly [key: string]: unknown;
  readonly agent?: string;
  readonly id?: string;
  readonly description?: string;
  readonly expectation?: string;
  readonly started?: string;
  readonly behavior?: string;
  readonly behaviorClose?: string;
  readonly result?: string;
  readonly resultClose?: string;
  readonly isServer?: boolean;
  readonly droppedByMe?: boolean;
  readonly failedByMe?: boolean;
  readonly closedByMe?: boolean;
  readonly wasServerConnectionDropTimeout?: boolean;
  readonly httpRequest?: string;
  readonly httpResponse?: string;
  /** Size in octets of one read or write → how often. */
  readonly rxOctetStats?: Readonly<Record<string, number>>;
  readonly txOctetStats?: Readonly<Record<string, number>>;
}

/** The connection of an input that holds several, or that names its ends. */
export interface ConnectionEnds {
  /** From 1, in the order of their first octet. */
  readonly number: number;
  /** Address and port, as the input has them; null where it does not. */
  readonly client: string | null;
  readonly server: string | null;
  readonly tls: boolean;
}

/** What is known of a log before its first row. */
export interface LogHeader {
  /** File name as given, `-` for standard input. */
  readonly source: string;
  /** Id of the format in `ingest/formats.ts`. */
  readonly format: string;
  /** Role of the endpoint that wrote the log. */
  readonly writer: Role | null;
  /** The endpoint whose behaviour is in question; what the other one breaks is a stimulus. */
  readonly underTest: Role | 'both';
  /** The implementation under test, the case of the suite, and when it began: as the log writes them. */
  readonly agent: string | null;
  readonly case: string | null;
  readonly started: string | null;
  /** Text of the opening handshake, through its blank line, where the log keeps it as text. */
  readonly request: string | null;
  readonly response: string | null;
  /**
   * What the log says about extensions when it starts after the handshake: the value of `Sec-WebSocket-Extensions`, or `none`;
   * null where it says nothing.
   */
  readonly extensions: string | null;
  /** Octets that the log's statistics count and no row shows; null where there are no statistics. */
  readonly unlogged: Readonly<Record<Direction, number>> | null;
  readonly report: CaseReport | null;
  readonly connection?: ConnectionEnds | null;
  /**
   * The log was taken on the way between the two endpoints, and RX and TX are the client's: what one had seen when it sent
   * something is known of neither.
   */
  readonly isTap?: boolean;
  /** The directions of which the log holds no octets of frames at all, only what its writer says of them. */
  readonly framesFromRows?: readonly Direction[];
  /** No row of it is a frame row. */
  readonly onlyOctets?: boolean;
  /** The heads among the octets come from text: what their line ends were is not known. */
  readonly headsAsText?: boolean;
  /** What the reader had to assume, in whole sentences. */
  readonly notes?: readonly string[];
}

/** A header that tells nothing but where the log comes from. */
export function bareHeader(source: string, format: string): LogHeader {
  return {
    source,
    format,
    writer: null,
    underTest: 'both',
    agent: null,
    case: null,
    started: null,
    request: null,
    response: null,
    extensions: null,
    unlogged: null,
    report: null,
  };
}

export function otherRole(role: Role): Role {
  return role === 'client' ? 'server' : 'client';
}

export function otherDirection(direction: Direction): Direction {
  return direction === 'rx' ? 'tx' : 'rx';
}
