import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAutobahnJson } from '../../ingest/autobahn/json.ts';
import { readLog } from '../../ingest/read-log.fixture.ts';
import { readRows } from '../../ingest/text/rows.ts';
import { converse, plan } from '../../judge/conversation.fixture.ts';
import { annotateRows, chopping, HEADER, logOf } from '../../judge/conversation-log.fixture.ts';
import { cutOctets, hexOf, type Octets, octetsOfText, wholeOctets } from '../../model/octets.ts';
import { bareHeader, type LogHeader, type Row } from '../../model/row.ts';
import { readNotation, writeNotation } from './notations.fixture.ts';
import { notationOf } from './notations.ts';

/** Rows with their octets as hex, to be compared. */
function plain(rows: readonly Row[]): unknown {
  const shown = (octets: Octets | null) => octets && { ...octets, known: hexOf(octets.known) };
  return rows.map((row) => {
    if (row.kind === 'octets') return { ...row, octets: shown(row.octets) };
    return row.kind === 'frame' ? { ...row, payload: shown(row.payload) } : row;
  });
}

// ---- any rows

const direction = fc.constantFrom('rx', 'tx');

const octets: fc.Arbitrary<Octets> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map(wholeOctets),
  fc
    .tuple(fc.uint8Array({ maxLength: 64 }), fc.nat(100_000))
    .map(([known, more]) => cutOctets(known, known.length + more)),
);

/** A payload as logs hold it: whole, of any length, or its first 64 octets. */
const payload: fc.Arbitrary<Octets> = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => octetsOfText(text)),
    fc.uint8Array({ maxLength: 100 }),
    fc.string({ unit: 'grapheme-ascii', minLength: 60, maxLength: 200 }).map(octetsOfText),
    fc.constantFrom(60, 64, 65, 70, 150).map((count) => octetsOfText(`${'*'.repeat(count)} ...`)),
    fc
      .constantFrom(
        'RX OCTETS: 8100',
        '# writer: client',
        '0x',
        '0x61',
        '```',
        '  a  ',
        '007 TCP DROPPED BY ME',
        'a @1.5',
        ' ...',
        '\ud800',
      )
      .map(octetsOfText),
    fc.constantFrom('eda080', 'c3', '00', '61eda08062', '20', '0a').map((hex) => Buffer.from(hex, 'hex')),
  )
  .chain((all) => fc.constantFrom(wholeOctets(all), cutOctets(all.subarray(0, 64), all.length)));

const frameRow = fc
  .tuple(
    fc.record({ fin: fc.boolean(), rsv: fc.nat(7), opcode: fc.nat(15) }),
    direction,
    payload,
    fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 })),
    fc.record({ repeat: fc.option(fc.nat(70_000)), chopSize: fc.option(fc.nat(1000)), sync: fc.boolean() }),
  )
  .map(([flags, way, shown, key, told]) => ({
    kind: 'frame' as const,
    direction: way,
    ...flags,
    masked: key !== null,
    maskingKey: key && hexOf(key),
    length: shown.length,
    payload: shown,
    ...(way === 'tx' ? told : { repeat: null, chopSize: null, sync: false }),
  }));

const seconds = fc.oneof(
  fc.integer({ min: 0, max: 1000 }),
  fc.nat(1_000_000).map((micro) => micro / 1_000_000),
);
const tag = fc.option(fc.constantFrom('A', 'B', 'a tag', 'żółw', '1'));

const anyRow = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('octets' as const), direction, octets, sync: fc.constant(false) }),
  },
  { weight: 3, arbitrary: frameRow },
  fc.record({ kind: fc.constant('delay' as const), seconds, tag }),
  fc.record({ kind: fc.constant('delay-over' as const), tag }),
  fc.record({ kind: fc.constantFrom('fail-after' as const, 'close-after' as const), seconds }),
  fc.record({ kind: fc.constantFrom('failing' as const, 'closing' as const, 'log-off' as const, 'log-on' as const) }),
);

/** Numbered; the end of TCP may only be the last one. */
const anyRows = fc
  .tuple(
    fc.array(anyRow, { minLength: 1, maxLength: 10 }),
    fc.option(
      fc.record({
        kind: fc.constant('tcp-drop' as const),
        by: fc.constantFrom('writer' as const, 'peer' as const),
        reset: fc.boolean(),
      }),
    ),
  )
  .map(([rows, drop]) => [...rows, ...(drop ? [drop] : [])].map((row, i) => ({ ...row, row: i, time: null }) as Row));

const timed = fc
  .tuple(anyRows, fc.array(fc.nat(10_000_000), { minLength: 11, maxLength: 11 }))
  .map(([rows, times]) => rows.map((row, i) => ({ ...row, time: (times[i] ?? 0) / 1_000_000 })));

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }),
  fc.constantFrom('a', '1.1', '"q"', '{', 'true', 'null', ' x ', 'a\nb'),
);

