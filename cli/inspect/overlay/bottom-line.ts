// What lies over a page and below it, in lines: key line, prompt, help.

import { type Context, hintsOf, isIn, KEYMAP, keysLabel } from '../keys/keymap.ts';
import type { Check } from '../keys/page.ts';
import { PROMPTS, type Prompt } from '../keys/prompt.ts';
import { MARKS } from '../log/marks.ts';
import { cutTo, visible, widthOf } from '../terminal/cells.ts';
import { type Canvas, type Piece, paintLine, piece, type Style } from '../terminal/paint.ts';

/** What is being written, and whether it is right. */
export function promptLine({ kind, text, caret }: Prompt, check: Check | null, canvas: Canvas): string {
  const says = check === null || check.says === '' ? '' : `  ${check.isRight ? '✓' : '✗'} ${visible(check.says)}`;
  const label = ` ${PROMPTS[kind]}`;
  const room = Math.max(canvas.width - widthOf(label) - Math.min(widthOf(says), canvas.width >> 1), 8);
  const characters = [...text];
  // What is before the caret gives way from its beginning.
  let before = visible(characters.slice(0, caret).join(''));
  while (widthOf(before) > room - 2) before = [...before].slice(1).join('');
  const under = characters[caret] === undefined ? '▏' : visible(characters[caret]);
  const after = cutTo(visible(characters.slice(caret + 1).join('')), Math.max(room - widthOf(before) - 2, 0)).text;
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

export interface Told {
  readonly count: number | null;
  readonly says: string | null;
  readonly error: string | null;
  /** What goes on, such as a replay. */
  readonly status: string | null;
}

/** What the last key said, or the keys. */
export function keyLine(context: Context, { count: digits, says, error, status }: Told, canvas: Canvas): string {
  if (digits !== null) return paintLine([piece(` ${digits}`, 'bold'), piece('  count for the next key')], canvas);
  if (says) return paintLine([piece(` ${visible(says)}`, 'warning')], canvas);
  // It stays as long as the page: the keys get the room that it leaves.
  const pieces: Piece[] = error === null ? [] : [piece(` ${visible(error)} `, 'error')];
  if (status !== null) pieces.push(piece(` ${status} `, 'stimulus'));
  let left = canvas.width - 1 - pieces.reduce((sum, { text }) => sum + widthOf(text), 0);
  for (const { keys, hint } of hintsOf(context)) {
    left -= keys.length + hint.length + 3;
    if (left < -2) break;
    pieces.push(piece(`${pieces.length === 0 ? ' ' : '  '}${keys}`, 'bold'), piece(` ${hint}`));
  }
  return paintLine(pieces, canvas);
}

const OVER: ReadonlySet<string> = new Set(['help', 'prompt', 'copy', 'export'] satisfies Context[]);
const KEYS_WIDTH = 16;

type Sign = readonly [sign: string, style: Style, title: string];

const OF_ROWS = Object.values(MARKS).map(({ character, style, title }): Sign => [character, style, title]);

/** What stands for what on each page. */
const SIGNS: Partial<Record<Context, readonly Sign[]>> = {
  log: [
    ...OF_ROWS,
    ['F123M', 'bold', 'bits of the frame: FIN, RSV1 to RSV3, MASK; - where one is 0'],
    ['* ;', 'bold', 'a row that you have marked; one with only a comment of yours'],
  ],
  diff: OF_ROWS,
  cases: [
    [MARKS.violation.character, MARKS.violation.style, 'failed, or an error is charged; 8/10: 8 of 10 did not'],
    [MARKS.remark.character, MARKS.remark.style, 'not strict, or a warning is charged'],
    ['–', 'dim', 'so many are not implemented: neither passed nor failed'],
    ['·', 'dim', 'no log of that agent'],
  ],
};

/** The keys of the page first, then those of what lies over it, then the signs. */
export function helpLines(context: Context, canvas: Canvas): string[] {
  const own = KEYMAP.filter((binding) => isIn(binding, context));
  const others = KEYMAP.filter(({ when }) => OVER.has(when));
  const line = (keys: string, style: Piece['style'], help: string) => [
    piece(` ${keys.padEnd(KEYS_WIDTH)} `, style),
    piece(help),
  ];
  const lines = [...own, ...others].map((binding) => line(keysLabel(binding), 'bold', binding.help));
  const signs = (SIGNS[context] ?? []).map(([sign, style, title]) => line(sign, style, title));
  return [...lines, [], ...signs].map((pieces) => paintLine(pieces, canvas));
}
