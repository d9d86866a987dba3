// Everything that is known of one row, as a tree of fields: what stands in its octets, then what they mean to the message
// and to the connection.

import type { AnnotatedRow, DecodedFrame } from '../../../src/judge/annotation.ts';
import { counted } from '../../../src/model/counted.ts';
import { NO_OCTETS, type Octets } from '../../../src/model/octets.ts';
import { type FrameRow, lengthOfRow, type OctetsRow } from '../../../src/model/row.ts';
import { endOf, startOf } from '../../../src/protocol/frame/frame.ts';
import type { Message } from '../../../src/protocol/frame/message.ts';
import { OPCODE, opcodeName } from '../../../src/protocol/frame/opcode.ts';
import type { Head } from '../../../src/protocol/handshake/handshake.ts';
import { notComparedInWords } from '../../../src/render/describe.ts';
import type { OpenMessage, RowContext } from '../log/row-context.ts';
import { visible } from '../terminal/cells.ts';
import { type DetailField, field, markIn, type OctetRange, rangeIn, styled } from './field.ts';
import { frameFields, preview, title } from './frame-fields.ts';
import { closeText, eventInWords, flagsOf, frameSummary } from './row-line.ts';

/** A row can hold thousands of frames; nobody reads them here. */
const MOST_FRAMES = 100;
const MOST_TEXT = 512;
const MOST_ROWS = 12;

export function detailFieldsOf(annotated: AnnotatedRow, context: RowContext): DetailField[] {
  const { row } = annotated;
  const own =
    row.kind === 'octets' ? octetsFields(annotated, row) : row.kind === 'frame' ? frameRowFields(annotated, row) : [];
  if (row.kind === 'damaged') own.push(field('text', 'text', visible(row.text.slice(0, MOST_TEXT))));
  if (row.kind !== 'octets' && row.kind !== 'frame') own.unshift(field('what', 'what', eventInWords(row)));
  return [...own, ...meaning(annotated, context)];
}

function octetsFields(annotated: AnnotatedRow, { octets, sync }: OctetsRow): DetailField[] {
  const { heads, frames, row } = annotated;
  const fields = heads.map((head, at) => headField(annotated, head, `head${at || ''}`));
  if (frames.length === 1 && frames[0]) fields.push(...frameFields(annotated, frames[0], ''));
  else {
    for (const [at, decoded] of frames.slice(0, MOST_FRAMES).entries()) fields.push(group(annotated, decoded, at));
    const more = frames.length - MOST_FRAMES;
    if (more > 0) fields.push(field('more', '', styled(`and ${counted(more, 'frame')} more`, 'dim')));
  }
  if (fields.length === 0)
    fields.push(
      field('octets', 'octets', `${octets.length}; no frame ends in row ${row.row}`, { octets: [0, octets.length] }),
    );
  const cut = octets.length - octets.known.length;
  if (cut > 0) fields.push(cutField(annotated, octets));
  if (sync) fields.push(field('write', 'write', styled('synchronous, or one of several chops', 'dim')));
  return fields;
}

function cutField(annotated: AnnotatedRow, { known, length, exact }: Octets): DetailField {
  const range: OctetRange = [known.length, length];
  const says = `the log shows ${known.length} of ${exact ? '' : 'at least '}${length} octets`;
  return field('cut', 'cut', styled(says, 'unsure'), { octets: range, mark: markIn(annotated, range) });
}

function group(annotated: AnnotatedRow, decoded: DecodedFrame, at: number): DetailField {
  const { frame } = decoded;
  const octets = rangeIn(annotated.row.row, frame.spans, 0, frame.headerLength + frame.length);
  const id = `frame${at}`;
  return field(id, 'frame', [...title(frame, octets), ...styled(`  ${frameSummary(decoded)}`, 'plain')], {
    octets,
    mark: markIn(annotated, octets),
    isOpen: at === 0,
    children: frameFields(annotated, decoded, `${id}/`),
  });
}

function headField(annotated: AnnotatedRow, head: Head, id: string): DetailField {
  const { kind, startLine, complete, octets } = head;
  const known = annotated.row.kind === 'octets' ? annotated.row.octets.known.length : 0;
  // Octets that were filled in from the log's text are not in the row.
  const at = (from: number, to: number) => {
    const range = rangeIn(annotated.row.row, head.spans, from, to);
    return head.raw || (range && range[1] <= known) ? range : null;
  };
  const whole = rangeIn(annotated.row.row, head.spans, 0, octets.length);
  const lines = head.fields.map((line, index) => {
    const range = at(line.at, line.at + line.length);
    const about = { octets: range, mark: markIn(annotated, range) };
    return field(
      `${id}/${index}`,
      visible(line.name.slice(0, MOST_TEXT)),
      visible(line.value.slice(0, MOST_TEXT)),
      about,
    );
  });
  if (!complete) lines.push(field(`${id}/end`, '', styled('the blank line that ends it is not in the log', 'unsure')));
  const mark = markIn(annotated, whole);
  return field(id, kind, visible(startLine.slice(0, MOST_TEXT)), {
    octets: whole,
    mark,
    isOpen: true,
    children: lines,
  });
}

