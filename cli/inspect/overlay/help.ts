// The help: the keys of the page in their groups, those of what opens over it, and what the signs mean. It can be searched.

import { type Context, inGroups, isIn, KEYMAP, type KeyCommand, keysLabel } from '../keys/keymap.ts';
import { linesToScroll } from '../keys/scroll.ts';
import { MARKS } from '../log/marks.ts';
import { wrapToCells } from '../terminal/cells.ts';
import type { Finder, SearchWay } from '../terminal/find.ts';
import { type Canvas, paintLine, piece, type Style } from '../terminal/paint.ts';
import { type Area, clampTop } from '../terminal/window.ts';
import type { Overlay } from './overlay.ts';

/** What opens over a page. */
const OVER: ReadonlySet<string> = new Set(['help', 'prompt', 'copy', 'export', 'keep'] satisfies Context[]);
const KEYS_WIDTH = 22;

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
    [MARKS.warning.character, MARKS.warning.style, 'warning: not strict, or a warning is charged'],
    ['–', 'dim', 'so many are not implemented: neither passed nor failed'],
    ['·', 'dim', 'no log of that agent'],
  ],
};

type KeyLine = readonly [keys: string, style: Style, text: string];

function linesIn(context: Context): KeyLine[] {
  const shown = KEYMAP.filter((binding) => isIn(binding, context) || OVER.has(binding.when));
  const lines = inGroups(shown).flatMap(({ title, bindings }): KeyLine[] => [
    [title, 'header', ''],
    ...bindings.map((binding): KeyLine => [`  ${keysLabel(binding)}`, 'bold', binding.help]),
    ['', 'plain', ''],
  ]);
  const signs = SIGNS[context] ?? [];
  if (signs.length === 0) return lines.slice(0, -1);
  return [
    ...lines,
    ['signs', 'header', ''],
    ...signs.map(([sign, style, title]): KeyLine => [`  ${sign}`, style, title]),
  ];
}

/** Lines as they stand on the screen, each with the entry that it is of. */
function rowsIn(context: Context, width: number): { readonly entry: number; readonly line: KeyLine }[] {
  const room = Math.max(width - KEYS_WIDTH - 2, 16);
  return linesIn(context).flatMap(([keys, style, text], entry) =>
    wrapToCells(text, room).map((part, at) => ({ entry, line: [at === 0 ? keys : '', style, part] as const })),
  );
}

/** `hit`: the entry that a search has found. */
export function helpLines(context: Context, canvas: Canvas, hit: number | null = null): string[] {
  return rowsIn(context, canvas.width).map(({ entry, line: [keys, style, text] }) =>
    paintLine(
      [
        piece(entry === hit && keys !== '' ? '>' : ' '),
        piece(text === '' ? keys : `${keys.padEnd(KEYS_WIDTH)} `, style),
        piece(text),
      ],
      canvas,
      entry === hit ? 'selected' : null,
    ),
  );
}

/** To the next entry that matches, or the one before; it comes into sight. */
export function searchedHelp(
  context: Context,
  { help, helpHit, screen }: Overlay,
  finder: Finder,
  by: SearchWay,
): Partial<Overlay> {
  const lines = linesIn(context);
  const rows = rowsIn(context, screen.width);
  const first = help ?? 0;
  const from = helpHit ?? (rows[first]?.entry ?? 0) - 1;
  const { at, says } = finder.next(by, lines.length, from, 'line', (line) => {
    const [keys, , text] = lines[line] ?? ['', '', ''];
    return `${keys} ${text}`;
  });
  if (at === null) return { says };
  const height = helpHeight(screen);
  const row = rows.findIndex(({ entry }) => entry === at);
  const last = rows.findLastIndex(({ entry }) => entry === at);
  const isInSight = row >= first && last < first + height;
  return { says, helpHit: at, help: isInSight ? first : clampTop(row - (height >> 1), height, rows.length) };
}

/** Lines of help below its title and rule, above the key line. */
function helpHeight({ height }: Area): number {
  return Math.max(height - 3, 1);
}

export function scrolledHelp(context: Context, { help, screen }: Overlay, lines: number): Partial<Overlay> {
  const { length } = rowsIn(context, screen.width);
  return { help: clampTop((help ?? 0) + lines, helpHeight(screen), length) };
}

/** Lines that the command scrolls the help by. */
export function helpLinesOf(command: KeyCommand, { screen }: Overlay): number {
  return linesToScroll(command, helpHeight(screen));
}
