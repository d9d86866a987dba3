// The table of output forms of `check`: for each name in `form-names.ts`, how it is written. Only the forms that are asked
// for are loaded.

import { CHECK_FORMS, type CheckFormId, type FormName } from '../form-names.ts';
import { REPORT_MARK } from './html/report-mark.ts';
import type { CheckFolder, CheckFolderOptions, CheckRenderer, CheckRenderOptions } from './renderer.ts';

/** One text. */
interface CheckTextForm {
  readonly isFolder: false;
  /** Prints as it goes, and not at the end. */
  readonly streams: boolean;
  readonly load: () => Promise<(options: CheckRenderOptions) => CheckRenderer>;
}

/** Files in a folder that `-o` names. */
interface CheckFolderForm {
  readonly isFolder: true;
  /** A file of it, and what that begins with: such a folder may be written over. */
  readonly mark: { readonly file: string; readonly text: string; readonly below: string };
  readonly load: () => Promise<(options: CheckFolderOptions) => CheckFolder>;
}

export type CheckForm = FormName & (CheckTextForm | CheckFolderForm);

const LOADERS: Readonly<Record<CheckFormId, CheckTextForm | CheckFolderForm>> = {
  text: { isFolder: false, streams: false, load: async () => (await import('./text.ts')).checkText },
  ndjson: { isFolder: false, streams: true, load: async () => (await import('./ndjson.ts')).checkNdjson },
  junit: { isFolder: false, streams: false, load: async () => (await import('./junit.ts')).checkJunit },
  sarif: { isFolder: false, streams: true, load: async () => (await import('./sarif.ts')).checkSarif },
  github: { isFolder: false, streams: false, load: async () => (await import('./github.ts')).checkGithub },
  markdown: { isFolder: false, streams: false, load: async () => (await import('./markdown.ts')).checkMarkdown },
  html: { isFolder: true, mark: REPORT_MARK, load: async () => (await import('./html/report.ts')).checkHtml },
};

export const CHECK_RENDERERS: readonly CheckForm[] = CHECK_FORMS.map((form) => ({ ...form, ...LOADERS[form.id] }));
