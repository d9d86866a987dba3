// Every octet of a row named: which field of which frame it is, or which line of which head. The one source of the
// annotated hex in Markdown, text and HTML.

import type { AnnotatedRow } from '../judge/annotation.ts';
import { escapeText, hexOf, latin1Of, type Octets, textOf } from '../model/octets.ts';
import { closeCodeName } from '../protocol/frame/close-code.ts';
import { closeCodeOf, exactLength, type Frame, payloadOf, type Span } from '../protocol/frame/frame.ts';
import { OPCODE, opcodeName } from '../protocol/frame/opcode.ts';
import type { Head } from '../protocol/handshake/handshake.ts';

export type FieldKind = 'opcode' | 'length' | 'key' | 'code' | 'payload' | 'head' | 'none';

export interface OctetField {
  readonly kind: FieldKind;
  /** Octets of the row, the end exclusive. */
  readonly from: number;
  readonly to: number;
  /** What it says, escaped; of a payload only what it is. */
  readonly says: string;
  readonly frame: Frame | null;
  /** Of a payload the first octet's place in it. */
  readonly at: number;
}

/** A field of a frame or head, counted from that thing's first octet. */
interface SubjectField {
  readonly kind: FieldKind;
  readonly from: number;
  readonly to: number;
  readonly says: string;
}

/** By row number. A row with octets and nothing in them that is understood is there too. */
export function fieldsByRow(annotated: readonly AnnotatedRow[]): Map<number, OctetField[]> {
  const fields = new Map<number, OctetField[]>();
  const add = (row: number, field: OctetField) => {
    const own = fields.get(row);
    if (own) own.push(field);
    else fields.set(row, [field]);
  };
  for (const { heads, frames } of annotated) {
    for (const head of heads) place(head.spans, partsOfHead(head), null, 0, add);
    for (const { frame } of frames) place(frame.spans, partsOfFrame(frame), frame, frame.headerLength, add);
  }
  for (const { row } of annotated) {
    if (row.kind === 'octets') fields.set(row.row, withRest(fields.get(row.row) ?? [], row.octets));
  }
  return fields;
}

function place(
  spans: readonly Span[],
  parts: readonly SubjectField[],
  frame: Frame | null,
  payloadAt: number,
  add: (row: number, field: OctetField) => void,
): void {
  let first = 0;
  for (const span of spans) {
    while (first < parts.length && (parts[first] as SubjectField).to <= span.at) first++;
    for (let i = first; i < parts.length; i++) {
      const { kind, from, to, says } = parts[i] as SubjectField;
      if (from >= span.at + span.length) break;
      const start = Math.max(from, span.at);
      const end = Math.min(to, span.at + span.length);
      const shift = span.octet - span.at;
      add(span.row, { kind, from: start + shift, to: end + shift, says, frame, at: start - payloadAt });
    }
  }
}

/** Octets between the fields that nothing explains. */
function withRest(fields: readonly OctetField[], { length }: Octets): OctetField[] {
  const out: OctetField[] = [];
  const rest = (from: number, to: number) => {
    if (from < to) out.push({ kind: 'none', from, to, says: 'not read as a frame', frame: null, at: 0 });
  };
  let at = 0;
  for (const field of [...fields].sort((a, b) => a.from - b.from)) {
    rest(at, field.from);
    out.push(field);
    at = Math.max(at, field.to);
  }
  rest(at, length);
  return out;
}

function partsOfHead({ octets, fields, startLine, complete }: Head): SubjectField[] {
  const start = Math.max(latin1Of(octets).indexOf(startLine), 0);
  const starts = [0, ...fields.map(({ at }) => at)];
  const end = complete ? blankLineOf(octets) : octets.length;
  const parts = starts.map((from, i): SubjectField => {
    const to = starts[i + 1] ?? end;
    const text = textOf(octets.subarray(i === 0 ? start : from, to)).replace(/\r?\n$/, '');
    return { kind: 'head', from, to, says: escapeText(text) };
  });
  if (end < octets.length) parts.push({ kind: 'head', from: end, to: octets.length, says: 'end of the head' });
  return parts;
}

function blankLineOf(octets: Uint8Array): number {
  const line = /\r?\n$/.exec(latin1Of(octets.subarray(-2)))?.[0].length ?? 0;
  return octets.length - line;
}

/** RFC 6455 §5.2. */
export function partsOfFrame(frame: Frame): SubjectField[] {
  const { headerLength, lengthBits, masked, length, received } = frame;
  const keyAt = headerLength - (masked ? 4 : 0);
  const parts: SubjectField[] = [
    { kind: 'opcode', from: 0, to: 1, says: opcodeInWords(frame) },
    { kind: 'length', from: 1, to: 2, says: lengthInWords(frame) },
  ];
  if (lengthBits !== 7) {
    parts.push({
      kind: 'length',
      from: 2,
      to: keyAt,
      says: `payload length ${exactLength(frame)} in ${lengthBits} bits`,
    });
  }
  if (masked) {
    const key = frame.maskingKey ? hexOf(frame.maskingKey) : 'hidden';
    parts.push({ kind: 'key', from: keyAt, to: headerLength, says: `masking key ${key}` });
  }
  const end = headerLength + Math.min(length, received);
  if (end === headerLength) return parts;
  if (frame.opcode !== OPCODE.CLOSE || length < 2) return [...parts, payloadPart(headerLength, end, 'payload')];
  const reasonAt = Math.min(headerLength + 2, end);
  parts.push({ kind: 'code', from: headerLength, to: reasonAt, says: codeInWords(frame) });
  return reasonAt < end ? [...parts, payloadPart(reasonAt, end, 'reason')] : parts;
}

function payloadPart(from: number, to: number, says: string): SubjectField {
  return { kind: 'payload', from, to, says };
}

function opcodeInWords({ fin, rsv, opcode }: Frame): string {
  return `FIN=${fin ? 1 : 0} RSV=${rsv.toString(2).padStart(3, '0')} opcode=${opcode.toString(16)} (${opcodeName(opcode)})`;
}

function lengthInWords({ masked, lengthBits, length }: Frame): string {
  const value = lengthBits === 7 ? `payload length ${length}` : `payload length in the next ${lengthBits} bits`;
  return `MASK=${masked ? 1 : 0} ${value}`;
}

function codeInWords(frame: Frame): string {
  const code = closeCodeOf(frame);
  if (code === null) return 'close code, hidden';
  const name = closeCodeName(code);
  return `close code ${code}${name ? ` (${name})` : ''}`;
}

/** Payload octets `at` to `at + length` unmasked, as far as they are known. */
export function unmasked(frame: Frame, at: number, length: number): Uint8Array {
  return payloadOf(frame).subarray(at, at + length);
}
