// The tree of one frame: bits of the header, length, masking key, payload.

import type { AnnotatedRow, DecodedFrame } from '../../../src/judge/annotation.ts';
import { counted } from '../../../src/model/counted.ts';
import { hexOf } from '../../../src/model/octets.ts';
import {
  closeCodeOf,
  endOf,
  exactLength,
  type Frame,
  lengthOfFrame,
  payloadOf,
  startOf,
} from '../../../src/protocol/frame/frame.ts';
import type { Message } from '../../../src/protocol/frame/message.ts';
import { isControl, OPCODE, opcodeName } from '../../../src/protocol/frame/opcode.ts';
import { visibleOctets } from '../terminal/cells.ts';
import { type Piece, piece } from '../terminal/paint.ts';
import { type DetailField, field, markIn, type OctetRange, rangeIn, rangeInWords, styled } from './field.ts';
import { closeText, isTextual } from './row-line.ts';

/** Octets of a payload that are shown here; the hex pane has all of them. */
const MOST_OCTETS = 512;

function spaced(octets: Uint8Array): string {
  return hexOf(octets).replace(/..(?!$)/g, '$& ');
}

/** The text, or the octets, with a word about those that the log does not hold. */
export function preview(octets: Uint8Array, opcode: number, length: number | bigint): string {
  const part = octets.subarray(0, MOST_OCTETS);
  const text = isTextual(opcode, part) ? `"${visibleOctets(part)}"` : spaced(part);
  if (octets.length < length) return `${text} … ${octets.length} of ${length} octets known`;
  return part.length < length ? `${text} …` : text;
}

export function frameFields(row: AnnotatedRow, { frame, message }: DecodedFrame, id: string): DetailField[] {
  const at = (from: number, to: number) => rangeIn(row.row.row, frame.spans, from, to);
  const fields = [headerField(row, frame, `${id}header`, at)];
  if (frame.masked) fields.push(keyField(row, frame, `${id}key`, at));
  fields.push(payloadField(row, frame, message, `${id}payload`, at));
  return fields;
}

type At = (from: number, to: number) => OctetRange | null;

const OWN_KEY = 4;

function headerField(row: AnnotatedRow, frame: Frame, id: string, at: At): DetailField {
  const { header, headerLength, rsv, opcode, fin, masked, lengthBits, via } = frame;
  const own = headerLength - (masked ? OWN_KEY : 0);
  const hidden = header.length < own ? ' ··'.repeat(own - header.length) : '';
  const bits = `FIN=${Number(fin)} RSV=${rsv.toString(2).padStart(3, '0')} MASK=${frame.maskUnknown ? '?' : Number(masked)}`;
  const said = `${bits}  opcode ${opcode} ${opcodeName(opcode)}  ${counted(exactLength(frame), 'octet')}`;
  const source = via === 'row' ? '  (cut off; from the frame row)' : '';
  const part = (name: string, label: string, value: string, octets: OctetRange | null, rules: RegExp, where: string) =>
    field(`${id}/${name}`, label, value, { octets, bits: where, mark: markIn(row, octets, rules) });
  const [first, second] = [at(0, 1), at(1, own)];
  return field(id, 'header', [piece(spaced(header.subarray(0, own)) + hidden, 'header'), piece(`  ${said}${source}`)], {
    octets: at(0, own),
    mark: markIn(row, at(0, own)),
    children: [
      part(
        'fin',
        'FIN',
        fin ? '1  last frame of its message' : '0  more fragments follow',
        first,
        /fin|fragment/,
        'bit 0',
      ),
      part('rsv', 'RSV1-3', rsvInWords(frame), first, /rsv|deflate/, 'bits 1-3'),
      part('opcode', 'opcode', opcodeInWords(opcode), first, /opcode|fragment|phase/, 'bits 4-7'),
      part(
        'mask',
        'MASK',
        frame.maskUnknown ? '?  not in the log' : masked ? '1  masked' : '0  not masked',
        at(1, 2),
        /mask/,
        'bit 0',
      ),
      part('length', 'length', lengthInWords(frame), second, /length|control/, `${lengthBits} bits`),
    ],
  });
}

function opcodeInWords(opcode: number): string {
  return `${opcode}  ${opcodeName(opcode)}, ${isControl(opcode) ? 'a control frame' : 'a data frame'}`;
}

