// What the text forms of an attachment, Markdown and plain, have in common: rows as lines, findings as words.

import type { Attachment } from '../../attach/attachment.ts';
import type { OctetField } from '../../attach/fields.ts';
import { hexLines, isOmitted, omittedInWords } from '../../attach/hex-lines.ts';
import type { Redaction } from '../../attach/redact.ts';
import { type AnnotatedRow, type Annotation, sentenceWithSubject } from '../../judge/annotation.ts';
import type { JudgedLog } from '../../judge/judged-log.ts';
import { escapeText, hexOf, octetsInWords } from '../../model/octets.ts';
import { otherRole } from '../../model/row.ts';
import { textRenderer } from '../annotate/text.ts';
import { consequencesInWords, rowInWords, unlistedInWords } from '../describe.ts';

const HEX_WIDTH = 47;

/** `  2-3   0b b7   close code 2999`, with carets below what is annotated. */
export function octetLines(annotated: AnnotatedRow, fields: readonly OctetField[]): string[] {
  const { row, annotations } = annotated;
  if (row.kind !== 'octets') return [];
  return hexLines(row, fields, annotations).flatMap((line) => {
    if (isOmitted(line)) return [`${' '.repeat(11)}… ${omittedInWords(line)} …`];
    const { from, to, known, says } = line;
    const where = (to - from === 1 ? String(from) : `${from}-${to - 1}`).padStart(9);
    if (!known) return [`${where}  ${says}`];
    const hex = (hexOf(known).match(/../g) ?? []).join(' ');
    const carets = line.annotations.map((annotation) => caretLine(annotation, from, known.length));
    return [`${where}  ${hex.padEnd(HEX_WIDTH)}  ${says}`.trimEnd(), ...carets.filter((one) => one !== '')];
  });
}

function caretLine({ octets, rule }: Annotation, from: number, length: number): string {
  const [first, end] = octets ?? [0, 0];
  const start = Math.max(first - from, 0);
  const size = Math.min(end - from, length) - start;
  if (size <= 0) return '';
  return `${' '.repeat(11 + 3 * start)}${'^'.repeat(3 * size - 1)} ${first < from ? '(goes on) ' : ''}${rule}`;
}

/** `Row 5: RX, 27 octets from the client`. */
export function rowTitle({ row }: AnnotatedRow, { summary: { header } }: JudgedLog): string {
  if (row.kind !== 'octets' && row.kind !== 'frame') return `Row ${row.row}`;
  const sender = header.writer === null ? null : row.direction === 'tx' ? header.writer : otherRole(header.writer);
  const from = sender === null ? '' : ` from the ${sender}`;
  const what = row.kind === 'frame' ? "the log's own account of a frame" : octetsInWords(row.octets.length);
  return `Row ${row.row}: ${row.direction.toUpperCase()}, ${what}${from}`;
}

export function rowWords(annotated: AnnotatedRow, { summary: { header } }: JudgedLog): string {
  return rowInWords(annotated, header, header.writer);
}

export const MARK_CHARACTERS: Readonly<Record<'violation' | 'stimulus' | 'unsure' | 'warning' | 'note', string>> = {
  violation: '✗',
  stimulus: '◇',
  unsure: '?',
  warning: '!',
  note: '·',
};

export function markKindOf({ certainty, severity, intent }: Annotation): keyof typeof MARK_CHARACTERS {
  if (certainty === 'cannot-tell') return 'unsure';
  if (severity === 'note') return 'note';
  if (intent === 'stimulus') return 'stimulus';
  return severity === 'error' && intent !== null ? 'violation' : 'warning';
}

/** Null where the sentence at the top has the same words. */
export function messageUnlessSaid(annotation: Annotation, sentence: string): string | null {
  const said = sentence.toLowerCase();
  const isSaid = [annotation.message, sentenceWithSubject(annotation)].some((one) => said.includes(one.toLowerCase()));
  return isSaid ? null : annotation.message;
}

