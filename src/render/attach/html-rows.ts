// Rows in HTML: the hex of each with its fields coloured, every octet that a finding is about to be linked to, the
// frame's header bit by bit.

import type { OctetField } from '../../attach/fields.ts';
import { type HexLine, hexLines, isOmitted, omittedInWords } from '../../attach/hex-lines.ts';
import type { AnnotatedRow, Annotation } from '../../judge/annotation.ts';
import type { JudgedLog } from '../../judge/judged-log.ts';
import type { Frame } from '../../protocol/frame/frame.ts';
import { frameBits } from '../frame-bits.ts';
import { html } from '../html.ts';
import { type FindingGroup, groupFindings } from './finding-groups.ts';
import { findingItem, type ItemOptions, placeAnchor, rowAnchor } from './html-findings.ts';
import { MARK_CHARACTERS, markKindOf, moreFindingsInWords, placeInWords, rowTitle, rowWords } from './sections.ts';

/** Frames of one row whose headers are drawn. */
const DRAWN = 4;
const FINDINGS = 50;

export interface RowOptions extends ItemOptions {
  /** What stands in the list of findings is only named on its row; `#finding-3`. */
  readonly listed: ReadonlyMap<Annotation, string>;
}

export function rowSection(
  annotated: AnnotatedRow,
  judged: JudgedLog,
  fields: readonly OctetField[],
  options: RowOptions,
): string {
  const { row, annotations } = annotated;
  const title = html(rowTitle(annotated, judged));
  const body =
    row.kind === 'octets'
      ? [...drawings(annotated, fields), hexTable(hexLines(row, fields, annotations), options.page, title)]
      : [`<p>${html(rowWords(annotated, judged))}</p>`];
  return [
    `<section id="${rowAnchor(row.row, options.page)}">`,
    `<h3>${title}</h3>`,
    ...body,
    ...rowFindings(annotated, options),
    '</section>',
  ].join('\n');
}

function rowFindings(annotated: AnnotatedRow, options: RowOptions): string[] {
  const groups = groupFindings(annotated.annotations);
  const items = groups.slice(0, FINDINGS).map((group) => {
    const anchor = options.listed.get(group.first);
    return anchor === undefined ? findingItem(group, options) : briefItem(group, anchor);
  });
  const more = moreFindingsInWords(annotated, groups.length - items.length);
  return [
    ...(items.length > 0 ? [`<ul class="findings">${items.join('\n')}</ul>`] : []),
    ...more.map((text) => `<p>${text}</p>`),
  ];
}

/** The finding's words stand in the list above. */
function briefItem({ first, count }: FindingGroup, anchor: string): string {
  const kind = markKindOf(first);
  const place = placeInWords(first);
  const times = count > 1 ? ` and ${count - 1} more in this row` : '';
  return `<li class="brief ${kind}"><b>${MARK_CHARACTERS[kind]}</b> <a href="${anchor}"><code>${html(first.rule)}</code></a>${place === null ? '' : ` ${place}`}${times}</li>`;
}

function drawings({ annotations }: AnnotatedRow, fields: readonly OctetField[]): string[] {
  const starts = fields.filter(({ kind, frame }) => kind === 'opcode' && frame !== null).slice(0, DRAWN);
  return starts.map(({ frame, from }) => {
    const own = annotations.filter((one) => isAboutHeader(one, frame as Frame, from));
    return `<figure>${frameBits(frame as Frame, own)}</figure>`;
  });
}

function isAboutHeader({ frame, octets }: Annotation, { direction, ordinal }: Frame, from: number): boolean {
  if (frame?.direction !== direction || frame.ordinal !== ordinal || octets === null) return false;
  return octets[0] >= from && octets[0] < from + 2;
}

/** A head is text: where none of it is shown in hex, there is no column for that. */
function hexTable(lines: ReturnType<typeof hexLines>, page: string, caption: string): string {
  const hasHex = lines.some((line) => isOmitted(line) || line.known !== null);
  const seen = new Set<string>();
  const rows = lines.map((line) => {
    if (isOmitted(line)) return `<tr><td>…</td><td></td><td>${omittedInWords(line)}</td></tr>`;
    const { from, to, known, says } = line;
    const where = to - from === 1 ? String(from) : `${from}–${to - 1}`;
    if (!known) return `<tr><td>${where}</td><td${hasHex ? ' colspan="2"' : ''}>${html(says)}</td></tr>`;
    return `<tr><td>${where}</td><td class="octets">${octetSpans(line, page, seen)}</td><td>${html(says)}</td></tr>`;
  });
  const heads = ['octets', ...(hasHex ? ['hex', 'meaning'] : ['text'])].map((name) => `<th scope="col">${name}</th>`);
  return `<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table class="hex"><thead><tr>${heads.join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

/** A run of octets that the same is said about is one element. An anchor stands once, on the first octet it is about. */
function octetSpans({ known, kind, from, annotations }: HexLine, page: string, seen: Set<string>): string {
  if (!known) return '';
  const runs: { mark: string; anchor: string; hex: string[] }[] = [];
  known.forEach((octet, i) => {
    const at = from + i;
    const own = annotations.filter(({ octets }) => octets !== null && at >= octets[0] && at < octets[1]);
    const starting = own.find(({ octets }) => octets?.[0] === at);
    const id = starting ? placeAnchor(starting, page) : null;
    const anchor = id !== null && !seen.has(id) ? ` id="${id}"` : '';
    if (id !== null) seen.add(id);
    const mark = markupOf(kind, own);
    const last = runs.at(-1);
    const hex = octet.toString(16).padStart(2, '0');
    if (last?.mark === mark && anchor === '') last.hex.push(hex);
    else runs.push({ mark, anchor, hex: [hex] });
  });
  return runs.map(({ mark, anchor, hex }) => `<span${anchor}${mark}>${hex.join(' ')}</span>`).join(' ');
}

function markupOf(kind: string, annotations: readonly Annotation[]): string {
  if (annotations.length === 0) return ` class="${kind}"`;
  const rules = [...new Set(annotations.map(({ rule }) => rule))];
  return ` class="${kind} flag${flagOf(annotations)}" title="${html(rules.slice(0, 10).join(', '))}"`;
}

/** The worst of them colours the octet. */
function flagOf(annotations: readonly Annotation[]): string {
  const kinds = annotations.map(markKindOf);
  if (kinds.includes('violation')) return '';
  if (kinds.includes('stimulus')) return ' by-suite';
  return kinds.includes('warning') ? ' warned' : ' noted';
}
