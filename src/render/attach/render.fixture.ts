// Attachments as their readers see them: Markdown rendered as GitHub does, diagrams read by Mermaid's own parser.

import { JSDOM } from 'jsdom';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** HTML in it is let through, so that a test sees what of the log would have become an element. */
export function renderedMarkdown(markdown: string): Document {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  return new JSDOM(`<body>${html}</body>`).window.document;
}

export function parsedHtml(html: string): Document {
  return new JSDOM(html).window.document;
}

export function diagramsOf(document: Document): string[] {
  return [...document.querySelectorAll('code.language-mermaid')].map((code) => code.textContent ?? '');
}

type Parse = (text: string) => Promise<unknown>;
let parse: Parse | null = null;

/** Throws where Mermaid cannot read it. Mermaid cleans text with a browser's help. */
export async function parseMermaid(diagram: string): Promise<void> {
  parse ??= await openMermaid();
  await parse(diagram);
}

async function openMermaid(): Promise<Parse> {
  const { window } = new JSDOM('');
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import('mermaid');
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
  return (text) => mermaid.parse(text);
}
