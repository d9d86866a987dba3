// The pane that says why: each annotation of the row with its rule, where the specification says so, who is charged, and
// what it led to or came from.

import type { AnnotatedRow, Annotation, Reaction } from '../../../src/judge/annotation.ts';
import { closeCodeName } from '../../../src/protocol/frame/close-code.ts';
import { unlistedInWords } from '../../../src/render/describe.ts';
import { sectionLink } from '../../../src/render/section-link.ts';
import { MARKS, markOf } from '../log/marks.ts';
import type { LogVerdict } from '../log/verdict.ts';
import { cellsOf, visible, wrapToCells } from '../terminal/cells.ts';
import { type Canvas, type Piece, paintLine, piece, ruleRoom } from '../terminal/paint.ts';
import { rangeInWords } from './field.ts';

const INDENT = '   ';
/** A row can have thousands of annotations. */
const MOST = 200;

/** What is said about the row beside its annotations. */
export interface Remarks {
  /** The reader's own; empty where there is none. */
  readonly comment: string;
  /** Of the whole case. */
  readonly verdict: LogVerdict | null;
  /** The row decides the case. */
  readonly decides: boolean;
  /** Likely causes that this row shows. */
  readonly hints: readonly string[];
}

/** The case's own sentence stands here whatever the row, where there is room for all of it. */
export function whyTitle(annotated: AnnotatedRow, remarks: Remarks, width: number): string {
  const { verdict } = remarks;
  if (!verdict || verdict.sentence === '') return titleWith(annotated, '');
  const isHere = placeOfSentence(annotated, remarks, width) === 'title';
  return titleWith(annotated, isHere ? caseInWords(verdict) : visible(verdict.status));
}

function titleWith(annotated: AnnotatedRow, says: string): string {
  const all = countOf(annotated);
  return ['Why', all > 1 ? `${all} annotations` : '', says].filter((part) => part !== '').join(' · ');
}

/** The sentence about the case is said once: in the title, or before or behind what is said of the row. */
function placeOfSentence(
  annotated: AnnotatedRow,
  { verdict, decides }: Remarks,
  width: number,
): 'title' | 'first' | 'last' | null {
  if (!verdict || verdict.sentence === '') return null;
  // What decides is often an annotation of the row, which says it better.
  const { sentence } = verdict;
  if (decides && annotated.annotations.some(({ message }) => sentence.includes(message))) return null;
  if (decides && !annotated.annotations.some((each) => markOf(each) === MARKS.violation)) return 'first';
  return cellsOf(titleWith(annotated, caseInWords(verdict))) <= ruleRoom(width) ? 'title' : 'last';
}

/** Those that the row does not keep count as well. */
function countOf({ annotations, unlistedAnnotations = 0 }: AnnotatedRow): number {
  return annotations.length + unlistedAnnotations;
}

function caseInWords({ status, sentence }: LogVerdict): string {
  return visible(`${status}: ${sentence}`.slice(0, 600));
}

export function whyLines(annotated: AnnotatedRow, remarks: Remarks, canvas: Canvas): string[] {
  const { comment, hints, verdict } = remarks;
  const ranked = byRank(annotated.annotations);
  const own = comment === '' ? [] : signedLines(piece(' ; ', 'bold'), comment, canvas);
  const place = placeOfSentence(annotated, remarks, canvas.width);
  const said = [
    ...(place === 'first' && verdict ? signedLines(VIOLATION, caseInWords(verdict), canvas) : []),
    ...(remarks.decides ? foldedLines(annotated, verdict, canvas) : []),
    ...ranked.slice(0, MOST).flatMap((annotation) => linesOf(annotation, canvas)),
    ...hints.flatMap((hint) => signedLines(LIKELY, `likely: ${hint.replace(/^row \d+: /, '').slice(0, 600)}`, canvas)),
  ];
  const more = countOf(annotated) - Math.min(ranked.length, MOST);
  if (more > 0) said.push(paintLine([piece(`${INDENT}${unlistedInWords(more)}`, 'dim')], canvas));
  if (said.length === 0) said.push(paintLine([piece(`${INDENT}nothing to say about this row`, 'dim')], canvas));
  if (place === 'last' && verdict) said.push(...signedLines(piece(' = ', 'bold'), caseInWords(verdict), canvas));
  return [...own, ...said];
}

/** The sentence may name a frame row of the log, of which this row has the octets. */
function foldedLines({ row }: AnnotatedRow, verdict: LogVerdict | null, canvas: Canvas): string[] {
  const [, named] = /^row (\d+):/.exec(verdict?.sentence ?? '') ?? [];
  if (named === undefined || Number(named) === row.row) return [];
  return signedLines(
    piece(INDENT),
    `row ${named} is the log's own row of a frame whose octets stand here; v shows it`,
    canvas,
  );
}

const VIOLATION = piece(` ${MARKS.violation.character} `, MARKS.violation.style);
const LIKELY = piece(' ~ ', 'unsure');

/** What is charged before what is only remarked. */
function byRank(annotations: readonly Annotation[]): Annotation[] {
  return annotations.toSorted((a, b) => markOf(a).rank - markOf(b).rank);
}

/** The sign before the first line only. */
function signedLines(sign: Piece, text: string, canvas: Canvas): string[] {
  return wrapToCells(visible(text), canvas.width - INDENT.length).map((part, at) =>
    paintLine([at === 0 ? sign : piece(INDENT), piece(part)], canvas),
  );
}

function linesOf(annotation: Annotation, canvas: Canvas): string[] {
  const mark = markOf(annotation);
  const head: Piece[] = [
    piece(` ${mark.character} `, mark.style),
    piece(visible(annotation.rule), annotation.afterFailure ? 'dim' : 'bold'),
    piece(`  ${annotation.severity}  `),
    piece(visible(annotation.section), 'plain', sectionLink(annotation.section)),
    piece(`  ${chargeOf(annotation)}`),
  ];
  const where = annotation.octets ? ` (${rangeInWords(annotation.octets)})` : '';
  const body = [visible(annotation.message) + where, ...consequences(annotation)];
  const room = canvas.width - INDENT.length;
  const indented = body.flatMap((text) => wrapToCells(text, room)).map((text) => [piece(`${INDENT}${text}`)]);
  return [head, ...indented].map((pieces) => paintLine(pieces, canvas));
}

function chargeOf({ by, intent }: Annotation): string {
  if (by === null) return intent === null ? 'about the log' : 'by one of the two endpoints';
  return intent === 'stimulus' ? `by the ${by}, on purpose` : `by the ${by}`;
}

function consequences({ reaction, cause, certainty, missing, afterFailure }: Annotation): string[] {
  const lines: string[] = [];
  if (reaction) lines.push(reactionText(reaction));
  if (cause !== null) lines.push(`answers row ${cause}`);
  if (certainty === 'cannot-tell')
    lines.push(`cannot tell; missing: ${visible(missing ?? 'what the log does not show')}`);
  if (afterFailure) lines.push('after the failure of the connection: shown, not counted');
  return lines;
}

function reactionText({ row, kind, code, verdict }: Reaction): string {
  // The verdict names the row in which it went on.
  if (kind === 'none') return `reaction: ${visible(verdict)}`;
  const where = row === null ? '' : ` in row ${row}`;
  const name = code === null ? null : closeCodeName(code);
  const close = code === null ? 'close' : `close ${code}${name ? ` ${name}` : ''}`;
  const what = kind === 'close' ? close : 'TCP ended';
  return `reaction: ${what}${where}: ${visible(verdict)}`;
}
