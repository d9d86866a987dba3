// The annotated log as text to be read: a line a row with the decoded frame, under it each annotation with the octets
// it is about, and a last line that says what is charged to whom.

import type { Summary } from '../../judge/annotate.ts';
import type { AnnotatedRow, Annotation } from '../../judge/annotation.ts';
import { AGREES, type JudgedBatch, Stretch } from '../../judge/ordinary-row.ts';
import type { CaseVerdict } from '../../judge/verdict/case.ts';
import { reportedIn } from '../../judge/verdict/verdict.ts';
import { escapeText, hexOf, octetsInWords } from '../../model/octets.ts';
import type { ConnectionEnds, LogHeader, Role, Row } from '../../model/row.ts';
import { otherRole } from '../../model/row.ts';
import { ROW } from '../../model/row-batch.ts';
import {
  consequencesInWords,
  countsInWords,
  headerInWords,
  headInWords,
  messageInWords,
  payloadInWords,
  rowInWords,
  sizeInWords,
  toldHeads,
  unlistedInWords,
} from '../describe.ts';
import { escapeOnce } from '../escape-once.ts';
import type { OctetWriter } from '../octet-writer.ts';
import { type Ink, type Paint, painter } from '../paint.ts';
import type { Renderer, RenderOptions } from './renderer.ts';
import { ordinaryLines } from './text-ordinary.ts';

const INDENT = '       ';
const OCTETS_SHOWN = 32;
const MARKS = { violation: '✗', stimulus: '◇', warning: '!', note: '·' } as const;

export function textRenderer(options: RenderOptions): Renderer {
  const paint = painter(options.color);
  let header: LogHeader | null = null;
  let writer: Role | null = null;
  let printed = 0;
  const row = (annotated: AnnotatedRow): string => {
    if (!header) return '';
    if (options.violationsOnly && annotated.annotations.length === 0) return '';
    return rowLines(annotated, header, writer, options, paint);
  };
  const lines = ordinaryLines(paint);
  const ordinary = (batch: JudgedBatch, at: number, to: OctetWriter) => {
    const isOctets = batch.rows.kinds[at] === ROW.OCTETS;
    const isUsual = (isOctets || batch.agrees[at] === AGREES.YES) && batch.annotationsAt(at) === null;
    if (!isUsual || !header || options.hexdump) to.text(row(batch.view(at)));
    else if (options.violationsOnly) return;
    else if (isOctets) lines.octets(batch, at, to);
    else lines.frameRow(batch, at, to);
  };
  return {
    begin: (next) => {
      header = next;
      writer = next.writer;
      return `${printed++ === 0 ? '' : '\n'}${headerLines(next, paint)}`;
    },
    row,
    rowOctets: (rows, to) => {
      if (!(rows instanceof Stretch)) to.text(row(rows));
      else for (let at = rows.from; at < rows.to; at++) ordinary(rows.batch, at, to);
    },
    late: (annotation) => annotationLine(annotation, paint, ` row ${annotation.row}:`),
    end: (summary, judged) => summaryLines(summary, paint) + judgedLines(judged, paint),
  };
}

function headerLines(header: LogHeader, paint: Paint): string {
  const { report } = header;
  const title = [header.agent, header.case === null ? null : `case ${header.case}`, behaviorOf(header)]
    .filter((part) => part !== null)
    .map((part) => escapeText(part))
    .join('  ');
  const lines = [paint('bold', title === '' ? escapeText(header.source) : title)];
  if (title !== '') lines.push(paint('dim', `${escapeText(header.source)} (${header.format})`));
  if (typeof report?.description === 'string') lines.push(`  ${escapeText(plainText(report.description))}`);
  for (const note of header.notes ?? []) lines.push(paint('dim', `  ${escapeText(note)}`));
  if (header.writer !== null) {
    const tested = header.underTest === 'both' ? 'both are under test' : `the ${header.underTest} is under test`;
    const place = header.isTap ? 'seen on the way between the two: ' : '';
    lines.push(paint('dim', `  ${place}RX is what the ${header.writer} received, TX what it sent; ${tested}`));
  }
  if (header.connection) lines.push(paint('dim', `  ${endsInWords(header.connection)}`));
  const startLines = toldHeads(header).map((head) => escapeText(head.split('\r\n')[0] ?? ''));
  if (startLines.length > 0) {
    lines.push(paint('dim', `  handshake, as the file tells it and not judged: ${startLines.join(' → ')}`));
  }
  return `${lines.join('\n')}\n`;
}

