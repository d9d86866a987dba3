import { expect, it } from 'vitest';
import { RENDERERS } from '../src/render/annotate/forms.ts';
import { CHECK_RENDERERS } from '../src/render/check/forms.ts';
import { ANNOTATE_FORMATS, CHECK_FORMATS } from './options.ts';

it('names in its help each output form that there is, in the order of the tables', () => {
  const ids = (text: string) => text.split(/, | or /);
  expect(ids(ANNOTATE_FORMATS)).toEqual(RENDERERS.map(({ id }) => id));
  expect(ids(CHECK_FORMATS)).toEqual(CHECK_RENDERERS.map(({ id }) => id));
});
