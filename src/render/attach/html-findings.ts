// The list of findings in HTML. Its words stand there once: rows only name what is in it.

import type { Annotation } from '../../judge/annotation.ts';
import { html } from '../html.ts';
import { sectionLink } from '../section-link.ts';
import { type FindingGroup, othersInWords } from './finding-groups.ts';
import { detailsOf, MARK_CHARACTERS, markKindOf, messageUnlessSaid } from './sections.ts';

const MESSAGE = 600;

export function rowAnchor(row: number, page: string): string {
  return `${page}row-${row}`;
}

/** What the finding's place is called within the page. `page` tells several logs of one page apart. */
export function placeAnchor({ row, octets }: Annotation, page: string): string {
  return octets === null ? rowAnchor(row, page) : `${rowAnchor(row, page)}-${octets[0]}`;
}

export interface ItemOptions {
  readonly page: string;
  /** The sentence at the top: it is not said again. */
  readonly sentence: string;
}

export function findingItem(group: FindingGroup, { page, sentence }: ItemOptions, id: string | null = null): string {
  const { first } = group;
  const { rule, severity, row } = first;
  const kind = markKindOf(first);
  const word = kind === 'unsure' ? 'cannot tell' : severity;
  const message = messageUnlessSaid(first, sentence);
  const details = detailsOf(first).map((detail) => html(detail));
  const others = othersInWords(group);
  const says = [
    message === null ? '' : `: ${html(message.slice(0, MESSAGE))}`,
    details.length > 0 ? ` (${details.join('; ')})` : '',
    others === null ? '' : `; ${html(others)}`,
  ];
  return `<li class="${kind}"${id === null ? '' : ` id="${id}"`}><b>${MARK_CHARACTERS[kind]} ${word}</b> <code>${html(rule)}</code>, ${whereOf(first)}, <a href="#${placeAnchor(first, page)}">row ${row}</a>${says.join('')}</li>`;
}

function whereOf({ section }: Annotation): string {
  const link = sectionLink(section);
  return link === null ? html(section) : `<a href="${html(link)}" rel="noreferrer">${html(section)}</a>`;
}
