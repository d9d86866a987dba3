// The palette in lines: the actions that match, each with its keys and what it does.

import type { Context } from '../keys/keymap.ts';
import type { Prompt } from '../keys/prompt.ts';
import { fitTo } from '../terminal/cells.ts';
import { type Canvas, paintLine, piece, ruleLine } from '../terminal/paint.ts';
import { topFor } from '../terminal/window.ts';
import { matching } from './palette.ts';

const MOST_LINES = 10;
const NAME = 20;
const KEYS = 12;

export function paletteLines(context: Context, { text, chosen }: Prompt, height: number, canvas: Canvas): string[] {
  const entries = matching(context, text);
  const room = Math.min(MOST_LINES, Math.max(height - 5, 1), entries.length);
  const first = topFor(Math.max(chosen - room + 1, 0), chosen, room, entries.length);
  const title = `Actions · ${entries.length} · ↑ ↓ choose, Tab completes, Enter does it`;
  const lines = entries.slice(first, first + room).map(({ name, keys, help }, at) => {
    const isChosen = first + at === chosen;
    const pieces = [
      piece(`${isChosen ? '>' : ' '} ${fitTo(name, NAME)}`, 'bold'),
      piece(fitTo(keys, KEYS), 'key'),
      piece(help),
    ];
    return paintLine(pieces, canvas, isChosen ? 'selected' : null);
  });
  return [ruleLine(title, true, canvas), ...lines];
}
