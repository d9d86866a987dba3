import { describe, expect, it } from 'vitest';
import { CHECK_FORMS } from '../../src/render/form-names.ts';
import { wantedForms } from './wanted-forms.ts';

function wanted(formats: readonly string[], output?: string): string[] {
  return wantedForms(CHECK_FORMS, { formats, output }).map(({ form, place }) => `${form.id} to ${place ?? 'stdout'}`);
}

describe('the forms that a run writes', () => {
  it.each([
    ['text, where nothing is said', [], undefined, ['text to stdout']],
    ['the last of those without a file', ['junit', 'github'], undefined, ['github to stdout']],
    ['each that has a file', ['junit:r.xml', 'sarif:a.sarif'], undefined, ['junit to r.xml', 'sarif to a.sarif']],
    ['files beside one that is printed', ['junit:r.xml', 'github'], undefined, ['junit to r.xml', 'github to stdout']],
    ['one to what -o names', ['junit'], 'r.xml', ['junit to r.xml']],
    ['one to -o, another to its file', ['junit:r.xml', 'text'], 'a.txt', ['junit to r.xml', 'text to a.txt']],
    ['what the ending of -o says', [], 'r.xml', ['junit to r.xml']],
    ['text, where the ending says nothing', [], 'result', ['text to result']],
    ['one to standard output by its sign', ['junit:-'], undefined, ['junit to stdout']],
    ['one to standard output by -o', ['junit'], '-', ['junit to stdout']],
    ['a path with a colon', ['junit:C:\\r.xml'], undefined, ['junit to C:\\r.xml']],
    ['another word for a form', ['json', 'md:s.md'], undefined, ['markdown to s.md', 'ndjson to stdout']],
  ])('are %s', (_, formats, output, expected) => {
    expect(wanted(formats, output)).toEqual(expected);
  });

  it.each([
    [['jnit'], undefined, 'no format "jnit": did you mean "junit"?'],
    [['nothing'], undefined, 'no format "nothing": choose text, ndjson'],
    [['junit:'], undefined, 'no file after the colon'],
    [['junit:a', 'sarif:a'], undefined, 'a: two forms would be written to it'],
    [['junit:a'], 'b', 'each --format has a file of its own'],
  ])('refuse %j with -o %s', (formats, output, message) => {
    expect(() => wanted(formats, output)).toThrow(message);
  });
});
