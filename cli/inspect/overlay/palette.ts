// The command palette: the actions of the table of keys by their names, and the row number that one may write instead.

import { type Context, isIn, KEYMAP, type KeyCommand, keysLabel } from '../keys/keymap.ts';
import type { AnswerCheck } from '../keys/page.ts';
import type { Prompt } from '../keys/prompt.ts';
import { fitTo } from '../terminal/cells.ts';
import { type Canvas, paintLine, piece, ruleLine } from '../terminal/paint.ts';
import { clamp, topFor } from '../terminal/window.ts';

export interface PaletteEntry {
  readonly name: KeyCommand;
  readonly keys: string;
  readonly help: string;
}

/** What is asked for, and how often. */
export interface PaletteCommand {
  readonly command: KeyCommand;
  readonly count: number | null;
}

/** Each action that means something there, but the one that led here. */
function entriesOf(context: Context): PaletteEntry[] {
  const entries = new Map<KeyCommand, PaletteEntry>();
  for (const binding of KEYMAP) {
    const { action, help } = binding;
    if (action === 'digit' || action === 'palette' || !isIn(binding, context)) continue;
    if (!entries.has(action)) entries.set(action, { name: action, keys: keysLabel(binding), help });
  }
  return [...entries.values()];
}

const COUNTED = /^\s*(\d{1,9})?\s*(.*?)\s*$/;
const PLACE = /^\s*(\d{1,9})\s*(%?)\s*$/;

/** What begins with the text comes first, then what has it in its name, then what has it in its help. */
export function matching(context: Context, text: string): PaletteEntry[] {
  const wanted = (COUNTED.exec(text)?.[2] ?? '').toLowerCase();
  const rank = ({ name, help }: PaletteEntry) => {
    if (name === wanted) return 0;
    if (name.startsWith(wanted)) return 1;
    if (name.includes(wanted)) return 2;
    return help.toLowerCase().includes(wanted) ? 3 : null;
  };
  return entriesOf(context)
    .map((entry) => ({ entry, rank: rank(entry) }))
    .filter((each): each is { entry: PaletteEntry; rank: number } => each.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ entry }) => entry);
}

/** Null where it is none. */
function placeIn(context: Context, text: string): PaletteCommand | null {
  const [, digits, percent] = PLACE.exec(text) ?? [];
  if (digits === undefined) return null;
  const command: KeyCommand = percent ? 'percent' : 'first';
  const isKnown = KEYMAP.some((binding) => binding.action === command && isIn(binding, context));
  return isKnown ? { command, count: Number(digits) } : null;
}

/** `/text` and `?text`, as editors have them; null for what is none. */
export function searchIn(text: string): { readonly text: string; readonly by: 1 | -1 } | null {
  const [, way, wanted = ''] = /^\s*([/?])(.*)$/su.exec(text) ?? [];
  return way === undefined ? null : { text: wanted, by: way === '/' ? 1 : -1 };
}

export function orderOf(context: Context, { text, chosen }: Prompt): PaletteCommand | null {
  const place = placeIn(context, text);
  if (place) return place;
  const command = matching(context, text)[chosen]?.name;
  const count = COUNTED.exec(text)?.[1];
  return command ? { command, count: count === undefined ? null : Number(count) } : null;
}

export function checkPalette(context: Context, prompt: Prompt): AnswerCheck {
  const search = searchIn(prompt.text);
  if (search) return { isRight: true, says: `searches ${search.by > 0 ? 'on' : 'back'}` };
  const order = orderOf(context, prompt);
  if (!order) return { isRight: false, says: 'no action has that in its name or its help' };
  if (placeIn(context, prompt.text)) return { isRight: true, says: `goes there: row ${prompt.text.trim()}` };
  return { isRight: true, says: order.count === null ? '' : `${order.count} times` };
}

/** Up and down choose, Tab takes the name over; null for what is no key of the palette. */
export function editPalette(context: Context, prompt: Prompt, command: KeyCommand): Prompt | null {
  const entries = matching(context, prompt.text);
  const choose = (by: 1 | -1) => ({ ...prompt, chosen: clamp(prompt.chosen + by, 0, Math.max(entries.length - 1, 0)) });
  if (command === 'prompt-earlier') return choose(-1);
  if (command === 'prompt-later') return choose(1);
  if (command !== 'prompt-complete') return null;
  const name = entries[prompt.chosen]?.name;
  if (!name || placeIn(context, prompt.text)) return prompt;
  const text = `${COUNTED.exec(prompt.text)?.[1] ?? ''}${name}`.replace(/^\d+/, '$& ');
  return { ...prompt, text, caret: text.length, chosen: 0 };
}

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
