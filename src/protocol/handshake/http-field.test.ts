import { expect, it } from 'vitest';
import { elementsOf } from './http-field.ts';

it.each([
  ['a, b', ['a', 'b']],
  ['a,, b,', ['a', '', 'b', '']],
  ['', ['']],
  ['a; x="1, 2", b', ['a; x="1, 2"', 'b']],
  // A quote behind a backslash ends nothing, and one inside the quotes only.
  ['a; x="1\\", 2", b', ['a; x="1\\", 2"', 'b']],
  ['a\\", b", c', ['a\\", b"', 'c']],
  ['a; x="1\\\\", b', ['a; x="1\\\\"', 'b']],
])('the list %j has the elements %j, each in its place', (text, elements) => {
  const parts = elementsOf({ text, at: 10, end: 10 + text.length });
  expect(parts.map((part) => part.text)).toEqual(elements);
  expect(parts.map(({ at, end }) => text.slice(at - 10, end - 10))).toEqual(elements);
});
