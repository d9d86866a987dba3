// The lines around the panes: title, key line, help.

import { cutTo, visible, widthOf } from './cells.ts';
import { type Context, hintsOf, isIn, KEYMAP, keysLabel } from './keymap.ts';
import { MARKS } from './marks.ts';
import { type Canvas, type Piece, paintLine, piece } from './paint.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

/** The agent's name gives way first. */
export function titleLine(title: string, store: Store, { cursor }: State, canvas: Canvas): string {
  const header = store.headerAt(cursor);
  const { counts } = store.index;
  const result = header?.report?.behavior;
  const row = store.at(cursor)?.row.row;
  const about = [
    piece(header?.case ? `  ${visible(header.case.slice(0, 40))}` : ''),
    piece(typeof result === 'string' ? `  ${visible(result.slice(0, 20))}` : ''),
    count(MARKS.violation, counts.violation),
    count(MARKS.remark, counts.remark),
    count(MARKS.stimulus, counts.stimulus),
    piece(row === undefined ? '' : `  row ${row} (${cursor + 1}/${store.length})`),
    piece(store.status.isLoading ? '  loading' : '', 'dim'),
  ];
  const brand = ' wirelog  ';
  const used = about.reduce((sum, { text }) => sum + widthOf(text), brand.length);
  const name = cutTo(visible((header?.agent ?? title).slice(0, 200)), Math.max(canvas.width - used, 8)).text;
  return paintLine([piece(brand, 'dim'), piece(name, 'bold'), ...about], canvas);
}

function count({ character, style }: (typeof MARKS)[keyof typeof MARKS], number: number): Piece {
  return piece(`  ${character} ${number}`, number > 0 ? style : 'dim');
}

/** What the last key said, or the keys. */
export function keyLine(context: Context, state: State, error: string | null, canvas: Canvas): string {
  if (state.count !== null)
    return paintLine([piece(` ${state.count}`, 'bold'), piece('  count for the next key')], canvas);
  if (state.says) return paintLine([piece(` ${state.says}`, 'warning')], canvas);
  if (error !== null) return paintLine([piece(` ${visible(error)}`, 'error')], canvas);
  const pieces: Piece[] = [];
  let left = canvas.width - 1;
  for (const { keys, hint } of hintsOf(context)) {
    left -= keys.length + hint.length + 3;
    if (left < -2) break;
    pieces.push(piece(`${pieces.length === 0 ? ' ' : '  '}${keys}`, 'bold'), piece(` ${hint}`));
  }
  return paintLine(pieces, canvas);
}

export function helpLines(canvas: Canvas): string[] {
  const keys = (['log', 'help'] as const).flatMap((context) =>
    KEYMAP.filter((binding) => isIn(binding, context) && (context === 'log' || binding.when === 'help')),
  );
  const lines = keys.map((binding) => [piece(` ${keysLabel(binding).padEnd(16)}`, 'bold'), piece(binding.help)]);
  const marks = Object.values(MARKS).map(({ character, style, title }) => [
    piece(` ${character.padEnd(16)}`, style),
    piece(title),
  ]);
  return [...lines, [], ...marks].map((pieces) => paintLine(pieces, canvas));
}
