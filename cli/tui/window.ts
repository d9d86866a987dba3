// Where everything is on the screen, and which lines of it are visible. Lines are one screen line high, always, so all
// of this is arithmetic.

import { hexdumpWidth } from '../../src/render/hexdump.ts';
import { splitWidth } from './hex-view.ts';

export type LowerPane = 'detail' | 'hex' | 'why';
export type Pane = 'list' | LowerPane;

export interface Area {
  readonly width: number;
  readonly height: number;
}

/** Sizes without the rules above the lower panes; a pane for which there is no room is null. */
export interface Layout {
  readonly screen: Area;
  /** The connection's states in one line. */
  readonly hasStrip: boolean;
  /** A pane that has the screen alone. */
  readonly zoomed: Area;
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
/** Sixteen octets with what lies under them beside them. */
const WIDE_HEX_WIDTH = splitWidth(16) + 1;
const WITH_STRIP = 20;

/** Null where the terminal is too small to show anything of use. */
export function layoutOf(columns: number, rows: number): Layout | null {
  if (columns < LEAST.width || rows < LEAST.height) return null;
  const screen = { width: columns, height: rows };
  const whole = (height: number) => ({ width: columns, height });
  const hasStrip = rows >= WITH_STRIP;
  const body = rows - CHROME - Number(hasStrip);
  const about = { screen, hasStrip, zoomed: whole(body - 1) };
  if (columns >= SIDE_BY_SIDE) {
    const { list, lower, why } = shares(body - 2, 0.35);
    const hexWidth = columns >= 1.5 * WIDE_HEX_WIDTH ? WIDE_HEX_WIDTH : HEX_WIDTH;
    const hex = { width: hexWidth, height: lower };
    const detail = { width: columns - hexWidth - 1, height: lower };
    return { ...about, list: whole(list), detail, hex, why: whole(why), isSideBySide: true };
  }
  if (body - 3 < STACKED_LINES) {
    const why = Math.max(Math.floor(body / 3), 2);
    return { ...about, list: whole(body - 1 - why), detail: null, hex: null, why: whole(why), isSideBySide: false };
  }
  const { list, lower, why } = shares(body - 3, 0.39);
  const hex = Math.floor(lower / 2);
  return {
    ...about,
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

/** In the order in which the focus visits them. */
export const PANES: readonly Pane[] = ['list', 'detail', 'hex', 'why'];

/** What the pane has of the screen; one for which there is no room has it alone. */
export function areaOf(layout: Layout, pane: Pane, isZoomed: boolean): Area {
  return isZoomed ? layout.zoomed : (layout[pane] ?? layout.zoomed);
}

/** The pane that has the screen alone, if there is one. */
export function zoomedPane(layout: Layout, focus: Pane, isZoomed: boolean): Pane | null {
  return isZoomed || !layout[focus] ? focus : null;
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

export interface PanePlace {
  readonly pane: Pane;
  /** Line of the pane, its rule not counted. */
  readonly line: number;
}

/** What stands at that place of the screen; columns and rows from 0. */
export function paneAt(layout: Layout, focus: Pane, isZoomed: boolean, x: number, y: number): PanePlace | null {
  const first = 1 + Number(layout.hasStrip);
  const zoomed = zoomedPane(layout, focus, isZoomed);
  const top = Number(zoomed !== 'list');
  if (zoomed) return y < first + top || y >= layout.screen.height - 1 ? null : { pane: zoomed, line: y - first - top };
  const { list, detail, hex, why, isSideBySide } = layout;
  const blocks: [Pane, number][] = [['list', list.height]];
  if (detail && hex && isSideBySide) blocks.push([x <= detail.width ? 'detail' : 'hex', detail.height + 1]);
  else if (detail && hex) blocks.push(['detail', detail.height + 1], ['hex', hex.height + 1]);
  blocks.push(['why', why.height + 1]);
  let from = first;
  for (const [pane, height] of blocks) {
    if (y >= from && y < from + height) return { pane, line: Math.max(y - from - Number(pane !== 'list'), 0) };
    from += height;
  }
  return null;
}
