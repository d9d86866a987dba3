// The pane that says why: each annotation of the row with its rule, where the specification says so, who is charged, and
// what it led to or came from.

import type { AnnotatedRow, Annotation, Reaction } from '../../../src/judge/annotation.ts';
import { closeCodeName } from '../../../src/protocol/frame/close-code.ts';
import { unlistedInWords } from '../../../src/render/describe.ts';
import { sectionLink } from '../../../src/render/section-link.ts';
import { MARKS, markOf } from '../log/marks.ts';
import type { CaseVerdict } from '../log/verdict.ts';
import { visible, widthOf, wrap } from '../terminal/cells.ts';
import { type Canvas, type Piece, paintLine, piece, ruleRoom } from '../terminal/paint.ts';

const INDENT = '   ';
/** A row can have thousands of annotations. */
const MOST = 200;

/** What is said about the row beside its annotations. */
export interface Remarks {
  /** The reader's own; empty where there is none. */
  readonly comment: string;
  /** Of the whole case. */
  readonly verdict: CaseVerdict | null;
  /** The row decides the case. */
  readonly decides: boolean;
  /** Likely causes that this row shows. */
  readonly hints: readonly string[];
}

/** The case's own sentence stands here whatever the row, as far as there is room. */
export function whyTitle(annotated: AnnotatedRow, { verdict }: Remarks): string {
  const all = countOf(annotated);
  const count = all > 1 ? ` · ${all} annotations` : '';
  return `Why${count}${verdict && verdict.sentence !== '' ? ` · ${caseInWords(verdict)}` : ''}`;
}

/** Those that the row does not keep count as well. */
function countOf({ annotations, unlistedAnnotations = 0 }: AnnotatedRow): number {
  return annotations.length + unlistedAnnotations;
}

function caseInWords({ status, sentence }: CaseVerdict): string {
  return visible(`${status}: ${sentence}`.slice(0, 600));
}

export function whyLines(annotated: AnnotatedRow, remarks: Remarks, canvas: Canvas): string[] {
  const { annotations } = annotated;
  const { comment, hints } = remarks;
  const ranked = byRank(annotations);
  const own = comment === '' ? [] : signedLines(piece(' ; ', 'bold'), comment, canvas);
  // What decides is often an annotation of the row, which says it better.
  const isFirst = remarks.decides && !ranked.some((each) => markOf(each) === MARKS.violation);
  const verdict = remarks.verdict?.sentence ? caseInWords(remarks.verdict) : null;
  const said = [
    ...(isFirst && verdict !== null ? signedLines(VIOLATION, verdict, canvas) : []),
    ...(remarks.decides ? foldedLines(annotated, remarks.verdict, canvas) : []),
    ...ranked.slice(0, MOST).flatMap((annotation) => linesOf(annotation, canvas)),
    ...hints.flatMap((hint) => signedLines(LIKELY, `likely: ${hint.replace(/^row \d+: /, '').slice(0, 600)}`, canvas)),
  ];
  const more = countOf(annotated) - Math.min(ranked.length, MOST);
  if (more > 0) said.push(paintLine([piece(`${INDENT}${unlistedInWords(more)}`, 'dim')], canvas));
  if (said.length === 0) said.push(paintLine([piece(`${INDENT}nothing to say about this row`, 'dim')], canvas));
  // The title has only its beginning.
  const isCut = verdict !== null && widthOf(whyTitle(annotated, remarks)) > ruleRoom(canvas.width);
  if (isCut && !isFirst) said.push(...signedLines(piece(' = ', 'bold'), verdict, canvas));
  return [...own, ...said];
}

/** The sentence may name a frame row of the log, of which this row has the octets. */
function foldedLines({ row }: AnnotatedRow, verdict: CaseVerdict | null, canvas: Canvas): string[] {
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
  return wrap(visible(text), canvas.width - INDENT.length).map((part, at) =>
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
  const where = annotation.octets ? ` (octets ${annotation.octets[0]}–${annotation.octets[1]})` : '';
  const body = [visible(annotation.message) + where, ...consequences(annotation)];
  const room = canvas.width - INDENT.length;
  const indented = body.flatMap((text) => wrap(text, room)).map((text) => [piece(`${INDENT}${text}`)]);
  return [head, ...indented].map((pieces) => paintLine(pieces, canvas));
}

function chargeOf({ by, intent }: Annotation): string {
  if (by === null) return intent === null ? 'about the log' : 'by one of the two';
  return intent === 'stimulus' ? `by the ${by}, on purpose` : `by the ${by}`;
}

function consequences({ reaction, cause, certainty, missing, afterFailure }: Annotation): string[] {
  const lines: string[] = [];
  if (reaction) lines.push(reactionText(reaction));
  if (cause !== null) lines.push(`answers row ${cause}`);
  if (certainty === 'cannot-tell') lines.push(`cannot be told: ${visible(missing ?? 'the log does not show enough')}`);
  if (afterFailure) lines.push('after the failure of the connection: shown, not counted');
  return lines;
}

function reactionText({ row, kind, code, verdict }: Reaction): string {
  // The verdict names the row in which it went on.
  if (kind === 'none') return `reaction: ${visible(verdict)}`;
  const where = row === null ? '' : ` in row ${row}`;
  const name = code === null ? null : closeCodeName(code);
  const close = code === null ? 'close' : `close ${code}${name ? ` ${name}` : ''}`;
  const what = kind === 'close' ? close : 'TCP dropped';
  return `reaction: ${what}${where}: ${visible(verdict)}`;
}
