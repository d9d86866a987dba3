// The forms that one `check` writes, side by side: each to standard output, to a file of its own, or to a folder.

import type { WholeLog } from '../../src/judge/judged-log.ts';
import { UserError } from '../../src/model/errors.ts';
import type { CheckedCase } from '../../src/render/check/case.ts';
import { CHECK_RENDERERS, type CheckForm } from '../../src/render/check/forms.ts';
import type { CheckFolderOptions, CheckRenderer, CheckRenderOptions } from '../../src/render/check/renderer.ts';
import type { CaseName, Total } from '../../src/render/check/total.ts';
import { type FolderMark, openFolder } from '../output/folder.ts';
import { isStandardOutput, openPlace, stepSummary } from '../output/places.ts';
import { type FormOptions, type WantedForm, wantedForms } from '../output/wanted-forms.ts';

export interface Outputs {
  /** Results go to standard output while the work goes on. */
  readonly isStreaming: boolean;
  /** Text that people read goes to standard output. */
  readonly isRead: boolean;
  /** A form wants the rows of each case too. */
  readonly wantsLogs: boolean;
  head(): void;
  case(checked: CheckedCase, log: WholeLog | null): void;
  unread(source: string, reason: string): void;
  absent(name: CaseName, fails: boolean): void;
  /** Writes what waits, where it is much or `isDue`. */
  flush(isDue: boolean): Promise<void> | undefined;
  /** The end of each form; files are put in their places. */
  tail(total: Total): Promise<void>;
  discard(): void;
}

/** What each kind of form is to know. */
export interface OutputOptions extends FormOptions, CheckRenderOptions, CheckFolderOptions {
  /** Nothing goes to standard output. */
  readonly quiet: boolean;
  /** What is read, as it was named: none of it is written over. */
  readonly inputs: readonly string[];
}

const BATCH = 64 << 10;

type Wanted = WantedForm<CheckForm>;

export async function openOutputs(options: OutputOptions, forms = CHECK_RENDERERS): Promise<Outputs> {
  const asked = wantedForms(forms, options);
  const wanted = asked.filter(({ place }) => place !== null || !options.quiet);
  const loose = wanted.find(({ form, place }) => form.isFolder && place === null);
  if (loose) throw new UserError(`--format ${loose.form.id} writes a folder: name it with -o FOLDER`);
  const open: CheckOutput[] = [];
  try {
    for (const one of [...wanted, ...summaryOf(asked, forms)]) open.push(await openOutput(one, options));
  } catch (error) {
    for (const output of open) output.discard();
    throw error;
  }
  const shown = wanted.find(({ place }) => place === null)?.form;
  const each = (act: (output: CheckOutput) => void) => {
    for (const output of open) act(output);
  };
  return {
    isStreaming: shown?.isFolder === false && shown.streams,
    isRead: shown?.id === 'text',
    wantsLogs: wanted.some(({ form }) => form.isFolder),
    head: () => each((output) => output.head()),
    case: (checked, log) => each((output) => output.case(checked, log)),
    unread: (source, reason) => each((output) => output.unread(source, reason)),
    absent: (name, fails) => each((output) => output.absent(name, fails)),
    flush: (isDue) => {
      let waiting: Promise<void> | undefined;
      for (const output of open) waiting = output.flush(isDue) ?? waiting;
      return waiting;
    },
    tail: async (total) => {
      for (const output of open) {
        output.tail(total);
        await output.flush(true);
      }
      each((output) => output.commit());
    },
    discard: () => each((output) => output.discard()),
  };
}

/** On GitHub the Markdown also goes to the summary of the step, where it is asked for, or the form for GitHub is. */
function summaryOf(wanted: readonly Wanted[], forms: readonly CheckForm[]): Wanted[] {
  const file = stepSummary();
  const form = forms.find(({ id }) => id === 'markdown');
  const isAsked = wanted.some(({ form: { id }, place }) => id === 'github' || (id === 'markdown' && place === null));
  const isThere = wanted.some(({ place }) => place === file) || isStandardOutput(file ?? '');
  return form && file !== null && isAsked && !isThere ? [{ form, place: file }] : [];
}

interface CheckOutput extends Pick<Outputs, 'head' | 'case' | 'unread' | 'absent' | 'flush' | 'discard'> {
  tail(total: Total): void;
  commit(): void;
}

async function openOutput({ form, place }: Wanted, options: OutputOptions): Promise<CheckOutput> {
  if (!form.isFolder) {
    // What goes to a file is not read in this terminal.
    const own = place === null ? options : { ...options, color: false, width: Number.POSITIVE_INFINITY };
    return textOutput((await form.load())(own), place, options);
  }
  const render = await form.load();
  return folderOutput(render(options), form.mark, place as string, options);
}

function textOutput(renderer: CheckRenderer, file: string | null, { inputs }: OutputOptions): CheckOutput {
  const place = openPlace(file, inputs);
  let waiting = '';
  const say = (text: string) => {
    waiting += text;
  };
  return {
    head: () => say(renderer.head()),
    case: (checked) => say(renderer.case(checked)),
    unread: (source, reason) => say(renderer.unread(source, reason)),
    absent: (name, fails) => say(renderer.absent(name, fails)),
    flush: (isDue) => {
      if (waiting === '' || (waiting.length < BATCH && !isDue)) return undefined;
      const text = waiting;
      waiting = '';
      return place.write(text);
    },
    tail: (total) => say(renderer.tail(total)),
    commit: place.commit,
    discard: place.discard,
  };
}

type FolderRenderer = ReturnType<Awaited<ReturnType<Extract<CheckForm, { isFolder: true }>['load']>>>;

/** Files of a case are written at once: all of them together would not be held. */
function folderOutput(
  renderer: FolderRenderer,
  mark: FolderMark,
  name: string,
  { inputs }: OutputOptions,
): CheckOutput {
  const folder = openFolder(name, inputs, mark);
  return {
    head: () => {},
    case: (checked, log) => folder.write(renderer.case(checked, log)),
    unread: renderer.unread,
    absent: renderer.absent,
    flush: () => undefined,
    tail: (total) => folder.write(renderer.tail(total)),
    commit: folder.tidy,
    discard: () => {},
  };
}
