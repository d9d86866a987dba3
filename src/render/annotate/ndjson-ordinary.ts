// The records of ordinary rows, written as they stand in their batch: what `ndjson.ts` writes of any row, octet for octet.

import { AGREEMENTS, type JudgedBatch } from '../../judge/ordinary-row.ts';
import { DIRECTIONS, FRAME_ROW, TX } from '../../model/row-batch.ts';
import { OPCODE, opcodeName } from '../../protocol/frame/opcode.ts';
import { safeJson } from '../json.ts';
import { type FixedText, fixedText, type OctetWriter } from '../octet-writer.ts';
import { type ClearPayload, clearPayload, octetsBetween } from './ordinary-payload.ts';

const QUOTE = 0x22;
const [NONE, TEXT, BINARY] = [null, OPCODE.TEXT, OPCODE.BINARY];

/** Texts by the number of a direction, of an opcode, of a bit. */
function texts<T>(of: readonly T[], text: (one: T) => string): readonly FixedText[] {
  return of.map((one) => fixedText(text(one)));
}

const ROW_NUMBER = fixedText('{"type":"row","row":');
const OCTETS = fixedText(',"octets":"');
const KINDS = texts(DIRECTIONS, (direction) => `,"kind":"octets","direction":"${direction}","length":`);
const WHOLE = '","complete":true,"time":';
const TIME = fixedText(WHOLE);
const FRAMES = texts(DIRECTIONS, (direction) => `,"frames":[{"direction":"${direction}","ordinal":`);
/** The two and what stands between them in a log without times. */
const UNTIMED_FRAMES = texts(
  DIRECTIONS,
  (direction) => `${WHOLE}null,"frames":[{"direction":"${direction}","ordinal":`,
);
const OFFSET = fixedText(',"offset":');
const STARTS = fixedText(',"starts":{"row":');
const ENDS = fixedText(',"octet":0},"ends":{"row":');
const END_OCTET = fixedText(',"octet":');
const [PLAIN_HEADERS, MASKED_HEADERS] = [false, true].map((isMasked) =>
  texts([NONE, TEXT, BINARY], (opcode) => {
    const name = opcode === NONE ? '' : opcodeName(opcode);
    const key = isMasked ? '"maskingKey":"' : '"maskingKey":null';
    return `},"via":"octets","fin":true,"rsv":0,"opcode":${opcode},"name":"${name}","masked":${isMasked},${key}`;
  }),
) as [readonly FixedText[], readonly FixedText[]];
const KEY_END = fixedText('"');
const LENGTH_BITS = fixedText(',"lengthBits":');
const LENGTH = fixedText(',"length":');
const PAYLOAD = fixedText(',"payload":"');
const MESSAGES = texts(
  [NONE, TEXT, BINARY],
  (opcode) => `","complete":true,"finished":true,"message":{"opcode":${opcode},"frames":[`,
);
const CONTENT_LENGTH = fixedText('],"compressed":false,"length":');
const CONTENT = fixedText(',"text":');
const NO_CONTENT = fixedText(',"text":null');
const ANNOTATIONS = '}}],"annotations":';
const SAID = fixedText(ANNOTATIONS);
const NOTHING_SAID = fixedText(`${ANNOTATIONS}[]}\n`);

/** `annotations`: their records as JSON; null where there are none. */
export function octetsRecord(batch: JudgedBatch, at: number, annotations: string | null, to: OctetWriter): void {
  const { view, rows, known, directions, starts, times } = batch.rows;
  const octets = known[at] as number;
  const direction = directions[at] as number;
  const start = starts[at] as number;
  const time = times[at] as number;
  to.fixed(ROW_NUMBER);
  to.number(rows[at] as number);
  to.fixed(KINDS[direction] as FixedText);
  to.number(octets);
  to.fixed(OCTETS);
  to.hex(view, start, start + octets);
  if (Number.isNaN(time)) to.fixed(UNTIMED_FRAMES[direction] as FixedText);
  else {
    to.fixed(TIME);
    to.number(time);
    to.fixed(FRAMES[direction] as FixedText);
  }
  writePlace(batch, at, to);
  writeFrame(batch, at, to);
  if (annotations === null) to.fixed(NOTHING_SAID);
  else {
    to.fixed(SAID);
    to.text(`${annotations}}\n`);
  }
}

function writePlace({ rows: { rows, known }, ordinals, offsets }: JudgedBatch, at: number, to: OctetWriter): void {
  const number = rows[at] as number;
  to.number(ordinals[at] as number);
  to.fixed(OFFSET);
  to.number(offsets[at] as number);
  to.fixed(STARTS);
  to.number(number);
  to.fixed(ENDS);
  to.number(number);
  to.fixed(END_OCTET);
  to.number(known[at] as number);
}

