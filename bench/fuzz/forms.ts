// A log in every form that wirelog writes, and what must hold of each.

import { openJudgedLog } from '../../cli/input/judge-logs.ts';
import { makeAttachment } from '../../src/attach/attachment.ts';
import { annotate } from '../../src/judge/annotate.ts';
import type { AnnotatedRow } from '../../src/judge/annotation.ts';
import { judgeCase } from '../../src/judge/verdict/case.ts';
import type { LogHeader, Row } from '../../src/model/row.ts';
import { RENDERERS } from '../../src/render/annotate/forms.ts';
import { attachmentHtml } from '../../src/render/attach/html.ts';
import { attachmentMarkdown } from '../../src/render/attach/markdown.ts';
import { attachmentText } from '../../src/render/attach/text.ts';
import type { CheckedCase } from '../../src/render/check/case.ts';
import { CHECK_RENDERERS } from '../../src/render/check/forms.ts';
import type {
  CheckFolder,
  CheckFolderOptions,
  CheckRenderer,
  CheckRenderOptions,
} from '../../src/render/check/renderer.ts';
import { openTally, type Total } from '../../src/render/check/total.ts';
import { NOTATION_NAMES, type NotationId } from '../../src/render/form-names.ts';
import { hexdump } from '../../src/render/hexdump.ts';
import { notationOf } from '../../src/render/notation/notations.ts';

export interface Log {
  readonly header: LogHeader;
  readonly rows: readonly Row[];
}

/** Writes the log in one form. */
export type FuzzForm = (log: Log) => string;

type OpenCheckForm = (options: CheckRenderOptions) => CheckRenderer;
type OpenFolderForm = (options: CheckFolderOptions) => CheckFolder;

const CHECK_OPENERS: (readonly [string, OpenCheckForm])[] = [];
const FOLDER_OPENERS: (readonly [string, OpenFolderForm])[] = [];
for (const form of CHECK_RENDERERS) {
  if (form.isFolder) FOLDER_OPENERS.push([form.id, await form.load()]);
  else CHECK_OPENERS.push([form.id, await form.load()]);
}

const MADE = {
  redact: { hosts: true, payloads: false },
  rows: null,
  minimise: false,
  version: '0.0.0',
  file: null,
} as const;

export const FORMS: ReadonlyMap<string, FuzzForm> = new Map<string, FuzzForm>([
  ...RENDERERS.map(({ id }) => [`annotate-${id}`, (log: Log) => annotated(id, log)] as const),
  ...CHECK_OPENERS.map(([id, open]) => [`check-${id}`, (log: Log) => checked(open, log)] as const),
  ...FOLDER_OPENERS.map(([id, open]) => [`check-${id}`, (log: Log) => inFolder(open, log)] as const),
  ['attach-markdown', (log) => attachmentMarkdown(makeAttachment(log, MADE), false)],
  ['attach-html', (log) => attachmentHtml(makeAttachment(log, MADE))],
  ['attach-text', (log) => attachmentText(makeAttachment(log, MADE))],
  ...NOTATION_NAMES.map(({ id }) => [`convert-${id}`, (log: Log) => converted(id, log)] as const),
]);

function annotated(id: string, { header, rows }: Log): string {
  const options = { color: false, violationsOnly: false, hexdump, locate: null };
  const renderer = RENDERERS.find((one) => one.id === id)?.open(options);
  if (!renderer) return '';
  const annotator = annotate(header, { window: 4 });
  const judge = judgeCase(header);
  const parts = [renderer.head?.() ?? '', renderer.begin(header, annotator.connection)];
  const show = (all: readonly AnnotatedRow[]) => {
    for (const row of all) {
      judge.take(row);
      parts.push(renderer.row(row));
    }
    for (const annotation of annotator.takeLate()) parts.push(renderer.late(annotation));
  };
  for (const row of rows) show(annotator.push(row));
  const ending = annotator.end();
  show(ending.rows);
  parts.push(renderer.end(ending.summary, judge.end(ending.summary, annotator.connection)), renderer.tail?.() ?? '');
  return parts.join('');
}

function checked(openForm: OpenCheckForm, log: Log): string {
  const renderer = openForm({ color: false, width: 80, locate: null });
  const { judged, total } = judgedIn(log);
  const unread = renderer.unread(log.header.agent ?? 'a', log.header.case ?? 'b');
  return renderer.head() + renderer.case(judged) + unread + renderer.tail(total);
}

/** The files of a folder, one after the other; a name that leaves it is a bug. */
function inFolder(openForm: OpenFolderForm, log: Log): string {
  const folder = openForm({ shows: () => true, version: '0.0.0' });
  const { judged, total } = judgedIn(log);
  folder.unread(log.header.agent ?? 'a', log.header.case ?? 'b');
  const files = [...folder.case(judged, log), ...folder.case(judged, null), ...folder.tail(total)];
  for (const { name } of files) {
    if (!/^(?:[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/.test(name))
      throw new Error(`a file is named ${JSON.stringify(name)}`);
  }
  return files.map(({ text }) => text).join('');
}

function judgedIn({ header, rows }: Log): { judged: CheckedCase; total: Total } {
  const open = openJudgedLog(header, () => true);
  for (const row of rows) open.row(row);
  const judged = { ...open.end(), change: null, fails: true };
  const tally = openTally();
  tally.add(judged);
  const files = { read: 1, failed: 1 };
  const total = tally.total({
    files,
    failOn: 'error',
    exitCode: 2,
    missing: null,
    absent: { cases: [], fails: false },
    isForeign: false,
    written: null,
  });
  return { judged, total };
}

function converted(id: NotationId, { header, rows }: Log): string {
  const notation = notationOf(id);
  return notation.header(header) + rows.map(notation.row).join('') + notation.end();
}

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;

/** The first character of a form that would drive, turn or hide; null where there is none. */
export function hiddenIn(text: string): string | null {
  for (const line of text.split('\n')) {
    const found = HIDDEN.exec(line);
    if (found) return `U+${found[0].codePointAt(0)?.toString(16)} in ${JSON.stringify(line.slice(0, 200))}`;
  }
  return null;
}