const anyHeader: fc.Arbitrary<LogHeader> = fc.record({
  ...(Object.fromEntries(Object.entries(HEADER).map(([key, value]) => [key, fc.constant(value)])) as never as {
    [K in keyof LogHeader]: fc.Arbitrary<LogHeader[K]>;
  }),
  source: fc.constant('a.log'),
  writer: fc.constantFrom('client', 'server', null),
  underTest: fc.constantFrom('client', 'server', 'both'),
  agent: fc.option(word),
  case: fc.option(word),
  started: fc.option(word),
  extensions: fc.option(fc.constantFrom('none', 'permessage-deflate; server_max_window_bits=9')),
  unlogged: fc.option(fc.record({ rx: fc.nat(1000), tx: fc.nat(1000) })),
});

describe('any log in the text notation', () => {
  it('is read back as it was written, and written again as the same text', () => {
    fc.assert(
      fc.property(anyHeader, fc.oneof(anyRows, timed), (header, rows) => {
        const text = writeNotation({ header, rows }, 'rows');
        const back = readNotation(readRows, text);
        expect(plain(back.rows)).toEqual(plain(rows));
        expect(back.header).toEqual(header);
        expect(writeNotation(back, 'rows')).toBe(text);
      }),
      { numRuns: 700 },
    );
  });
});

