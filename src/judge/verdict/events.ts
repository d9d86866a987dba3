// The events of a case, as the suite's own engine recorded them, told from the log's frame rows and timers: a message at
// every final data frame, a Pong, a wait that ran out. The rows are used and not the octets, because it is the suite's
// view that is judged here; a log without frame rows has no suite.

import { payloadText } from '../../ingest/autobahn/payload-text.ts';
import { concatOctets, cutOctets, NO_OCTETS } from '../../model/octets.ts';
import type { FrameRow, Row } from '../../model/row.ts';
import { isControl, OPCODE } from '../../protocol/frame/opcode.ts';
import { type ReportText, readingOf, readReportText } from './report-text.ts';

interface EventBase {
  readonly kind: 'message' | 'pong' | 'ping' | 'timeout';
  /** As the report shows it, one character an octet. */
  readonly text: string;
  readonly isBinary: boolean;
}

/** What the rows show. */
export interface CaseEvent extends EventBase {
  /** Octets of the whole payload; null where the source does not say. */
  readonly length: number | null;
  /** The first octets of it. */
  readonly known: Uint8Array;
  /** Row that completed it. */
  readonly row: number;
  /** Octets that the suite had sent by then, the opening handshake included; infinite where that is not known. */
  readonly sentBefore: number;
}

/** What the report says of an event that is due. */
export interface ExpectedEvent extends EventBase, Pick<ReportText, 'readings'> {
  /** An old suite shows the first octets of it, and nothing else tells whether the rest is that. */
  readonly isUntold: boolean;
}

export interface EventReader {
  row(row: Row): void;
  readonly events: readonly CaseEvent[];
  /** The suite's own messages. */
  readonly sent: readonly CaseEvent[];
}

// Memory must not grow with the log, and no case expects so many.
const EVENTS_KEPT = 1 << 14;
/** Octets: no suite shows more of a payload. */
const SHOWN = 256;

export function readEvents(): EventReader {
  const events: CaseEvent[] = [];
  const sentMessages: CaseEvent[] = [];
  const messages = { rx: assembler(), tx: assembler() };
  let hasFailed = false;
  let isClosing = false;
  let octetsSent = 0;

  function keep(list: CaseEvent[], event: CaseEvent): void {
    if (list.length < EVENTS_KEPT) list.push(event);
  }

  function received(row: FrameRow): void {
    if (row.opcode === OPCODE.CLOSE) isClosing = true;
    else if (row.opcode === OPCODE.PONG) keep(events, eventOf('pong', [row], false, octetsSent));
    const message = messages.rx(row, octetsSent);
    if (message && !hasFailed) keep(events, message);
  }

  function sent(row: FrameRow): void {
    if (row.opcode === OPCODE.CLOSE && row.rsv === 0) isClosing = true;
    const message = messages.tx(row, octetsSent);
    if (message) keep(sentMessages, message);
  }

  return {
    events,
    sent: sentMessages,
    row: (row) => {
      if (row.kind === 'frame') (row.direction === 'rx' ? received : sent)(row);
      else if (row.kind === 'octets' && row.direction === 'tx') {
        octetsSent += row.octets.exact ? row.octets.length : Number.POSITIVE_INFINITY;
      } else if (row.kind === 'damaged' && row.loses !== 'rx' && row.loses !== null)
        octetsSent = Number.POSITIVE_INFINITY;
      else if (row.kind === 'failing') hasFailed = true;
      else if (row.kind === 'delay-over' && row.tag !== null && !isClosing) {
        const timeout = { kind: 'timeout', text: row.tag, isBinary: false, length: null, known: NO_OCTETS } as const;
        keep(events, { ...timeout, row: row.row, sentBefore: octetsSent });
      }
    },
  };
}

/** Puts the data frames of one direction together; gives the message when it is whole. */
function assembler(): (row: FrameRow, octetsSent: number) => CaseEvent | null {
  let open: { readonly opcode: number; readonly frames: FrameRow[] } | null = null;
  return (row, octetsSent) => {
    if (isControl(row.opcode)) return null;
    if (row.opcode !== OPCODE.CONTINUATION) open = { opcode: row.opcode, frames: [] };
    open?.frames.push(row);
    if (!row.fin || !open) return null;
    const message = eventOf('message', open.frames, open.opcode === OPCODE.BINARY, octetsSent);
    open = null;
    return message;
  };
}

export function closeCodeOfRow({ payload }: FrameRow): number | null {
  const known = payload?.known ?? NO_OCTETS;
  return known.length >= 2 ? ((known[0] as number) << 8) | (known[1] as number) : null;
}

/** An event shows the first octets of the whole message. */
function eventOf(
  kind: 'message' | 'pong',
  frames: readonly FrameRow[],
  isBinary: boolean,
  sentBefore: number,
): CaseEvent {
  const parts: Uint8Array[] = [];
  let length = 0;
  let isHidden = false;
  let hasLengths = true;
  for (const frame of frames) {
    const known = frame.payload?.known ?? NO_OCTETS;
    if (!isHidden) parts.push(known);
    isHidden ||= frame.length === null ? frame.payload?.exact !== true : known.length < frame.length;
    hasLengths &&= frame.length !== null;
    length += frame.repeat ?? frame.length ?? 0;
  }
  const known = parts.length === 0 ? NO_OCTETS : concatOctets(parts).subarray(0, SHOWN);
  const text = payloadText(cutOctets(known.subarray(0, 64), length));
  const row = frames.at(-1)?.row ?? -1;
  return { kind, text, isBinary, length: hasLengths ? length : null, known, row, sentBefore };
}

/** One event of the report's `expected`; null for what is none. `isOld`: of a suite before 0.5.6. */
export function eventOfReport(value: unknown, isOld: boolean): ExpectedEvent | null {
  if (!Array.isArray(value) || typeof value[1] !== 'string') return null;
  const kind = value[0];
  if (kind !== 'message' && kind !== 'pong' && kind !== 'ping' && kind !== 'timeout') return null;
  const isBinary = value[2] === true;
  const { text, readings, isHexOfText } = readReportText(value[1], isBinary);
  const isUntold = kind !== 'timeout' && (isOld || isHexOfText) && readings.some(({ isCut }) => isCut);
  return { kind, text, isBinary, readings, isUntold };
}

/** `sent`: what the suite sent, because of a long payload an event shows only the beginning. */
export function isSameEvent(expected: ExpectedEvent, actual: CaseEvent, sent: readonly CaseEvent[]): boolean {
  if (expected.kind !== actual.kind || expected.isBinary !== actual.isBinary) return false;
  if (expected.kind === 'timeout') return expected.text === actual.text;
  const reading = readingOf(expected, actual);
  if (!reading?.isCut) return reading !== undefined;
  const originals = sent.filter((message) => readingOf(expected, message)?.isCut);
  return originals.length === 0 || originals.some(({ length }) => length === actual.length);
}
