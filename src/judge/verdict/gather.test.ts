import { expect, it } from 'vitest';
import { hexOf, wholeOctets } from '../../model/octets.ts';
import type { FrameRow, LogHeader } from '../../model/row.ts';
import { octetsOfRow, ROW, RowBatch } from '../../model/row-batch.ts';
import { annotateInColumns } from '../annotate.ts';
import { type MadeLog, madeLog } from '../ordinary.fixture.ts';
import { Stretch } from '../ordinary-row.ts';
import { readEvents } from './events.ts';
import type { CaseFacts } from './facts.ts';
import { gatherFacts } from './gather.ts';

function caseOf({ header, rows }: MadeLog): MadeLog {
  const own: LogHeader = { ...header, report: { expected: {}, rxFrameStats: { 1: 3 }, txFrameStats: { 1: 3 } } };
  return { header: own, rows };
}

/** `ordinary`: how many of the log's own rows were gathered in columns. */
function gathered({ header, rows }: MadeLog, asksAlways: boolean): { facts: CaseFacts; ordinary: number } {
  const annotator = annotateInColumns(header, { asksAlways, window: 16 });
  const reader = gatherFacts(header);
  let ordinary = 0;
  const take = (left: ReturnType<typeof annotator.push>) => {
    for (const some of left) {
      reader.take(some);
      if (!(some instanceof Stretch)) continue;
      const { batch, from, to } = some;
      ordinary += batch.rows.kinds.subarray(from, to).filter((kind) => kind === ROW.FRAME).length;
    }
  };
  for (let at = 0; at < rows.length; at += 20) {
    const some = rows.slice(at, at + 20);
    const octets = some.reduce((sum, row) => sum + octetsOfRow(row), 0);
    const batch = new RowBatch(octets, some.length);
    for (const row of some) batch.push(row);
    take(annotator.pushBatch(batch));
  }
  take(annotator.end().rows);
  const facts = reader.end(header, annotator.connection);
  return { facts, ordinary };
}

/** All that is gathered. */
function told({ connection, ...facts }: CaseFacts): unknown {
  const text = JSON.stringify(facts, function plain(this: Record<string, unknown>, key, value: unknown) {
    const own = this[key];
    if (own instanceof Uint8Array) return hexOf(own);
    if (own instanceof Map) return [...own];
    return value === Number.POSITIVE_INFINITY ? 'infinite' : value;
  });
  return JSON.parse(text);
}

it('gathers the same of rows in columns as of rows that are objects', () => {
  let ordinary = 0;
  for (let seed = 0; seed < 300; seed++) {
    const log = caseOf(madeLog(seed));
    const seldom = gathered(log, false);
    expect(told(seldom.facts), `seed ${seed}`).toEqual(told(gathered(log, true).facts));
    ordinary += seldom.ordinary;
  }
  expect(ordinary).toBeGreaterThan(1000);
});

it('keeps of a message in many frames no more than an event shows', () => {
  const payload = new Uint8Array(1000).fill(0x78);
  const frame = (row: number, opcode: number, fin: boolean): FrameRow => ({
    ...{ kind: 'frame', row, time: null, direction: 'rx', opcode, fin, rsv: 0, masked: true, maskingKey: null },
    ...{ length: payload.length, payload: wholeOctets(payload), repeat: null, chopSize: null, sync: false },
  });
  const reader = readEvents();
  for (let row = 0; row < 50; row++) reader.row(frame(row, row === 0 ? 1 : 0, row === 49));
  const [event] = reader.events;
  expect(event).toMatchObject({ kind: 'message', length: 50_000, row: 49 });
  expect(event?.known.length).toBe(256);
  expect(event?.known.buffer).not.toBe(payload.buffer);
});