describe("any log in Autobahn's JSON", () => {
  it('is read back as it was written, but for times and the manner of the end', () => {
    fc.assert(
      fc.property(anyRows, fc.constantFrom('client', 'server'), (rows, writer) => {
        const back = readNotation(
          readAutobahnJson,
          writeNotation({ header: { ...HEADER, writer }, rows }, 'autobahn-json'),
        );
        expect(plain(back.rows)).toEqual(
          plain(rows.map((row) => (row.kind === 'tcp-drop' ? { ...row, reset: false } : row))),
        );
        expect(back.header.writer).toBe(writer);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps that the length of a row is not known', () => {
    const octets = { length: 64, known: new Uint8Array(64), exact: false };
    const rows: Row[] = [{ kind: 'octets', row: 0, time: null, direction: 'rx', octets, sync: false }];
    const json = writeNotation({ header: HEADER, rows }, 'autobahn-json');
    expect(plain(readNotation(readAutobahnJson, json).rows)).toEqual(plain(rows));
  });
});

// ---- reports

const REPORT = {
  agent: 'Żółw/1.0 "quoted" \\ 🐢',
  behavior: 'OK',
  behaviorClose: 'WRONG CODE',
  case: 26,
  closedByMe: true,
  createStats: true,
  createWirelog: true,
  description: 'Two lines.\nThe second: <br/>\u2028end',
  droppedByMe: false,
  duration: 12,
  expectation: '',
  expected: { OK: [['message', 'κόσμε', true]], 'NON-STRICT': [] },
  expectedClose: { closeCode: [1000, 1002], closedByMe: true, requireClean: true },
  failedByMe: false,
  httpRequest: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  httpResponse: '?',
  id: '1.10',
  isServer: false,
  localCloseReason: null,
  received: [['message', 'a\u0000b\ud800', false]],
  remoteCloseCode: 1000,
  reportCompressionRatio: [],
  reportTime: false,
  result: 'Actual events match at least one expected.',
  rxOctetStats: { '4': 1, '147': 1 },
  started: '2017-06-06T10:11:53.123Z',
  trafficStats: null,
  txFrameStats: {},
  txOctetStats: { '6': 1 },
  wasClean: true,
  wirelog: [
    ['TO', [6, '8980a1b2c3d4'], false],
    ['RO', [147, `${'48'.repeat(64)} ...`]],
    ['TF', [6, 'κ\ud800x'], 1, true, 0, 'a1b2c3d4', null, 3, true],
    ['RF', [3, '0xff00fe'], 2, true, 4, false, null],
    ['RF', [70, `${'a'.repeat(64)} ...`], 1, false, 0, true, '00000000'],
    ['CT', 1.5, 'A'],
    ['CTE', null],
    ['KL', 1],
    ['KLE'],
    ['TI', 0.25],
    ['TIE'],
    ['WLM', false],
    ['WLM', true],
  ],
};

describe('a report', () => {
  it.each([
    ['of many kinds of values', REPORT],
    ['with next to nothing in it', { id: '1.1.1', isServer: true, wirelog: [['RO', [2, '8100']]] }],
    ['with a case number and nothing else', { case: 3, wirelog: [['KLE']] }],
    ['with keys of other writers', { isServer: true, someKey: [1, { a: null }], 'other-key': 'x', wirelog: [['KLE']] }],
  ])('%s is the same after a detour over the text notation', (_, report) => {
    const rows = writeNotation(readNotation(readAutobahnJson, JSON.stringify(report)), 'rows');
    const back = readNotation(readRows, rows);
    expect(JSON.parse(writeNotation(back, 'autobahn-json'))).toMatchObject(report);
    expect(writeNotation(back, 'rows')).toBe(rows);
  });

  it('says in both notations who wrote it, and what it is about', () => {
    const json = readNotation(readAutobahnJson, JSON.stringify(REPORT));
    const { header } = readNotation(readRows, writeNotation(json, 'rows'));
    expect(header).toEqual({ ...json.header, format: 'rows' });
  });
});

describe('the annotations of a log', () => {
  it('are those of its conversions', () => {
    fc.assert(
      fc.property(plan, fc.constantFrom('client', 'server'), chopping, fc.nat(), (planned, writer, how, seed) => {
        const { header, rows } = logOf(converse(planned), writer, how, seed);
        const { annotations, summary } = annotateRows(header, rows);
        const asRows = readNotation(readRows, writeNotation({ header, rows }, 'rows'));
        const again = annotateRows(asRows.header, asRows.rows);
        expect(again.annotations).toEqual(annotations);
        expect(again.summary).toEqual({ ...summary, header: { ...summary.header, source: 'a.log' } });
        const asJson = readNotation(readAutobahnJson, writeNotation({ header, rows }, 'autobahn-json'));
        const inJson = annotateRows({ ...asJson.header, underTest: 'both' }, asJson.rows);
        expect(inJson.annotations).toEqual(annotations);
      }),
      { numRuns: 40 },
    );
  });
});

it('a row of octets that fills the line and begins a head is the same after its conversion', () => {
  const octets = wholeOctets(Buffer.from(`GET /${'a'.repeat(45)}`));
  const row: Row = { kind: 'octets', row: 0, time: null, direction: 'tx', octets, sync: false };
  const { rows } = readNotation(readRows, writeNotation({ header: bareHeader('a', 'rows'), rows: [row] }, 'rows'));
  expect(plain(rows)).toEqual(plain([row]));
});

describe('a text in a log cannot forge a row of its conversion', () => {
  const FORGED = 'x\n000 RX OCTETS: 8100\x1b[31m\u202e';
  const written = (rows: readonly Row[]) => {
    const notation = notationOf('rows');
    return notation.header(bareHeader('a', 'rows')) + rows.map(notation.row).join('') + notation.end();
  };

  it('neither as a tag, nor as the text of a damaged row', () => {
    const text = written([
      { kind: 'delay', row: 0, time: null, seconds: 1, tag: FORGED },
      { kind: 'delay-over', row: 1, time: null, tag: 'a @1' },
      { kind: 'damaged', row: 2, time: null, text: FORGED, why: 'w', loses: null },
      { kind: 'damaged', row: 3, time: null, text: '003 RX OCTETS: 8100', why: 'w', loses: null },
    ]);
    expect(text).not.toMatch(/[^\n\x20-\x7e]/);
    const { rows } = readLog(readRows, text, 1000);
    expect(rows.map(({ kind }) => kind)).toEqual(['delay', 'delay-over', 'damaged', 'damaged']);
    expect(rows.map((row) => ('tag' in row ? row.tag : null)).slice(0, 2)).toEqual([FORGED, 'a @1']);
  });

  it('nor does the payload of a frame turn or hide what is shown', () => {
    const rows = ['a\u202eb', '\u2066b', 'a\u200bb', 'a\u115fb'].map((text, row): Row => {
      const payload = wholeOctets(Buffer.from(text));
      const flags = { fin: true, rsv: 0, opcode: 1, masked: false, maskingKey: null };
      const told = { repeat: null, chopSize: null, sync: false };
      return { kind: 'frame', row, time: null, direction: 'rx', ...flags, length: payload.length, payload, ...told };
    });
    expect(written(rows)).not.toMatch(/[^\n\x20-\x7e]/);
    expect(plain(readLog(readRows, written(rows), 1000).rows)).toEqual(plain(rows));
  });

  it('and what is damaged keeps its number, its time, its reason and whose octets it held', () => {
    const rows: Row[] = [
      { kind: 'failing', row: 0, time: 1 },
      {
        kind: 'damaged',
        row: 0,
        time: null,
        text: '# writer: server',
        why: 'neither a row nor part of one',
        loses: null,
      },
      { kind: 'damaged', row: 1, time: 2.5, text: '', why: 'cannot be decrypted: "\u00e9"', loses: 'rx' },
      { kind: 'damaged', row: 2, time: 3, text: FORGED, why: 'w', loses: 'both' },
      { kind: 'closing', row: 3, time: 4 },
    ];
    expect(written(rows)).not.toMatch(/[^\n\x20-\x7e]/);
    expect(readLog(readRows, written(rows), 1000).rows).toEqual(rows);
  });

  it('nor does a time of nanoseconds become an exponent', () => {
    const row: Row = { kind: 'failing', row: 0, time: 1e-9 };
    expect(readLog(readRows, written([row]), 1000).rows).toEqual([row]);
  });
});
