import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readKeys } from './keys.ts';

function typed(...chunks: (string | Buffer)[]): string[] {
  const keys: string[] = [];
  const reader = readKeys({ key: (key) => void keys.push(key) });
  for (const chunk of chunks) reader.push(chunk);
  reader.close();
  return keys;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the key reader', () => {
  it.each([
    ['letters', 'jG?', ['j', 'G', '?']],
    ['space, tab, enter, backspace', ' \t\r\x7f', ['space', 'tab', 'enter', 'backspace']],
    ['controls', '\x03\x04\x0c\x15\x1a', ['ctrl-c', 'ctrl-d', 'ctrl-l', 'ctrl-u', 'ctrl-z']],
    ['arrows, in both modes', '\x1b[A\x1b[B\x1bOA\x1bOB', ['up', 'down', 'up', 'down']],
    [
      'home and end, in all ways',
      '\x1b[H\x1b[F\x1b[1~\x1b[4~\x1bOH\x1bOF',
      ['home', 'end', 'home', 'end', 'home', 'end'],
    ],
    ['page keys', '\x1b[5~\x1b[6~', ['pageup', 'pagedown']],
    ['shift-tab and F1', '\x1b[Z\x1bOP\x1b[11~', ['shift-tab', 'f1', 'f1']],
    ['modifiers', '\x1b[1;5A\x1b[6;2~\x1bx', ['ctrl-up', 'shift-pagedown', 'alt-x']],
    ['other letters', 'é語', ['é', '語']],
  ])('names %s', (_, input, keys) => {
    expect(typed(input)).toEqual(keys);
  });

  it.each([
    ['a pasted text', '\x1b[200~q\x03\x1b[A\x1b[201~j', ['j']],
    ['an answer about colours', '\x1b]11;rgb:0000/0000/0000\x07j', ['j']],
    ['one that ends in ST', '\x1b]11;rgb:ffff/ffff/ffff\x1b\\j', ['j']],
    ['an answer about attributes', '\x1b[?62;1;4cj', ['j']],
    ['an answer about the version', '\x1bP>|q(1)\x1b\\j', ['j']],
    ['the wheel', '\x1b[<65;10;5Mj', ['j']],
    ['the old mouse', '\x1b[M !!j', ['j']],
    ['focus', '\x1b[I\x1b[Oj', ['j']],
  ])('swallows %s', (_, input, keys) => {
    expect(typed(input)).toEqual(keys);
  });

  it('takes an escape for the key when nothing follows within 30 ms', () => {
    const keys: string[] = [];
    const reader = readKeys({ key: (key) => void keys.push(key) });
    reader.push('\x1b');
    vi.advanceTimersByTime(29);
    expect(keys).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(keys).toEqual(['escape']);
    reader.push('j');
    expect(keys).toEqual(['escape', 'j']);
  });

  it('waits for the rest of a sequence', () => {
    const keys: string[] = [];
    const reader = readKeys({ key: (key) => void keys.push(key) });
    reader.push('\x1b');
    vi.advanceTimersByTime(20);
    reader.push('[');
    vi.advanceTimersByTime(20);
    reader.push('A');
    expect(keys).toEqual(['up']);
  });

  it('gives the keyboard back when a paste never ends', () => {
    const keys: string[] = [];
    const reader = readKeys({ key: (key) => void keys.push(key) });
    reader.push('\x1b[200~text');
    vi.advanceTimersByTime(1000);
    reader.push('q');
    expect(keys).toEqual(['q']);
  });

  it('takes Esc twice for two', () => {
    const keys: string[] = [];
    const reader = readKeys({ key: (key) => void keys.push(key) });
    reader.push('\x1b\x1b');
    vi.advanceTimersByTime(30);
    expect(keys).toEqual(['escape', 'escape']);
  });

  it('hands out pasted text as it is', () => {
    const pasted: string[] = [];
    const reader = readKeys({ key: () => {}, paste: (text) => void pasted.push(text) });
    reader.push('\x1b[200~rx and\n');
    reader.push('len>125\x1b[A\x1b[201~');
    expect(pasted).toEqual(['rx and\nlen>125\x1b[A']);
  });

  it('hands out clicks and the wheel, and no other button or release', () => {
    const places: unknown[] = [];
    const reader = readKeys({ key: () => {}, point: (at) => void places.push(at) });
    reader.push('\x1b[<0;10;5M\x1b[<0;10;5m\x1b[<2;1;1M\x1b[<65;300;99M\x1b[<64;1;1M');
    expect(places).toEqual([
      { x: 9, y: 4, wheel: 0 },
      { x: 299, y: 98, wheel: 3 },
      { x: 0, y: 0, wheel: -3 },
    ]);
  });

  it('gives the same keys however the input is cut', () => {
    const token = fc.constantFrom(
      'j',
      '12G',
      ' ',
      '\x1b[A',
      '\x1bOB',
      '\x1b[5~',
      '\x1b[200~qq\x1b[201~',
      '\x1b]11;x\x07',
      'é',
      '\x03',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), fc.array(fc.nat(40)), (tokens, cuts) => {
        const whole = Buffer.from(tokens.join(''));
        const points = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
        const chunks = points.slice(1).map((to, at) => whole.subarray(points[at], to));
        expect(typed(...chunks)).toEqual(typed(whole));
      }),
    );
  });

  it('survives any octets', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => void typed(...chunks.map((chunk) => Buffer.from(chunk)))),
    );
  });
});
