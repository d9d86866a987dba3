// What is laid over a page: help, prompt, dialog, count. Pure.

import type { Context } from '../keys/keymap.ts';
import type { Prompt } from '../keys/prompt.ts';
import type { Area } from '../terminal/window.ts';
import type { ExportDialog } from './export-dialog.ts';

export interface LeaveQuestion {
  readonly how: 'back' | 'quit';
  /** The question, in words. */
  readonly asks: string;
}

export interface Overlay {
  readonly screen: Area;
  /** First line of the help in sight; null while it is closed. */
  readonly help: number | null;
  /** The entry of the help that a search has found. */
  readonly helpHit: number | null;
  readonly prompt: Prompt | null;
  /** Digits typed so far. */
  readonly count: number | null;
  /** The next key says in which form the row is copied. */
  readonly isCopying: boolean;
  readonly exporting: ExportDialog | null;
  /** One wants to leave, and something would be lost: it is asked what is to become of it. */
  readonly leaving: LeaveQuestion | null;
  /** Clicks and the wheel come here; without, the terminal selects text with them. */
  readonly hasMouse: boolean;
  /** What is to be said of something that no page knows of. */
  readonly says: string | null;
}

export function initialOverlay(width: number, height: number, hasMouse: boolean): Overlay {
  return {
    screen: { width, height },
    help: null,
    helpHit: null,
    prompt: null,
    count: null,
    isCopying: false,
    exporting: null,
    leaving: null,
    hasMouse,
    says: null,
  };
}

/** Where a key is pressed. */
export function contextOf({ prompt, isCopying, exporting, leaving, help }: Overlay, page: Context): Context {
  if (prompt) return 'prompt';
  if (exporting) return 'export';
  if (leaving) return 'keep';
  if (isCopying) return 'copy';
  return help === null ? page : 'help';
}

const MOST_COUNT = 999_999_999;

export function withDigit({ count }: Overlay, digit: string): Partial<Overlay> {
  return { count: Math.min((count ?? 0) * 10 + Number(digit), MOST_COUNT) };
}
