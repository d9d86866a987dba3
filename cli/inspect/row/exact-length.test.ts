import { expect, it } from 'vitest';
import { annotateExample } from '../../../src/judge/example.ts';
import { frameFields } from './frame-fields.ts';

it('a length above 2^53 is exact among the fields of its frame', () => {
  const [row] = annotateExample({ log: 'rx 827f00200000000000016162' }).rows;
  const [decoded] = row?.frames ?? [];
  if (!row || !decoded) throw new Error('no frame');
  const shown = JSON.stringify(frameFields(row, decoded, ''));
  expect(shown).toContain('9007199254740993');
  expect(shown).toContain('9007199254740991 octets never came');
  // What a double makes of it.
  expect(shown).not.toContain('9007199254740992');
});
