import { afterAll, describe, expect, it, vi } from 'vitest';
import { readRows } from '../ingest/text/rows.ts';
import { type Octets, octetsOfLatin1, wholeOctets } from '../model/octets.ts';
import { bareHeader, type LogHeader, type Row } from '../model/row.ts';
import { octetsOfRow } from '../model/row-batch.ts';
import { chanceOf } from '../model/wire-frame.fixture.ts';
import { RULES } from '../rules/all.ts';
import type { Summary } from './annotation.ts';
import { logOfExample } from './example.ts';
import { judge } from './judge.ts';
import { batchOf, type MadeLog, madeLog } from './ordinary.fixture.ts';
import { WholeFrames } from './whole-frames.ts';

/** What is counted of the log where its rows come in columns and nobody looks at them. */
function unseen({ header, rows }: MadeLog, seed: number): Summary {
  const chance = chanceOf(seed);
  const stream = judge(header, { withoutVerdict: true, withoutRows: true, window: 256 });
  for (let at = 0; at < rows.length; ) {
    const some = rows.slice(at, at + 1 + chance(30));
    const batch = batchOf(some);
    stream.pushBatch(batch);
    at += some.length;
  }
  return stream.end().summary;
}

/** The same where each row is an object, and each rule is asked about it. */
function seen({ header, rows }: MadeLog): Summary {
  const stream = judge(header, { withoutVerdict: true, asksAlways: true, window: 256 });
  for (const row of rows) stream.push(row);
  return stream.end().summary;
}

function compare(log: MadeLog, seed: number): void {
  const ofOctets = { ...log, header: { ...log.header, onlyOctets: !log.rows.some(({ kind }) => kind === 'frame') } };
  expect(unseen(ofOctets, seed), `seed ${seed}`).toEqual(seen(ofOctets));
}

/** The rows of each direction put together as long as the other one is silent, and cut anew. */
function cutAnew({ header, rows }: MadeLog, seed: number): MadeLog {
  const chance = chanceOf(seed);
  const cut: Row[] = [];
  let open: Row | null = null;
  const write = (row: Row | null) => {
    if (row) cut.push({ ...row, row: cut.length });
  };
  for (const row of rows) {
    if (row.kind === 'frame') continue;
    if (open?.kind === 'octets' && row.kind === 'octets' && open.direction === row.direction && isWhole(open)) {
      const known = Buffer.concat([open.octets.known, row.octets.known]);
      const octets: Octets = { known, length: open.octets.length + row.octets.length, exact: row.octets.exact };
      open = { ...row, octets };
      const at = chance(4) === 0 ? chance(known.length) : 0;
      if (at > 0 && isWhole(open)) {
        write({ ...open, octets: { known: known.subarray(0, at), length: at, exact: true } });
        open = { ...open, octets: { known: known.subarray(at), length: known.length - at, exact: true } };
      }
    } else {
      write(open);
      open = row;
    }
  }
  write(open);
  return { header, rows: cut };
}

function isWhole({ octets: { known, length, exact } }: Extract<Row, { kind: 'octets' }>): boolean {
  return exact && known.length === length;
}

const PATIENCE = 240_000;

const takeRow = vi.spyOn(WholeFrames.prototype, 'takeRow');

afterAll(() => takeRow.mockRestore());

/** Octets that were read where they stand. */
function readWhole(): number {
  const sum = takeRow.mock.results.reduce((octets, { value }) => octets + (value as number), 0);
  takeRow.mockClear();
  return sum;
}

function octetsOf(logs: readonly MadeLog[]): number {
  return logs.flatMap(({ rows }) => rows).reduce((sum, row) => sum + octetsOfRow(row), 0);
}

describe('what is counted where nobody looks at the rows', { timeout: PATIENCE }, () => {
  it('is what is counted row by row in made-up logs', () => {
    const logs = Array.from({ length: 300 }, (_, seed) => madeLog(seed));
    logs.forEach(compare);
    const ofOctets = logs.filter(({ rows }) => !rows.some(({ kind }) => kind === 'frame'));
    expect(readWhole()).toBeGreaterThan(octetsOf(ofOctets) / 4);
  });

  it('is that where rows hold several frames and frames stand in several rows', () => {
    const logs = Array.from({ length: 500 }, (_, seed) => cutAnew(madeLog(300 + seed), seed));
    logs.forEach(compare);
    expect(readWhole()).toBeGreaterThan(octetsOf(logs) / 4);
  });

  it('knows of octets that the log leaves out behind the head and the frame of one row', () => {
    const request = 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
    const response = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
    const texts = [
      `${request}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      `${response}Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x01a`,
      ...['b', 'c', 'd'].map((letter) => `\x81\x01${letter}`),
      '\x83\x01e',
    ];
    const rows = texts.map((text, row): Row => {
      const octets = wholeOctets(octetsOfLatin1(text));
      return { kind: 'octets', row, time: null, direction: row === 0 ? 'tx' : 'rx', octets, sync: false };
    });
    const header: LogHeader = { ...bareHeader('made', 'rows'), writer: 'client', onlyOctets: true };
    const errors = [0, 3].map((rx) => {
      const log = { header: { ...header, unlogged: { rx, tx: 0 } }, rows };
      compare(log, 1);
      return unseen(log, 1).violations.error;
    });
    expect(errors).toEqual([1, 0]);
  });

  it("is that in the rules' examples", () => {
    for (const { examples } of RULES) {
      for (const example of [...examples.violates, ...examples.holds]) {
        const log: { header: LogHeader | null; rows: Row[] } = { header: null, rows: [] };
        const reader = readRows('log', {
          header: (header) => {
            log.header = header;
          },
          row: (row) => void log.rows.push(row),
        });
        reader.push(`${logOfExample(example)}\n`);
        reader.end();
        if (log.header) compare({ header: log.header, rows: log.rows }, 1);
      }
    }
  });
});
