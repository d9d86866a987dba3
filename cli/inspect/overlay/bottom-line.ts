// The last line: what is being written, what the last key said, or the keys.

import { type Context, keyHintsOf } from '../keys/keymap.ts';
import type { AnswerCheck } from '../keys/page.ts';
import { PROMPTS, type Prompt } from '../keys/prompt.ts';
import { cellsOf, cutToCells, visible } from '../terminal/cells.ts';
import { type Canvas, type Piece, paintLine, piece } from '../terminal/paint.ts';

/** What is being written, and whether it is right. */
export function promptLine({ kind, text, caret }: Prompt, check: AnswerCheck | null, canvas: Canvas): string {
  const says = check === null || check.says === '' ? '' : `  ${check.isRight ? '✓' : '✗'} ${visible(check.says)}`;
  const label = ` ${PROMPTS[kind]}`;
  const room = Math.max(canvas.width - cellsOf(label) - Math.min(cellsOf(says), canvas.width >> 1), 8);
  const characters = [...text];
  // What is before the caret gives way from its beginning.
  let before = visible(characters.slice(0, caret).join(''));
  while (cellsOf(before) > room - 2) before = [...before].slice(1).join('');
  const under = characters[caret] === undefined ? '▏' : visible(characters[caret]);
  const after = cutToCells(visible(characters.slice(caret + 1).join('')), Math.max(room - cellsOf(before) - 2, 0)).text;
  const style = check?.isRight === false ? 'error' : 'plain';
  return paintLine(
    [
      piece(label, 'bold'),
      piece(before, style),
      piece(under, 'selected'),
      piece(after, style),
      piece(says, check?.isRight === false ? 'error' : 'dim'),
    ],
    canvas,
  );
}

export interface BottomLine {
  readonly count: number | null;
  readonly says: string | null;
  readonly error: string | null;
  /** What goes on, such as a replay. */
  readonly status: string | null;
}

/** What the last key said, or the keys. */
export function keyLine(context: Context, { count: digits, says, error, status }: BottomLine, canvas: Canvas): string {
  if (digits !== null) return paintLine([piece(` ${digits}`, 'bold'), piece('  count for the next key')], canvas);
  if (says) return paintLine([piece(` ${visible(says)}`, 'warning')], canvas);
  // It stays as long as the page: the keys get the room that it leaves.
  const pieces: Piece[] = error === null ? [] : [piece(` ${visible(error)} `, 'error')];
  if (status !== null) pieces.push(piece(` ${status} `, 'stimulus'));
  let left = canvas.width - 1 - pieces.reduce((sum, { text }) => sum + cellsOf(text), 0);
  for (const { keys, hint } of keyHintsOf(context)) {
    left -= keys.length + hint.length + 3;
    if (left < -2) break;
    pieces.push(piece(`${pieces.length === 0 ? ' ' : '  '}${keys}`, 'bold'), piece(` ${hint}`));
  }
  return paintLine(pieces, canvas);
}
