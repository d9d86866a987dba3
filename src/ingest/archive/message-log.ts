// Logs of inputs that hold what an endpoint or a proxy made of the frames: frame rows without octets.

import { bareHeader, type ConnectionEnds, type DamagedRow, type FrameRow, type LogHeader } from '../../model/row.ts';
import { frameRowOf, type ToldFrame } from '../told-frame.ts';

/** Where the input does not say so, frames are whole messages and masked as they have to be: TX is the client's. */
export function frameRow(
  row: number,
  time: number | null,
  told: Omit<ToldFrame, 'fin'> & { readonly fin?: boolean },
): FrameRow | DamagedRow {
  return frameRowOf(row, time, { fin: true, masked: told.direction === 'tx', ...told });
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
export function extensionHeaderIn(fields: readonly NamedValue[]): string {
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
  readonly connection: ConnectionEnds;
}

/** The writer is the client, or stands at its place. */
export function messageHeader(source: string, told: ToldHandshake): LogHeader {
  return { ...bareHeader(source, told.format), writer: 'client', ...told };
}
