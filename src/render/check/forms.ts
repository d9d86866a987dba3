// The table of output forms of `check`.

import { checkGithub } from './github.ts';
import { checkJunit } from './junit.ts';
import { checkMarkdown } from './markdown.ts';
import { checkNdjson } from './ndjson.ts';
import type { CheckRenderer, CheckRenderOptions } from './renderer.ts';
import { checkSarif } from './sarif.ts';
import { checkText } from './text.ts';

export interface CheckRendererEntry {
  readonly id: string;
  readonly title: string;
  /** Prints as it goes, and not at the end. */
  readonly streams: boolean;
  readonly open: (options: CheckRenderOptions) => CheckRenderer;
}

export const CHECK_RENDERERS: readonly CheckRendererEntry[] = [
  { id: 'text', title: 'a table and the failing cases, to be read', streams: false, open: checkText },
  { id: 'ndjson', title: 'one JSON record a case, for other programs', streams: true, open: checkNdjson },
  { id: 'junit', title: 'JUnit XML, for GitHub, GitLab and Jenkins', streams: false, open: checkJunit },
  { id: 'sarif', title: 'SARIF 2.1.0, for code scanning', streams: true, open: checkSarif },
  { id: 'github', title: 'workflow commands of GitHub Actions', streams: true, open: checkGithub },
  { id: 'markdown', title: 'Markdown, for a job summary', streams: false, open: checkMarkdown },
];
