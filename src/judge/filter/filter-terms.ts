// The words of filter expressions: what each asks of a row. One table, from which the parser, its hints and the help
// derive.

import { hexOf, latin1Of, octetsOfText } from '../../model/octets.ts';
import type { FrameRow } from '../../model/row.ts';
import { closeCodeOf, type Frame, payloadOf } from '../../protocol/frame/frame.ts';
import { isControl, OPCODE, opcodeName } from '../../protocol/frame/opcode.ts';
import { type AnnotatedRow, type Annotation, isCharged, isStimulus } from '../annotation.ts';

/** A row, and the one before it in the same log. */
export interface FilterSubject {
  readonly row: AnnotatedRow;
  readonly before: AnnotatedRow | null;
}

type Test = (subject: FilterSubject) => boolean;

/** What `e` stops at, and what the exit code counts: an error that is charged to the endpoint under test. */
export function isViolation(annotation: Annotation): boolean {
  return annotation.severity === 'error' && isCharged(annotation);
}

const annotated =
  (holds: (annotation: Annotation) => boolean): Test =>
  ({ row }) =>
    row.annotations.some(holds);

type FrameBits = Pick<Frame | FrameRow, 'opcode' | 'fin' | 'rsv' | 'masked'>;

/** The frames that end in the row, or the one that the log's own frame row tells of. */
function headersOf({ row, frames }: AnnotatedRow): readonly FrameBits[] {
  return row.kind === 'frame' ? [row] : frames.map(({ frame }) => frame);
}

const framed =
  (holds: (header: FrameBits) => boolean): Test =>
  ({ row }) =>
    headersOf(row).some(holds);

const isOf =
  (kind: AnnotatedRow['row']['kind']): Test =>
  ({ row }) =>
    row.row.kind === kind;

const goes =
  (direction: 'rx' | 'tx'): Test =>
  ({ row: { row } }) =>
    (row.kind === 'octets' || row.kind === 'frame') && row.direction === direction;

function isCut({ row: { row } }: FilterSubject): boolean {
  return row.kind === 'octets' && (row.octets.known.length < row.octets.length || !row.octets.exact);
}

/** Words that stand alone. */
export const FLAGS: Readonly<Record<string, Test>> = {
  violation: annotated(isViolation),
  stimulus: annotated(isStimulus),
  remark: annotated((annotation) => annotation.severity !== 'error' && annotation.certainty === 'certain'),
  unsure: annotated(({ certainty }) => certainty === 'cannot-tell'),
  annotated: annotated(() => true),
  rx: goes('rx'),
  tx: goes('tx'),
  octets: isOf('octets'),
  frame: isOf('frame'),
  delay: isOf('delay'),
  failing: isOf('failing'),
  closing: isOf('closing'),
  'tcp-drop': isOf('tcp-drop'),
  damaged: isOf('damaged'),
  http: ({ row }) => row.heads.length > 0,
  control: framed(({ opcode }) => isControl(opcode)),
  data: framed(({ opcode }) => !isControl(opcode)),
  fin: framed(({ fin }) => fin),
  masked: framed(({ masked }) => masked),
  fragment: framed(({ fin, opcode }) => !fin || opcode === OPCODE.CONTINUATION),
  message: ({ row }) => row.frames.some(({ message }) => message !== null),
  unfinished: ({ row }) => row.frames.some(({ frame }) => !frame.finished),
  cut: isCut,
};

/** Numbers of a row: none, one, or one a frame. */
export const NUMBERS: Readonly<Record<string, (subject: FilterSubject) => readonly number[]>> = {
  row: ({ row }) => [row.row.row],
  opcode: ({ row }) => headersOf(row).map(({ opcode }) => opcode),
  len: ({ row }) => lengthsOf(row),
  rsv: ({ row }) => headersOf(row).map(({ rsv }) => rsv),
  code: ({ row }) => row.frames.flatMap(({ frame }) => codesOf(frame)),
  frames: ({ row }) => [row.frames.length],
  size: ({ row: { row } }) => (row.kind === 'octets' ? [row.octets.length] : []),
  time: ({ row: { row } }) => (row.time === null ? [] : [row.time]),
  gap: ({ row: { row }, before }) => {
    const since = before?.row.time ?? null;
    return row.time === null || since === null ? [] : [row.time - since];
  },
};

function lengthsOf({ row, frames }: AnnotatedRow): readonly number[] {
  if (row.kind === 'frame') return row.length === null ? [] : [row.length];
  return frames.map(({ frame }) => frame.length);
}

