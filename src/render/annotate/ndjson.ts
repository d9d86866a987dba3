// The machine-readable form: one JSON record a line, a log's records together. Names are fixed: other programs read them.

import type { Summary } from '../../judge/annotate.ts';
import type { AnnotatedRow, Annotation, DecodedFrame } from '../../judge/annotation.ts';
import { type RowOrStretch, Stretch } from '../../judge/ordinary-row.ts';
import type { CaseVerdict } from '../../judge/verdict/case.ts';
import { NO_VERDICT } from '../../judge/verdict/verdict.ts';
import { hexOf, isWhole, textOf } from '../../model/octets.ts';
import { type LogHeader, lengthOfRow, type Row } from '../../model/row.ts';
import { ROW } from '../../model/row-batch.ts';
import {
  closeCodeOf,
  endOf,
  exactLength,
  type Frame,
  isComplete,
  isWithoutOctets,
  lengthOfFrame,
  payloadOf,
  startOf,
} from '../../protocol/frame/frame.ts';
import { contentOf, type Message } from '../../protocol/frame/message.ts';
import { OPCODE, opcodeName } from '../../protocol/frame/opcode.ts';
import { combinedValue } from '../../protocol/handshake/handshake.ts';
import { exactNumber } from '../exact-number.ts';
import { safeJson } from '../json.ts';
import type { OctetWriter } from '../octet-writer.ts';
import { octetsRecord, frameRowRecord as ordinaryFrameRow } from './ndjson-ordinary.ts';
import type { Renderer, RenderOptions } from './renderer.ts';

const VERSION = 1;

export function ndjsonRenderer({ violationsOnly }: RenderOptions): Renderer {
  return {
    begin: (header, connection) => line(logRecord(header, connection)),
    row: (annotated) => (violationsOnly && annotated.annotations.length === 0 ? '' : line(rowRecord(annotated))),
    rowOctets: (rows, to) => writeRows(rows, violationsOnly, to),
    late: (annotation) => line({ type: 'annotation', ...annotationRecord(annotation) }),
    end: (summary, judged) => line(summaryRecord(summary, judged)),
  };
}

function writeRows(rows: RowOrStretch, violationsOnly: boolean, to: OctetWriter): void {
  if (!(rows instanceof Stretch)) {
    if (!violationsOnly || rows.annotations.length > 0) to.text(line(rowRecord(rows)));
    return;
  }
  const { batch, from, to: end } = rows;
  for (let at = from; at < end; at++) {
    const found = batch.annotationsAt(at);
    if (violationsOnly && !found) continue;
    const annotations = found && safeJson(found.map(annotationRecord));
    if (batch.rows.kinds[at] === ROW.OCTETS) octetsRecord(batch, at, annotations, to);
    else ordinaryFrameRow(batch, at, annotations, to);
  }
}

function line(record: unknown): string {
  return `${safeJson(record)}\n`;
}

function logRecord(header: LogHeader, connection: Parameters<Renderer['begin']>[1]): unknown {
  const { request, response } = connection ?? {};
  const protocol = response ? combinedValue(response, 'Sec-WebSocket-Protocol') : null;
  const extensions = response ? combinedValue(response, 'Sec-WebSocket-Extensions') : header.extensions;
  return {
    type: 'log',
    version: VERSION,
    source: header.source,
    format: header.format,
    agent: header.agent,
    case: header.case,
    connection: header.connection ?? null,
    writer: connection?.tx.role ?? header.writer,
    underTest: header.underTest,
    handshake: {
      request: request ? textOf(request.octets) : header.request,
      response: response ? textOf(response.octets) : header.response,
    },
    extensions:
      extensions === null || extensions === 'none' ? [] : extensions.split(/\s*,\s*/).filter((one) => one !== ''),
    subprotocol: protocol,
    ...(header.notes ? { notes: header.notes } : {}),
  };
}

