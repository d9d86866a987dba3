// What the rows of one case showed, and what its report expects: the ground on which the verdict and its sentence stand.

import { NO_OCTETS } from '../../model/octets.ts';
import type { FrameRow, LogHeader, Row } from '../../model/row.ts';
import type { Connection } from '../../protocol/connection.ts';
import { classOfCloseCode, mayBeOnTheWire } from '../../protocol/frame/close-code.ts';
import { pushUtf8, startUtf8 } from '../../protocol/frame/utf8.ts';
import { statusOf } from '../../protocol/handshake/handshake.ts';
import type { Annotation } from '../annotation.ts';
import { type CaseEvent, closeCodeOfRow, type ExpectedEvent, isSameEvent } from './events.ts';
import type { Unread } from './unread.ts';

/** What the rows showed, gathered as they came. */
export interface CaseFacts {
  readonly header: LogHeader;
  readonly events: readonly CaseEvent[];
  /** Messages that the suite sent: an expected echo is one of them. */
  readonly sent: readonly CaseEvent[];
  readonly expected: ReadonlyMap<string, readonly ExpectedEvent[]>;
  readonly charged: readonly Annotation[];
  /** What the suite broke on purpose: the first thing of each row. */
  readonly stimuli: ReadonlyMap<number, Annotation>;
  /** The last frame that the suite received while it waited: until it gave up, or up to the peer's Close. */
  readonly lastReceived: FrameRow | null;
  /** Octets that it received while it waited, behind the opening handshake, and the last row of them. */
  readonly awaited: { readonly octets: number; readonly row: number };
  /** Close rows in order. */
  readonly closes: readonly FrameRow[];
  readonly tcpDrop: (Row & { kind: 'tcp-drop' }) | null;
  /** The suite's timer to fail the connection ran out. */
  readonly failingRow: number | null;
  /** The first of the suite's timers that ended its wait. */
  readonly gaveUpRow: number | null;
  /** Rows after the opening handshake: the suite went on, so it was complete. */
  readonly isOpened: boolean;
  /** The log was switched off. */
  readonly hasGap: boolean;
  /** What is missing though the log was on; null where nothing is. */
  readonly unread: Unread | null;
  /** Rows of frames that the suite was to send, and of which no octet was sent. */
  readonly unsent: readonly FrameRow[];
  readonly txFrames: Readonly<Record<'continuation' | 'text', number>>;
  readonly lastRow: number;
  /** Octets that the suite received after the opening handshake, logged or not. */
  readonly received: number;
  /** Octets of the opening handshake that the suite sent. */
  readonly headSent: number;
  /** The row with the last octet of the frame that a frame row tells of. */
  readonly octetRows: ReadonlyMap<number, number>;
  readonly connection: Connection;
}

export function isSameEventIn(expected: ExpectedEvent, actual: CaseEvent, facts: CaseFacts): boolean {
  return isSameEvent(expected, actual, facts.sent) && sentTooFew(actual, facts) === null;
}

/** Octets that the suite had sent when the message came, where they are too few for it: it is no echo, hidden or not. */
export function sentTooFew({ kind, length, sentBefore }: CaseEvent, { header, headSent }: CaseFacts): number | null {
  if (kind !== 'message' || length === null) return null;
  const framing = (length < 126 ? 2 : length < 65536 ? 4 : 10) + (header.writer === 'client' ? 4 : 0);
  const sent = sentBefore - headSent - framing;
  return sent < length ? Math.max(sent, 0) : null;
}

/** The connection never opened, whatever is missing. */
export function isRefused({ isOpened, connection: { response } }: CaseFacts): boolean {
  const status = response && statusOf(response);
  return !isOpened && status !== null && status !== 101;
}

/** The suite's first Close was its own idea: not an answer, or an answer to an invalid one, which fails the connection. */
export function closedByMe({ closes }: CaseFacts): boolean {
  const [first, second] = closes;
  return first?.direction === 'tx' || (first !== undefined && second?.direction === 'tx' && isInvalid(first));
}

export function peerClose({ closes }: CaseFacts): FrameRow | null {
  return closes.find(({ direction }) => direction === 'rx') ?? null;
}

/** The row with the octets, where a frame row is known to tell of them: the octets are what is shown decoded. */
export function octetRowOf(row: number, { octetRows }: CaseFacts): number {
  return octetRows.get(row) ?? row;
}

/** To the suite, which does not know the codes that came after the RFC. */
export function isInvalid(close: FrameRow): boolean {
  const code = closeCodeOfRow(close);
  if (close.length === 1 || code === null) return close.length === 1;
  return !mayBeOnTheWire(code) || classOfCloseCode(code) === 'post-rfc' || !isUtf8(close.payload?.known.subarray(2));
}

function isUtf8(reason: Uint8Array | undefined): boolean {
  const state = startUtf8();
  return pushUtf8(state, reason ?? NO_OCTETS) < 0 && state.due === 0;
}
