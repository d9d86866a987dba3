// The detail pane: everything that is known of one row, field by field.

import type { AnnotatedRow, DecodedFrame } from '../../src/annotation.ts';
import { hexOf, NO_OCTETS, type Octets } from '../../src/octets.ts';
import { closeCodeOf, endOf, exactLength, type Frame, startOf } from '../../src/protocol/frame.ts';
import type { Head } from '../../src/protocol/handshake.ts';
import type { Message } from '../../src/protocol/message.ts';
import { OPCODE, opcodeName } from '../../src/protocol/opcode.ts';
import { type Direction, type FrameRow, type LogHeader, otherRole, type Row } from '../../src/row.ts';
import { counted, visible, visibleOctets, wrap } from './cells.ts';
import { type Canvas, type Piece, paintLine, piece, type Style } from './paint.ts';
import { closeText, flagsOf, isTextual, sentenceOf } from './row-line.ts';

const LABEL = 9;
/** A row can hold thousands of frames; nobody reads them here. */
const MOST_FRAMES = 100;
/** Octets of a payload that are shown here; the hex pane has all of them. */
const MOST_OCTETS = 512;

type Field = readonly [label: string, pieces: readonly Piece[]];

export function detailTitle({ row, frames }: AnnotatedRow, header: LogHeader | null): string {
  const time = row.time === null ? '' : ` · ${row.time.toFixed(6)} s`;
  const title = `Row ${row.row}${time}`;
  if (row.kind !== 'octets' && row.kind !== 'frame') return title;
  const way = wayOf(row.direction, header);
  if (row.kind === 'frame') return `${title} · ${row.direction} frame, as the log has it · ${way}`;
  const [first] = frames;
  const what = !first ? 'octets' : frames.length > 1 ? `${frames.length} frames` : placeOf(first.frame);
  return `${title} · ${row.direction} ${what} · ${way}`;
}

/** Which endpoint sends in that direction, where the log says who wrote it. */
function wayOf(direction: Direction, header: LogHeader | null): string {
  const writer = header?.writer;
  if (!writer) return direction === 'rx' ? 'received by the writer' : 'sent by the writer';
  const sender = direction === 'tx' ? writer : otherRole(writer);
  return `${sender} → ${otherRole(sender)}`;
}

export function detailLines(annotated: AnnotatedRow, canvas: Canvas): string[] {
  const room = Math.max(canvas.width - LABEL - 1, 8);
  return fieldsOf(annotated).flatMap(([label, pieces]) =>
    wrapPieces(pieces, room).map((line, at) =>
      paintLine([piece(` ${(at === 0 ? label : '').padEnd(LABEL)}`, 'dim'), ...line], canvas),
    ),
  );
}

/** Only the last piece can be long; it goes on under itself. */
function wrapPieces(pieces: readonly Piece[], room: number): Piece[][] {
  const last = pieces.at(-1);
  if (!last) return [[]];
  const before = pieces.slice(0, -1);
  const used = before.reduce((sum, { text }) => sum + text.length, 0);
  if (used > room / 2)
    return [...(used > 0 ? [before] : []), ...wrap(last.text, room).map((text) => [piece(text, last.style)])];
  const [head = '', ...rest] = wrap(last.text, room - used);
  return [
    [...before, piece(head, last.style)],
    ...rest.map((text) => [piece(' '.repeat(used)), piece(text, last.style)]),
  ];
}

function fieldsOf(annotated: AnnotatedRow): Field[] {
  const { row } = annotated;
  if (row.kind === 'octets') return octetsFields(annotated, row);
  if (row.kind === 'frame') return frameRowFields(annotated, row);
  const what = [field('what', sentenceOf(row))];
  return row.kind === 'damaged' ? [...what, field('text', visible(row.text.slice(0, MOST_OCTETS)))] : what;
}

function field(label: string, text: string, style: Style = 'plain'): Field {
  return [label, [piece(text, style)]];
}

function octetsFields({ frames, heads }: AnnotatedRow, { octets, sync }: Row & { kind: 'octets' }): Field[] {
  const fields = heads.flatMap(headFields);
  for (const decoded of frames.slice(0, MOST_FRAMES)) {
    if (frames.length > 1) fields.push(['', [piece(placeOf(decoded.frame), 'bold')]]);
    fields.push(...frameFields(decoded));
  }
  if (frames.length > MOST_FRAMES)
    fields.push(field('', `and ${counted(frames.length - MOST_FRAMES, 'frame')} more`, 'dim'));
  if (fields.length === 0) fields.push(field('octets', `${octets.length}; no frame ends in this row`));
  const cut = octets.length - octets.known.length;
  if (cut > 0) fields.push(field('cut', `the log shows ${octets.known.length} of ${octets.length} octets`, 'dim'));
  if (sync) fields.push(field('write', 'synchronous, or one of several chops', 'dim'));
  return fields;
}

function headFields({ kind, startLine, fields, complete }: Head): Field[] {
  const lines = fields.map(({ name, value }) => field('', `${visible(name)}: ${visible(value)}`));
  const start = field(kind, visible(startLine));
  return complete
    ? [start, ...lines]
    : [start, ...lines, field('', 'the blank line that ends it is not in the log', 'dim')];
}

function frameFields({ frame, message }: DecodedFrame): Field[] {
  const fields: Field[] = [headerField(frame), lengthField(frame), payloadField(frame, message)];
  if (frame.via === 'row') fields.push(field('', "header cut off; taken from the log's own frame row", 'dim'));
  if (message) fields.push(...messageFields(message));
  return fields;
}

