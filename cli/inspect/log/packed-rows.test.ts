import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../../../src/ingest/formats.ts';
import { annotate } from '../../../src/judge/annotate.ts';
import type { AnnotatedRow } from '../../../src/judge/annotation.ts';
import { converse, plan } from '../../../src/judge/conversation.fixture.ts';
import { annotateRows, chopping, logOf } from '../../../src/judge/conversation-log.fixture.ts';
import { judgeInColumns } from '../../../src/judge/judge.ts';
import { judgeLog } from '../../../src/judge/judged-log.ts';
import { batchOf, madeLog } from '../../../src/judge/ordinary.fixture.ts';
import { type RowOrStretch, Stretch } from '../../../src/judge/ordinary-row.ts';
import { hexOf, wholeOctets } from '../../../src/model/octets.ts';
import type { Direction, LogHeader, Role, Row } from '../../../src/model/row.ts';
import { chanceOf } from '../../../src/model/wire-frame.fixture.ts';
import { HEADER, octets } from './log.fixture.ts';
import { openStore, type Store } from './store.ts';

/** All octets as text: a part of a Buffer is as good as an array; and a row that stands in its batch as an object. */
function plain(annotated: AnnotatedRow | null): unknown {
  if (!annotated) return null;
  const { row, frames, unlisted, heads, annotations, unlistedAnnotations, agrees, frame } = annotated;
  const all = { row, frames, unlisted, heads, annotations, unlistedAnnotations, agrees, frame };
  return JSON.parse(
    JSON.stringify(all, function (this: Record<string, unknown>, key, value: unknown) {
      const own = this[key];
      return own instanceof Uint8Array ? `0x${hexOf(own)}` : value;
    }),
  );
}

function shown(store: Store): unknown[] {
  return Array.from({ length: store.length }, (_, position) => plain(store.at(position)));
}

function indexed({ index, hasRepeats, status: { lastNumber, hasTimes } }: Store): unknown {
  return { index, hasRepeats, lastNumber, hasTimes };
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

/** The same of rows in columns, which leave in parts; also what came of the log, and how many rows were no objects. */
function storedInColumns(header: LogHeader, rows: readonly Row[], seed: number, window: number) {
  const chance = chanceOf(seed);
  const store = openStore();
  const stream = judgeInColumns(header, { changed: store.sink.change, window });
  let ordinary = 0;
  const show = (leaving: readonly RowOrStretch[]) => {
    for (const one of leaving) ordinary += one instanceof Stretch ? one.to - one.from : 0;
    store.sink.rows(leaving);
  };
  store.sink.header(header);
  for (let at = 0; at < rows.length; ) {
    const some = rows.slice(at, at + 1 + chance(30));
    const batch = batchOf(some);
    at += some.length;
    for (let from = 0; from < batch.count; from += 8) {
      show(stream.pushBatch(batch, from, Math.min(from + 8, batch.count)));
    }
    if (chance(10) === 0) show(stream.flush());
  }
  const { rows: last, summary, judged } = stream.end();
  show(last);
  store.sink.done(null, null);
  return { store, outcome: { summary, judged }, ordinary };
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

  it('are those that came in columns, and so are their index and what came of them', () => {
    let ordinary = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { header, rows } = madeLog(seed);
      const whole = stored(header, rows, () => false);
      const window = [4, 40, 4096][seed % 3] as number;
      const { store, outcome, ordinary: count } = storedInColumns(header, rows, seed, window);
      expect(shown(store), `seed ${seed}`).toEqual(held(header, rows));
      expect(indexed(store), `seed ${seed}`).toEqual(indexed(whole));
      const { summary, judged } = judgeLog({ header, rows });
      // A verdict does not know of what is found later than a window.
      if (window > rows.length) expect(outcome, `seed ${seed}`).toEqual({ summary, judged });
      ordinary += count;
    }
    expect(ordinary).toBeGreaterThan(1000);
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
