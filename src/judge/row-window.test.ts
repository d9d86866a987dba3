import { describe, expect, it } from 'vitest';
import { wholeOctets } from '../model/octets.ts';
import type { Row } from '../model/row.ts';
import { type Chance, chanceOf } from '../model/wire-frame.fixture.ts';
import type { AnnotatedRow } from './annotation.ts';
import { batchOf } from './ordinary.fixture.ts';
import { JudgedBatch, type RowOrStretch, Stretch } from './ordinary-row.ts';
import { RowWindow } from './row-window.ts';

function rowOf(row: number): Row {
  return { kind: 'octets', row, time: null, direction: 'rx', octets: wholeOctets(Uint8Array.of(0x81, 0)), sync: false };
}

function annotated(row: number): AnnotatedRow {
  return { row: rowOf(row), frames: [], heads: [], annotations: [], agrees: null, frame: null };
}

function numbersOf(leaving: readonly RowOrStretch[]): number[] {
  return leaving.flatMap((one) => {
    if (!(one instanceof Stretch)) return [one.row.row];
    return Array.from({ length: one.to - one.from }, (_, i) => one.batch.rows.rows[one.from + i] as number);
  });
}

/** Adds a row, or several of a batch, of which one may be no ordinary one. Returns their numbers. */
function addSome(held: RowWindow, chance: Chance, next: () => number): number[] {
  if (chance(2) === 0) {
    const row = annotated(next());
    held.add(row);
    expect(held.find(row.row.row)).toBe(row);
    return [row.row.row];
  }
  const rows = Array.from({ length: 1 + chance(5) }, () => rowOf(next()));
  const batch = new JudgedBatch(batchOf(rows));
  for (const [at, { row }] of rows.entries()) {
    if (chance(6) === 0) held.add(annotated(row));
    else held.addOrdinary(batch, at);
  }
  return rows.map(({ row }) => row);
}

/** `isOrdered`: the numbers never fall. */
function compare(chance: Chance, isOrdered: boolean): void {
  let number = 0;
  const next = () => {
    number = isOrdered || chance(9) > 0 ? number + chance(3) : chance(5);
    return number;
  };
  const held = new RowWindow();
  let expected: number[] = [];
  for (let i = 0; i < 60; i++) {
    expected.push(...addSome(held, chance, next));
    expect(held.count).toBe(expected.length);
    for (let asked = -1; asked <= number + 1; asked++) {
      expect(held.find(asked)?.row.row).toBe(expected.includes(asked) ? asked : undefined);
    }
    const count = chance(expected.length + 1) >> chance(3);
    expect(numbersOf(held.takeOldest(count))).toEqual(expected.slice(0, count));
    expected = expected.slice(count);
  }
}

describe('rows that are held back', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'leave in order, and are found until then, by themselves or in a batch (seed %i)',
    (seed) => {
      compare(chanceOf(seed), true);
      compare(chanceOf(seed), false);
    },
  );

  it('are found as the latest of their number', () => {
    const held = new RowWindow();
    const rows = [annotated(3), annotated(3), annotated(4)];
    for (const row of rows) held.add(row);
    expect(held.find(3)).toBe(rows[1]);
    const batch = new JudgedBatch(batchOf([rowOf(5), rowOf(5), rowOf(6)]));
    for (const at of [0, 1, 2]) held.addOrdinary(batch, at);
    expect(held.find(5)).toBe(batch.view(1));
    held.takeOldest(4);
    expect(held.find(5)).toBe(batch.view(1));
    held.takeOldest(1);
    expect(held.find(5)).toBe(undefined);
  });

  it('of a batch stay together', () => {
    const held = new RowWindow();
    const [one, other] = [0, 10].map((from) => new JudgedBatch(batchOf([0, 1, 2].map((i) => rowOf(from + i)))));
    for (const batch of [one, other]) for (const at of [0, 1, 2]) held.addOrdinary(batch as JudgedBatch, at);
    const leaving = held.takeOldest(5);
    expect(leaving.map((some) => some instanceof Stretch && [some.batch === one, some.from, some.to])).toEqual([
      [true, 0, 3],
      [false, 0, 2],
    ]);
  });
});
