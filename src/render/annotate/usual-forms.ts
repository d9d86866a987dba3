// The forms of nearly every call. The others bring the pages of bug reports with them, and need not be loaded for these.

import type { AnnotateFormId } from '../form-names.ts';
import { ndjsonRenderer } from './ndjson.ts';
import type { Renderer, RenderOptions } from './renderer.ts';
import { textRenderer } from './text.ts';

export interface AnnotateForm {
  /** It shows rows; the others show findings, and name a log without any too. */
  readonly showsRows: boolean;
  readonly open: (options: RenderOptions) => Renderer;
}

export const USUAL_FORMS = {
  text: { open: textRenderer, showsRows: true },
  ndjson: { open: ndjsonRenderer, showsRows: true },
} as const satisfies Partial<Record<AnnotateFormId, AnnotateForm>>;
