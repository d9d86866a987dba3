// The header of a frame, read from its octets (RFC 6455 §5.2) or, where a cut hides them, from the log's own frame row.

import { NO_OCTETS } from '../../model/octets.ts';
import type { FrameRow } from '../../model/row.ts';
import type { Frame, Span } from './frame.ts';

export interface Header {
  readonly known: Uint8Array;
  readonly length: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  readonly maskingKey: Uint8Array | null;
  readonly lengthBits: 7 | 16 | 64;
  readonly payloadLength: number;
  readonly via: 'octets' | 'row';
}

/** The form of the length, as the header's second octet says: so many bits, which are whole octets after that one but for 7. */
export function lengthBitsOf(second: number): Header['lengthBits'] {
  const short = second & 0x7f;
  return short === 127 ? 64 : short === 126 ? 16 : 7;
}

/** Length of the header at `at`, as its first two octets say; null where they are not both known. */
export function headerLengthOf(known: Uint8Array, at: number): number | null {
  if (known.length < at + 2) return null;
  const second = known[at + 1] as number;
  return 2 + (lengthBitsOf(second) >> 3) + (second & 0x80 ? 4 : 0);
}

export function headerOfOctets(known: Uint8Array): Header {
  const first = known[0] as number;
  const second = known[1] as number;
  const masked = (second & 0x80) !== 0;
  const lengthBits = lengthBitsOf(second);
  const short = second & 0x7f;
  return {
    known,
    length: known.length,
    fin: (first & 0x80) !== 0,
    rsv: (first >> 4) & 7,
    opcode: first & 15,
    masked,
    maskingKey: masked ? known.subarray(known.length - 4) : null,
    lengthBits,
    payloadLength:
      lengthBits === 7 ? short : lengthBits === 16 ? u16(known, 2) : u32(known, 2) * 2 ** 32 + u32(known, 6),
    via: 'octets',
  };
}

function u16(octets: Uint8Array, at: number): number {
  return ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

function u32(octets: Uint8Array, at: number): number {
  return u16(octets, at) * 0x10000 + u16(octets, at + 2);
}

/**
 * The header of which only `known` is in sight, with the rest as the log's own frame row has it. The row does not tell
 * the form of the length: where that is hidden too, the shortest. Null where the row does not help or contradicts what is
 * in sight.
 */
export function headerOfRow(known: Uint8Array, needed: number | null, row: FrameRow | null): Header | null {
  const lengthKnown = needed !== null && known.length >= needed - ((known[1] as number) & 0x80 ? 4 : 0);
  if (lengthKnown) return { ...headerOfCut(known, needed), maskingKey: keyOf(row), via: row ? 'row' : 'octets' };
  if (!row || row.length === null || row.exactLength !== undefined || contradicts(known, row)) return null;
  const length = row.repeat ?? row.length;
  const lengthBits = known.length > 1 ? lengthBitsOf(known[1] as number) : length > 0xffff ? 64 : length > 125 ? 16 : 7;
  return {
    known,
    length: 2 + (lengthBits >> 3) + (row.masked ? 4 : 0),
    fin: row.fin,
    rsv: row.rsv,
    opcode: row.opcode,
    masked: row.masked,
    maskingKey: keyOf(row),
    lengthBits,
    payloadLength: length,
    via: 'row',
  };
}

/** All but the masking key is in sight. */
function headerOfCut(known: Uint8Array, needed: number): Header {
  const padded = new Uint8Array(needed);
  padded.set(known);
  return { ...headerOfOctets(padded), known, length: needed, via: 'octets' };
}

function keyOf(row: FrameRow | null): Uint8Array | null {
  return row?.maskingKey ? Buffer.from(row.maskingKey, 'hex') : null;
}

function contradicts(known: Uint8Array, row: FrameRow): boolean {
  const [first, second] = known;
  if (first === undefined) return false;
  if (first !== ((row.fin ? 0x80 : 0) | (row.rsv << 4) | row.opcode)) return true;
  return second !== undefined && second >= 0x80 !== row.masked;
}

/** A frame of which only the header has been read. `start`: where its first octet stands, and nothing more yet. */
export function frameOfHeader(
  header: Header,
  place: Pick<Frame, 'direction' | 'ordinal' | 'offset' | 'isGuessed'>,
  start: Span,
): Frame {
  return {
    direction: place.direction,
    ordinal: place.ordinal,
    offset: place.offset,
    via: header.via,
    isGuessed: place.isGuessed,
    fin: header.fin,
    rsv: header.rsv,
    opcode: header.opcode,
    masked: header.masked,
    maskingKey: header.maskingKey,
    lengthBits: header.lengthBits,
    length: header.payloadLength,
    headerLength: header.length,
    header: header.known,
    payload: NO_OCTETS,
    witnessed: null,
    received: 0,
    finished: false,
    spans: [start],
    answers: null,
  };
}
