import { expect, it } from 'vitest';
import { splitLines, withoutCr } from './line-splitter.ts';

function linesOf(chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

it('gives the same lines wherever the text is cut', () => {
  const text = 'one\n\ntwo\r\nlast';
  for (let at = 0; at <= text.length; at++) {
    expect(linesOf([text.slice(0, at), text.slice(at)])).toEqual(['one', '', 'two\r', 'last']);
  }
});

it('gives no line after a final line end', () => {
  expect(linesOf(['a\n'])).toEqual(['a']);
});

it('takes one CR from the end of a line', () => {
  expect([withoutCr('a\r'), withoutCr('a\r\r'), withoutCr('a'), withoutCr('')]).toEqual(['a', 'a\r', 'a', '']);
});
