// `attach`: one log made into one file that proves what it shows.

import { basename } from 'node:path';
import { type Attachment, makeAttachment, type RowSelection } from '../../src/attach/attachment.ts';
import type { RedactOptions } from '../../src/attach/redact.ts';
import type { WholeLog } from '../../src/judge/judged-log.ts';
import { InputError, UserError } from '../../src/model/errors.ts';
import type { LogHeader, Row } from '../../src/model/row.ts';
import { ATTACH_FORMS, type AttachFormId, formOfFile } from '../../src/render/form-names.ts';
import { RULES } from '../../src/rules/all.ts';
import { complain, openOutput } from '../input/io.ts';
import { NO_LOG, readLog } from '../input/read-log.ts';
import { suggestion } from '../nearest.ts';
import { type CommonOptions, ruleFilter, withUnderTest } from '../options.ts';
import { formOf } from '../output/wanted-forms.ts';
import { writeWhole } from '../output/write-file.ts';

export interface AttachCommandOptions
  extends Pick<CommonOptions, 'underTest' | 'only' | 'skip' | 'from' | 'connection' | 'port' | 'keys'> {
  readonly log: string;
  readonly format: string | undefined;
  readonly output: string | undefined;
  readonly rows: string | undefined;
  readonly around: string | undefined;
  readonly redact: string | boolean | undefined;
  readonly minimise: boolean;
  readonly full: boolean;
}

declare const WIRELOG_VERSION: string;

/** Returns the exit code: it is about the report, not about what the log shows. */
export async function attachLog(options: AttachCommandOptions): Promise<number> {
  const redact = redactionOf(options.redact);
  const rows = selectionOf(options);
  const format = options.format === undefined ? formatOfName(options.output) : formOf(ATTACH_FORMS, options.format).id;
  const { log, error } = await readOne(options);
  const last = log.rows.at(-1)?.row ?? 0;
  if (Number(options.around) > last) throw new UserError(`--around ${options.around}: the last row is ${last}`);
  const attachment = makeAttachment(
    { ...log, header: withUnderTest(log.header, options.underTest) },
    {
      redact,
      rows,
      minimise: options.minimise,
      shows: ruleFilter(
        options,
        RULES.map(({ id }) => id),
      ),
      version: WIRELOG_VERSION,
      file: options.output === undefined ? null : basename(options.output),
    },
  );
  const text = await RENDER[format](attachment, options.full);
  await write(text, options);
  if (options.minimise && attachment.minimised === null)
    complain(`${log.header.source}: there is no finding, so no row was left out`);
  if (error) complain(error.message);
  return error ? 2 : 0;
}

/** The report as `attach` writes it where nothing else is asked for, and how many things it hides. */
export async function reportText(
  log: WholeLog,
  { format, file, shows }: { format: AttachFormId; file: string; shows: (rule: string) => boolean },
): Promise<{ readonly text: string; readonly hidden: number }> {
  const redact = redactionOf(undefined);
  const attachment = makeAttachment(log, {
    redact,
    rows: null,
    minimise: false,
    shows,
    version: WIRELOG_VERSION,
    file,
  });
  const text = await RENDER[format](attachment, false);
  return { text, hidden: attachment.redactions?.length ?? 0 };
}

/** A report holds its log, and its making several times over. */
const MOST_ROWS = 200_000;
const MOST_OCTETS = 64 << 20;

/** What could be read of a damaged input is worth a report too. */
async function readOne(options: AttachCommandOptions): Promise<{ log: WholeLog; error: InputError | null }> {
  const { log: source } = options;
  const headers: LogHeader[] = [];
  const rows: Row[] = [];
  let error: InputError | null = null;
  let octets = 0;
  const keep = (row: Row) => {
    if (row.kind === 'octets') octets += row.octets.known.length;
    if (rows.length < MOST_ROWS && octets <= MOST_OCTETS) rows.push(row);
    else
      error ??= new InputError(
        source,
        row.row,
        'the log is too long for one report, which holds the rows before this one',
      );
  };
  const sink = {
    open: (header: LogHeader) => {
      headers.push(header);
      return headers.length === 1 ? { row: keep, end: () => {} } : NO_LOG;
    },
  };
  const stopsReading = () => {
    if (error !== null && headers.length === 1) throw error;
    return undefined;
  };
  try {
    await readLog({ source, found: false }, options, sink, stopsReading);
  } catch (caught) {
    if (!(caught instanceof InputError) || rows.length === 0) throw caught;
    error = caught;
  }
  const [header] = headers;
  if (!header) throw new InputError(source, null, 'no log in it');
  if (headers.length > 1) {
    throw new InputError(source, null, `${headers.length} logs in it: choose one with --connection`);
  }
  return { log: { header, rows }, error };
}

/** `full`: longer than GitHub takes in an issue. */
type Render = (attachment: Attachment, full: boolean) => Promise<string>;

const RENDER: Readonly<Record<AttachFormId, Render>> = {
  markdown: async (attachment, full) =>
    (await import('../../src/render/attach/markdown.ts')).attachmentMarkdown(attachment, full),
  html: async (attachment) => (await import('../../src/render/attach/html.ts')).attachmentHtml(attachment),
  text: async (attachment) => (await import('../../src/render/attach/text.ts')).attachmentText(attachment),
};

/** By the ending; without one it is Markdown. */
function formatOfName(output = 'report.md'): AttachFormId {
  const form = /\.[a-z]{2,8}$/i.test(output) ? formOfFile(ATTACH_FORMS, output) : ATTACH_FORMS[0];
  if (!form)
    throw new UserError(`${output}: no form has that ending: name it .md, .html or .txt, or choose with --format`);
  return form.id;
}

async function write(text: string, { log, output }: AttachCommandOptions): Promise<void> {
  if (output === undefined || output === '-') await openOutput(process.stdout).write(text);
  else writeWhole(output, text, { inputs: [log] });
}

/** `--redact hosts,payloads`; alone, and without the option, it hides secrets; `--no-redact` hides nothing. */
function redactionOf(choice: AttachCommandOptions['redact']): RedactOptions | null {
  if (choice === false) return null;
  const words = typeof choice === 'string' ? choice.split(',').map((word) => word.trim()) : [];
  const unknown = words.find((word) => !['', 'hosts', 'payloads', 'secrets'].includes(word));
  if (unknown !== undefined)
    throw new UserError(`--redact cannot be "${unknown}"${suggestion(unknown, ['hosts', 'payloads'])}`);
  return { hosts: words.includes('hosts'), payloads: words.includes('payloads') };
}

function selectionOf({ rows, around }: AttachCommandOptions): RowSelection | null {
  if (rows !== undefined && around !== undefined)
    throw new UserError('--rows and --around exclude each other: give one of them');
  if (around !== undefined) {
    if (around !== 'violation' && !/^\d{1,9}$/.test(around))
      throw new UserError(`--around ${around}: give the number of a row, or "violation"`);
    return { around: around === 'violation' ? null : Number(around) };
  }
  if (rows === undefined) return null;
  return rows.split(',').map((part) => {
    const [, from, to] = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(part) ?? [];
    if (from === undefined) throw new UserError(`--rows ${rows}: write 3-12, or 3,7,20-24`);
    return [Number(from), Number(to ?? from)] as const;
  });
}