function rsvInWords({ rsv }: Frame): string {
  const bits = rsv.toString(2).padStart(3, '0');
  return rsv === 4 ? `${bits}  RSV1: compressed, where permessage-deflate is agreed` : bits;
}

function lengthInWords(frame: Frame): string {
  const { lengthBits, received, length, finished } = frame;
  const came = finished || received >= length ? '' : `, only ${received} came`;
  return `${exactLength(frame)}  in ${lengthBits} bits${came}`;
}

function keyField(row: AnnotatedRow, { maskingKey, headerLength }: Frame, id: string, at: At): DetailField {
  const octets = at(headerLength - OWN_KEY, headerLength);
  const value = maskingKey ? styled(spaced(maskingKey), 'key') : styled('not in the log', 'dim');
  return field(id, 'masking key', value, { octets, mark: markIn(row, octets) });
}

function payloadField(row: AnnotatedRow, frame: Frame, message: Message | null, id: string, at: At): DetailField {
  const { headerLength, length, opcode, rsv } = frame;
  const octets = at(headerLength, headerLength + length);
  const about = { octets, mark: markIn(row, octets) };
  const payload = payloadOf(frame);
  if (length === 0) return field(id, 'payload', styled('empty', 'dim'), about);
  if (payload.length === 0) return field(id, 'payload', styled('not in the log', 'unsure'), about);
  if (opcode === OPCODE.CLOSE) return closeField(row, frame, id, at);
  const kind = opcode === OPCODE.CONTINUATION && message ? message.opcode : opcode;
  const isCompressed = message?.compressed ?? (rsv & 4) > 0;
  const text = preview(payload, isCompressed ? OPCODE.BINARY : kind, lengthOfFrame(frame));
  return field(id, 'payload', text, { ...about, children: payloadParts(payload, frame, id) });
}

/** The payload in words and in octets, and how much of it the log does not hold. */
function payloadParts(payload: Uint8Array, frame: Frame, id: string): DetailField[] {
  const { finished, received } = frame;
  const part = payload.subarray(0, MOST_OCTETS);
  const parts = [
    field(`${id}/text`, 'as text', `"${visibleOctets(part)}"`),
    field(`${id}/hex`, 'as octets', spaced(part)),
  ];
  const cut = (finished ? frame.length : received) - payload.length;
  if (cut > 0) parts.push(field(`${id}/cut`, 'cut', styled(`${counted(cut, 'octet')} not in the log`, 'unsure')));
  if (!finished)
    parts.push(
      field(`${id}/end`, 'end', styled(`${exactLength(frame) - BigInt(received)} octets never came`, 'warning')),
    );
  return parts;
}

function closeField(row: AnnotatedRow, frame: Frame, id: string, at: At): DetailField {
  const { headerLength, length } = frame;
  const payload = payloadOf(frame);
  const code = closeCodeOf(frame);
  const [whole, ofCode, ofReason] = [[0, length] as const, [0, 2] as const, [2, length] as const].map(([from, to]) =>
    at(headerLength + from, headerLength + to),
  ) as [OctetRange | null, OctetRange | null, OctetRange | null];
  const about = { octets: whole, mark: markIn(row, whole) };
  if (code === null) return field(id, 'close', `${spaced(payload)}: no code`, about);
  const reason = payload.length < length ? ` … ${payload.length} of ${lengthOfFrame(frame)} octets known` : '';
  const parts = [
    field(`${id}/code`, 'code', closeText(code, payload.subarray(0, 2)), { octets: ofCode, mark: markIn(row, ofCode) }),
    field(
      `${id}/reason`,
      'reason',
      length > 2 ? `"${visibleOctets(payload.subarray(2))}"${reason}` : styled('none', 'dim'),
      {
        octets: ofReason,
        mark: markIn(row, ofReason),
      },
    ),
  ];
  return field(id, 'close', closeText(code, payload) + reason, { ...about, children: parts });
}

export function title({ finished }: Frame, octets: OctetRange | null): readonly Piece[] {
  const where = octets ? rangeInWords(octets) : '';
  return [piece(`${where}${finished ? '' : ' · not finished'}`, 'bold')];
}

export function frameRangeInWords(frame: Frame): string {
  const from = startOf(frame);
  const to = endOf(frame);
  const where =
    from.row === to.row
      ? rangeInWords([from.octet, to.octet])
      : `from row ${from.row} octet ${from.octet} to row ${to.row} octet ${to.octet - 1}`;
  return `frame · ${where}${frame.finished ? '' : ' · not finished'}`;
}
