import { describe, expect, it } from 'vitest';
import { cutOctets, latin1Of, octetsOfLatin1 } from '../model/octets.ts';
import type { OctetsRow } from '../model/row.ts';
import { Backlog } from './backlog.ts';

function row(number: number, text: string, length = text.length): OctetsRow {
  const octets = cutOctets(octetsOfLatin1(text), length);
  return { kind: 'octets', row: number, time: null, direction: 'rx', octets, sync: false };
}

function backlog(...rows: readonly OctetsRow[]): Backlog {
  const waiting = new Backlog();
  for (const one of rows) waiting.push(one);
  return waiting;
}

/** What is in sight, where that stands in the stream, and the first row that waits. */
function stateOf(waiting: Backlog): (string | number | boolean | undefined)[] {
  return [latin1Of(waiting.sight.known), waiting.offset, waiting.first?.row, waiting.isAtRow];
}

describe('octets that wait', () => {
  it('are taken off their rows, and it is told where they stand', () => {
    const waiting = backlog(row(1, 'abc'), row(2, ''), row(3, 'defg'));
    expect(stateOf(waiting)).toEqual(['abcdefg', 0, 1, true]);
    expect(waiting.take(0)).toEqual([]);
    expect(waiting.take(2)).toEqual([{ at: 0, row: 1, octet: 0, length: 2 }]);
    expect(stateOf(waiting)).toEqual(['cdefg', 2, 1, false]);
    expect(waiting.take(3)).toEqual([
      { at: 0, row: 1, octet: 2, length: 1 },
      { at: 1, row: 3, octet: 0, length: 2 },
    ]);
    expect(stateOf(waiting)).toEqual(['fg', 5, 3, false]);
    expect(waiting.take(9)).toEqual([{ at: 0, row: 3, octet: 2, length: 2 }]);
    expect(stateOf(waiting)).toEqual(['', 7, undefined, true]);
  });

  it('may be dropped with what is left of their row', () => {
    const waiting = backlog(row(1, 'abc'), row(3, 'de'));
    waiting.take(1);
    waiting.shift();
    expect(stateOf(waiting)).toEqual(['de', 3, 3, true]);
    waiting.shift();
    waiting.shift();
    expect(stateOf(waiting)).toEqual(['', 5, undefined, true]);
  });

  it('are handed on as pieces, and the next ones stand behind them', () => {
    const waiting = backlog(row(1, 'abc', 5), row(3, 'de'));
    waiting.take(1);
    expect(
      waiting.drain().map(({ row: from, octet, octets }) => [from, octet, octets.length, latin1Of(octets.known)]),
    ).toEqual([
      [1, 1, 4, 'bc'],
      [3, 0, 2, 'de'],
    ]);
    expect(stateOf(waiting)).toEqual(['', 7, undefined, true]);
    waiting.pass(3);
    waiting.push(row(4, 'fg'));
    expect(stateOf(waiting)).toEqual(['fg', 10, 4, true]);
  });

  it('are handed on behind all that is known of their row', () => {
    const waiting = backlog(row(1, 'abc', 9));
    waiting.take(5);
    expect(waiting.drain().map(({ octet, octets }) => [octet, octets.length, octets.known.length])).toEqual([
      [5, 4, 0],
    ]);
  });

  it('may come whole unless some are hidden, or there are too many', () => {
    expect(backlog(row(1, 'abc')).mayComeWhole).toBe(true);
    expect(backlog(row(1, 'abc', 4)).mayComeWhole).toBe(false);
    expect(backlog(row(1, 'a'.repeat(65_536))).mayComeWhole).toBe(true);
    expect(backlog(row(1, 'a'.repeat(65_536)), row(2, 'a')).mayComeWhole).toBe(false);
  });

  it('are none in a row without octets, unless its length is not known', () => {
    expect(backlog(row(1, '')).first).toBe(undefined);
    const unknown = { ...row(1, ''), octets: { known: new Uint8Array(0), length: 0, exact: false } };
    expect(backlog(unknown).first).toBe(unknown);
  });
});
