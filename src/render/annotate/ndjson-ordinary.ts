// The records of ordinary rows, written as they stand in their batch: what `ndjson.ts` writes of any row, octet for octet.

import type { OrdinaryFrameRow, OrdinaryOctets } from '../../judge/ordinary-row.ts';
import { DIRECTIONS, FRAME_ROW, TX } from '../../model/row-batch.ts';
import { OPCODE, opcodeName } from '../../protocol/frame/opcode.ts';
import { safeJson } from '../json.ts';

const PLAIN = /^[ !#-[\]-~]*$/;
const HEADER_LENGTHS = { 7: 2, 16: 4, 64: 10 } as const;

let unmasked = Buffer.alloc(1024);

/** `annotations`: their records as JSON. */
export function octetsRecord(row: OrdinaryOctets, annotations: string): string {
  const { batch, at, number, octets, ordinal, length, lengthBits, opcode } = row;
  const arena = batch.arena as Buffer;
  const start = batch.starts[at] as number;
  const end = start + octets;
  const direction = DIRECTIONS[batch.directions[at] as number];
  const hex = arena.toString('hex', start, end);
  const isMasked = (arena[start + 1] as number) >= 0x80;
  const keyAt = HEADER_LENGTHS[lengthBits];
  const payloadAt = isMasked ? keyAt + 4 : keyAt;
  const key = isMasked ? `"${hex.slice(2 * keyAt, 2 * payloadAt)}"` : 'null';
  const clear = isMasked ? unmask(arena, start + payloadAt, length) : arena.subarray(start + payloadAt, end);
  const payload = isMasked ? clear.toString('hex') : hex.slice(2 * payloadAt);
  const text = opcode === OPCODE.TEXT ? quoted(clear.toString('utf8')) : 'null';
  const frame =
    `{"direction":"${direction}","ordinal":${ordinal},"offset":${row.offset},"starts":{"row":${number},"octet":0},` +
    `"ends":{"row":${number},"octet":${octets}},"via":"octets","fin":true,"rsv":0,"opcode":${opcode},` +
    `"name":"${opcodeName(opcode)}","masked":${isMasked},"maskingKey":${key},"lengthBits":${lengthBits},` +
    `"length":${length},"payload":"${payload}","complete":true,"finished":true,"message":{"opcode":${opcode},` +
    `"frames":[${ordinal}],"compressed":false,"length":${length},"text":${text}}}`;
  return (
    `{"type":"row","row":${number},"kind":"octets","direction":"${direction}","length":${octets},"octets":"${hex}",` +
    `"complete":true,"time":${timeOf(row)},"frames":[${frame}],"annotations":${annotations}}\n`
  );
}

export function frameRowRecord(row: OrdinaryFrameRow, annotations: string): string {
  const { batch, at, number, agrees } = row;
  const start = batch.starts[at] as number;
  const length = batch.known[at] as number;
  const bits = batch.bits[at] as number;
  const isSent = batch.directions[at] === TX;
  const key =
    bits & FRAME_ROW.HAS_KEY ? `"${((batch.keys[at] as number) >>> 0).toString(16).padStart(8, '0')}"` : 'null';
  const payload = (batch.arena as Buffer).toString('hex', start, start + length);
  return (
    `{"type":"row","row":${number},"kind":"frame","direction":"${isSent ? 'tx' : 'rx'}","opcode":${bits & 15},` +
    `"fin":${(bits & 0x80) !== 0},"rsv":${(bits >> 4) & 7},"masked":${(bits & FRAME_ROW.MASKED) !== 0},` +
    `"maskingKey":${key},"length":${length},"payload":"${payload}","complete":true` +
    `${isSent ? ',"repeat":null,"chopSize":null,"sync":false' : ''},"agrees":${agrees},"time":${timeOf(row)},` +
    `"annotations":${annotations}}\n`
  );
}

function timeOf({ batch, at }: OrdinaryOctets | OrdinaryFrameRow): string {
  const time = batch.times[at] as number;
  return Number.isNaN(time) ? 'null' : String(time);
}

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : safeJson(text);
}

/** The key stands before the payload. What is returned changes with the next call. */
function unmask(arena: Uint8Array, from: number, length: number): Buffer {
  if (unmasked.length < length) unmasked = Buffer.alloc(2 * length);
  for (let i = 0; i < length; i++) {
    unmasked[i] = (arena[from + i] as number) ^ (arena[from - 4 + (i & 3)] as number);
  }
  return unmasked.subarray(0, length);
}