function headerField(frame: Frame): Field {
  const { header, headerLength, rsv, opcode, fin, masked } = frame;
  const own = headerLength - (masked ? 4 : 0);
  const octets = hexOf(header.subarray(0, own)).replace(/..(?!$)/g, '$& ');
  const hidden = header.length < own ? ` and ${own - header.length} octets that the log cuts off` : '';
  const bits = `FIN=${Number(fin)} RSV=${rsv.toString(2).padStart(3, '0')} MASK=${Number(masked)}`;
  return [
    'header',
    [piece(`${octets}${hidden}  `, 'header'), piece(`${bits}  opcode ${opcode} ${opcodeName(opcode)}`)],
  ];
}

function lengthField(frame: Frame): Field {
  const { lengthBits, masked, maskingKey, received, length } = frame;
  const came = received < length ? `, ${received} came` : '';
  const key = masked ? (maskingKey ? hexOf(maskingKey) : 'not in the log') : 'not masked';
  return [
    'length',
    [
      piece(`${counted(exactLength(frame), 'octet')} (${lengthBits} bit${came})  ${masked ? 'masking key ' : ''}`),
      piece(key, masked ? 'key' : 'dim'),
    ],
  ];
}

function payloadField(frame: Frame, message: Message | null): Field {
  const code = frame.opcode === OPCODE.CLOSE ? closeCodeOf(frame) : null;
  if (code !== null) return field('close', closeText(code, frame.payload));
  if (frame.length === 0) return field('payload', 'empty', 'dim');
  if (frame.payload.length === 0) return field('payload', 'not in the log', 'dim');
  const opcode = frame.opcode === OPCODE.CONTINUATION && message ? message.opcode : frame.opcode;
  const isCompressed = message?.compressed ?? (frame.rsv & 4) > 0;
  return field('payload', preview(frame.payload, isCompressed ? OPCODE.BINARY : opcode, frame.length));
}

function preview(octets: Uint8Array, opcode: number, length: number): string {
  const part = octets.subarray(0, MOST_OCTETS);
  const text = isTextual(opcode, part) ? `"${visibleOctets(part)}"` : hexOf(part).replace(/..(?!$)/g, '$& ');
  return part.length < length ? `${text} … ${octets.length} of ${length} octets known` : text;
}

function messageFields({ opcode, frames, compressed, length, inflation, finished }: Message): Field[] {
  if (frames.length < 2 && !compressed) return [];
  const ordinals = frames.slice(0, 12).map(({ ordinal }) => `#${ordinal}`);
  const list = `${ordinals.join(' ')}${frames.length > ordinals.length ? ' …' : ''}`;
  const what = `${opcodeName(opcode)}, ${counted(length, 'octet')} in ${counted(frames.length, 'frame')} ${list}`;
  const fields = [field('message', finished ? what : `${what}, not finished`)];
  if (!compressed) return fields;
  const octets = inflation?.octets ?? NO_OCTETS;
  if (octets.length > 0) fields.push(field('inflated', preview(octets, opcode, inflation?.length ?? 0)));
  else
    fields.push(
      field('inflated', inflation?.length === 0 && inflation.fault === null ? 'empty' : 'cannot be told', 'dim'),
    );
  return fields;
}

function placeOf(frame: Frame): string {
  const from = startOf(frame);
  const to = endOf(frame);
  const where =
    from.row === to.row
      ? `octets ${from.octet}–${to.octet}`
      : `from row ${from.row} octet ${from.octet} to row ${to.row} octet ${to.octet}`;
  return `frame #${frame.ordinal} · ${where}${frame.finished ? '' : ' · not finished'}`;
}

function frameRowFields({ agrees, frame }: AnnotatedRow, row: FrameRow): Field[] {
  const { opcode, maskingKey, length, payload, masked } = row;
  const key = masked ? `, masking key ${visible(maskingKey ?? 'not in the log')}` : '';
  const fields = [
    field('frame', `${flagsOf(row)}  opcode ${opcode} ${opcodeName(opcode)}`),
    field('length', `${length === null ? 'not in the log' : counted(length, 'octet')}${key}`),
    rowPayloadField(opcode, payload),
    witnessField(agrees, frame),
  ];
  const told = toldToWriter(row);
  return told === '' ? fields : [...fields, field('writer', told, 'dim')];
}

function rowPayloadField(opcode: number, payload: Octets | null): Field {
  if (payload === null) return field('payload', 'not in the log', 'dim');
  if (payload.length === 0) return field('payload', 'empty', 'dim');
  const [high, low] = payload.known;
  const isClose = opcode === OPCODE.CLOSE && high !== undefined && low !== undefined;
  if (isClose) return field('close', closeText(high * 256 + low, payload.known));
  return field('payload', preview(payload.known, opcode, payload.length));
}

function witnessField(agrees: boolean | null, frame: Frame | null): Field {
  const where = frame ? ` (frame #${frame.ordinal}, row ${startOf(frame).row})` : '';
  if (agrees === null) return field('octets', 'no octets in the log tell', 'dim');
  return agrees ? field('octets', `say the same${where}`, 'dim') : field('octets', `say otherwise${where}`, 'warning');
}

function toldToWriter({ repeat, chopSize, sync }: FrameRow): string {
  const parts = [
    repeat === null ? '' : `payload repeated to ${repeat} octets`,
    chopSize === null ? '' : `written in chops of ${chopSize} octets`,
    sync ? 'synchronous' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
