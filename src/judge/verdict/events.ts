// The events of a case, as the suite's own engine recorded them, told from the log's frame rows and timers: a message at
// every final data frame, a Pong, a wait that ran out. The rows are used and not the octets, because it is the suite's
// view that is judged here; a log without frame rows has no suite.

import { cutOctets, NO_OCTETS } from '../../model/octets.ts';
import { payloadText } from '../../model/payload-text.ts';
import type { Direction, FrameRow, Row } from '../../model/row.ts';
import { DIRECTIONS, ROW } from '../../model/row-batch.ts';
import { isControl, OPCODE } from '../../protocol/frame/opcode.ts';
import type { JudgedBatch } from '../ordinary-row.ts';
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
  /** The same for one whose octets are an ordinary message. */
  ordinary(batch: JudgedBatch, at: number): void;
  readonly events: readonly CaseEvent[];
  /** The suite's own messages. */
  readonly sent: readonly CaseEvent[];
}

// Memory must not grow with the log, and no case expects so many.
const EVENTS_KEPT = 1 << 14;
/** Octets: no suite shows more of a payload. */
const SHOWN = 256;

export function readEvents(): EventReader {
  const lists: Record<Direction, CaseEvent[]> = { rx: [], tx: [] };
  /** The data frames of a message that is not whole. */
  const open: Record<Direction, OpenMessage | null> = { rx: null, tx: null };
  let hasFailed = false;
  let isClosing = false;
  let octetsSent = 0;

  function keep(list: CaseEvent[], event: CaseEvent): void {
    if (list.length < EVENTS_KEPT) list.push(event);
  }

  function frame(row: FrameRow): void {
    const { direction, opcode } = row;
    const isReceived = direction === 'rx';
    if (opcode === OPCODE.CLOSE) isClosing ||= isReceived || row.rsv === 0;
    else if (opcode === OPCODE.PONG && isReceived) {
      const pong = contentOf(opcode);
      add(pong, row);
      keep(lists.rx, eventOf('pong', pong, octetsSent));
    }
    if (isControl(opcode)) return;
    const message = opcode === OPCODE.CONTINUATION ? open[direction] : contentOf(opcode);
    open[direction] = row.fin ? null : message;
    if (message) add(message, row);
    if (message && row.fin && !(isReceived && hasFailed))
      keep(lists[direction], eventOf('message', message, octetsSent));
  }

  function row(row: Row): void {
    if (row.kind === 'frame') frame(row);
    else if (row.kind === 'octets' && row.direction === 'tx') {
      octetsSent += row.octets.exact ? row.octets.length : Number.POSITIVE_INFINITY;
    } else if (row.kind === 'damaged' && row.loses !== 'rx' && row.loses !== null)
      octetsSent = Number.POSITIVE_INFINITY;
    else if (row.kind === 'failing') hasFailed = true;
    else if (row.kind === 'delay-over' && row.tag !== null && !isClosing) {
      const timeout = { kind: 'timeout', text: row.tag, isBinary: false, length: null, known: NO_OCTETS } as const;
      keep(lists.rx, { ...timeout, row: row.row, sentBefore: octetsSent });
    }
  }

  return {
    events: lists.rx,
    sent: lists.tx,
    row,
    ordinary: (batch, at) => {
      const direction = DIRECTIONS[batch.rows.directions[at] as number] as Direction;
      if (batch.rows.kinds[at] === ROW.OCTETS) octetsSent += direction === 'tx' ? batch.octetsAt(at) : 0;
      // Of most no event is kept, and for that no object has to be made.
      else if (lists[direction].length < EVENTS_KEPT) frame(batch.frameRowAt(at));
      else open[direction] = null;
    },
  };
}

export function closeCodeOfRow({ payload }: FrameRow): number | null {
  const known = payload?.known ?? NO_OCTETS;
  return known.length >= 2 ? ((known[0] as number) << 8) | (known[1] as number) : null;
}

/** What the frames hold of a message that has not ended. */
interface OpenMessage {
  readonly opcode: number;
  known: Uint8Array;
  length: number;
  /** Octets behind `known` are not all known. */
  isHidden: boolean;
  hasLengths: boolean;
  row: number;
}

function contentOf(opcode: number): OpenMessage {
  return { opcode, known: NO_OCTETS, length: 0, isHidden: false, hasLengths: true, row: -1 };
}

/** Only the first octets are kept, apart from their row's: an event shows no more, and may be kept for long. */
function add(content: OpenMessage, frame: FrameRow): void {
  const known = frame.payload?.known ?? NO_OCTETS;
  const left = SHOWN - content.known.length;
  if (!content.isHidden && known.length > 0 && left > 0) {
    content.known = Buffer.concat([content.known, known.subarray(0, left)]);
  }
  content.isHidden ||= frame.length === null ? frame.payload?.exact !== true : known.length < frame.length;
  content.hasLengths &&= frame.length !== null;
  content.length += frame.repeat ?? frame.length ?? 0;
  content.row = frame.row;
}

function eventOf(kind: 'message' | 'pong', content: OpenMessage, sentBefore: number): CaseEvent {
  const { opcode, known, length, hasLengths, row } = content;
  const text = payloadText(cutOctets(known.subarray(0, 64), length));
  return {
    kind,
    text,
    isBinary: opcode === OPCODE.BINARY,
    length: hasLengths ? length : null,
    known,
    row,
    sentBefore,
  };
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
