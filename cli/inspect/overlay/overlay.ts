// What is laid over a page: help, prompt, dialog, count. Pure.

import type { Command, Context } from '../keys/keymap.ts';
import type { Prompt } from '../keys/prompt.ts';
import { linesOf } from '../keys/scroll.ts';
import { type Area, clampTop } from '../terminal/window.ts';
import type { ExportDialog } from './export-dialog.ts';

export interface Overlay {
  readonly screen: Area;
  /** First line of the help in sight; null while it is closed. */
  readonly help: number | null;
  readonly prompt: Prompt | null;
  /** Digits typed so far. */
  readonly count: number | null;
  /** The next key says in which form the row is copied. */
  readonly isCopying: boolean;
  readonly exporting: ExportDialog | null;
  /** What is to be said of something that no page knows of. */
  readonly says: string | null;
}

export function initialOverlay(width: number, height: number): Overlay {
  return {
    screen: { width, height },
    help: null,
    prompt: null,
    count: null,
    isCopying: false,
    exporting: null,
    says: null,
  };
}

/** Where a key is pressed. */
export function contextOf({ prompt, isCopying, exporting, help }: Overlay, page: Context): Context {
  if (prompt) return 'prompt';
  if (exporting) return 'export';
  if (isCopying) return 'copy';
  return help === null ? page : 'help';
}

const MOST_COUNT = 999_999_999;

export function counted({ count }: Overlay, digit: string): Partial<Overlay> {
  return { count: Math.min((count ?? 0) * 10 + Number(digit), MOST_COUNT) };
}

/** Lines of help below its title and rule, above the key line. */
function helpHeight({ height }: Area): number {
  return height - 3;
}

export function scrolledHelp({ help, screen }: Overlay, command: Command, lines: number): Partial<Overlay> {
  const height = helpHeight(screen);
  return { help: clampTop((help ?? 0) + linesOf(command, height), height, lines) };
}
