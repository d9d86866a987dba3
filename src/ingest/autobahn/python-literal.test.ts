import { expect, it } from 'vitest';
import { parsePythonLiteral } from './python-literal.ts';

it('reads what Python 2 prints of events', () => {
  expect(parsePythonLiteral("{'OK': [('message', u'Hello', False), ('timeout', 'A')], 'NON-STRICT': []}")).toEqual({
    OK: [
      ['message', 'Hello', false],
      ['timeout', 'A'],
    ],
    'NON-STRICT': [],
  });
});

it('reads the escapes of text', () => {
  expect(parsePythonLiteral(String.raw`[u'\xe9\u20ac\U0001f600\n\\\'', u"it's", '\t\0\a']`)).toEqual([
    "é€😀\n\\'",
    "it's",
    '\t\0\x07',
  ]);
});

it('keeps surrogates as they are written', () => {
  expect(parsePythonLiteral(String.raw`u'\ud800\udc00'`)).toBe('\u{10000}');
  expect(parsePythonLiteral(String.raw`u'\ud800'`)).toBe('\ud800');
});

it('reads numbers, names and tuples of one', () => {
  expect(parsePythonLiteral('(1,), [-2, 3L, 1.5, 1e3], None')).toBeUndefined();
  expect(parsePythonLiteral('[(1,), -2, 3L, 1.5, 1e3, None, True, ()]')).toEqual([
    [1],
    -2,
    3,
    1.5,
    1000,
    null,
    true,
    [],
  ]);
});

it.each([
  '',
  '[',
  "[('message', u'Hel ...",
  "{'a' 1}",
  "{'a': 1",
  "['a' 'b']",
  'nonsense',
  String.raw`u'\U00110000'`,
  "'open",
])('has no value for %j', (text) => {
  expect(parsePythonLiteral(text)).toBeUndefined();
});

it('gives up on nesting without end', () => {
  expect(parsePythonLiteral('['.repeat(100_000))).toBeUndefined();
});

it('makes no prototype of a key', () => {
  const value = parsePythonLiteral("{'__proto__': [1]}");
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys(value as object)).toEqual(['__proto__']);
});
