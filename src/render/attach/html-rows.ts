// Rows in HTML: the hex of each with its fields coloured, every octet that a finding is about to be linked to, the
// frame's header bit by bit.

import type { OctetField } from '../../attach/fields.ts';
import { type HexLine, hexLines, isOmitted } from '../../attach/hex-lines.ts';
import type { AnnotatedRow, Annotation } from '../../judge/annotation.ts';
import type { JudgedLog } from '../../judge/judged-log.ts';
import type { Frame } from '../../protocol/frame/frame.ts';
import { frameBits } from '../frame-bits.ts';
import { html } from '../html.ts';
import { sectionLink } from '../section-link.ts';
import { detailsOf, MARKS, markOf, rowTitle, rowWords } from './sections.ts';

/** Frames of one row whose headers are drawn. */
const DRAWN = 4;

/** What the finding's place is called within the page. `page` tells several logs of one page apart. */
function anchorOf({ row, octets }: Annotation, page: string): string {
  return octets === null ? rowAnchor(row, page) : `${rowAnchor(row, page)}-${octets[0]}`;
}

export function rowAnchor(row: number, page: string): string {
  return `${page}row-${row}`;
}

export function findingItem(annotation: Annotation, page: string): string {
  const { rule, severity, section, message, row } = annotation;
  const kind = markOf(annotation);
  const link = sectionLink(section);
  const where = link === null ? html(section) : `<a href="${html(link)}" rel="noreferrer">${html(section)}</a>`;
  const word = kind === 'unsure' ? 'cannot tell' : severity;
  const details = detailsOf(annotation).map((detail) => html(detail));
  return `<li class="${kind}"><b>${MARKS[kind]} ${word}</b> <code>${html(rule)}</code>, ${where}, <a href="#${anchorOf(annotation, page)}">row ${row}</a>: ${html(message.slice(0, 600))}${details.length > 0 ? ` (${details.join('; ')})` : ''}</li>`;
}

export function rowSection(
  annotated: AnnotatedRow,
  judged: JudgedLog,
  fields: readonly OctetField[],
  page: string,
): string {
  const { row, annotations } = annotated;
  const body =
    row.kind === 'octets'
      ? [
          ...drawings(annotated, fields),
          hexTable(hexLines(row, fields, annotations), page, html(rowTitle(annotated, judged))),
        ]
      : [`<p>${html(rowWords(annotated, judged))}</p>`];
  const findings = annotations.slice(0, 50).map((annotation) => findingItem(annotation, page));
  return [
    `<section id="${rowAnchor(row.row, page)}">`,
    `<h3>${html(rowTitle(annotated, judged))}</h3>`,
    ...body,
    findings.length > 0 ? `<ul class="findings">${findings.join('\n')}</ul>` : '',
    '</section>',
  ].join('\n');
}

function drawings({ annotations }: AnnotatedRow, fields: readonly OctetField[]): string[] {
  const starts = fields.filter(({ kind, frame }) => kind === 'opcode' && frame !== null).slice(0, DRAWN);
  return starts.map(({ frame, from }) => {
    const own = annotations.filter((one) => isAboutHeader(one, frame as Frame, from));
    return `<figure class="scroll" tabindex="0" role="group" aria-label="Frame header">${frameBits(frame as Frame, own)}</figure>`;
  });
}

function isAboutHeader({ frame, octets }: Annotation, { direction, ordinal }: Frame, from: number): boolean {
  if (frame?.direction !== direction || frame.ordinal !== ordinal || octets === null) return false;
  return octets[0] >= from && octets[0] < from + 2;
}

function hexTable(lines: ReturnType<typeof hexLines>, page: string, caption: string): string {
  const seen = new Set<string>();
  const rows = lines.map((line) => {
    if (isOmitted(line)) return `<tr><td>…</td><td></td><td>${line.omitted} octets more of the same field</td></tr>`;
    const { from, to, says } = line;
    const where = to - from === 1 ? String(from) : `${from}–${to - 1}`;
    return `<tr><td>${where}</td><td class="octets">${octetSpans(line, page, seen)}</td><td>${html(says)}</td></tr>`;
  });
  return `<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table class="hex"><thead><tr><th scope="col">octets</th><th scope="col">hex</th><th scope="col">meaning</th></tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

/** An anchor stands once, on the first octet that its findings are about. */
function octetSpans({ known, kind, from, annotations }: HexLine, page: string, seen: Set<string>): string {
  if (!known) return '';
  const spans: string[] = [];
  known.forEach((octet, i) => {
    const at = from + i;
    const own = annotations.filter(({ octets }) => octets !== null && at >= octets[0] && at < octets[1]);
    const starting = own.find(({ octets }) => octets?.[0] === at);
    const id = starting ? anchorOf(starting, page) : null;
    const anchor = id !== null && !seen.has(id) ? ` id="${id}"` : '';
    if (id !== null) seen.add(id);
    const flag = own.length > 0 ? ` flag${flagOf(own)}` : '';
    const title = own.length > 0 ? ` title="${html(own.map(({ rule }) => rule).join(', '))}"` : '';
    spans.push(`<span class="${kind}${flag}"${anchor}${title}>${octet.toString(16).padStart(2, '0')}</span>`);
  });
  return spans.join(' ');
}

/** The worst of them colours the octet. */
function flagOf(annotations: readonly Annotation[]): string {
  const kinds = annotations.map(markOf);
  if (kinds.includes('violation')) return '';
  if (kinds.includes('stimulus')) return ' by-suite';
  return kinds.includes('warning') ? ' warned' : ' noted';
}
