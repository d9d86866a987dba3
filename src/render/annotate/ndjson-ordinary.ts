// The records of ordinary rows, written as they stand in their batch: what `ndjson.ts` writes of any row, octet for octet.

import type { OrdinaryFrameRow, OrdinaryOctets } from '../../judge/ordinary-row.ts';
import { DIRECTIONS, FRAME_ROW, type RowBatch, TX } from '../../model/row-batch.ts';
import { OPCODE, opcodeName } from '../../protocol/frame/opcode.ts';
import { safeJson } from '../json.ts';
import { type FixedText, fixedText, type OctetWriter } from '../octet-writer.ts';
import { clearPayload } from './ordinary-payload.ts';

const ROW_NUMBER = fixedText('{"type":"row","row":');
const OCTETS = fixedText(',"octets":"');
const OFFSET = fixedText(',"offset":');
const STARTS = fixedText(',"starts":{"row":');
const ENDS = fixedText(',"octet":0},"ends":{"row":');
const END_OCTET = fixedText(',"octet":');
const KEY = fixedText('"maskingKey":"');
const NO_KEY = fixedText('"maskingKey":null');
const KEY_END = fixedText('"');
const LENGTH_BITS = fixedText(',"lengthBits":');
const LENGTH = fixedText(',"length":');
const PAYLOAD = fixedText(',"payload":"');
const CONTENT_LENGTH = fixedText('],"compressed":false,"length":');
const TEXT = fixedText(',"text":');
const NO_TEXT = fixedText(',"text":null');
const QUOTE = 0x22;

const KINDS = DIRECTIONS.map((direction) => fixedText(`,"kind":"octets","direction":"${direction}","length":`));
const WHOLE = fixedText('","complete":true,"time":');
const FRAMES = DIRECTIONS.map((direction) => fixedText(`,"frames":[{"direction":"${direction}","ordinal":`));
const FRAME_END = fixedText('}}],"annotations":');

/** By opcode. */
const MESSAGES = new Map(
  [OPCODE.TEXT, OPCODE.BINARY].map((opcode) => [
    opcode as number,
    fixedText(`","complete":true,"finished":true,"message":{"opcode":${opcode},"frames":[`),
  ]),
);
/** By opcode, and whether it is masked. */
const HEADERS = [false, true].map(
  (isMasked) =>
    new Map(
      [OPCODE.TEXT, OPCODE.BINARY].map((opcode) => [
        opcode as number,
        fixedText(
          `},"via":"octets","fin":true,"rsv":0,"opcode":${opcode},"name":"${opcodeName(opcode)}","masked":${isMasked},`,
        ),
      ]),
    ),
);

/** `annotations`: their records as JSON; null where there are none. */
export function octetsRecord(row: OrdinaryOctets, annotations: string | null, to: OctetWriter): void {
  const { batch, at, number, octets } = row;
  const direction = batch.directions[at] as number;
  const start = batch.starts[at] as number;
  to.fixed(ROW_NUMBER);
  to.number(number);
  to.fixed(KINDS[direction] as FixedText);
  to.number(octets);
  to.fixed(OCTETS);
  to.hex(batch.arena, start, start + octets);
  to.fixed(WHOLE);
  writeTime(batch, at, to);
  to.fixed(FRAMES[direction] as FixedText);
  writeFrame(row, to);
  to.fixed(FRAME_END);
  writeAnnotations(annotations, to);
}

function writeFrame(row: OrdinaryOctets, to: OctetWriter): void {
  const { batch, at, number, octets, opcode, ordinal, lengthBits, length } = row;
  const { arena } = batch;
  const end = (batch.starts[at] as number) + octets;
  const isMasked = (arena[(batch.starts[at] as number) + 1] as number) >= 0x80;
  to.number(ordinal);
  to.fixed(OFFSET);
  to.number(row.offset);
  to.fixed(STARTS);
  to.number(number);
  to.fixed(ENDS);
  to.number(number);
  to.fixed(END_OCTET);
  to.number(octets);
  to.fixed(HEADERS[isMasked ? 1 : 0]?.get(opcode) as FixedText);
  if (isMasked) {
    to.fixed(KEY);
    to.hex(arena, end - length - 4, end - length);
    to.fixed(KEY_END);
  } else to.fixed(NO_KEY);
  to.fixed(LENGTH_BITS);
  to.number(lengthBits);
  to.fixed(LENGTH);
  to.number(length);
  to.fixed(PAYLOAD);
  const clear = clearPayload(row);
  to.hex(clear.octets, clear.from, clear.from + length);
  to.fixed(MESSAGES.get(opcode) as FixedText);
  to.number(ordinal);
  to.fixed(CONTENT_LENGTH);
  to.number(length);
  if (opcode === OPCODE.TEXT) {
    to.fixed(TEXT);
    writeQuoted(clear.octets, clear.from, clear.from + length, to);
  } else to.fixed(NO_TEXT);
}

