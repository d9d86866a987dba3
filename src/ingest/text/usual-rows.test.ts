import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../model/errors.ts';
import type { LogHeader, Row } from '../../model/row.ts';
import { ROW, type RowBatch } from '../../model/row-batch.ts';
import { chanceOf } from '../../model/wire-frame.fixture.ts';
import { readRows } from './rows.ts';

interface Outcome {
  readonly events: unknown[];
  /** How many rows stood in columns. */
  readonly columns: number;
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

/** What comes out of the reader: `asOctets` says by which of its two ways in. */
function read(chunks: readonly string[], asOctets: boolean, pauseAt = -1): Outcome {
  const events: unknown[] = [];
  let columns = 0;
  const sink = {
    header: (header: LogHeader) => void events.push({ header }),
    row: (row: Row) => void events.push(plain(row)),
    batch: (batch: RowBatch) => {
      for (let i = 0; i < batch.count; i++) {
        if (batch.kinds[i] !== ROW.OTHER) columns++;
        events.push(plain(batch.rowAt(i)));
      }
    },
  };
  const reader = readRows('a.log', sink);
  chunks.forEach((chunk, i) => {
    if (asOctets) reader.octets?.(Buffer.from(chunk, 'latin1'));
    else reader.push(chunk);
    if (i === pauseAt) reader.pause?.();
  });
  try {
    reader.end();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    events.push(error.message);
  }
  return { events, columns };
}

function chopped(text: string, sizes: readonly number[]): string[] {
  const chunks: string[] = [];
  let at = 0;
  for (let i = 0; at < text.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? text.length);
    chunks.push(text.slice(at, at + size));
    at += size;
  }
  return chunks;
}

const PAD = ' '.repeat(15);
const HEX = 'abcdef0123456789';

type Pick = <T>(...list: T[]) => T;

/** Makes lines of a log, of the usual kind but for a few. */
function lineMaker(seed: number) {
  const chance = chanceOf(seed);
  const pick: Pick = (...list) => list[chance(list.length)] as (typeof list)[number];
  const isOdd = (one: number) => chance(one) === 0;
  let row = isOdd(20) ? 5 : 0;
  return {
    chance,
    pick,
    isOdd,
    hexOf: (octets: number) => Array.from({ length: 2 * octets }, () => HEX[chance(16)]).join(''),
    number: () => {
      if (isOdd(60)) row += pick(-2, 1, 3);
      return String(Math.max(row++, 0)).padStart(3, '0');
    },
    end: () => (isOdd(40) ? pick('\r\n', ' \n', '\n\n', `\n${PAD}\n`) : '\n'),
  };
}

type Maker = ReturnType<typeof lineMaker>;

function wrap(text: string, width = 100): string {
  return text.match(new RegExp(`.{1,${width}}`, 'gs'))?.join(`\n${PAD}`) ?? '';
}

function octetsLines({ pick, isOdd, hexOf, number, end }: Maker): string {
  const odd = ['zz', '810', '', '81 01 61', '"abc"', 'AB0102', '47'.repeat(50)];
  const hex = isOdd(40) ? pick(...odd) : hexOf(pick(1, 2, 6, 49, 50, 51, 64, 131));
  const time = isOdd(8) ? pick(' @1.5', '   @12.000001', ' @3', '@4', ' @', ' @1.') : '';
  const tail = isOdd(30) ? pick(' ...', ' LEN=200', ' ... LEN=500') : '';
  return `${number()} ${pick('RX', 'TX')} OCTETS: ${isOdd(20) ? '  ' : ''}${wrap(hex, pick(100, 100, 76, 99))}${tail}${time}${end()}`;
}

function payloadLines(maker: Maker, length: number): string {
  const { pick, isOdd, hexOf, end } = maker;
  const letter = () => (isOdd(60) ? pick('\t', '\xce', '0', 'x', '.') : pick('a', 'b', ' ', '.', '0'));
  const isText = isOdd(2);
  const text = isText ? Array.from({ length }, letter).join('') : `0x${hexOf(length)}`;
  const cut = `${text.slice(0, isText ? 64 : 130)} ...`;
  const shown = length > 60 && isOdd(6) ? cut : isOdd(40) ? `0x${text}` : text;
  if (shown === '' && isOdd(2)) return '';
  return `${isOdd(30) ? shown : `${PAD}${wrap(shown)}`}${end()}`;
}

