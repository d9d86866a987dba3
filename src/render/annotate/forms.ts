// The table of output forms of annotated logs.

import { githubRenderer } from '../github.ts';
import { junitRenderer } from '../junit.ts';
import { markdownRenderer } from '../markdown.ts';
import { htmlRenderer } from './html.ts';
import { ndjsonRenderer } from './ndjson.ts';
import type { Renderer, RenderOptions } from './renderer.ts';
import { sarifRenderer } from './sarif.ts';
import { textRenderer } from './text.ts';

export interface RendererEntry {
  readonly id: string;
  readonly title: string;
  readonly open: (options: RenderOptions) => Renderer;
}

export const RENDERERS: readonly RendererEntry[] = [
  { id: 'text', title: 'to be read, in the terminal or in a pager', open: textRenderer },
  { id: 'ndjson', title: 'one JSON record a line, for other programs', open: ndjsonRenderer },
  { id: 'markdown', title: 'Markdown, for an issue or a job summary', open: markdownRenderer },
  { id: 'html', title: 'one HTML page, to be opened in a browser or printed', open: htmlRenderer },
  { id: 'junit', title: 'JUnit XML, for GitHub, GitLab and Jenkins', open: junitRenderer },
  { id: 'sarif', title: 'SARIF 2.1.0, for code scanning', open: sarifRenderer },
  { id: 'github', title: 'workflow commands of GitHub Actions', open: githubRenderer },
];
