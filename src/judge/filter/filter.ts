// Filter expressions: `violation`, `rx and len>125`, `not (control or opcode==close)`, `rule:close/*`. The parser knows
// no words: those are in `filter-terms.ts`. It is total: any text is a filter, or an error that names the place.

import { anyOf, UserError } from '../../model/errors.ts';
import type { AnnotatedRow } from '../annotation.ts';
import {
  type FilterSubject,
  FLAGS,
  hexTest,
  NAMED_NUMBERS,
  NAMES,
  NUMBERS,
  PATTERNS,
  regexTest,
  textTest,
} from './filter-terms.ts';

/** `before` is the row before it in the same log; only `gap` asks for it. */
export type RowTest = (row: AnnotatedRow, before: AnnotatedRow | null) => boolean;

export type Filter =
  | { readonly ok: true; readonly matches: RowTest }
  /** `at`: the character that is wrong, from 0. */
  | { readonly ok: false; readonly at: number; readonly says: string };

type SubjectTest = (subject: FilterSubject) => boolean;

class FilterError extends Error {
  readonly at: number;
  constructor(at: number, says: string) {
    super(says);
    this.at = at;
  }
}

interface Token {
  readonly type: 'word' | 'pattern' | 'compare' | 'open' | 'close' | 'not' | 'and' | 'or' | 'end';
  readonly text: string;
  readonly at: number;
  /** Of a pattern: what stands behind the colon, and where. */
  readonly value: string;
  readonly valueAt: number;
}

const TOKENS = [
  ['pattern', /([a-z]+):(?:"([^"]*)"|([^\s()"]*))/y],
  ['compare', /==|!=|<=|>=|[<>=]/y],
  ['and', /&&|and(?![\w-])/y],
  ['or', /\|\||or(?![\w-])/y],
  ['not', /!|not(?![\w-])/y],
  ['open', /\(/y],
  ['close', /\)/y],
  ['word', /[\w./-]+/y],
] as const;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) return [...tokens, { type: 'end', text: '', at, value: '', valueAt: at }];
    const token = tokenAt(text, at);
    tokens.push(token);
    at += token.text.length;
  }
}

function tokenAt(text: string, at: number): Token {
  for (const [type, pattern] of TOKENS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) continue;
    const [whole, name = '', quoted, bare = ''] = match;
    if (type === 'pattern') return { type, text: whole, at, value: quoted ?? bare, valueAt: at + name.length + 1 };
    return { type, text: whole, at, value: '', valueAt: at };
  }
  throw new FilterError(at, `"${text[at]}" means nothing here`);
}

export function parseFilter(text: string): Filter {
  try {
    const reader = { tokens: tokensOf(text), at: 0, depth: 0 };
    const test = readOr(reader);
    const rest = here(reader);
    if (rest.type === 'close') throw new FilterError(rest.at, 'no "(" is open here');
    if (rest.type !== 'end') throw new FilterError(rest.at, `"and" or "or" is wanted before "${rest.text}"`);
    return { ok: true, matches: (row, before) => test({ row, before }) };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { ok: false, at: error.at, says: error.message };
  }
}

