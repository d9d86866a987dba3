import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, cutToCells, fitTo, visible, visibleOctets, wrapToCells } from './cells.ts';

const text = fc.string({ unit: 'binary', maxLength: 60 });

describe('visible', () => {
  it('keeps letters on whose width terminals agree', () => {
    expect(visible('Hello-µ@ßöäüàá-κόσμε-жар-日本語-한글')).toBe('Hello-µ@ßöäüàá-κόσμε-жар-日本語-한글');
  });

  it.each([
    ['an escape sequence', '\x1b[2J', '\\u{1b}[2J'],
    ['a C1 control', '\u009b2J', '\\u{9b}2J'],
    ['a bidi override', 'a\u202eb', 'a\\u{202e}b'],
    ['right-to-left letters', 'שלום', '\\u{5e9}\\u{5dc}\\u{5d5}\\u{5dd}'],
    ['a combining mark', 'e\u0301', 'e\\u{301}'],
    ['joined emoji', '👩\u200d💻', '\\u{1f469}\\u{200d}\\u{1f4bb}'],
    ['private use, of which the marks of panes are', '\ue000', '\\u{e000}'],
    ['an odd blank', '\u3000', '\\u{3000}'],
  ])('escapes %s', (_, given, shown) => {
    expect(visible(given)).toBe(shown);
  });

  it('leaves no control, invisible or private character', () => {
    fc.assert(fc.property(text, (given) => void expect(visible(given)).not.toMatch(/[\p{C}\p{M}\p{Zl}\p{Zp}]/u)));
    fc.assert(
      fc.property(
        fc.uint8Array(),
        (given) => void expect(visibleOctets(given)).not.toMatch(/[\p{C}\p{M}\p{Zl}\p{Zp}]/u),
      ),
    );
  });
});

describe('fitTo', () => {
  it('fills and cuts', () => {
    expect(fitTo('abc', 5)).toBe('abc  ');
    expect(fitTo('abcdef', 5)).toBe('abcd…');
    expect(fitTo('日本語', 6)).toBe('日本語');
    expect(fitTo('日本語', 4)).toBe('日… ');
    expect(fitTo('abc', 0)).toBe('');
  });

  it('gives exactly the width for any text', () => {
    fc.assert(
      fc.property(text, fc.nat(40), (given, width) => {
        expect(cellsOf(fitTo(visible(given), width))).toBe(width);
      }),
    );
  });

  it('cuts to a beginning that is not wider', () => {
    fc.assert(
      fc.property(text, fc.nat(40), (given, width) => {
        const part = cutToCells(visible(given), width);
        expect(visible(given).startsWith(part.text)).toBe(true);
        expect(cellsOf(part.text)).toBe(part.width);
        expect(part.width).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('wrap', () => {
  it('breaks at blanks, and words that are too long anywhere', () => {
    expect(wrapToCells('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapToCells('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl']);
    expect(wrapToCells('', 4)).toEqual(['']);
  });

  it('loses nothing but blanks, and no line is too wide', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 30 }), (given, width) => {
        const shown = visible(given);
        const lines = wrapToCells(shown, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(shown.replaceAll(' ', ''));
        for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
