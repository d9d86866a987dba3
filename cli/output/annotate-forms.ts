// The forms that a call asks for, and where each is written.

import type { Renderer } from '../../src/render/annotate/renderer.ts';
import { type AnnotateForm, USUAL_FORMS } from '../../src/render/annotate/usual-forms.ts';
import { ANNOTATE_FORMS, type AnnotateFormId } from '../../src/render/form-names.ts';
import { type CommonOptions, logsOf, wantsColor } from '../options.ts';
import { type Destination, openPlace } from './places.ts';
import { rowLocator } from './row-lines.ts';
import { type FormOptions, formOf, wantedForms } from './wanted-forms.ts';

export interface AnnotateOptions extends CommonOptions, FormOptions {
  readonly log: string[] | undefined;
  readonly hex: boolean;
  readonly violations: boolean;
  readonly where: string | undefined;
  readonly maxMessage: string | undefined;
}

/** `isFile`: what it writes goes to a file, and is not seen in this terminal. */
export async function openRenderer(
  { format, color, violations, hex }: Pick<AnnotateOptions, 'color' | 'violations' | 'hex'> & { format: string },
  isFile = false,
): Promise<Renderer> {
  const hexdump = hex ? (await import('../../src/render/hexdump.ts')).hexdump : null;
  const isColored = !isFile && wantsColor(color, process.stdout);
  const { open } = await formWritten(formOf(ANNOTATE_FORMS, format).id);
  return open({ color: isColored, violationsOnly: violations, hexdump, locate: rowLocator() });
}

async function formWritten(id: AnnotateFormId): Promise<AnnotateForm> {
  if (id === 'text' || id === 'ndjson') return USUAL_FORMS[id];
  const { RENDERERS } = await import('../../src/render/annotate/forms.ts');
  return formOf(RENDERERS, id);
}

/** A form that is written, and where. */
export interface OpenForm {
  readonly renderer: Renderer;
  readonly place: Destination;
  /** Logs without a row that is wanted are passed over. */
  readonly passesOver: boolean;
}

export async function openForms(options: AnnotateOptions): Promise<OpenForm[]> {
  const wanted = wantedForms(ANNOTATE_FORMS, options).filter(({ place }) => place !== null || !options.quiet);
  const isChoosing = options.violations || options.where !== undefined;
  const forms: OpenForm[] = [];
  for (const { form, place } of wanted) {
    const renderer = await openRenderer({ ...options, format: form.id }, place !== null);
    const passesOver = isChoosing && (await formWritten(form.id)).showsRows;
    forms.push({ renderer, place: openPlace(place, logsOf(options.log)), passesOver });
  }
  return forms;
}
