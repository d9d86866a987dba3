// One row of the log in one line of the list: cursor, number, direction, what it is, and the mark of the worst that is
// said about it. Rows of octets are the truth and stand out; the log's own frame rows are a witness and are dim.

import type { AnnotatedRow, DecodedFrame } from '../../../src/judge/annotation.ts';
import { hexOf } from '../../../src/model/octets.ts';
import type { FrameRow, Row } from '../../../src/model/row.ts';
import { closeCodeName } from '../../../src/protocol/frame/close-code.ts';
import { closeCodeOf } from '../../../src/protocol/frame/frame.ts';
import { OPCODE, opcodeName } from '../../../src/protocol/frame/opcode.ts';
import { foremost, MARKS, type Mark } from '../log/marks.ts';
import { cellsOf, fitTo, visible, visibleOctets } from '../terminal/cells.ts';
import { type Canvas, type Piece, paintLine, piece, type Style } from '../terminal/paint.ts';

export interface RowColumns {
  /** Digits of the highest row number. */
  readonly digits: number;
  readonly hasTimes: boolean;
}

const WIDE_ENOUGH_FOR_TIMES = 99;
/** Room that is left to what the row says before the rule's id gets any. */
const LEAST_TEXT = 16;

export interface RowLook {
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  readonly hasComment: boolean;
  /** Of the whole case, where this row decides it. */
  readonly verdict: string | null;
}

export function rowLine(annotated: AnnotatedRow, look: RowLook, columns: RowColumns, canvas: Canvas): string {
  const { row } = annotated;
  const { isSelected } = look;
  const first = saidOf(annotated, look);
  const { kind, flags, length, text, style } = tell(annotated);
  const direction = row.kind === 'octets' || row.kind === 'frame' ? row.direction : null;
  const pieces: Piece[] = [
    piece(cornerOf(look), look.isMarked || look.hasComment ? 'bold' : 'plain'),
    piece(`${String(row.row).padStart(columns.digits)} `, 'dim'),
  ];
  if (columns.hasTimes && canvas.width >= WIDE_ENOUGH_FOR_TIMES) pieces.push(piece(`${timeOf(row)} `, 'dim'));
  pieces.push(
    piece(direction ? `${direction.toUpperCase()} ` : '   ', style === 'dim' ? 'dim' : (direction ?? 'plain')),
    piece(`${fitTo(kind, 9)} ${fitTo(flags, 5)} ${length.padStart(7)} `, style),
    piece(`${first?.mark.character ?? ' '} `, first?.mark.style ?? 'plain'),
  );
  const used = pieces.reduce((sum, { text: part }) => sum + cellsOf(part), 0);
  const left = canvas.width - used;
  const rule = first ? labelIn(first.label, left) : '';
  const room = Math.max(left - cellsOf(rule), 0);
  pieces.push(piece(fitTo(text, room), style), piece(rule, first?.mark.style ?? 'plain'));
  return paintLine(pieces, canvas, isSelected ? 'selected' : null);
}

/** What the columns are, and in the rest of the line what the signs are. */
export function headingLine({ digits, hasTimes }: RowColumns, canvas: Canvas): string {
  const time = hasTimes && canvas.width >= WIDE_ENOUGH_FOR_TIMES ? `${'seconds'.padStart(11)} ` : '';
  const columns = ` ${'row'.padStart(digits)} ${time}${fitTo('', 3)}${fitTo('frame', 9)} F123M  length   payload`;
  const pieces: Piece[] = [];
  let left = canvas.width - cellsOf(columns) - 1;
  for (const { character, style, short } of Object.values(MARKS)) {
    const label = ` ${short}`;
    left -= 2 + cellsOf(character) + cellsOf(label);
    if (left < 0) break;
    pieces.push(piece(`  ${character}`, style), piece(label, 'dim'));
  }
  const legend = pieces.reduce((sum, { text }) => sum + cellsOf(text), 0);
  const gap = Math.max(canvas.width - cellsOf(columns) - legend - 1, 0);
  return paintLine([piece(columns, 'dim'), piece(' '.repeat(gap)), ...pieces], canvas);
}

/** Without colour it is all that tells where the cursor is. */
function cornerOf({ isSelected, isMarked, hasComment }: RowLook): string {
  if (isSelected) return isMarked ? '»' : '>';
  return isMarked ? '*' : hasComment ? ';' : ' ';
}

/** The worst that is said about the row; where no rule is broken and the case fails there all the same, that. */
function saidOf({ annotations }: AnnotatedRow, { verdict }: RowLook): { mark: Mark; label: string } | null {
  const first = foremost(annotations);
  if (verdict !== null && first?.mark !== MARKS.violation) {
    return { mark: MARKS.violation, label: ` the case: ${visible(verdict)}` };
  }
  if (!first) return null;
  const more = annotations.length > 1 ? ` +${annotations.length - 1}` : '';
  return { mark: first.mark, label: ` ${visible(first.annotation.rule)}${more}` };
}

function labelIn(label: string, room: number): string {
  return cellsOf(label) + LEAST_TEXT <= room ? label : '';
}

function timeOf(row: Row): string {
  return (row.time === null ? '' : row.time.toFixed(6)).padStart(11);
}

interface RowText {
  readonly kind: string;
  readonly flags: string;
  readonly length: string;
  /** Has passed `visible`. */
  readonly text: string;
  readonly style: Style;
}

