import { describe, expect, it } from 'vitest';
import { finderOf, findRound, openFinder } from './find.ts';

describe('finding', () => {
  it('compares in one normal form, and minds capitals only where there are some', () => {
    expect(finderOf('a\u0308b')('x ÄB')).toBe(true);
    expect(finderOf('RX CLOSE')('RX  CLOSE')).toBe(true);
    expect(finderOf('RX')('rx')).toBe(false);
  });

  it('goes round, says so, and ends where it began', () => {
    const lines = ['a', 'b', 'a', 'c'];
    const find = (from: number, by: 1 | -1, wanted: string) =>
      findRound(lines.length, from, by, wanted, 'line', (at) => lines[at] === wanted);
    expect(find(0, 1, 'a')).toEqual({ at: 2, says: null });
    expect(find(2, 1, 'a')).toEqual({ at: 0, says: 'the search went past the end, on from the first' });
    expect(find(0, -1, 'a')).toEqual({ at: 2, says: 'the search went past the first, on from the end' });
    expect(find(1, 1, 'b')).toEqual({ at: 1, says: 'only this line has "b"' });
    expect(find(1, 1, 'z')).toEqual({ at: null, says: 'no line has "z"' });
    expect(findRound(0, 0, 1, 'a', 'line', () => true).at).toBeNull();
  });

  it('goes on the way in which it began', () => {
    const finder = openFinder();
    const textAt = (at: number) => (at % 2 === 0 ? 'even' : 'odd');
    expect(finder.next(1, 10, 0, 'line', textAt).says).toBe('there is nothing to search for: / asks for it');
    finder.begin('odd', -1);
    expect(finder.next(1, 10, 6, 'line', textAt).at).toBe(5);
    expect(finder.next(-1, 10, 6, 'line', textAt).at).toBe(7);
    finder.begin('', 1);
    expect(finder.next(1, 10, 6, 'line', textAt).at).toBe(7);
  });
});