function frameLines(maker: Maker): string {
  const { pick, isOdd, hexOf, number, end } = maker;
  const length = pick(0, 1, 5, 59, 60, 61, 63, 64, 65, 68, 125, 126);
  const key = isOdd(2) ? hexOf(4) : 'None';
  const received = () =>
    `RX FRAME : OPCODE=${pick(1, 2, 9, 15, 16)}, FIN=${pick('True', 'False')}, RSV=${pick(0, 4, 7)}, PAYLOAD-LEN=${length}, MASKED=${pick('True', 'False', 'None')}, MASK=${key}`;
  const sent = () =>
    `TX FRAME : OPCODE=${pick(1, 2, 8)}, FIN=True, RSV=0, PAYLOAD-LEN=${isOdd(30) ? 'None' : length}, MASK=${key}, PAYLOAD-REPEAT-LEN=${isOdd(20) ? '7' : 'None'}, CHOPSIZE=None, SYNC=${isOdd(20) ? 'True' : 'False'}`;
  return `${number()} ${pick(received, sent)()}${end()}${payloadLines(maker, length)}`;
}

const BEFORE = ['prose\n', '<p>page</p>\n', '@@ -1,2 +3,4 @@\n', '\xef\xbb\xbf', '> 000 RX OCTETS: 8100\n'];
const BETWEEN = ['rx 8100', '# note: something', '```', 'prose of somebody', `${PAD}616263`, '> quoted', '616263'];

function otherLines({ pick, number }: Maker): string {
  const event = pick('TCP DROPPED BY ME', 'TCP DROPPED BY PEER', 'FAIL CONNECTION AFTER 1.5 sec');
  return pick(
    () => `${number()} ${event}\n`,
    () => `${pick(...BETWEEN)}\n`,
    () => '# wirelog 1\n# writer: client\n',
  )();
}

function oddLog(seed: number): string {
  const maker = lineMaker(seed);
  const { chance, pick, isOdd } = maker;
  let text = isOdd(10) ? pick(...BEFORE) : '';
  if (isOdd(2)) text += '# wirelog 1\n# writer: server\n';
  for (let left = 1 + chance(40); left > 0; left--) {
    text += isOdd(25) ? otherLines(maker) : isOdd(2) ? octetsLines(maker) : frameLines(maker);
  }
  return text;
}

describe('a log that is read as octets', () => {
  it('gives the rows that it gives when it is read as lines, however it is chopped', () => {
    let columns = 0;
    let rows = 0;
    for (let seed = 0; seed < 500; seed++) {
      const text = oddLog(seed);
      const chance = chanceOf(seed + 1e6);
      const chunks = chopped(text, chance(3) === 0 ? [text.length] : [1 + chance(40), 1 + chance(2000)]);
      const pauseAt = chance(4) === 0 ? chance(chunks.length) : -1;
      const asLines = read(chunks, false, pauseAt);
      const asOctets = read(chunks, true, pauseAt);
      expect(asOctets.events, `seed ${seed}:\n${text}`).toEqual(asLines.events);
      columns += asOctets.columns;
      rows += asOctets.events.length;
    }
    expect(columns).toBeGreaterThan(rows / 4);
  });

  it('is the same whatever its octets are', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.nat(300),
        (seed, changes, size) => {
          const octets = Buffer.from(oddLog(seed % 500), 'latin1');
          for (const [at, octet] of changes) octets[at % octets.length] = octet;
          const chunks = chopped(octets.toString('latin1'), [size + 1, 5000]);
          expect(read(chunks, true).events).toEqual(read(chunks, false).events);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('rows of the usual kind', () => {
  const LOG = [
    '# writer: server',
    '000 RX OCTETS: 8182a1b2c3d4c0d0',
    '001 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=2, MASKED=True, MASK=a1b2c3d4',
    `${PAD}ab`,
    '002 TX FRAME : OPCODE=2, FIN=False, RSV=4, PAYLOAD-LEN=2, MASK=None, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=None, SYNC=False',
    `${PAD}0xff00`,
    `003 TX OCTETS: ${'61'.repeat(50)}`,
    `${PAD}${'62'.repeat(3)}`,
    '004 TX OCTETS: 8900                                        @1.002511',
    '005 RX OCTETS: 8a00',
  ];

  it('stand in columns, whoever has read them', () => {
    const { events, columns } = read([`${LOG.join('\n')}\n`], true);
    expect(events).toHaveLength(7);
    expect(columns).toBe(6);
    expect(events[5]).toMatchObject({ kind: 'octets', row: 4, time: 1.002511, octets: { known: '8900' } });
  });

  it('may be longer than a chunk, and than the room of a batch', () => {
    const long = `000 RX OCTETS: 00\n001 RX OCTETS: ${'ab'.repeat(700_000)}\n002 TX OCTETS: 8900\n003 TX OCTETS: 8a00\n`;
    const chunks = chopped(long, [100_000]);
    expect(read(chunks, true)).toMatchObject({ columns: 4, events: read(chunks, false).events });
  });

  it('may be longer than what is read as one piece', () => {
    const long = `000 RX OCTETS: 00\n001 RX OCTETS: ${'ab'.repeat(3 << 20)}\n002 TX OCTETS: 8900\n003 TX OCTETS: 8a00\n`;
    const chunks = chopped(long, [1 << 20]);
    expect(read(chunks, true).events).toEqual(read(chunks, false).events);
  });
});
