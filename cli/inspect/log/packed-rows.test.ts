import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../../../src/ingest/formats.ts';
import { annotate } from '../../../src/judge/annotate.ts';
import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import { converse, plan } from '../../../src/judge/conversation.fixture.ts';
import { annotateRows, chopping, logOf } from '../../../src/judge/conversation-log.fixture.ts';
import { hexOf, wholeOctets } from '../../../src/model/octets.ts';
import type { Direction, LogHeader, Role, Row } from '../../../src/model/row.ts';
import { HEADER, octets } from './log.fixture.ts';
import { openStore, type Store } from './store.ts';

/** All octets as text: a part of a Buffer is as good as an array. */
function plain(annotated: AnnotatedRow | null): unknown {
  return JSON.parse(
    JSON.stringify(annotated, function (this: Record<string, unknown>, key, value: unknown) {
      const own = this[key];
      return own instanceof Uint8Array ? `0x${hexOf(own)}` : value;
    }),
  );
}

function shown(store: Store): unknown[] {
  return Array.from({ length: store.length }, (_, position) => plain(store.at(position)));
}

/** As the rows would be if they were all held until the log is over. */
function held(header: LogHeader, rows: readonly Row[]): unknown[] {
  return annotateRows(header, rows).rows.map(plain);
}

/** Each row is shown at once, and what is found out later is told. */
function stored(header: LogHeader, rows: readonly Row[], flushes: (row: number) => boolean = () => true): Store {
  const store = openStore();
  const annotator = annotate(header, { changed: store.sink.change });
  store.sink.header(header);
  rows.forEach((row, at) => {
    store.sink.rows(annotator.push(row));
    if (flushes(at)) store.sink.rows(annotator.flush());
  });
  store.sink.rows(annotator.end().rows);
  store.sink.done(null, null);
  return store;
}

function logsIn(file: string): { readonly header: LogHeader; readonly rows: Row[] }[] {
  const text = readFileSync(file, 'latin1');
  const logs: { readonly header: LogHeader; readonly rows: Row[] }[] = [];
  const reader = formatOf(text)?.read(file, {
    header: (header) => void logs.push({ header, rows: [] }),
    row: (row) => void logs.at(-1)?.rows.push(row),
  });
  reader?.push(text);
  reader?.end();
  return logs;
}

const FILES = readdirSync('logs').filter((name) => /\.(?:json|txt|log|hex)$/.test(name));
const direction = fc.constantFrom<Direction>('rx', 'tx');
const writer = fc.constantFrom<Role>('client', 'server');

describe('packed rows', () => {
  it.each(FILES)('are those of %s', (file) => {
    for (const { header, rows } of logsIn(`logs/${file}`)) {
      expect(shown(stored(header, rows))).toEqual(held(header, rows));
    }
  });

  it('are those of any conversation, however it is chopped, with what was found out later', () => {
    fc.assert(
      fc.property(plan, writer, chopping, fc.nat(), fc.nat(7), (planned, by, how, seed, every) => {
        const { header, rows } = logOf(converse(planned), by, how, seed);
        const store = stored(header, rows, (row) => row % (every + 1) === 0);
        expect(shown(store)).toEqual(held(header, rows));
      }),
      { numRuns: 200 },
    );
  });

  it('are those of any octets', () => {
    const some = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom('8100', '8900', '8105', '88', '8802', 'c1', '7e', '817e', '8185', '0100', '8000')
        .map((hex) => Buffer.from(hex, 'hex')),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(direction, some), { maxLength: 40 }), writer, (reads, by) => {
        const header: LogHeader = { ...HEADER, writer: by };
        const rows = reads.map(([from, known], row): Row => {
          return { kind: 'octets', row, time: row / 7, direction: from, octets: wholeOctets(known), sync: row % 2 > 0 };
        });
        expect(shown(stored(header, rows))).toEqual(held(header, rows));
      }),
      { numRuns: 300 },
    );
  });

  it('are the same object while they are looked at, and another one after a change', () => {
    const store = stored(HEADER, [octets(0, 'tx', '81 01 61'), octets(1, 'tx', '81 01 62')]);
    const row = store.at(0);
    expect(store.at(0)).toBe(row);
    store.sink.change(0, ({ annotations }) => annotations.push(...(store.at(1)?.annotations ?? [])));
    expect(store.at(0)).not.toBe(row);
    expect([store.at(-1), store.at(2)]).toEqual([null, null]);
  });

  it('hold octets of any length, whole or cut', () => {
    const ping = wholeOctets(Buffer.from('8900', 'hex'));
    const cut = { length: 5 << 20, known: Buffer.alloc(3 << 20, 7), exact: false };
    const store = openStore();
    [ping, cut, ping].forEach((known, row) => {
      const own: Row = { kind: 'octets', row, time: null, direction: 'rx', octets: known, sync: row === 1 };
      store.sink.rows([{ row: own, frames: [], heads: [], annotations: [], agrees: null, frame: null }]);
      const there = store.at(row)?.row;
      if (there?.kind !== 'octets') throw new Error('no octets');
      expect(Buffer.compare(there.octets.known, known.known)).toBe(0);
      expect([there.octets.length, there.octets.exact, there.sync]).toEqual([known.length, known.exact, row === 1]);
    });
  });
});