/** `octets 2 to 3`; null where the finding is about the whole row. */
export function placeInWords({ octets }: Annotation): string | null {
  if (octets === null) return null;
  return octets[1] - octets[0] === 1 ? `octet ${octets[0]}` : `octets ${octets[0]} to ${octets[1] - 1}`;
}

/** Who, where in the row, and what came of it: all but rule, section and message. */
export function detailsOf(annotation: Annotation): string[] {
  const { by, intent, missing, afterFailure } = annotation;
  return [
    by === null ? null : `by the ${by}${intent === 'stimulus' ? ', on purpose' : ''}`,
    placeInWords(annotation),
    missing === null ? null : `missing: ${missing}`,
    afterFailure ? 'after the failure, not counted' : null,
    ...consequencesInWords(annotation),
  ].filter((part) => part !== null);
}

/** What is said of a row beyond the findings that are listed; `unlisted` of its kinds were left out. */
export function moreFindingsInWords({ unlistedAnnotations }: AnnotatedRow, unlisted: number): string[] {
  return [
    ...(unlisted > 0 ? [`${unlisted} more kinds of findings of this row are not listed`] : []),
    ...(unlistedAnnotations ? [unlistedInWords(unlistedAnnotations)] : []),
  ];
}

/** The rows that are not shown in full, one text each, in order. */
export function otherRows({ judged, deciding }: Attachment): { row: number; text: string; isMarked: boolean }[] {
  const renderer = textRenderer({ color: false, violationsOnly: false, hexdump: null });
  renderer.begin(judged.summary.header, null);
  return judged.annotated
    .filter(({ row }) => !deciding.has(row.row))
    .map((annotated) => ({
      row: annotated.row.row,
      text: renderer.row(annotated) + headLines(annotated),
      isMarked: annotated.annotations.some(({ certainty, severity }) => certainty === 'certain' && severity !== 'note'),
    }));
}

function headLines({ heads }: AnnotatedRow): string {
  return heads
    .flatMap(({ fields }) =>
      fields.map(({ name, value, hasColon }) => `       ${escapeText(hasColon ? `${name}: ${value}` : name)}\n`),
    )
    .join('');
}

export function redactionInWords({ what, octets, rows }: Redaction): string {
  const many = octets === 0 ? '' : `, ${octetsInWords(octets)}`;
  const shown = rows.slice(0, 6).join(', ');
  const where =
    rows.length === 0 ? '' : ` (row${rows.length === 1 ? '' : 's'} ${shown}${rows.length > 6 ? ', …' : ''})`;
  return `${what}${many}${where}`;
}

export function minimisedInWords({ minimised }: Attachment): string | null {
  if (!minimised) return null;
  const { kept, of, isPartial } = minimised;
  const rows = kept.length > 40 ? `${kept.slice(0, 40).join(', ')}, …` : kept.join(', ');
  const which = kept.length === of ? 'every row matters' : `rows ${rows} of the whole log, numbered anew`;
  return `Minimised: ${kept.length} of ${of} rows are left, and the same finding remains (${which}).${isPartial ? ' More may be left out: it was stopped for time.' : ''}`;
}

/** Said in place of a list that is empty. */
export function redactionSummary({ redactions }: Attachment): string | null {
  if (redactions === null)
    return 'Nothing was redacted: cookies, credentials and tokens are shown as they were logged.';
  if (redactions.length === 0)
    return 'Nothing was found to redact. Payloads and host names are shown; `wirelog attach --redact hosts,payloads` hides them.';
  return null;
}

/** The command that plays the log again, from the side that wrote it; null where nobody knows which side that was. */
export function replayCommand({ judged }: Attachment, name: string): string | null {
  const { writer } = judged.summary.header;
  if (writer === null) return null;
  return `wirelog replay ${shellWord(name)} ${writer === 'client' ? '--connect ws://HOST:PORT' : '--listen PORT'}`;
}

/** A name that a shell takes as one word. */
export function shellWord(name: string): string {
  return /^[\w./-]+$/.test(name) ? name : 'report.md';
}
