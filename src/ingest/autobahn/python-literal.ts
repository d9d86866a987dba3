// Python's literals as `repr` of Python 2 and 3 writes them: what report pages print for the expected and the observed
// events. Tuples become arrays. A text that was cut, or is no literal, has no value.

const DEPTH_LIMIT = 64;
const STRING_START = /[uUbB]?(['"])/y;
const PLAIN = /[^\\'"]+/y;
const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-7]{1,3})|([\s\S]))/y;
const NUMBER = /-?(?:\d+\.\d*|\d*\.?\d+)(?:[eE][+-]?\d+)?L?/y;
const NAMED = new Map(
  Object.entries({
    n: '\n',
    r: '\r',
    t: '\t',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
    '\\': '\\',
    "'": "'",
    '"': '"',
    '\n': '',
  }),
);
const WORDS: readonly (readonly [string, boolean | null])[] = [
  ['True', true],
  ['False', false],
  ['None', null],
];

interface LiteralReader {
  readonly text: string;
  at: number;
}

/** The value, or undefined where the text is not one whole literal. */
export function parsePythonLiteral(text: string): unknown {
  const cursor: LiteralReader = { text: text.trim(), at: 0 };
  try {
    const value = readValue(cursor, 0);
    return cursor.at === cursor.text.length ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readValue(cursor: LiteralReader, depth: number): unknown {
  if (depth > DEPTH_LIMIT) throw new SyntaxError('not a literal');
  const next = cursor.text[cursor.at];
  if (next === '[') return readItems(cursor, ']', depth);
  if (next === '(') return readItems(cursor, ')', depth);
  if (next === '{') return readDict(cursor, depth);
  for (const [word, value] of WORDS) {
    if (!cursor.text.startsWith(word, cursor.at)) continue;
    cursor.at += word.length;
    return value;
  }
  const quote = match(cursor, STRING_START);
  if (quote) return readString(cursor, quote[1] ?? '');
  const number = match(cursor, NUMBER);
  if (!number) throw new SyntaxError('not a literal');
  return Number(number[0].replace('L', ''));
}

function match(cursor: LiteralReader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found) cursor.at = pattern.lastIndex;
  return found;
}

/** Steps over blanks and then over the character, if it is there. */
function skip(cursor: LiteralReader, character: string): boolean {
  while (cursor.text[cursor.at] === ' ') cursor.at++;
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at++;
  while (cursor.text[cursor.at] === ' ') cursor.at++;
  return true;
}

function readItems(cursor: LiteralReader, close: string, depth: number): unknown[] {
  const items: unknown[] = [];
  cursor.at++;
  while (!skip(cursor, close)) {
    items.push(readValue(cursor, depth + 1));
    if (!skip(cursor, ',') && cursor.text[cursor.at] !== close) throw new SyntaxError('not a literal');
  }
  return items;
}

function readDict(cursor: LiteralReader, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  cursor.at++;
  while (!skip(cursor, '}')) {
    const key = readValue(cursor, depth + 1);
    if (!skip(cursor, ':')) throw new SyntaxError('not a literal');
    entries.push([String(key), readValue(cursor, depth + 1)]);
    if (!skip(cursor, ',') && cursor.text[cursor.at] !== '}') throw new SyntaxError('not a literal');
  }
  return Object.fromEntries(entries);
}

function readString(cursor: LiteralReader, quote: string): string {
  let out = '';
  while (cursor.at < cursor.text.length) {
    const plain = match(cursor, PLAIN);
    if (plain) out += plain[0];
    const next = cursor.text[cursor.at];
    if (next === quote) {
      cursor.at++;
      return out;
    }
    if (next === '\\') out += readEscape(cursor);
    else if (next !== undefined) {
      out += next;
      cursor.at++;
    }
  }
  throw new SyntaxError('not a literal');
}

function readEscape(cursor: LiteralReader): string {
  const found = match(cursor, ESCAPE);
  if (!found) throw new SyntaxError('not a literal');
  const [, octet, unit, point, octal, name = ''] = found;
  const hex = octet ?? unit ?? point;
  if (hex === undefined && octal === undefined) return NAMED.get(name) ?? `\\${name}`;
  const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
  if (code > 0x10ffff) throw new SyntaxError('not a literal');
  return String.fromCodePoint(code);
}
