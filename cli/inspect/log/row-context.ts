// What a row's own octets do not tell: the state of the connection there, and the message that is open.

import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import type { Direction, LogHeader } from '../../../src/model/row.ts';
import { nameUtf8Fault, pushUtf8, startUtf8 } from '../../../src/model/utf8.ts';
import { endOf, type Frame, payloadOf } from '../../../src/protocol/frame/frame.ts';
import { isControl, OPCODE } from '../../../src/protocol/frame/opcode.ts';
import { toldHeads } from '../../../src/render/describe.ts';
import { type Phases, phaseAt } from './phases.ts';

/** What the row alone does not tell. */
export interface RowContext {
  /** In capitals, as the RFC writes it. */
  readonly state: string;
  /** What is agreed, in words. */
  readonly agreed: string;
  /** Heads of the handshake that the input tells of without their octets. */
  readonly told: readonly string[];
  /** Fragments of the message that is open here, this row's included. */
  readonly open: OpenMessage | null;
}

export interface OpenMessage {
  readonly opcode: number;
  /** Rows in which they end. */
  readonly rows: readonly number[];
  readonly octets: number;
  /** Whether the text holds so far; null where that is not known. */
  readonly utf8: string | null;
}

/** Rows back to which the beginning of a message is looked for. */
const FURTHEST = 5000;

export interface Rows {
  at(position: number): AnnotatedRow | null;
}

export function rowContextOf(
  rows: Rows,
  log: { readonly from: number; readonly phases: Phases; readonly header: LogHeader },
  position: number,
): RowContext {
  const { phases, agreed } = log.phases;
  return {
    state: (phaseAt(phases, position)?.state ?? '').toUpperCase(),
    agreed,
    told: toldHeads(log.header),
    open: openMessage(rows, Math.max(log.from, position - FURTHEST), position),
  };
}

/** The message of the row's direction of which fragments came and more have to come. */
function openMessage(rows: Rows, from: number, position: number): OpenMessage | null {
  const direction = directionOf(rows.at(position));
  if (!direction) return null;
  const frames: Frame[] = [];
  for (let at = position; at >= from; at--) {
    const row = rows.at(at);
    if (!row || directionOf(row) !== direction) continue;
    for (const { frame, message } of row.frames.toReversed()) {
      if (isControl(frame.opcode)) continue;
      if (message !== null || frame.fin) return null;
      frames.unshift(frame);
      if (frame.opcode !== OPCODE.CONTINUATION) return told(frames);
    }
  }
  return null;
}

function directionOf(row: AnnotatedRow | null): Direction | null {
  return row?.row.kind === 'octets' ? row.row.direction : null;
}

function told(frames: readonly Frame[]): OpenMessage {
  const [first] = frames;
  const isText = first?.opcode === OPCODE.TEXT && first.rsv === 0;
  return {
    opcode: first?.opcode ?? 0,
    rows: frames.map((frame) => endOf(frame).row),
    octets: frames.reduce((sum, { length }) => sum + length, 0),
    utf8: isText ? utf8InWords(frames) : null,
  };
}

function utf8InWords(frames: readonly Frame[]): string {
  const state = startUtf8();
  for (const frame of frames) {
    const payload = payloadOf(frame);
    const at = pushUtf8(state, payload);
    if (at >= 0) return `broken at octet ${state.seen}: ${nameUtf8Fault(state, payload[at] as number)}`;
    if (payload.length < frame.length) return `cannot tell: octets of row ${endOf(frame).row} are not in the log`;
  }
  return state.due > 0 ? `valid so far; ${state.due} octets of a character are due` : 'valid so far';
}
