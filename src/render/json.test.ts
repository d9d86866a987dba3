import { expect, it } from 'vitest';
import { escapeText } from '../model/octets.ts';
import { safeJson } from './json.ts';

const HIDDEN = ['\x1b', '\x9b', '\u202e', '\u200b', '\u115f', '\u3164', '\ufe0f', '\u{e0041}', '\u2028', '\ud800'];

it.each(HIDDEN)('no text brings the character %j into JSON or into a line', (character) => {
  const text = `a${character}b`;
  const json = safeJson({ [text]: text });
  expect(json).not.toContain(character);
  expect(JSON.parse(json)).toEqual({ [text]: text });
  expect(escapeText(text)).toMatch(/^a\\u\{[0-9a-f]+\}b$/);
});
