// The pane that says why: each annotation of the row with its rule, where the specification says so, who is charged, and
// what it led to or came from.

import type { AnnotatedRow, Annotation, Reaction } from '../../src/annotation.ts';
import { closeCodeName } from '../../src/protocol/close-code.ts';
import { visible, wrap } from './cells.ts';
import { markOf } from './marks.ts';
import { type Canvas, type Piece, paintLine, piece } from './paint.ts';

const INDENT = '   ';
/** A row can have thousands of annotations. */
const MOST = 200;

export function whyTitle({ annotations }: AnnotatedRow): string {
  return annotations.length > 1 ? `Why · ${annotations.length} annotations` : 'Why';
}

/** `comment` is the reader's own, and stands first. */
export function whyLines({ annotations }: AnnotatedRow, comment: string, canvas: Canvas): string[] {
  const room = canvas.width - INDENT.length;
  const lines = comment === '' ? [] : wrap(visible(comment), room).map((text) => ownLine(text, canvas));
  if (annotations.length === 0) {
    return [...lines, paintLine([piece(`${INDENT}nothing to say about this row`, 'dim')], canvas)];
  }
  lines.push(
    ...byRank(annotations)
      .slice(0, MOST)
      .flatMap((annotation) => linesOf(annotation, canvas)),
  );
  if (annotations.length > MOST)
    lines.push(paintLine([piece(`${INDENT}and ${annotations.length - MOST} more`, 'dim')], canvas));
  return lines;
}

/** What is charged before what is only remarked. */
function byRank(annotations: readonly Annotation[]): Annotation[] {
  return annotations.toSorted((a, b) => markOf(a).rank - markOf(b).rank);
}

function ownLine(text: string, canvas: Canvas): string {
  return paintLine([piece(' ; ', 'bold'), piece(text)], canvas);
}

function linesOf(annotation: Annotation, canvas: Canvas): string[] {
  const mark = markOf(annotation);
  const head: Piece[] = [
    piece(` ${mark.character} `, mark.style),
    piece(visible(annotation.rule), annotation.afterFailure ? 'dim' : 'bold'),
    piece(`  ${annotation.severity}  ${visible(annotation.section)}  ${chargeOf(annotation)}`),
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
  const where = row === null ? '' : ` in row ${row}`;
  const name = code === null ? null : closeCodeName(code);
  const close = code === null ? 'close' : `close ${code}${name ? ` ${name}` : ''}`;
  const what = { close, 'tcp-drop': 'TCP dropped', none: 'nothing' }[kind];
  return `reaction: ${what}${where}: ${visible(verdict)}`;
}