/** What comes before the key or the length of a frame row: by its bits and direction, made as they come. */
const FRAME_ROWS: (FixedText | undefined)[] = [];
const ALL_BITS = 0x3ff;
const AGREES = fixedText(',"agrees":');
const SHOWN = fixedText('","complete":true');
const ORDERS = fixedText('","complete":true,"repeat":null,"chopSize":null,"sync":false');
const TRUE = fixedText('true');
const TIME = fixedText(',"time":');
const ANNOTATIONS = fixedText(',"annotations":');

export function frameRowRecord(row: OrdinaryFrameRow, annotations: string | null, to: OctetWriter): void {
  const { batch, at, number, agrees } = row;
  const start = batch.starts[at] as number;
  const length = batch.known[at] as number;
  const bits = batch.bits[at] as number;
  const direction = batch.directions[at] as number;
  to.fixed(ROW_NUMBER);
  to.number(number);
  to.fixed(frameRowHead(direction, bits));
  if (bits & FRAME_ROW.HAS_KEY) {
    to.fixed(KEY);
    to.text(((batch.keys[at] as number) >>> 0).toString(16).padStart(8, '0'));
    to.fixed(KEY_END);
  } else to.fixed(NO_KEY);
  to.fixed(LENGTH);
  to.number(length);
  to.fixed(PAYLOAD);
  to.hex(batch.arena, start, start + length);
  to.fixed(direction === TX ? ORDERS : SHOWN);
  to.fixed(AGREES);
  if (agrees === true) to.fixed(TRUE);
  else to.text(String(agrees));
  to.fixed(TIME);
  writeTime(batch, at, to);
  to.fixed(ANNOTATIONS);
  writeAnnotations(annotations, to);
}

function frameRowHead(direction: number, bits: number): FixedText {
  const at = (direction << 10) | (bits & ALL_BITS);
  FRAME_ROWS[at] ??= fixedText(
    `,"kind":"frame","direction":"${DIRECTIONS[direction]}","opcode":${bits & 15},"fin":${(bits & 0x80) !== 0},` +
      `"rsv":${(bits >> 4) & 7},"masked":${(bits & FRAME_ROW.MASKED) !== 0},`,
  );
  return FRAME_ROWS[at] as FixedText;
}

const NULL = fixedText('null');
const NO_ANNOTATIONS = fixedText('[]}\n');

function writeTime({ times }: RowBatch, at: number, to: OctetWriter): void {
  const time = times[at] as number;
  if (Number.isNaN(time)) to.fixed(NULL);
  else to.number(time);
}

function writeAnnotations(annotations: string | null, to: OctetWriter): void {
  if (annotations === null) to.fixed(NO_ANNOTATIONS);
  else to.text(`${annotations}}\n`);
}

/** How JSON escapes the octets of ASCII that it escapes, and those that a terminal obeys. */
const ESCAPES: readonly (string | null)[] = Array.from({ length: 0x80 }, (_, octet) => {
  const escaped = safeJson(String.fromCharCode(octet)).slice(1, -1);
  return escaped.length === 1 ? null : escaped;
});
const IS_ESCAPED = Uint8Array.from(ESCAPES, (escaped) => (escaped === null ? 0 : 1));

/** An escape has so many octets. */
const MOST_PER_OCTET = 6;
/** What the writer asks for beyond, so that its room stays the same. */
const SLACK = 3 * MOST_PER_OCTET;
/** Room is made for so many octets at a time. */
const STRETCH = 4096;

/** UTF-8 as a JSON string. */
function writeQuoted(octets: Uint8Array, start: number, end: number, to: OctetWriter): void {
  const before = to.used;
  to.octet(QUOTE);
  for (let from = start; from < end; from += STRETCH) {
    if (writeAscii(octets, from, Math.min(end, from + STRETCH), to)) continue;
    to.used = before;
    to.text(safeJson((octets as Buffer).toString('utf8', start, end)));
    return;
  }
  to.octet(QUOTE);
}

/** Was it nothing but ASCII? Else only some of it is written. */
function writeAscii(octets: Uint8Array, start: number, end: number, to: OctetWriter): boolean {
  to.reserve(MOST_PER_OCTET * (end - start) + SLACK);
  const out = to.octets;
  let at = to.used;
  for (let i = start; i < end; i++) {
    const octet = octets[i] as number;
    if (octet >= 0x80) return false;
    if (IS_ESCAPED[octet] === 0) out[at++] = octet;
    else {
      to.used = at;
      to.text(ESCAPES[octet] as string);
      at = to.used;
    }
  }
  to.used = at;
  return true;
}
