// A row's octets line by line: where, in hex, what field they are, and which annotations are about them. Long payloads
// are shown from both ends and around what is annotated, and so are rows of very many frames.

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

/** Lines that are left out here: octets of one field that nothing is said about, or whole fields. */
interface Omitted {
  readonly omitted: number;
  readonly areFields?: true;
}

const PER_LINE = 16;
/** Lines of one field that are shown before and behind what is left out. */
const SHOWN = 4;

/** Fields of one row: of more the first and the last ones, and those around what is annotated. */
const MOST_FIELDS = 400;
const FIRST_FIELDS = 200;
const LAST_FIELDS = 8;
const AROUND_FIELDS = 4;
/** Annotations whose fields are looked for. */
const MARKS_SHOWN = 20;

export function hexLines(
  row: OctetsRow,
  fields: readonly OctetField[],
  annotations: readonly Annotation[],
): (HexLine | Omitted)[] {
  const marks = annotations.filter(isPlaced).sort((a, b) => a.octets[0] - b.octets[0]);
  const marksOf = openSweep(marks);
  const shown = fields.length <= MOST_FIELDS ? null : shownFields(fields, marks);
  const lines: (HexLine | Omitted)[] = [];
  let gone = 0;
  const close = () => {
    if (gone > 0) lines.push({ omitted: gone, areFields: true });
    gone = 0;
  };
  fields.forEach((field, i) => {
    const own = marksOf(field);
    if (shown?.has(i) === false) gone += field.to - field.from;
    else {
      close();
      lines.push(...fieldLines(row, field, own));
    }
  });
  close();
  return lines;
}

type Placed = Annotation & { readonly octets: readonly [number, number] };

function isPlaced(annotation: Annotation): annotation is Placed {
  return annotation.octets !== null;
}

/** For fields in the order of their octets: those of the annotations, sorted by theirs, that are about the field. */
function openSweep(marks: readonly Placed[]): (field: OctetField) => Placed[] {
  let next = 0;
  let open: Placed[] = [];
  return ({ from, to }) => {
    for (; next < marks.length && (marks[next] as Placed).octets[0] < to; next++) open.push(marks[next] as Placed);
    open = open.filter(({ octets }) => octets[1] > from);
    return open.filter(({ octets }) => octets[0] < to);
  };
}

const RANKS = { error: 0, warning: 1, note: 2 } as const;

function shownFields(fields: readonly OctetField[], marks: readonly Placed[]): ReadonlySet<number> {
  const shown = new Set<number>();
  const show = (from: number, to: number) => {
    for (let i = Math.max(from, 0); i < Math.min(to, fields.length); i++) shown.add(i);
  };
  show(0, FIRST_FIELDS);
  show(fields.length - LAST_FIELDS, fields.length);
  const worst = [...marks].sort((a, b) => RANKS[a.severity] - RANKS[b.severity]).slice(0, MARKS_SHOWN);
  for (const { octets } of worst) {
    const at = fields.findIndex(({ to }) => to > octets[0]);
    show(at - AROUND_FIELDS, at + AROUND_FIELDS);
  }
  return shown;
}

export function isOmitted(line: HexLine | Omitted): line is Omitted {
  return 'omitted' in line;
}

export function omittedInWords({ omitted, areFields }: Omitted): string {
  return areFields ? `${omitted} octets more, of further frames` : `${omitted} octets more of the same field`;
}

/** `own`: the annotations that are about the field. */
function fieldLines(row: OctetsRow, field: OctetField, own: readonly Placed[]): (HexLine | Omitted)[] {
  const { kind, from, to } = field;
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
function wantedLines(count: number, from: number, marks: readonly Placed[]): number[] {
  const wanted = new Set<number>();
  const around = (line: number) => {
    for (let i = line - 1; i <= line + 1; i++) if (i >= 0 && i < count) wanted.add(i);
  };
  for (let i = 0; i < Math.min(SHOWN, count); i++) wanted.add(i);
  wanted.add(count - 1);
  for (const { octets } of marks.slice(0, MARKS_SHOWN)) {
    const [first, end] = octets;
    around(Math.max(0, Math.floor((first - from) / PER_LINE)));
    around(Math.min(count - 1, Math.floor((end - 1 - from) / PER_LINE)));
  }
  return [...wanted].sort((a, b) => a - b);
}

function lineAt({ octets }: OctetsRow, field: OctetField, from: number, marks: readonly Placed[]): HexLine {
  const to = Math.min(from + PER_LINE, field.to);
  const known = octets.known.subarray(from, to);
  const annotations = marks.filter(({ octets: at }) => at[0] < to && at[1] > from);
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
