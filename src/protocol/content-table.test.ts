import { describe, expect, it } from 'vitest';
import { chanceOf } from '../model/wire-frame.fixture.ts';
import { ContentTable, sendingAt } from './content-table.ts';

const HALF = 4096;

describe('a table of contents', () => {
  it('knows each sending of a content, and how often it came back', () => {
    const table = new ContentTable();
    const place = table.nowhere();
    const key = { a: 1, b: 2 };
    expect(table.find(key, place)).toBe(false);
    for (let i = 0; i < 3; i++) {
      table.find(key, place);
      table.add(key, place, { ordinal: i, row: 10 * i }, i);
    }
    expect(table.find(key, place)).toBe(true);
    expect([0, 1, 2, 3].map((nth) => sendingAt(place, nth)?.row)).toEqual([0, 10, 20, undefined]);
    expect(place.half.echoedAt(place.at)).toBe(2);
    expect(table.has({ a: 2, b: 1 })).toBe(false);
    expect(table.size).toBe(1);
  });

  it('forgets the older half of its contents when the newer one is full, as a list of them would', () => {
    const table = new ContentTable();
    const place = table.nowhere();
    const chance = chanceOf(3);
    let order: number[] = [];
    for (let i = 0; i < 5 * HALF; i++) {
      // Some come again, before and after they are forgotten.
      const number = chance(3) === 0 ? chance(i + 1) : i;
      const key = { a: number % 977, b: number };
      const isNew = !order.includes(number);
      expect(table.find(key, place)).toBe(!isNew);
      table.add(key, place, { ordinal: i, row: i }, 0);
      if (isNew) order.push(number);
      const forgotten: number[] = [];
      const hasForgotten = table.forgetOld(({ b }) => forgotten.push(b));
      expect(hasForgotten).toBe(order.length === 2 * HALF);
      if (!hasForgotten) continue;
      expect(forgotten.sort((a, b) => a - b)).toEqual(order.slice(0, HALF).sort((a, b) => a - b));
      order = order.slice(HALF);
    }
    expect(table.size).toBe(order.length);
  });

  it('remembers the first 1024 sendings of a content, while others come', () => {
    const table = new ContentTable();
    const place = table.nowhere();
    const keys = [
      { a: 1, b: 2 },
      { a: 2, b: 1 },
      { a: -1, b: 2 },
    ];
    for (let i = 0; i < 1026; i++) {
      for (const [at, key] of keys.entries()) {
        table.find(key, place);
        table.add(key, place, { ordinal: 3 * i + at, row: i }, i);
      }
      if (i < 100) {
        table.find({ a: i, b: 100 + i }, place);
        table.add({ a: i, b: 100 + i }, place, { ordinal: 0, row: 0 }, 0);
      }
    }
    expect(table.size).toBe(103);
    for (const [at, key] of keys.entries()) {
      expect(table.find(key, place)).toBe(true);
      const ordinals = [0, 1, 500, 1023].map((nth) => sendingAt(place, nth)?.ordinal);
      expect(ordinals).toEqual([0, 1, 500, 1023].map((nth) => 3 * nth + at));
      expect(sendingAt(place, 1024)).toBe(null);
      expect(place.half.echoedAt(place.at)).toBe(1025);
    }
  });
});