function writeFrame(batch: JudgedBatch, at: number, to: OctetWriter): void {
  const { view, starts } = batch.rows;
  const opcode = batch.opcodeAt(at);
  const length = batch.lengthAt(at);
  if (view.getUint8((starts[at] as number) + 1) >= 0x80) {
    const payloadAt = batch.payloadAt(at);
    to.fixed(MASKED_HEADERS[opcode] as FixedText);
    to.hex(view, payloadAt - 4, payloadAt);
    to.fixed(KEY_END);
  } else to.fixed(PLAIN_HEADERS[opcode] as FixedText);
  to.fixed(LENGTH_BITS);
  to.number(batch.lengthBitsAt(at));
  to.fixed(LENGTH);
  to.number(length);
  to.fixed(PAYLOAD);
  const clear = clearPayload(batch, at);
  to.hex(clear.view, clear.from, clear.to);
  to.fixed(MESSAGES[opcode] as FixedText);
  to.number(batch.ordinals[at] as number);
  to.fixed(CONTENT_LENGTH);
  to.number(length);
  if (opcode === TEXT) {
    to.fixed(CONTENT);
    writeQuoted(clear, to);
  } else to.fixed(NO_CONTENT);
}

const ALL_BITS = 0x3ff;
/** What comes before the key or the length of a frame row: by its bits and direction, made as they come. */
const FRAME_ROWS: (FixedText | undefined)[] = Array.from({ length: 2 * (ALL_BITS + 1) });
const SHOWN_END = '","complete":true';
const ORDERS = ',"repeat":null,"chopSize":null,"sync":false';
/** By what the octets say. */
const [RX_ENDS, TX_ENDS] = ['', ORDERS].map((orders) =>
  texts(AGREEMENTS, (agrees) => `${SHOWN_END}${orders},"agrees":${agrees},"time":`),
) as [readonly FixedText[], readonly FixedText[]];
const NULL = fixedText('null');
const ROW_SAID = fixedText(',"annotations":');
const NOTHING_SAID_OF_ROW = fixedText(',"annotations":[]}\n');

export function frameRowRecord(judged: JudgedBatch, at: number, annotations: string | null, to: OctetWriter): void {
  const { view, rows, starts, known, keys, bits, directions, times } = judged.rows;
  const start = starts[at] as number;
  const length = known[at] as number;
  const direction = directions[at] as number;
  const time = times[at] as number;
  to.fixed(ROW_NUMBER);
  to.number(rows[at] as number);
  to.fixed(frameRowHead(direction, bits[at] as number));
  if ((bits[at] as number) & FRAME_ROW.HAS_KEY) {
    to.hex32(keys[at] as number);
    to.fixed(KEY_END);
  }
  to.fixed(LENGTH);
  to.number(length);
  to.fixed(PAYLOAD);
  to.hex(view, start, start + length);
  to.fixed((direction === TX ? TX_ENDS : RX_ENDS)[judged.agrees[at] as number] as FixedText);
  if (Number.isNaN(time)) to.fixed(NULL);
  else to.number(time);
  if (annotations === null) to.fixed(NOTHING_SAID_OF_ROW);
  else {
    to.fixed(ROW_SAID);
    to.text(`${annotations}}\n`);
  }
}

function frameRowHead(direction: number, bits: number): FixedText {
  const at = (direction << 10) | (bits & ALL_BITS);
  FRAME_ROWS[at] ??= fixedText(
    `,"kind":"frame","direction":"${DIRECTIONS[direction]}","opcode":${bits & 15},"fin":${(bits & 0x80) !== 0},` +
      `"rsv":${(bits >> 4) & 7},"masked":${(bits & FRAME_ROW.MASKED) !== 0},` +
      `"maskingKey":${bits & FRAME_ROW.HAS_KEY ? '"' : 'null'}`,
  );
  return FRAME_ROWS[at];
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
function writeQuoted({ view, from: start, to: end }: ClearPayload, to: OctetWriter): void {
  const before = to.used;
  to.octet(QUOTE);
  for (let from = start; from < end; from += STRETCH) {
    if (writeAscii(view, from, Math.min(end, from + STRETCH), to)) continue;
    to.used = before;
    to.text(safeJson(octetsBetween(view, start, end).toString()));
    return;
  }
  to.octet(QUOTE);
}

/** Was it nothing but ASCII? Else only some of it is written. */
function writeAscii(view: DataView, start: number, end: number, to: OctetWriter): boolean {
  to.reserve(MOST_PER_OCTET * (end - start) + SLACK);
  const { view: out } = to;
  let at = to.used;
  for (let i = start; i < end; ) {
    const four = i + 4 <= end ? view.getInt32(i, true) : -1;
    if (arePlain(four)) {
      out.setInt32(at, four, true);
      at += 4;
      i += 4;
      continue;
    }
    const octet = view.getUint8(i++);
    if (octet >= 0x80) return false;
    if (IS_ESCAPED[octet] === 0) out.setUint8(at++, octet);
    else {
      to.used = at;
      to.text(ESCAPES[octet] as string);
      at = to.used;
    }
  }
  to.used = at;
  return true;
}

const ONES = 0x01010101;
const HIGH_BITS = 0x80808080;

/** Are the four octets printable ASCII, without a quotation mark or a backslash? Each that is not sets a high bit. */
function arePlain(four: number): boolean {
  const isOutside = four | (four - 0x20 * ONES) | (four + ONES);
  return ((isOutside | ((four ^ (0x22 * ONES)) - ONES) | ((four ^ (0x5c * ONES)) - ONES)) & HIGH_BITS) === 0;
}
