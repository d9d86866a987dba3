// The table of output forms of annotated logs: for each name in `form-names.ts`, how it is written.

import { ANNOTATE_FORMS, type AnnotateFormId, type FormName } from '../form-names.ts';
import { githubRenderer } from '../github.ts';
import { junitRenderer } from '../junit.ts';
import { markdownRenderer } from '../markdown.ts';
import { htmlRenderer } from './html.ts';
import { ndjsonRenderer } from './ndjson.ts';
import type { Renderer, RenderOptions } from './renderer.ts';
import { sarifRenderer } from './sarif.ts';
import { textRenderer } from './text.ts';

export interface RendererEntry extends FormName {
  readonly id: AnnotateFormId;
  /** It shows rows; the others show findings, and name a log without any too. */
  readonly showsRows: boolean;
  readonly open: (options: RenderOptions) => Renderer;
}

const OPENERS: Readonly<Record<AnnotateFormId, Pick<RendererEntry, 'open' | 'showsRows'>>> = {
  text: { open: textRenderer, showsRows: true },
  ndjson: { open: ndjsonRenderer, showsRows: true },
  markdown: { open: markdownRenderer, showsRows: true },
  html: { open: htmlRenderer, showsRows: true },
  junit: { open: junitRenderer, showsRows: false },
  sarif: { open: sarifRenderer, showsRows: false },
  github: { open: githubRenderer, showsRows: false },
};

export const RENDERERS: readonly RendererEntry[] = ANNOTATE_FORMS.map((form) => ({ ...form, ...OPENERS[form.id] }));