function tell(annotated: AnnotatedRow): RowText {
  const { row } = annotated;
  switch (row.kind) {
    case 'octets':
      return tellOctets(annotated, row.octets.length);
    case 'frame':
      return tellFrameRow(row, annotated.agrees);
    case 'damaged':
      return bare('damaged', visible(`${row.why}: ${row.text.slice(0, 200)}`), 'warning');
    default:
      return bare('', eventInWords(row), 'dim');
  }
}

function bare(kind: string, text: string, style: Style): RowText {
  return { kind, flags: '', length: '', text, style };
}

function tellOctets({ frames, heads }: AnnotatedRow, length: number): RowText {
  const [head] = heads;
  const [first] = frames;
  if (first) return tellFrame(first, frames.length + heads.length - 1);
  if (head)
    return {
      kind: 'HTTP',
      flags: '',
      length: String(length),
      text: visible(head.startLine.slice(0, 500)),
      style: 'plain',
    };
  return { kind: '…', flags: '', length: String(length), text: 'no frame ends here', style: 'dim' };
}

function tellFrame(decoded: DecodedFrame, others: number): RowText {
  const { frame } = decoded;
  const kind = `${kindOf(frame.opcode)}${others > 0 ? ` +${others}` : ''}`;
  return { kind, flags: flagsOf(frame), length: lengthOf(frame.length), text: summaryOf(decoded), style: 'plain' };
}

/** `TEXT "Hello"`, `CLOSE 1002 protocol error`. */
export function frameSummary(decoded: DecodedFrame): string {
  return `${kindOf(decoded.frame.opcode)}  ${summaryOf(decoded)}`;
}

function tellFrameRow(row: FrameRow, agrees: boolean | null): RowText {
  const says = agrees === null ? '' : agrees ? 'as decoded' : 'not what the octets say';
  return {
    kind: kindOf(row.opcode).toLowerCase(),
    flags: flagsOf(row),
    length: row.length === null ? '?' : lengthOf(row.length),
    text: `the log's frame row${says && `, ${says}`}`,
    style: agrees === false ? 'warning' : 'dim',
  };
}

const KINDS: Readonly<Record<number, string>> = { [OPCODE.CONTINUATION]: 'CONT' };

function kindOf(opcode: number): string {
  return KINDS[opcode] ?? opcodeName(opcode).replace('reserved', 'opcode').toUpperCase();
}

function lengthOf(length: number): string {
  return length < 1e7 ? String(length) : length.toExponential(1).replace('+', '');
}

/** FIN, RSV1 to RSV3, MASK. */
export function flagsOf({ fin, rsv, masked }: { fin: boolean; rsv: number; masked: boolean }): string {
  const bit = (isSet: boolean, letter: string) => (isSet ? letter : '-');
  return bit(fin, 'F') + bit((rsv & 4) > 0, '1') + bit((rsv & 2) > 0, '2') + bit((rsv & 1) > 0, '3') + bit(masked, 'M');
}

/** Octets that can fill the widest line. */
const MOST_OCTETS = 1000;

/** What a frame says, in a few words. */
function summaryOf({ frame, message }: DecodedFrame): string {
  const code = frame.opcode === OPCODE.CLOSE ? closeCodeOf(frame) : null;
  if (code !== null) return closeText(code, frame.payload);
  if (message?.compressed)
    return message.inflation ? octetsSummary(message.inflation.octets, message.opcode) : 'compressed';
  if (frame.payload.length === 0 && frame.length > 0) return 'payload not in the log';
  return octetsSummary(frame.payload, frame.opcode === OPCODE.CONTINUATION && message ? message.opcode : frame.opcode);
}

function octetsSummary(octets: Uint8Array, opcode: number): string {
  const part = octets.subarray(0, MOST_OCTETS);
  return isTextual(opcode, part) ? visibleOctets(part) : hexOf(part).replace(/..(?!$)/g, '$& ');
}

/** Binary payload and what does not look like text is shown as hex. */
export function isTextual(opcode: number, octets: Uint8Array): boolean {
  if (opcode === OPCODE.TEXT) return true;
  if (opcode === OPCODE.BINARY) return false;
  return octets.every((octet) => octet >= 0x20 && octet < 0x7f);
}

/** Code, its meaning, reason. */
export function closeText(code: number, payload: Uint8Array): string {
  const name = closeCodeName(code);
  const reason = payload.length > 2 ? ` "${visibleOctets(payload.subarray(2, 127))}"` : '';
  return `${code}${name ? ` ${name}` : ''}${reason}`;
}

/** What a row that is neither octets nor a frame says. */
export function eventInWords(row: Exclude<Row, { kind: 'octets' | 'frame' }>): string {
  switch (row.kind) {
    case 'delay':
      return `the writer waits ${row.seconds} s${row.tag === null ? '' : ` (${visible(row.tag)})`}`;
    case 'delay-over':
      return `the wait is over${row.tag === null ? '' : ` (${visible(row.tag)})`}`;
    case 'fail-after':
      return `the writer will fail the connection after ${row.seconds} s`;
    case 'close-after':
      return `the writer will close the connection after ${row.seconds} s`;
    case 'failing':
      return 'the writer fails the connection';
    case 'closing':
      return 'the writer closes the connection';
    case 'log-off':
      return 'the log leaves out what follows';
    case 'log-on':
      return 'the log goes on';
    case 'tcp-drop':
      return `TCP ${row.reset ? 'reset' : 'ended'} by ${row.by === 'writer' ? 'the writer' : 'the peer'}`;
    case 'damaged':
      return visible(row.why);
  }
}
