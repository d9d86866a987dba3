// Markdown as GitHub and GitLab read it. A log's text is never markup in it: not an element, a link, a mention, nor the
// end of the cell or the block that it stands in.

import { escapeText } from '../model/octets.ts';
import type { Renderer, RenderOptions } from './annotate/renderer.ts';
import { textRenderer } from './annotate/text.ts';

/**
 * Text of any origin within a line of our own, also within a table. What GitHub looks for after it has rendered (mentions, numbers of
 * issues, emoji) is broken up by an element, because an escape would be gone by then.
 */
export function markdown(text: string): string {
  return escapeText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~$]|:(?=\/)|(?<=www)\./gi, '\\$&')
    .replace(/@|#|:(?=[\w+-]+:)/g, '<code>$&</code>');
}

/** Lines of text as they are, whatever stands in them: no line of them can end the block. */
export function verbatim(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}

/** A row of a table; the cells are Markdown already. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

export function tableHead(cells: readonly string[], numeric: readonly boolean[]): string {
  return tableRow(cells) + tableRow(cells.map((_, i) => (numeric[i] ? '---:' : '---')));
}

/** A heading a log, and under it its annotated rows as text. */
export function markdownRenderer(options: RenderOptions): Renderer {
  const inner = textRenderer({ ...options, color: false });
  return {
    begin: (header, connection) => {
      const name = [header.agent, header.case === null ? null : `case ${header.case}`].filter((part) => part !== null);
      const title = name.length === 0 ? header.source : name.join(', ');
      return `## ${markdown(title)}\n\n${verbatim(inner.begin(header, connection).replace(/^\n/, ''))}`;
    },
    row: (annotated) => verbatim(inner.row(annotated)),
    late: (annotation) => verbatim(inner.late(annotation)),
    end: (summary, judged) => `${verbatim(inner.end(summary, judged))}\n`,
  };
}
