// Which forms a run writes, and where: `--format junit:report.xml --format github`, `-f sarif -o report.sarif`, or `-o`
// alone, of which the ending tells the form.

import { UserError } from '../../src/model/errors.ts';
import { type FormName, formNamed, formOfFile } from '../../src/render/form-names.ts';
import { suggestion } from '../nearest.ts';

export interface FormOptions {
  /** `FORM` or `FORM:FILE`, in the order in which they were given; empty: text. */
  readonly formats: readonly string[];
  readonly output: string | undefined;
}

export interface WantedForm<Form extends FormName> {
  readonly form: Form;
  /** The file or folder; null is standard output. */
  readonly place: string | null;
}

/** Throws a `UserError` where a form is not there, or two of them would go to one place. */
export function wantedForms<Form extends FormName>(
  forms: readonly Form[],
  { formats, output }: FormOptions,
): WantedForm<Form>[] {
  const wanted = formats.map((text) => wantedForm(forms, text));
  const placed = wanted.filter(({ place }) => place !== null);
  // Of those without a file the last counts, as of any option that is given twice.
  const loose = wanted.findLast(({ place }) => place === null);
  if (output === undefined) {
    const first = forms[0] as Form;
    return eachPlaceOnce(loose ? [...placed, loose] : placed.length > 0 ? placed : [{ form: first, place: null }]);
  }
  if (!loose && placed.length > 0) throw new UserError(`-o ${output}: each --format has a file of its own already`);
  const form = loose?.form ?? formOfFile(forms, output) ?? (forms[0] as Form);
  return eachPlaceOnce([...placed, { form, place: output === '-' ? null : output }]);
}

function wantedForm<Form extends FormName>(forms: readonly Form[], text: string): WantedForm<Form> {
  const [word = '', ...rest] = text.split(':');
  const place = rest.length === 0 ? null : rest.join(':');
  const form = formOf(forms, word);
  if (place === '') throw new UserError(`--format ${text}: no file after the colon`);
  return { form, place: place === '-' ? null : place };
}

/** By its id or another word for it; throws a `UserError` with what there is. */
export function formOf<Form extends FormName>(forms: readonly Form[], word: string): Form {
  const form = formNamed(forms, word);
  if (form) return form;
  const ids = forms.map(({ id }) => id);
  throw new UserError(`no format "${word}"${suggestion(word, ids)}`);
}

function eachPlaceOnce<Form extends FormName>(wanted: readonly WantedForm<Form>[]): WantedForm<Form>[] {
  const places = new Set<string | null>();
  for (const { place } of wanted) {
    if (place !== null && places.has(place)) throw new UserError(`${place}: two forms would be written to it`);
    places.add(place);
  }
  return [...wanted];
}
