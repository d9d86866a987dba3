import { describe, expect, it } from 'vitest';
import { annotateExample } from '../../judge/example.ts';

/** Of each frame that answers one: its row, and the row of that. */
function answersIn(...lines: readonly string[]): [number, number][] {
  const { rows } = annotateExample({ log: lines.join('\n') });
  return rows.flatMap(({ row, frames }) =>
    frames.flatMap(({ frame: { answers } }): [number, number][] => (answers ? [[row.row, answers.row]] : [])),
  );
}

const HELLO = { tx: 'tx 818537fa213d7f9f4d5158', rx: 'rx 810548656c6c6f' };
const CLOSE = { tx: 'tx 888237fa213d3412', rx: 'rx 880203e8' };

describe('what a frame answers', () => {
  it('is the newest open Ping of its payload, for a Pong', () => {
    expect(answersIn('tx 898137fa213d36', 'tx 898137fa213d36', 'rx 8a0101', 'rx 8a0102')).toEqual([[2, 1]]);
  });

  it("is the other endpoint's Close that came before, and none that may have crossed with it", () => {
    expect(answersIn(CLOSE.tx, CLOSE.rx)).toEqual([[1, 0]]);
    expect(answersIn(CLOSE.rx, CLOSE.tx)).toEqual([[1, 0]]);
    expect(answersIn(CLOSE.tx)).toEqual([]);
  });

  it('is the n-th message of the same content, for the n-th echo, and nothing for one more', () => {
    expect(answersIn(HELLO.tx, HELLO.tx, HELLO.rx, HELLO.rx, HELLO.rx)).toEqual([
      [2, 0],
      [3, 1],
    ]);
  });

  it('is where the message ended, for the last frame of an echo in fragments', () => {
    expect(answersIn(HELLO.tx, 'rx 01024865', 'rx 80036c6c6f')).toEqual([[2, 0]]);
  });
});
