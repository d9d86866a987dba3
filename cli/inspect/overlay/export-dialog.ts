// The dialog that exports a log: in which form, and to which file. Pure.

import { type ReportForm, type ReportSubject, stemOf } from '../log/report.ts';
import { visible } from '../terminal/cells.ts';
import { type Canvas, type Piece, paintLine, piece, ruleLine } from '../terminal/paint.ts';

export interface ExportDialog {
  readonly subject: ReportSubject;
  readonly forms: readonly ReportForm[];
  readonly form: ReportForm;
  /** The name that is wanted, but for its ending. */
  readonly stem: string;
  /** The name that the file gets: none has it yet. */
  readonly name: string;
}

type Free = (name: string) => string;

export function openExport(subject: ReportSubject, forms: readonly ReportForm[], free: Free): ExportDialog | null {
  const [form] = forms;
  return form ? named({ subject, forms, form, stem: stemOf(subject) }, free) : null;
}

function named(dialog: Omit<ExportDialog, 'name'>, free: Free): ExportDialog {
  return { ...dialog, name: free(`${dialog.stem}.${dialog.form.ending}`) };
}

export function otherForm(dialog: ExportDialog, by: 1 | -1, free: Free): ExportDialog {
  const { forms, form } = dialog;
  return named({ ...dialog, form: forms.at((forms.indexOf(form) + by) % forms.length) ?? form }, free);
}

/** The ending chooses the form; without one the form gives it. */
export function otherName(dialog: ExportDialog, text: string, free: Free): ExportDialog {
  const name = text.trim();
  const form = dialog.forms.find(({ ending }) => name.toLowerCase().endsWith(`.${ending}`));
  const stem = form ? name.slice(0, -1 - form.ending.length) : name;
  return stem === '' ? dialog : named({ ...dialog, form: form ?? dialog.form, stem }, free);
}

const HIDDEN = 'cookies, credentials, tokens (wirelog attach --redact hides more)';

export function exportLines({ subject, forms, form, name }: ExportDialog, canvas: Canvas): string[] {
  const what = [subject.agent, subject.case && `case ${subject.case}`].filter((part) => part).join(', ');
  const choices = forms.flatMap((each): Piece[] => {
    const isChosen = each === form;
    return [piece(isChosen ? `[${each.id}]` : ` ${each.id} `, isChosen ? 'bold' : 'dim'), piece(' ')];
  });
  const line = (label: string, ...pieces: Piece[]) =>
    paintLine([piece(`   ${label.padEnd(7)} `, 'dim'), ...pieces], canvas);
  return [
    ruleLine('Export', true, canvas),
    line('log', piece(visible((what || subject.source).slice(0, 200))), piece(`  ${subject.extent}`, 'dim')),
    line('form', ...choices),
    line('file', piece(visible(name), 'bold')),
    line('hides', piece(HIDDEN, 'dim')),
  ];
}