interface TokenReader {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

const MOST_DEPTH = 100;

function here({ tokens, at }: TokenReader): Token {
  return tokens[at] as Token;
}

function take(reader: TokenReader): Token {
  const token = here(reader);
  if (token.type !== 'end') reader.at++;
  return token;
}

function readOr(reader: TokenReader): SubjectTest {
  const tests = [readAnd(reader)];
  while (here(reader).type === 'or') {
    take(reader);
    tests.push(readAnd(reader));
  }
  return tests.length === 1 ? (tests[0] as SubjectTest) : (subject) => tests.some((test) => test(subject));
}

function readAnd(reader: TokenReader): SubjectTest {
  const tests = [readNot(reader)];
  while (here(reader).type === 'and') {
    take(reader);
    tests.push(readNot(reader));
  }
  return tests.length === 1 ? (tests[0] as SubjectTest) : (subject) => tests.every((test) => test(subject));
}

function readNot(reader: TokenReader): SubjectTest {
  const token = take(reader);
  if (++reader.depth > MOST_DEPTH) throw new FilterError(token.at, 'nested too deeply');
  const test = readOne(reader, token);
  reader.depth--;
  return test;
}

function readOne(reader: TokenReader, token: Token): SubjectTest {
  switch (token.type) {
    case 'not': {
      const test = readNot(reader);
      return (subject) => !test(subject);
    }
    case 'open': {
      const test = readOr(reader);
      const close = take(reader);
      if (close.type !== 'close') throw new FilterError(close.at, `")" is missing for the "(" at ${token.at + 1}`);
      return test;
    }
    case 'pattern':
      return patternTest(token);
    case 'word':
      return here(reader).type === 'compare' ? comparison(token, take(reader), take(reader)) : flagTest(token);
    case 'end':
      throw new FilterError(token.at, 'a condition is missing at the end');
    default:
      throw new FilterError(token.at, `a condition is wanted before "${token.text}"`);
  }
}

function patternTest({ text, at, value, valueAt }: Token): SubjectTest {
  const name = text.slice(0, text.indexOf(':'));
  const make = entry(PATTERNS, name);
  if (!make) throw new FilterError(at, `no pattern "${name}:": choose ${anyOf(Object.keys(PATTERNS))}`);
  if (value === '') throw new FilterError(valueAt, `a value is missing after "${name}:"`);
  const test = make(value);
  if (typeof test === 'string') throw new FilterError(valueAt, test);
  return test;
}

function flagTest({ text, at }: Token): SubjectTest {
  const test = entry(FLAGS, text.toLowerCase()) ?? opcodeTest(text.toLowerCase());
  if (test) return test;
  if (entry(NUMBERS, text) || entry(NAMES, text))
    throw new FilterError(at + text.length, `"${text}" has to be compared: ${text}==…`);
  throw new FilterError(at, `no "${text}": ${suggestion(text)}`);
}

/** The name of an opcode alone: `ping` for `opcode==ping`. */
function opcodeTest(name: string): SubjectTest | null {
  const { opcode } = NUMBERS;
  const number = entry(NAMED_NUMBERS['opcode'] ?? {}, name);
  return opcode && number !== undefined ? equality(opcode, number, '==') : null;
}

function entry<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Words that begin alike, or all. */
function suggestion(text: string): string {
  const patterns = Object.keys(PATTERNS).map((name) => `${name}:`);
  const words = [...[FLAGS, NAMED_NUMBERS['opcode'] ?? {}, NUMBERS, NAMES].flatMap(Object.keys), ...patterns];
  const alike = words.filter((word) => word.startsWith(text.slice(0, 2)));
  return alike.length > 0 ? `did you mean ${anyOf(alike)}?` : `choose ${anyOf(words)}`;
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Rows that have no such thing match no comparison, `!=` neither. */
function comparison(name: Token, operator: Token, value: Token): SubjectTest {
  if (value.type !== 'word') throw new FilterError(value.at, `a value is missing after "${operator.text}"`);
  const names = entry(NAMES, name.text);
  if (names) {
    if (COMPARE[operator.text])
      throw new FilterError(operator.at, `${name.text} is not a number: compare it with == or !=`);
    return equality(names, value.text, operator.text);
  }
  const numbers = entry(NUMBERS, name.text);
  if (!numbers)
    throw new FilterError(name.at, `no "${name.text}": choose ${anyOf([NUMBERS, NAMES].flatMap(Object.keys))}`);
  const number = entry(NAMED_NUMBERS[name.text] ?? {}, value.text) ?? numberOf(value);
  const compare = COMPARE[operator.text];
  if (!compare) return equality(numbers, number, operator.text);
  return (subject) => numbers(subject).some((own) => compare(own, number));
}

function equality<T>(values: (subject: FilterSubject) => readonly T[], wanted: T, operator: string): SubjectTest {
  if (operator !== '!=') return (subject) => values(subject).includes(wanted);
  return (subject) => {
    const own = values(subject);
    return own.length > 0 && !own.includes(wanted);
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, ms: 1e-3, us: 1e-6, k: 2 ** 10, m: 2 ** 20 };

/** `125`, `0x8`, `1.5s`, `500ms`, `64k`. */
function numberOf({ text, at }: Token): number {
  if (/^0x[\da-f]+$/i.test(text)) return Number(text);
  const [, digits, unit = ''] = /^(-?\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  const factor = entry(UNITS, unit.toLowerCase());
  if (digits === undefined || factor === undefined) throw new FilterError(at, `"${text}" is not a number`);
  return Number(digits) * factor;
}

/** What one searches for: a text, `hex:` and octets, `re:` and a regular expression. */
export function parseSearch(text: string): Filter {
  const [, kind = 'text', pattern = text] = /^(hex|re):(.*)$/s.exec(text) ?? [];
  const test = kind === 'hex' ? hexTest(pattern) : kind === 're' ? regexTest(pattern) : textTest(pattern);
  if (typeof test === 'string') return { ok: false, at: kind.length + 1, says: test };
  return { ok: true, matches: (row, before) => test({ row, before }) };
}

/** A test for the rows of one log in their order, and of the next; throws `UserError` where the expression is wrong. */
export function openWhere(text: string): (row: AnnotatedRow) => boolean {
  const filter = parseFilter(text);
  if (!filter.ok) throw new UserError(`--where ${text}: at character ${filter.at + 1}: ${filter.says}`);
  let before: AnnotatedRow | null = null;
  return (row) => {
    const isFirst = before !== null && row.row.row <= before.row.row;
    const matches = filter.matches(row, isFirst ? null : before);
    before = row;
    return matches;
  };
}
