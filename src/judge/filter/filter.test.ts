import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../model/errors.ts';
import { cutOctets, octetsFromHex } from '../../model/octets.ts';
import type { LogHeader, Row } from '../../model/row.ts';
import { annotate } from '../annotate.ts';
import type { AnnotatedRow } from '../annotation.ts';
import { annotateExample } from '../example.ts';
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

function matching(expression: string, parse = parseFilter, rows = conversation()): number[] {
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

const HEADS =
  'tx "GET / HTTP/1.1\\r\\nHost: a\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Extensions: permessage-deflate\\r\\n\\r\\n"\n' +
  'rx "HTTP/1.1 101 x\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\\r\\nSec-WebSocket-Extensions: permessage-deflate\\r\\n\\r\\n"';

/** A row of each kind: 0 and 1 the handshake, 2 to 4 a message in fragments around a Ping, and so on. */
const KINDS = [
  '# writer: client',
  '# under-test: server',
  HEADS,
  'rx 01024865',
  'rx 890141',
  'rx 80036c6c6f',
  'rx c107f248cdc9c90700',
  'RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASKED=False, MASK=None\n               Jelly',
  'DELAY 0.5 sec for TAG A',
  'FAIL CONNECTION AFTER 1 sec',
  'FAILING CONNECTION',
  'CLOSE CONNECTION AFTER 1 sec',
  'CLOSING CONNECTION',
  'tx 8a80',
  'RX OCTETS: 81zz',
  'rx 8205aabb',
].join('\n');

describe('the words of a filter', () => {
  it.each([
    ['http', [0, 1]],
    ['octets', [0, 1, 2, 3, 4, 5, 12, 14]],
    ['frame', [6]],
    ['control', [3]],
    ['data', [2, 4, 5, 6]],
    ['fin', [3, 4, 5, 6]],
    ['fragment', [2, 4]],
    ['message', [4, 5]],
    ['masked', []],
    ['delay', [7]],
    ['failing', [9]],
    ['closing', [11]],
    ['damaged', [13]],
    ['kind==delay', [7]],
    ['kind!=octets', [6, 7, 8, 9, 10, 11, 13]],
    ['ping', [3]],
    ['cont', [4]],
    ['continuation', [4]],
    ['text', [2, 5, 6]],
    ['rsv==4', [5]],
    ['rsv>0', [5]],
    ['len==5', [6]],
    ['len==7', [5]],
    ['size==7', []],
    ['frames==1 and size<=5', [2, 3, 4]],
    ['text:Hello', [5]],
    ['text:llo', [4, 5]],
    ['text:jell', [6]],
    ['text:81zz', [13]],
    ['text:damaged', []],
    ['hex:6c6c6f', [4, 5]],
    ['hex:"6c:6c 0x6f"', [4, 5]],
    ['re:"^(41|8901)"', [3]],
    ['rx and row>12', [14]],
  ])('%s', (expression, expected) => {
    const { rows } = annotateExample({ log: KINDS });
    expect(matching(expression, parseFilter, [...rows])).toEqual(expected);
  });

  it.each([
    ['rule:frame/*', ['frame/rsv-set']],
    ['rule:frame', ['frame/rsv-set']],
    ['rule:fram', []],
    ['rule:frame/rsv-set', ['frame/rsv-set']],
    ['rule:frame/rsv', []],
    ['rule:*set', ['frame/rsv-set']],
    ['rule:*rsv', []],
    ['rule:f*r*t', ['frame/rsv-set']],
    ['rule:f*rsv*rsv*', []],
    ['rule:*set*set', []],
    ['rule:frame/rsv-s*sv-set', []],
    ['rule:x*', []],
    ['rule:*', ['frame/rsv-set', 'text/invalid-utf8']],
    ['rule:**8', ['text/invalid-utf8']],
  ])('%s: a star stands for any characters', (expression, rules) => {
    const { rows } = annotateExample({ log: '# writer: client\n# extensions: none\nrx b10161\nrx 8101ff' });
    const all = ['frame/rsv-set', 'text/invalid-utf8'];
    const found = matching(expression, parseFilter, [...rows]).flatMap((row) =>
      (rows[row]?.annotations ?? []).map(({ rule }) => rule),
    );
    expect(all.filter((rule) => found.includes(rule))).toEqual(rules);
  });

  it.each([
    ['gap==2', 2],
    ['gap==2s', 2],
    ['gap==0.25', 0.25],
    ['gap==250ms', 0.25],
    ['gap==500us', 0.0005],
    ['gap==-1', -1],
    ['gap==0x1f', 31],
    ['gap==2k', 2048],
    ['gap==1M', 1_048_576],
    ['gap<3', 2],
    ['gap<=2', 2],
    ['gap>1', 2],
    ['gap>=2', 2],
    ['gap=2', 2],
  ])('%s is true of %d seconds', (expression, gap) => {
    const at = (time: number | null, row: number) => {
      return {
        row: octets(row, 'rx', '8100', time),
        frames: [],
        heads: [],
        annotations: [],
        agrees: null,
        frame: null,
      };
    };
    const filter = parseFilter(expression);
    const holds = (before: number | null, time: number | null) =>
      filter.ok && filter.matches(at(time, 1), at(before, 0));
    expect(holds(0, gap)).toBe(true);
    expect([holds(0, gap + 1) && holds(0, gap - 1), holds(null, gap), holds(0, null)]).toEqual([false, false, false]);
  });

  it.each(['gap<2', 'gap>2', 'gap!=2'])('%s is not true of 2 seconds', (expression) => {
    const [one, other] = [octets(0, 'rx', '8100', 1), octets(1, 'rx', '8100', 3)].map((row) => {
      return { row, frames: [], heads: [], annotations: [], agrees: null, frame: null };
    });
    const filter = parseFilter(expression);
    expect(filter.ok && other && filter.matches(other, one ?? null)).toBe(false);
  });
});

it('--where knows the row before in the same log, and not that of another one', () => {
  const where = openWhere('gap>=1');
  const times = [
    [0, 1],
    [1, 3],
    [2, 3.5],
    [0, 9],
    [1, 11],
  ] as const;
  const found = times.map(([row, time]) =>
    where({ row: octets(row, 'rx', '8100', time), frames: [], heads: [], annotations: [], agrees: null, frame: null }),
  );
  expect(found).toEqual([false, true, false, false, true]);
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
    ['len>1x', '4: "1x" is not a number'],
    ['len>1.', '4: "1." is not a number'],
    ['len>0xg', '4: "0xg" is not a number'],
    ['foo==1', /^0: no "foo": choose row, opcode, /],
    ['len>(', '4: a value is missing after ">"'],
    ['xy', /^0: no "xy": choose violation, .* or re:$/],
    [')', '0: a condition is wanted before ")"'],
    ['rx tx', '3: "and" or "or" is wanted before "tx"'],
    ['re:"("', /^3: no regular expression: /],
    ['text:""', '5: a value is missing after "text:"'],
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
        if (filter.ok) for (const row of conversation()) expect(typeof filter.matches(row, null)).toBe('boolean');
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