/** What the row means to its message and to the connection. */
function meaning({ frames, row }: AnnotatedRow, { open, state, agreed, told }: RowContext): DetailField[] {
  const fields = frames.slice(0, MOST_FRAMES).flatMap(({ message }, at) => messageFields(message, at));
  if (open && row.kind === 'octets') fields.push(openField(open));
  const about = agreed === '' ? [] : [field('connection/agreed', 'agreed', visible(agreed))];
  const parts = [field('connection/state', 'state', state), ...about];
  return [
    ...fields,
    field('connection', 'connection', `${state}${agreed && `  ${visible(agreed)}`}`, { children: parts }),
    ...(told.length === 0 ? [] : [toldHandshake(told)]),
  ];
}

function toldHandshake(heads: readonly string[]): DetailField {
  const lines = heads.flatMap((head) => head.trimEnd().split('\r\n'));
  return field('handshake', 'handshake', 'as the file tells it, and not judged', {
    children: lines.map((line, at) => field(`handshake/${at}`, '', visible(line.slice(0, MOST_TEXT)))),
  });
}

/** Rows in which fragments end, each once. */
function rowsInWords(all: readonly number[]): string {
  const rows = [...new Set(all)];
  return `${rows.slice(0, MOST_ROWS).join(' ')}${rows.length > MOST_ROWS ? ' …' : ''}`;
}

function openField({ opcode, rows, octets, utf8 }: OpenMessage): DetailField {
  const says = `${opcodeName(opcode)}, ${counted(octets, 'octet')} so far in ${counted(rows.length, 'frame')}, goes on`;
  return field('message', 'message', says, {
    children: [
      field('message/rows', 'rows', rowsInWords(rows)),
      ...(utf8 === null ? [] : [field('message/utf8', 'UTF-8', utf8)]),
    ],
  });
}

function messageFields(message: Message | null, at: number): DetailField[] {
  if (!message || (message.frames.length < 2 && !message.compressed)) return [];
  const { opcode, frames, compressed, length, inflation, finished } = message;
  const id = `message${at || ''}`;
  const what = `${opcodeName(opcode)}, ${counted(length, 'octet')} in ${counted(frames.length, 'frame')}`;
  const parts = [field(`${id}/rows`, 'rows', rowsInWords(frames.map((frame) => endOf(frame).row)))];
  if (message.brokenAt) {
    const { inMessage, what: fault } = message.brokenAt;
    parts.push(field(`${id}/utf8`, 'UTF-8', styled(`broken at octet ${inMessage}: ${fault}`, 'error')));
  } else if (opcode === OPCODE.TEXT && !message.hidden) parts.push(field(`${id}/utf8`, 'UTF-8', 'valid'));
  if (compressed) parts.push(field(`${id}/inflated`, 'inflated', inflated(opcode, inflation)));
  return [field(id, 'message', finished ? what : `${what}, not finished`, { children: parts })];
}

function inflated(opcode: number, inflation: Message['inflation']): ReturnType<typeof styled> {
  const octets = inflation?.octets ?? NO_OCTETS;
  if (octets.length > 0) return styled(preview(octets, opcode, inflation?.length ?? 0), 'plain');
  return styled(inflation?.length === 0 && inflation.fault === null ? 'empty' : 'cannot tell', 'unsure');
}

function frameRowFields({ agrees, frame }: AnnotatedRow, row: FrameRow): DetailField[] {
  const { opcode, maskingKey, payload, masked } = row;
  const length = lengthOfRow(row);
  const key = masked ? `, masking key ${visible(maskingKey ?? 'not in the log')}` : '';
  const where = frame ? ` (row ${startOf(frame).row})` : '';
  const fields = [
    field('frame', 'frame', `${flagsOf(row)}  opcode ${opcode} ${opcodeName(opcode)}`),
    field('length', 'length', `${length === null ? 'not in the log' : counted(length, 'octet')}${key}`),
    rowPayloadField(opcode, payload),
    agrees === null
      ? field('octets', 'octets', styled(frame ? notComparedInWords(frame) : 'no octets in the log tell', 'unsure'))
      : field(
          'octets',
          'octets',
          styled(`say ${agrees ? 'the same' : 'otherwise'}${where}`, agrees ? 'dim' : 'warning'),
        ),
  ];
  const told = toldToWriter(row);
  return told === '' ? fields : [...fields, field('writer', 'writer', styled(told, 'dim'))];
}

function rowPayloadField(opcode: number, payload: Octets | null): DetailField {
  if (payload === null) return field('payload', 'payload', styled('not in the log', 'unsure'));
  if (payload.length === 0) return field('payload', 'payload', styled('empty', 'dim'));
  const octets: OctetRange = [0, payload.length];
  const [high, low] = payload.known;
  const isClose = opcode === OPCODE.CLOSE && high !== undefined && low !== undefined;
  if (isClose) return field('payload', 'close', closeText(high * 256 + low, payload.known), { octets });
  return field('payload', 'payload', preview(payload.known, opcode, payload.length), { octets });
}

function toldToWriter({ repeat, chopSize, sync }: FrameRow): string {
  const parts = [
    repeat === null ? '' : `payload repeated to ${repeat} octets`,
    chopSize === null ? '' : `written in chops of ${chopSize} octets`,
    sync ? 'synchronous' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
