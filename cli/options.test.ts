import { expect, it } from 'vitest';
import { RENDERERS } from '../src/render/annotate/forms.ts';
import { CHECK_RENDERERS } from '../src/render/check/forms.ts';
import { ANNOTATE_FORMS, CHECK_FORMS, idsInWords, TEST_FORMS } from '../src/render/form-names.ts';

it('names each output form that there is, in the order of the tables', () => {
  expect(RENDERERS.map(({ id }) => id)).toEqual(ANNOTATE_FORMS.map(({ id }) => id));
  expect(CHECK_RENDERERS.map(({ id }) => id)).toEqual(CHECK_FORMS.map(({ id }) => id));
  expect(idsInWords(CHECK_FORMS)).toBe('text, ndjson, junit, sarif, github, markdown or html');
  expect(idsInWords(TEST_FORMS)).toBe('text, ndjson, junit, sarif, github or markdown');
});
