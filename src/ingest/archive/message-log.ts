// Logs of inputs that hold what an endpoint or a proxy made of the frames: frame rows without octets.

import type { Octets } from '../../model/octets.ts';
import {
  bareHeader,
  type ConnectionFacts,
  type DamagedRow,
  type Direction,
  type FrameRow,
  type LogHeader,
} from '../../model/row.ts';

/** One frame, or a message that is told as if it were one. */
export interface ToldFrame {
  readonly direction: Direction;
  readonly opcode: number;
  readonly fin?: boolean;
  readonly rsv?: number;
  readonly masked?: boolean;
  /** Null where the input does not say. */
  readonly length: number | null;
  readonly payload: Octets | null;
}

/** A damaged row where the input's opcode is none: four bits (RFC 6455 §5.2). */
export function frameRow(row: number, time: number | null, told: ToldFrame): FrameRow | DamagedRow {
  const { direction, opcode, fin = true, rsv = 0, length, payload } = told;
  if (!Number.isInteger(opcode) || opcode < 0 || opcode > 15) {
    return { kind: 'damaged', row, time, text: '', why: `opcode ${opcode} is none`, loses: direction };
  }
  return {
    kind: 'frame',
    row,
    time,
    direction,
    opcode,
    fin,
    rsv,
    // Where the input does not say, as it has to be: TX is the client's.
    masked: told.masked ?? direction === 'tx',
    maskingKey: null,
    length,
    payload,
    repeat: null,
    chopSize: null,
    sync: false,
  };
}

/** A field of a head, as inputs list them. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

export function headText(startLine: string, fields: readonly NamedValue[]): string {
  return `${[startLine, ...fields.map(({ name, value }) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`;
}

/** `none` where the head agrees on none. */
export function extensionsIn(fields: readonly NamedValue[]): string {
  const values = fields
    .filter(({ name }) => name.toLowerCase() === 'sec-websocket-extensions')
    .map(({ value }) => value);
  return values.length === 0 ? 'none' : values.join(', ');
}

/** Null where there is no such time; `seconds` since 1970. */
export function isoTime(seconds: number): string | null {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

interface ToldHandshake {
  readonly format: string;
  readonly request: string | null;
  readonly response: string | null;
  /** Null where no answer that opened the connection is in the input. */
  readonly extensions: string | null;
  readonly started: string | null;
  readonly agent: string | null;
  readonly connection: ConnectionFacts;
}

/** The writer is the client, or stands at its place. */
export function messageHeader(source: string, told: ToldHandshake): LogHeader {
  return { ...bareHeader(source, told.format), writer: 'client', ...told };
}
