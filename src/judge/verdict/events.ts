// The events of a case, as the suite's own engine recorded them, told from the log's frame rows and timers: a message at
// every final data frame, a Pong, a wait that ran out. The rows are used and not the octets, because it is the suite's
// view that is judged here; a log without frame rows has no suite.

import { octetsOfLooseText, payloadText } from '../../ingest/autobahn/payload-text.ts';
import { concatOctets, cutOctets, latin1Of, NO_OCTETS } from '../../model/octets.ts';
import type { FrameRow, Row } from '../../model/row.ts';
import { isControl, OPCODE } from '../../protocol/frame/opcode.ts';

export interface CaseEvent {
  readonly kind: 'message' | 'pong' | 'ping' | 'timeout';
  /** As the report shows it, one character an octet. */
  readonly text: string;
  readonly isBinary: boolean;
  /** Octets of the whole payload; null where the source does not say. */
  readonly length: number | null;
  /** Row that completed it; null for an expected one. */
  readonly row: number | null;
}

export interface EventReader {
  row(row: Row): void;
  readonly events: readonly CaseEvent[];
  /** The suite's own messages. */
  readonly sent: readonly CaseEvent[];
}

const ELLIPSIS = ' ...';
// Memory must not grow with the log, and no case expects so many.
const EVENTS_KEPT = 1 << 14;

export function readEvents(): EventReader {
  const events: CaseEvent[] = [];
  const sentMessages: CaseEvent[] = [];
  const messages = { rx: assembler(), tx: assembler() };
  let hasFailed = false;
  let isClosing = false;

  function keep(list: CaseEvent[], event: CaseEvent): void {
    if (list.length < EVENTS_KEPT) list.push(event);
  }

  function received(row: FrameRow): void {
    if (row.opcode === OPCODE.CLOSE) isClosing = true;
    else if (row.opcode === OPCODE.PONG) keep(events, eventOf('pong', [row], false));
    const message = messages.rx(row);
    if (message && !hasFailed) keep(events, message);
  }

  function sent(row: FrameRow): void {
    if (row.opcode === OPCODE.CLOSE && row.rsv === 0) isClosing = true;
    const message = messages.tx(row);
    if (message) keep(sentMessages, message);
  }

  return {
    events,
    sent: sentMessages,
    row: (row) => {
      if (row.kind === 'frame') (row.direction === 'rx' ? received : sent)(row);
      else if (row.kind === 'failing') hasFailed = true;
      else if (row.kind === 'delay-over' && row.tag !== null && !isClosing) {
        keep(events, { kind: 'timeout', text: row.tag, isBinary: false, length: null, row: row.row });
      }
    },
  };
}

/** Puts the data frames of one direction together; gives the message when it is whole. */
function assembler(): (row: FrameRow) => CaseEvent | null {
  let open: { readonly opcode: number; readonly frames: FrameRow[] } | null = null;
  return (row) => {
    if (isControl(row.opcode)) return null;
    if (row.opcode !== OPCODE.CONTINUATION) open = { opcode: row.opcode, frames: [] };
    open?.frames.push(row);
    if (!row.fin || !open) return null;
    const message = eventOf('message', open.frames, open.opcode === OPCODE.BINARY);
    open = null;
    return message;
  };
}

export function closeCodeOfRow({ payload }: FrameRow): number | null {
  const known = payload?.known ?? NO_OCTETS;
  return known.length >= 2 ? ((known[0] as number) << 8) | (known[1] as number) : null;
}

/** An event shows the first octets of the whole message. */
function eventOf(kind: 'message' | 'pong', frames: readonly FrameRow[], isBinary: boolean): CaseEvent {
  const parts: Uint8Array[] = [];
  let length = 0;
  let isHidden = false;
  for (const frame of frames) {
    const known = frame.payload?.known ?? NO_OCTETS;
    if (!isHidden) parts.push(known);
    isHidden ||= known.length < (frame.length ?? 0);
    length += frame.repeat ?? frame.length ?? 0;
  }
  const shown = parts.length === 0 ? NO_OCTETS : concatOctets(parts).subarray(0, 64);
  return { kind, text: payloadText(cutOctets(shown, length)), isBinary, length, row: frames.at(-1)?.row ?? null };
}

/** One event of the report's `expected` or `received`; null for what is none. */
export function eventOfReport(value: unknown): CaseEvent | null {
  if (!Array.isArray(value) || typeof value[1] !== 'string') return null;
  const kind = value[0];
  if (kind !== 'message' && kind !== 'pong' && kind !== 'ping' && kind !== 'timeout') return null;
  return {
    kind,
    text: latin1Of(octetsOfLooseText(value[1], false)),
    isBinary: value[2] === true,
    length: null,
    row: null,
  };
}

/** `sent`: what the suite sent, because of a long payload an event shows only the beginning. */
export function isSameEvent(expected: CaseEvent, actual: CaseEvent, sent: readonly CaseEvent[]): boolean {
  if (expected.kind !== actual.kind || expected.isBinary !== actual.isBinary || !isSameText(expected, actual))
    return false;
  const originals = expected.text.endsWith(ELLIPSIS) ? sent.filter((message) => isSameText(message, expected)) : [];
  return originals.length === 0 || originals.some(({ length }) => length === actual.length);
}

function isSameText(a: CaseEvent, b: CaseEvent): boolean {
  return a.text === b.text || splitPairs(a.text) === splitPairs(b.text);
}

/** A surrogate pair may have been written as two times three octets or as one character: both mean the same text. */
function splitPairs(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return /[\u{10000}-\u{10ffff}]/u.test(text) ? latin1Of(octetsOfLooseText(text, true)) : latin1;
}
