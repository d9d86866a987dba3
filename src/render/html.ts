// The one function by which text gets into HTML and SVG.

import { escapeOnce } from './escape-once.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of any origin, within an element or a quoted attribute. */
export function html(text: string): string {
  return markupFree(escapeOnce(text));
}

/** Lines that hold no invisible characters already: line ends stay. */
export function markupFree(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