function rowRecord({ row, frames, unlisted, annotations, unlistedAnnotations, agrees }: AnnotatedRow): unknown {
  const { row: number, kind, time } = row;
  const base = { type: 'row', row: number, kind };
  const found = {
    annotations: annotations.map(annotationRecord),
    ...(unlistedAnnotations ? { unlistedAnnotations } : {}),
  };
  switch (row.kind) {
    case 'octets':
      return {
        ...base,
        direction: row.direction,
        length: row.octets.length,
        octets: hexOf(row.octets.known),
        complete: isWhole(row.octets),
        ...(row.octets.exact ? {} : { lengthExact: false }),
        time,
        frames: frames.map(frameRecord),
        ...(unlisted ? { unlisted } : {}),
        ...found,
      };
    case 'frame':
      return {
        ...base,
        ...frameRowRecord(row),
        agrees,
        time,
        ...(frames.length > 0 ? { frames: frames.map(frameRecord) } : {}),
        ...found,
      };
    default: {
      const { kind: _kind, row: _row, time: _time, ...rest } = row;
      return { ...base, ...rest, time, ...found };
    }
  }
}

function frameRowRecord(row: Row & { kind: 'frame' }): Record<string, unknown> {
  const { direction, opcode, fin, rsv, masked, maskingKey, payload, repeat, chopSize, sync } = row;
  return {
    direction,
    opcode,
    fin,
    rsv,
    masked: row.maskUnknown ? null : masked,
    maskingKey,
    length: exactNumber(lengthOfRow(row)),
    payload: payload ? hexOf(payload.known) : null,
    complete: payload !== null && isWhole(payload),
    ...(direction === 'tx' ? { repeat, chopSize, sync } : {}),
  };
}

function frameRecord({ frame, message }: DecodedFrame): unknown {
  const exact = Number.isSafeInteger(frame.length) ? {} : { lengthExact: String(exactLength(frame)) };
  return {
    direction: frame.direction,
    ordinal: frame.ordinal,
    offset: frame.offset,
    starts: startOf(frame),
    ends: endOf(frame),
    via: frame.via,
    ...(frame.isGuessed ? { guessed: true } : {}),
    fin: frame.fin,
    rsv: frame.rsv,
    opcode: frame.opcode,
    name: opcodeName(frame.opcode),
    masked: frame.maskUnknown ? null : frame.masked,
    maskingKey: frame.maskingKey ? hexOf(frame.maskingKey) : null,
    lengthBits: isWithoutOctets(frame) ? null : frame.lengthBits,
    length: frame.lengthUnknown ? null : exactNumber(lengthOfFrame(frame)),
    ...exact,
    payload: hexOf(frame.payload),
    complete: isComplete(frame),
    finished: frame.finished,
    ...closeRecord(frame),
    ...(message ? { message: messageRecord(message) } : {}),
  };
}

function closeRecord(frame: Frame): Record<string, unknown> {
  const code = frame.opcode === OPCODE.CLOSE ? closeCodeOf(frame) : null;
  return code === null ? {} : { close: { code, reason: textOf(payloadOf(frame).subarray(2)) } };
}

function messageRecord(message: Message): unknown {
  const octets = contentOf(message);
  const isText = message.opcode === OPCODE.TEXT && octets !== null && !message.brokenAt;
  return {
    opcode: message.opcode,
    frames: message.frames.map(({ ordinal }) => ordinal),
    compressed: message.compressed,
    length: message.length,
    text: isText ? textOf(octets) : null,
    ...(message.inflation?.isStart ? { isStart: true, inflated: message.inflation.length } : {}),
  };
}

function annotationRecord(annotation: Annotation): Record<string, unknown> {
  const { missing, afterFailure, reaction, cause, ...rest } = annotation;
  return {
    ...rest,
    ...(missing === null ? {} : { missing }),
    ...(afterFailure ? { afterFailure } : {}),
    ...(reaction === null ? {} : { reaction }),
    ...(cause === null ? {} : { cause }),
  };
}

function summaryRecord(
  { header, rows, frames, violations, stimuli, unverified }: Summary,
  judged: CaseVerdict | null,
): unknown {
  const { verdict = NO_VERDICT, hints = [] } = judged ?? {};
  const { missing, ...rest } = verdict;
  return {
    type: 'summary',
    source: header.source,
    rows,
    frames,
    violations,
    stimuli,
    unverified,
    verdict: { ...rest, ...(missing === null ? {} : { missing }) },
    hints,
  };
}