/** `192.0.2.1:51000 → 192.0.2.2:443 (TLS)`. */
function endsInWords({ client, server, tls }: ConnectionEnds): string {
  const ends = [client, server].map((end) => escapeText(end ?? '?'));
  return `${ends.join(' → ')}${tls ? ' (TLS)' : ''}`;
}

function behaviorOf(header: LogHeader): string | null {
  const reported = reportedIn(header);
  return reported && `${reported.behavior}, close ${reported.behaviorClose ?? '?'}`;
}

/** Descriptions hold a little markup. */
function plainText(html: string): string {
  return html
    .replace(/<br\s*\/?>/gi, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function rowLines(
  annotated: AnnotatedRow,
  header: LogHeader,
  writer: Role | null,
  options: RenderOptions,
  paint: Paint,
): string {
  const { row } = annotated;
  const lines = contents(annotated, header, writer, paint).map((content, i) => {
    const number = i === 0 ? String(row.row).padStart(3, '0') : '   ';
    return `${paint('dim', number)} ${directionOf(row, paint)} ${content}`;
  });
  if (options.hexdump && row.kind === 'octets') {
    for (const line of options.hexdump(row.octets.known)) lines.push(paint('dim', `${INDENT}${line}`));
  }
  for (const annotation of annotated.annotations) lines.push(...annotationLines(annotation, row, paint));
  const { unlistedAnnotations } = annotated;
  if (unlistedAnnotations) lines.push(paint('dim', `${INDENT}${unlistedInWords(unlistedAnnotations)}`));
  return `${lines.join('\n')}\n`;
}

function directionOf(row: Row, paint: Paint): string {
  if (row.kind !== 'octets' && row.kind !== 'frame') return '  ';
  return paint(row.direction === 'rx' ? 'cyan' : 'magenta', row.direction.toUpperCase());
}

function contents(annotated: AnnotatedRow, header: LogHeader, writer: Role | null, paint: Paint): string[] {
  const { row, heads, frames } = annotated;
  const lines = heads.map((head) => `HTTP  ${headInWords(head)}`);
  for (const decoded of frames) {
    const payload = payloadInWords(decoded.frame);
    const head = headerInWords(decoded.frame);
    const parts = [
      paint('bold', payload === '' ? head : head.padEnd(5)),
      payload,
      paint('dim', sizeInWords(decoded.frame)),
      messageInWords(decoded),
    ];
    lines.push(parts.filter((part) => part !== '').join(' '));
  }
  if (annotated.unlisted) lines.push(paint('dim', `and ${annotated.unlisted} more frames`));
  if (lines.length > 0) return lines;
  if (row.kind === 'octets')
    return [
      paint(
        'dim',
        `${octetsInWords(row.octets.length)}: ${hexOf(row.octets.known.subarray(0, OCTETS_SHOWN))}${row.octets.length > OCTETS_SHOWN ? '…' : ''}`,
      ),
    ];
  const words = rowInWords(annotated, header, writer);
  return [row.kind === 'damaged' ? paint('yellow', words) : paint('dim', words)];
}

function annotationLines(annotation: Annotation, row: Row, paint: Paint): string[] {
  const lines: string[] = [];
  if (annotation.octets && row.kind === 'octets') lines.push(...underlined(row.octets.known, annotation, paint));
  lines.push(annotationLine(annotation, paint, '').trimEnd());
  return lines;
}

/** A stretch of the row's hex with the offending octets underlined. */
function underlined(known: Uint8Array, { octets }: Annotation, paint: Paint): string[] {
  const [from, to] = octets ?? [0, 0];
  if (from >= known.length) return [];
  const start = from < OCTETS_SHOWN - 4 ? 0 : from - 8;
  const end = Math.min(known.length, start + OCTETS_SHOWN);
  const before = start > 0 ? '…' : '';
  const hex = `${before}${hexOf(known.subarray(start, end))}${end < known.length ? '…' : ''}`;
  const shift = ' '.repeat(before.length + (from - start) * 2);
  const carets = '^'.repeat(Math.max(Math.min(to, end) - from, 1) * 2);
  const where = to - from === 1 ? `octet ${from}` : `octets ${from}-${to - 1}`;
  return [`${INDENT}${hex}`, `${INDENT}${shift}${paint('red', carets)} ${paint('dim', where)}`];
}

function inkOf(annotation: Annotation): Ink {
  if (annotation.afterFailure || annotation.certainty === 'cannot-tell' || annotation.severity === 'note') return 'dim';
  if (annotation.intent === 'stimulus') return 'blue';
  return annotation.severity === 'error' ? 'red' : 'yellow';
}

function markOf(annotation: Annotation): string {
  if (annotation.certainty === 'cannot-tell') return '?';
  if (annotation.intent === 'stimulus' && annotation.severity !== 'note') return MARKS.stimulus;
  if (annotation.severity === 'error') return annotation.intent === null ? MARKS.warning : MARKS.violation;
  return MARKS[annotation.severity];
}

function annotationLine(annotation: Annotation, paint: Paint, prefix: string): string {
  const { rule, section, by, message, missing } = annotation;
  const severity = missing === null ? annotation.severity : 'cannot tell';
  const head = `${markOf(annotation)}${prefix} ${severity} ${rule} (${section})`;
  const whose =
    by === null || missing !== null ? '' : ` by the ${by}${annotation.intent === 'stimulus' ? ', on purpose' : ''}`;
  const notes = [
    missing === null ? '' : `; missing: ${missing}`,
    annotation.afterFailure ? '; after the failure, not counted' : '',
    ...consequencesInWords(annotation).map((words) => `; ${words}`),
  ];
  return `${INDENT}${paint(inkOf(annotation), `${head}${whose}`)}: ${escapeText(message)}${notes.map(escapeText).join('')}\n`;
}

function summaryLines({ header, violations, stimuli, unverified }: Summary, paint: Paint): string {
  const charged = header.underTest === 'both' ? 'either side' : `the ${header.underTest}`;
  const ink: Ink = violations.error > 0 ? 'red' : violations.warning > 0 ? 'yellow' : 'green';
  const lines = [paint(ink, `charged to ${charged}: ${countsInWords(violations)}`)];
  if (header.underTest !== 'both') {
    lines.push(paint('dim', `broken on purpose by the ${otherRole(header.underTest)}: ${countsInWords(stimuli)}`));
  }
  if (unverified.length > 0) {
    lines.push(
      paint('dim', `not verified: ${unverified.map(({ why, rows }) => `${why} (${rowsInWords(rows)})`).join('; ')}`),
    );
  }
  return `${lines.join(paint('dim', '; '))}\n`;
}

/** Why the case came out as it did, and what the likely causes are. */
function judgedLines(judged: CaseVerdict | null, paint: Paint): string {
  if (!judged) return '';
  const { why } = judged.verdict;
  const lines = judged.hints.map(({ says }) => `${paint('yellow', 'likely cause:')} ${escapeOnce(says)}\n`);
  return [...(why === null ? [] : [`${paint('bold', 'why:')} ${escapeOnce(why)}\n`]), ...lines].join('');
}

function rowsInWords(rows: readonly number[]): string {
  const shown = rows.slice(0, 5).join(', ');
  return `${rows.length === 1 ? 'row' : 'rows'} ${shown}${rows.length > 5 ? ', …' : ''}`;
}
