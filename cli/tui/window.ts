// Where everything is on the screen, and which lines of it are visible. Lines are one screen line high, always, so all
// of this is arithmetic.

import { hexdumpWidth } from '../../src/render/hexdump.ts';

export type LowerPane = 'detail' | 'hex' | 'why';
export type Pane = 'list' | LowerPane;

export interface Area {
  readonly width: number;
  readonly height: number;
}

/** Sizes without the rules above the lower panes; a pane for which there is no room is null. */
export interface Layout {
  readonly screen: Area;
  readonly list: Area;
  readonly why: Area;
  readonly detail: Area | null;
  readonly hex: Area | null;
  readonly isSideBySide: boolean;
}

export const LEAST: Area = { width: 40, height: 10 };

/** Title and key line. */
const CHROME = 2;
/** With fewer lines than that, detail and hex dump make room for the list. */
const STACKED_LINES = 8;
const HEX_WIDTH = hexdumpWidth(16) + 1;
const SIDE_BY_SIDE = HEX_WIDTH + 39;

/** Null where the terminal is too small to show anything of use. */
export function layoutOf(columns: number, rows: number): Layout | null {
  if (columns < LEAST.width || rows < LEAST.height) return null;
  const screen = { width: columns, height: rows };
  const whole = (height: number) => ({ width: screen.width, height });
  const body = screen.height - CHROME;
  if (columns >= SIDE_BY_SIDE) {
    const { list, lower, why } = shares(body - 2, 0.35);
    const hex = { width: HEX_WIDTH, height: lower };
    const detail = { width: screen.width - HEX_WIDTH - 1, height: lower };
    return { screen, list: whole(list), detail, hex, why: whole(why), isSideBySide: true };
  }
  if (body - 3 < STACKED_LINES) {
    const why = Math.max(Math.floor(body / 3), 2);
    return { screen, list: whole(body - 1 - why), detail: null, hex: null, why: whole(why), isSideBySide: false };
  }
  const { list, lower, why } = shares(body - 3, 0.39);
  const hex = Math.floor(lower / 2);
  return {
    screen,
    list: whole(list),
    detail: whole(lower - hex),
    hex: whole(hex),
    why: whole(why),
    isSideBySide: false,
  };
}

function shares(lines: number, lowerShare: number): { list: number; lower: number; why: number } {
  const lower = Math.round(lines * lowerShare);
  const why = Math.min(Math.max(Math.round(lines * 0.17), 1), 8);
  return { list: lines - lower - why, lower, why };
}

/** The panes in the order in which the focus visits them. */
export function panesOf(layout: Layout): Pane[] {
  return layout.detail ? ['list', 'detail', 'hex', 'why'] : ['list', 'why'];
}

export function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

/** The first visible line, so that no more of the window is empty than has to be. */
export function clampTop(top: number, height: number, length: number): number {
  return clamp(top, 0, Math.max(length - height, 0));
}

/** The first visible line with the cursor in sight: as near as possible, or around it after a far jump. */
export function topFor(top: number, cursor: number, height: number, length: number): number {
  if (cursor >= top && cursor < top + height) return clampTop(top, height, length);
  if (cursor < top - height || cursor >= top + 2 * height) return clampTop(cursor - (height >> 1), height, length);
  return clampTop(cursor < top ? cursor : cursor - height + 1, height, length);
}