function codesOf(frame: Frame): readonly number[] {
  const code = frame.opcode === OPCODE.CLOSE ? closeCodeOf(frame) : null;
  return code === null ? [] : [code];
}

/** Words of a row that are compared as they are. */
export const NAMES: Readonly<Record<string, (subject: FilterSubject) => readonly string[]>> = {
  kind: ({ row }) => [row.row.kind],
  by: ({ row }) => row.annotations.flatMap(({ by }) => by ?? []),
  severity: ({ row }) => row.annotations.map(({ severity }) => severity),
};

/** Numbers that have names. */
export const NAMED_NUMBERS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  opcode: {
    ...Object.fromEntries(Object.values(OPCODE).map((opcode) => [opcodeName(opcode), opcode])),
    cont: OPCODE.CONTINUATION,
  },
};

/** `name:pattern`. What a pattern makes is a test, or why there is none. */
export const PATTERNS: Readonly<Record<string, (pattern: string) => Test | string>> = {
  rule: (pattern) => {
    const wanted = globOf(pattern);
    return annotated(({ rule }) => wanted(rule));
  },
  section: (pattern) => {
    const wanted = pattern.toLowerCase();
    return annotated(({ section }) => section.toLowerCase().includes(wanted));
  },
  text: (pattern) => textTest(pattern),
  hex: (pattern) => hexTest(pattern),
  re: (pattern) => regexTest(pattern),
};

/** `close/*`, `close`, `*utf8*`: an area stands for its rules. */
function globOf(pattern: string): (text: string) => boolean {
  if (!/[/*]/.test(pattern)) return (text) => text === pattern || text.startsWith(`${pattern}/`);
  const [first = '', ...others] = pattern.split(/\*+/);
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  // Each part at the first place where it stands: no other choice could leave more room for those behind it.
  return (text) => {
    let at = first.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.startsWith(first) && text.length - last.length >= at && text.endsWith(last);
  };
}

/** Octets in which a row is searched: as on the wire, then what lies under masks and compression. */
function searchedOctets({ row, frames }: AnnotatedRow): Uint8Array[] {
  const wire =
    row.kind === 'octets' ? [row.octets.known] : row.kind === 'frame' && row.payload ? [row.payload.known] : [];
  const under = frames.flatMap(({ frame, message }) => [
    payloadOf(frame),
    ...(message?.inflation?.octets ? [message.inflation.octets] : []),
  ]);
  return [...wire, ...under.filter((octets) => octets.length > 0)];
}

/** What else is said of it: rules and their messages, the text of a damaged row. */
function searchedTexts({ row, annotations }: AnnotatedRow): string[] {
  const own = row.kind === 'damaged' ? [row.text] : [row.kind];
  return [...own, ...annotations.flatMap(({ rule, message }) => [rule, message])];
}

/** Without capitals in it, letters of either size match. */
export function textTest(pattern: string): Test {
  const isExact = /\p{Lu}/u.test(pattern);
  const form = (text: string) => (isExact ? text : text.toLowerCase());
  const wanted = form(pattern);
  const wantedOctets = form(latin1Of(octetsOfText(pattern)));
  return ({ row }) =>
    searchedOctets(row).some((octets) => form(latin1Of(octets)).includes(wantedOctets)) ||
    searchedTexts(row).some((text) => form(text).includes(wanted));
}

export function hexTest(pattern: string): Test | string {
  const digits = pattern.replace(/[\s:]|0x/gi, '').toLowerCase();
  if (digits === '' || !/^[\da-f]*$/.test(digits)) return 'hex digits are wanted';
  if (digits.length % 2 === 1) return 'a hex digit is missing: octets have two';
  const wanted = Buffer.from(digits, 'hex');
  return ({ row }) =>
    searchedOctets(row).some((octets) =>
      Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).includes(wanted),
    );
}

export function regexTest(pattern: string): Test | string {
  try {
    const wanted = new RegExp(pattern, 'iu');
    return ({ row }) =>
      searchedOctets(row).some(
        (octets) => wanted.test(Buffer.from(octets).toString('utf8')) || wanted.test(hexOf(octets)),
      ) || searchedTexts(row).some((text) => wanted.test(text));
  } catch (error) {
    return `no regular expression: ${(error as Error).message.replace(/^.*\/[a-z]*: /, '')}`;
  }
}
