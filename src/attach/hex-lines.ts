// A row's octets line by line: where, in hex, what field they are, and which annotations are about them. Long payloads
// are shown from both ends and around what is annotated.

import type { Annotation } from '../judge/annotation.ts';
import { escapeOctets, hexOf } from '../model/octets.ts';
import type { OctetsRow } from '../model/row.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { type FieldKind, type OctetField, unmasked } from './fields.ts';

export interface HexLine {
  readonly kind: FieldKind;
  /** Octets of the row, the end exclusive. */
  readonly from: number;
  readonly to: number;
  /** The octets that are known; null for a line of a head that is shown as text only. */
  readonly known: Uint8Array | null;
  readonly says: string;
  readonly annotations: readonly Annotation[];
}

/** Lines that are left out here: octets that nothing is said about. */
interface Omitted {
  readonly omitted: number;
}

const PER_LINE = 16;
/** Lines of one field that are shown before and behind what is left out. */
const SHOWN = 4;

export function hexLines(
  row: OctetsRow,
  fields: readonly OctetField[],
  annotations: readonly Annotation[],
): (HexLine | Omitted)[] {
  const marks = annotations.filter(({ octets }) => octets !== null);
  return fields.flatMap((field) => fieldLines(row, field, marks));
}

export function isOmitted(line: HexLine | Omitted): line is Omitted {
  return 'omitted' in line;
}

function fieldLines(row: OctetsRow, field: OctetField, marks: readonly Annotation[]): (HexLine | Omitted)[] {
  const { kind, from, to } = field;
  const own = marks.filter(({ octets }) => octets !== null && octets[0] < to && octets[1] > from);
  if (kind === 'head' && own.length === 0) {
    return [{ kind, from, to, known: null, says: field.says, annotations: [] }];
  }
  const count = Math.ceil((to - from) / PER_LINE);
  const wanted = wantedLines(count, from, own);
  const lines: (HexLine | Omitted)[] = [];
  let next = 0;
  for (const i of wanted) {
    if (i > next) lines.push({ omitted: (i - next) * PER_LINE });
    lines.push(lineAt(row, field, from + i * PER_LINE, own));
    next = i + 1;
  }
  return lines;
}

/** Which of the lines are shown, in order. */
function wantedLines(count: number, from: number, marks: readonly Annotation[]): number[] {
  const wanted = new Set<number>();
  const around = (line: number) => {
    for (let i = line - 1; i <= line + 1; i++) if (i >= 0 && i < count) wanted.add(i);
  };
  for (let i = 0; i < Math.min(SHOWN, count); i++) wanted.add(i);
  wanted.add(count - 1);
  for (const { octets } of marks.slice(0, 20)) {
    const [first, end] = octets as readonly [number, number];
    around(Math.max(0, Math.floor((first - from) / PER_LINE)));
    around(Math.min(count - 1, Math.floor((end - 1 - from) / PER_LINE)));
  }
  return [...wanted].sort((a, b) => a - b);
}

function lineAt({ octets }: OctetsRow, field: OctetField, from: number, marks: readonly Annotation[]): HexLine {
  const to = Math.min(from + PER_LINE, field.to);
  const known = octets.known.subarray(from, to);
  const annotations = marks.filter(({ octets: at }) => at !== null && at[0] < to && at[1] > from);
  const says =
    field.kind === 'payload' ? payloadInWords(field, from, known.length) : from === field.from ? field.says : '';
  return {
    kind: field.kind,
    from,
    to,
    known,
    says: known.length < to - from ? `${says} (not in the log)`.trim() : says,
    annotations,
  };
}

function payloadInWords({ frame, says, from: start, at }: OctetField, from: number, length: number): string {
  const first = from === start ? says : '';
  if (!frame) return first;
  const plain = unmasked(frame, at + from - start, length);
  const unmaskedHex = frame.masked && plain.length > 0 ? ` ${hexOf(plain)}` : '';
  const isText = frame.opcode === OPCODE.TEXT || frame.opcode >= OPCODE.CLOSE || isPrintable(plain);
  const text = isText && plain.length > 0 ? ` "${escapeOctets(plain)}"` : '';
  return `${first}${frame.masked && plain.length > 0 ? `${first === '' ? '' : ', '}unmasked${unmaskedHex}` : ''}${text}`.trim();
}

function isPrintable(octets: Uint8Array): boolean {
  return octets.every((octet) => octet >= 0x20 && octet < 0x7f);
}
