// What can be written: the names of all output forms and notations, and the endings of files that hold them. Options,
// help, completion and messages are made of these tables at every start, so that nothing of a form is loaded for them;
// `forms.ts` beside the forms says how each is written.

import { anyOf } from '../model/errors.ts';

export interface FormName {
  readonly id: string;
  readonly title: string;
  /** Other words for it. */
  readonly aliases?: readonly string[];
  /** Of files that hold it; the first is the one that is given. None: several forms share it, or it is a folder. */
  readonly endings: readonly string[];
}

const NDJSON = {
  aliases: ['json', 'jsonl'],
  endings: ['ndjson', 'jsonl'],
} as const;
const JUNIT = { id: 'junit', title: 'JUnit XML, for GitHub, GitLab and Jenkins', endings: ['xml'] } as const;
const SARIF = { id: 'sarif', title: 'SARIF 2.1.0, for code scanning', endings: ['sarif'] } as const;
const GITHUB = { id: 'github', title: 'workflow commands of GitHub Actions', endings: [] } as const;
const MARKDOWN = { aliases: ['md'], endings: ['md', 'markdown'] } as const;

export const ANNOTATE_FORMS = [
  { id: 'text', title: 'to be read, in the terminal or in a pager', endings: ['txt', 'text'] },
  { id: 'ndjson', title: 'one JSON record a line, for other programs', ...NDJSON },
  { id: 'markdown', title: 'Markdown, for an issue or a job summary', ...MARKDOWN },
  { id: 'html', title: 'one HTML page, to be opened in a browser or printed', endings: ['html', 'htm'] },
  JUNIT,
  SARIF,
  GITHUB,
] as const satisfies readonly FormName[];

export const CHECK_FORMS = [
  { id: 'text', title: 'a table and the failing cases, to be read', endings: ['txt', 'text'] },
  { id: 'ndjson', title: 'one JSON record a case, for other programs', ...NDJSON },
  JUNIT,
  SARIF,
  GITHUB,
  { id: 'markdown', title: 'Markdown, for a job summary', ...MARKDOWN },
  { id: 'html', title: 'a folder of pages to publish: -o FOLDER', endings: [] },
] as const satisfies readonly FormName[];

/** Of `test`, which writes no pages: it keeps the logs of its cases, and `check` makes pages of them. */
export const TEST_FORMS = CHECK_FORMS.filter(({ id }) => id !== 'html');

export const ATTACH_FORMS = [
  { id: 'markdown', title: 'Markdown that GitHub and GitLab draw', ...MARKDOWN },
  { id: 'html', title: 'one HTML page', endings: ['html', 'htm'] },
  { id: 'text', title: 'plain text, for a mail', endings: ['txt', 'text'] },
] as const satisfies readonly FormName[];

export const NOTATION_NAMES = [
  { id: 'rows', title: 'the text notation', endings: ['log'] },
  { id: 'autobahn-json', title: 'case report of the Autobahn TestSuite', endings: ['json'] },
] as const satisfies readonly FormName[];

export type AnnotateFormId = (typeof ANNOTATE_FORMS)[number]['id'];
export type CheckFormId = (typeof CHECK_FORMS)[number]['id'];
export type AttachFormId = (typeof ATTACH_FORMS)[number]['id'];
export type NotationId = (typeof NOTATION_NAMES)[number]['id'];

/** `text, ndjson or html`. */
export function idsInWords(forms: readonly Pick<FormName, 'id'>[]): string {
  return anyOf(forms.map(({ id }) => id));
}

/** By its id or another word for it. */
export function formNamed<Form extends FormName>(forms: readonly Form[], word: string): Form | undefined {
  return forms.find(({ id, aliases }) => id === word || aliases?.includes(word));
}

/** By the ending of a file's name; undefined where no form has it. */
export function formOfFile<Form extends FormName>(forms: readonly Form[], file: string): Form | undefined {
  const ending = /\.([a-z]{2,8})$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  return forms.find(({ endings }) => endings.includes(ending));
}
