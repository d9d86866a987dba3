import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../model/errors.ts';
import { cutOctets, octetsFromHex } from '../../model/octets.ts';
import type { LogHeader, Row } from '../../model/row.ts';
import { annotate } from '../annotate.ts';
import type { AnnotatedRow } from '../annotation.ts';
import { openWhere, parseFilter, parseSearch } from './filter.ts';
import { FLAGS, NAMES, NUMBERS, PATTERNS } from './filter-terms.ts';

const HEADER: LogHeader = {
  source: 'a',
  format: 'rows',
  writer: 'server',
  underTest: 'client',
  agent: null,
  case: null,
  started: null,
  request: null,
  response: null,
  extensions: '',
  unlogged: null,
  report: null,
};

function octets(row: number, direction: 'rx' | 'tx', hex: string, time: number | null = null, cut = 0): Row {
  const known = octetsFromHex(hex.replaceAll(' ', '')) ?? new Uint8Array();
  return { kind: 'octets', row, time, direction, octets: cutOctets(known, known.length + cut), sync: false };
}

/** 0 text "Hello", 1 its echo, 2 close 2999, 3 an unmasked close 1002, 4 the end, 5 a close that is cut. */
function conversation(): readonly AnnotatedRow[] {
  const annotator = annotate(HEADER);
  const rows: Row[] = [
    octets(0, 'rx', '81 85 37 fa 21 3d 7f 9f 4d 51 58', 0),
    octets(1, 'tx', '81 05 48 65 6c 6c 6f', 0.001),
    octets(2, 'tx', '88 02 0b b7', 0.002),
    octets(3, 'rx', '88 02 03 ea', 1.5),
    { kind: 'tcp-drop', row: 4, time: 1.6, by: 'writer', reset: false },
  ];
  return [...rows.flatMap((row) => annotator.push(row)), ...annotator.end().rows];
}

const rows = conversation();

function matching(expression: string, parse = parseFilter): number[] {
  const filter = parse(expression);
  if (!filter.ok) throw new Error(`${filter.at}: ${filter.says}`);
  return rows.filter((row, at) => filter.matches(row, rows[at - 1] ?? null)).map(({ row }) => row.row);
}

function errorOf(expression: string): string {
  const filter = parseFilter(expression);
  return filter.ok ? 'ok' : `${filter.at}: ${filter.says}`;
}

describe('a filter', () => {
  it.each([
    ['violation', [3]],
    ['stimulus', [2]],
    ['rx', [0, 3]],
    ['rx and len>2', [0]],
    ['rx && len>2', [0]],
    ['tx or tcp-drop', [1, 2, 4]],
    ['opcode==close', [2, 3]],
    ['opcode=8', [2, 3]],
    ['close and TX', [2]],
    ['opcode==0x8 and masked', []],
    ['opcode!=close', [0, 1]],
    ['not opcode==close', [0, 1, 4]],
    ['!control and octets', [0, 1]],
    ['not (control or rx)', [1, 4]],
    ['rule:close/*', [2]],
    ['rule:close', [2]],
    ['rule:frame/mask-*', [3]],
    ['rule:*mask*', [3]],
    ['code>=2000', [2]],
    ['row>=2 and row<4', [2, 3]],
    ['gap>500ms', [3]],
    ['gap>0.5s or row==0', [0, 3]],
    ['time<=1ms', [0, 1]],
    ['text:hello', [0, 1]],
    ['text:"Hello"', [0, 1]],
    ['text:HELLO', []],
    ['hex:0bb7', [2]],
    ['hex:"0b b7"', [2]],
    ['re:h.l+o', [0, 1]],
    ['kind==tcp-drop', [4]],
    ['by==client and severity==error', [3]],
    ['section:"§7.4.2"', [2]],
    ['size>=7', [0, 1]],
    ['frames==0', [4]],
    ['rx and tx or row==4', [4]],
    ['row==4 or rx and tx', [4]],
  ])('%s', (expression, expected) => {
    expect(matching(expression)).toEqual(expected);
  });

  it('tells cut rows', () => {
    const annotator = annotate(HEADER);
    const all = [...annotator.push(octets(0, 'rx', '8885 37fa213d', null, 5)), ...annotator.end().rows];
    const filter = parseFilter('cut');
    expect(all.map((row) => filter.ok && filter.matches(row, null))).toEqual([true]);
  });
});

describe('an error', () => {
  it.each([
    ['', '0: a condition is missing at the end'],
    ['rx andd tx', '3: "and" or "or" is wanted before "andd"'],
    ['rx and', '6: a condition is missing at the end'],
    ['violaton', '0: no "violaton": did you mean violation?'],
    ['len', '3: "len" has to be compared: len==…'],
    ['len>big', '4: "big" is not a number'],
    ['len>', '4: a value is missing after ">"'],
    ['(rx or tx', '9: ")" is missing for the "(" at 1'],
    ['rx)', '2: no "(" is open here'],
    ['rx # tx', '3: "#" means nothing here'],
    ['hex:0b7', '4: a hex digit is missing: octets have two'],
    ['hex:xy', '4: hex digits are wanted'],
    ['rule:', '5: a value is missing after "rule:"'],
    ['rules:x', '0: no pattern "rules:": choose rule, section, text, hex or re'],
    ['by>client', '2: by is not a number: compare it with == or !='],
    ['and rx', '0: a condition is wanted before "and"'],
    ['toString', /^0: no "toString"/],
    ['constructor:x', /^0: no pattern/],
    ['opcode==toString', '8: "toString" is not a number'],
  ])('%s', (expression, expected) => {
    if (typeof expected === 'string') expect(errorOf(expression)).toBe(expected);
    else expect(errorOf(expression)).toMatch(expected);
  });

  it('names the place for --where', () => {
    expect(() => openWhere('rx andd tx')).toThrow(UserError);
    expect(() => openWhere('rx andd tx')).toThrow('--where rx andd tx: at character 4: "and" or "or" is wanted');
  });

  it('is what any text is that is no filter', () => {
    const words = [...Object.keys(FLAGS), ...Object.keys(NUMBERS), ...Object.keys(NAMES), ...Object.keys(PATTERNS)];
    const part = fc.oneof(fc.constantFrom(...words, 'and', 'or', 'not', '(', ')', '==', '>', ':', '"'), fc.string());
    fc.assert(
      fc.property(fc.array(part), fc.constantFrom('', ' '), (parts, blank) => {
        const text = parts.join(blank);
        const filter = parseFilter(text);
        if (filter.ok) for (const row of rows) expect(typeof filter.matches(row, null)).toBe('boolean');
        else expect(filter.at).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it('is said of brackets without an end, not run into', () => {
    expect(errorOf('('.repeat(100_000))).toMatch('nested too deeply');
    expect(errorOf('not '.repeat(100_000))).toMatch('nested too deeply');
  });
});

describe('a search', () => {
  it.each([
    ['hello', [0, 1]],
    ['hex:03 ea', [3]],
    ['re:^hel', [0, 1]],
    ['2999', [2]],
    ['tcp', [4]],
  ])('%s', (text, expected) => {
    expect(matching(text, parseSearch)).toEqual(expected);
  });

  it('says what is wrong with a pattern', () => {
    expect(parseSearch('hex:0')).toMatchObject({ ok: false, at: 4 });
    expect(parseSearch('re:(')).toMatchObject({ ok: false, at: 3 });
  });
});
