// The table of output forms of annotated logs: for each name in `form-names.ts`, how it is written.

import { ANNOTATE_FORMS, type AnnotateFormId, type FormName } from '../form-names.ts';
import { githubRenderer } from '../github.ts';
import { junitRenderer } from '../junit.ts';
import { markdownRenderer } from '../markdown.ts';
import { htmlRenderer } from './html.ts';
import { sarifRenderer } from './sarif.ts';
import { type AnnotateForm, USUAL_FORMS } from './usual-forms.ts';

/** An output form: its name, and `open`, which makes a `Renderer`. */
export interface RendererEntry extends FormName, AnnotateForm {
  readonly id: AnnotateFormId;
}

const OPENERS: Readonly<Record<AnnotateFormId, AnnotateForm>> = {
  ...USUAL_FORMS,
  markdown: { open: markdownRenderer, showsRows: true },
  html: { open: htmlRenderer, showsRows: true },
  junit: { open: junitRenderer, showsRows: false },
  sarif: { open: sarifRenderer, showsRows: false },
  github: { open: githubRenderer, showsRows: false },
};

/** All output forms of annotated logs. */
export const RENDERERS: readonly RendererEntry[] = ANNOTATE_FORMS.map((form) => ({ ...form, ...OPENERS[form.id] }));
