// Workflow commands of GitHub Actions: a line that the runner shows at its file and line. Nothing of a log may end the
// line or the property that it stands in.

import { type Annotation, isCharged, sentenceWithSubject } from '../judge/annotation.ts';
import { escapeText } from '../model/octets.ts';
import type { LogHeader } from '../model/row.ts';
import type { Severity } from '../rules/kit/rule.ts';
import type { Locate, Renderer, RenderOptions } from './annotate/renderer.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

export interface WorkflowCommand {
  readonly level: Severity;
  readonly file: string | null;
  readonly line: number | null;
  readonly title: string;
  readonly message: string;
}

export function commandLine({ level, file, line, title, message }: WorkflowCommand): string {
  const path = file?.replace(CONNECTION, '') ?? null;
  const properties = [
    path === null || path === '-' ? '' : `file=${property(withoutControls(path))}`,
    path === null || path === '-' || line === null ? '' : `line=${line}`,
    `title=${property(titleOf(title))}`,
  ];
  return `::${COMMANDS[level]} ${properties.filter((one) => one !== '').join(',')}::${data(escapeText(message))}\n`;
}

/** The second log of a file: GitHub shows nothing at a file that is not there. */
const CONNECTION = /#\d+$/;

/** GitHub refuses a longer one. */
const LONGEST_TITLE = 255;

function titleOf(text: string): string {
  const title = escapeText(text);
  return title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE - 1)}…` : title;
}

/** A path has to stay as it is; what would drive a terminal that shows the job's log does not. */
function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu, '?');
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

/** A command a charged annotation. */
export function githubRenderer({ locate = null }: RenderOptions): Renderer {
  let header: LogHeader | null = null;
  const charged = (annotations: readonly Annotation[]) =>
    annotations.filter(isCharged).map((annotation) => commandLine(commandOf(annotation, header, locate)));
  return {
    begin: (next) => {
      header = next;
      return '';
    },
    row: ({ annotations }) => charged(annotations).join(''),
    late: (annotation) => charged([annotation]).join(''),
    end: () => '',
  };
}

function commandOf(annotation: Annotation, header: LogHeader | null, locate: Locate | null): WorkflowCommand {
  const { rule, severity, section, row } = annotation;
  const source = header?.source ?? null;
  const name = header?.case == null ? '' : `case ${header.case}: `;
  return {
    level: severity,
    file: source,
    line: source === null ? null : (locate?.(source, row) ?? null),
    title: `${name}${rule}`,
    message: `row ${row}: ${sentenceWithSubject(annotation)} (${section})`,
  };
}
