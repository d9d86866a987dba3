// Where the panes of the stepper are: which there are, how large, and what stands at a place of the screen.

import { hexdumpWidth } from '../../../src/render/hexdump.ts';
import { splitWidth } from '../row/hex-view.ts';
import { type Area, clamp } from '../terminal/window.ts';

export type LowerPane = 'detail' | 'hex' | 'why';
export type PaneName = 'list' | LowerPane;

/** In the order in which the focus visits them. */
export const PANES: readonly PaneName[] = ['list', 'detail', 'hex', 'why'];

/** `beside`: the detail left of the hex dump, below the list; `columns`: both right of the list. */
export type Arrangement =
  | 'stacked'
  | 'beside'
  | 'columns'
  | 'list and why'
  | 'list and detail'
  | 'list and hex'
  | 'list only';

/** Sizes without the rules above the lower panes; a pane that is not shown is null. */
export interface Layout {
  readonly screen: Area;
  /** The connection's states in one line. */
  readonly hasTimeline: boolean;
  /** A line above the list that says what its columns and signs are. */
  readonly hasHeading: boolean;
  readonly arrangement: Arrangement;
  /** A pane that has the screen alone. */
  readonly zoomed: Area;
  readonly list: Area;
  readonly why: Area | null;
  readonly detail: Area | null;
  readonly hex: Area | null;
}

/** Lines that were given to the panes below the list, and to the reasons, beyond their share. */
export interface Growth {
  readonly lower: number;
  readonly why: number;
}

export const NO_GROWTH: Growth = { lower: 0, why: 0 };

export const LEAST: Area = { width: 40, height: 10 };

export function hasRoom({ width, height }: Area): boolean {
  return width >= LEAST.width && height >= LEAST.height;
}

/** Title and key line. */
const CHROME = 2;
/** With fewer lines than that, detail and hex dump make room for the list. */
const STACKED_LINES = 8;
const HEX_WIDTH = hexdumpWidth(16) + 1;
const SIDE_BY_SIDE = HEX_WIDTH + 39;
/** Sixteen octets with what lies under them beside them. */
const WIDE_HEX_WIDTH = splitWidth(16) + 1;
const COLUMNS = 160;
/** Two panes, each a line and its rule. */
const LEAST_COLUMN = 4;
const WITH_TIMELINE = 20;
const WITH_HEADING = 16;
/** Lines that the reasons get at most of those that a short log leaves empty. */
const MOST_WHY = 12;

/** Lines between title and key line. */
function bodyOf(rows: number): number {
  return rows - CHROME - Number(rows >= WITH_TIMELINE) - Number(rows >= WITH_HEADING);
}

/**
 * What fits, the most suitable first. Columns never are: a step in the list would draw all lines anew, two to three times
 * the octets of the layout below the list.
 */
export function arrangementsIn({ width, height }: Area): readonly Arrangement[] {
  const isTall = bodyOf(height) - 3 >= STACKED_LINES;
  const some: Arrangement[] = ['list and detail', 'list and hex', 'list only'];
  if (width >= SIDE_BY_SIDE && isTall) {
    return ['beside', ...(width >= COLUMNS ? (['columns'] as const) : []), 'stacked', ...some];
  }
  if (width >= SIDE_BY_SIDE) return ['beside', ...some];
  return [isTall ? 'stacked' : 'list and why', ...some];
}

/** Null where the terminal is too small to show anything of use. `length`: rows of the log, as far as that is known. */
export function layoutOf(
  columns: number,
  rows: number,
  wanted: Arrangement | null = null,
  growth: Growth = NO_GROWTH,
  length = Number.POSITIVE_INFINITY,
): Layout | null {
  const screen = { width: columns, height: rows };
  if (!hasRoom(screen)) return null;
  const fitting = arrangementsIn(screen);
  const arrangement = fitting.find((each) => each === wanted) ?? (fitting[0] as Arrangement);
  const body = bodyOf(rows);
  const lines = { hasTimeline: rows >= WITH_TIMELINE, hasHeading: rows >= WITH_HEADING };
  const share = PLANS[arrangement](columns, body, growth);
  // Lines that the reader has given away stay where they are.
  const plan = growth.lower === 0 && growth.why === 0 ? withoutEmptyLines(share, arrangement, length) : share;
  const about = { screen, ...lines, arrangement, zoomed: { width: columns, height: body - 1 } };
  return { ...about, ...plan };
}

/** What a short log leaves of the list is for the reasons: nothing is cut there while lines above are empty. */
function withoutEmptyLines(plan: PanePlan, arrangement: Arrangement, length: number): PanePlan {
  const { list, why } = plan;
  if (!why || arrangement === 'columns') return plan;
  const spare = clamp(list.height - Math.max(length, 1), 0, Math.max(MOST_WHY - why.height, 0));
  return {
    ...plan,
    list: { ...list, height: list.height - spare },
    why: { ...why, height: why.height + spare },
  };
}

type PanePlan = Pick<Layout, 'list' | 'why' | 'detail' | 'hex'>;

const PLANS: Readonly<Record<Arrangement, (width: number, body: number, growth: Growth) => PanePlan>> = {
  beside: (width, body, growth) => {
    const { list, lower, why } = shares(body - 2, 0.35, growth, 1);
    const hexWidth = width >= 1.5 * WIDE_HEX_WIDTH ? WIDE_HEX_WIDTH : HEX_WIDTH;
    const hex = { width: hexWidth, height: lower };
    const detail = { width: width - hexWidth - 1, height: lower };
    return { list: { width, height: list }, detail, hex, why: { width, height: why } };
  },
  columns: (width, body, growth) => {
    const why = whyOf(body - 1, growth, body - 1 - LEAST_COLUMN);
    const upper = body - 1 - why;
    const right = clamp(Math.max(Math.floor(width * 0.4), HEX_WIDTH) + 2 * growth.lower, 40, width - 41);
    const detail = (upper - 2) >> 1;
    return {
      list: { width: width - right - 1, height: upper },
      detail: { width: right, height: detail },
      hex: { width: right, height: upper - 2 - detail },
      why: { width, height: why },
    };
  },
  stacked: (width, body, growth) => {
    const { list, lower, why } = shares(body - 3, 0.39, growth, 2);
    const hex = Math.floor(lower / 2);
    const whole = (height: number) => ({ width, height });
    return { list: whole(list), detail: whole(lower - hex), hex: whole(hex), why: whole(why) };
  },
  'list and detail': (width, body, growth) => {
    const { list, lower, why } = shares(body - 2, 0.39, growth, 1);
    return { list: { width, height: list }, detail: { width, height: lower }, hex: null, why: { width, height: why } };
  },
  'list and hex': (width, body, growth) => {
    const { list, lower, why } = shares(body - 2, 0.39, growth, 1);
    return { list: { width, height: list }, detail: null, hex: { width, height: lower }, why: { width, height: why } };
  },
  'list and why': (width, body, growth) => {
    const why = clamp(Math.max(Math.floor(body / 3), 2) + growth.why, 1, body - 2);
    return { list: { width, height: body - 1 - why }, detail: null, hex: null, why: { width, height: why } };
  },
  'list only': (width, body) => ({ list: { width, height: body }, detail: null, hex: null, why: null }),
};

function shares(lines: number, lowerShare: number, growth: Growth, leastLower: number) {
  const why = whyOf(lines, growth, lines - leastLower - 1);
  const most = Math.max(lines - why - 1, leastLower);
  const lower = clamp(Math.round(lines * lowerShare) + growth.lower, leastLower, most);
  return { list: lines - lower - why, lower, why };
}

function whyOf(lines: number, growth: Growth, most: number): number {
  return clamp(clamp(Math.round(lines * 0.17), 1, 8) + growth.why, 1, Math.max(most, 1));
}

/** What the pane has of the screen; one that is not shown has it alone. */
export function paneArea(layout: Layout, pane: PaneName, isZoomed: boolean): Area {
  return isZoomed ? layout.zoomed : (layout[pane] ?? layout.zoomed);
}

/** The pane that has the screen alone, if there is one. */
export function zoomedPane(layout: Layout, focus: PaneName, isZoomed: boolean): PaneName | null {
  return isZoomed || !layout[focus] ? focus : null;
}

export interface PanePlace {
  readonly pane: PaneName;
  /** Line of the pane, its rule not counted. */
  readonly line: number;
  readonly column: number;
}

/** What stands at that place of the screen; columns and rows from 0. */
export function paneAt(layout: Layout, focus: PaneName, isZoomed: boolean, x: number, y: number): PanePlace | null {
  const first = 1 + Number(layout.hasTimeline) + Number(layout.hasHeading);
  const zoomed = zoomedPane(layout, focus, isZoomed);
  const top = Number(zoomed !== 'list');
  if (zoomed) {
    const isInside = y >= first + top && y < layout.screen.height - 1;
    return isInside ? { pane: zoomed, line: y - first - top, column: x } : null;
  }
  let from = first;
  for (const { pane, height } of blocksAt(layout, x)) {
    const rule = Number(pane !== 'list');
    if (y >= from && y < from + height + rule)
      return { pane, line: Math.max(y - from - rule, 0), column: x - leftOf(layout, pane) };
    from += height + rule;
  }
  return null;
}

/** Columns of the screen that stand before the pane. */
function leftOf({ arrangement, list, detail }: Layout, pane: PaneName): number {
  if (arrangement === 'beside' && pane === 'hex') return (detail?.width ?? 0) + 1;
  return arrangement === 'columns' && (pane === 'detail' || pane === 'hex') ? list.width + 1 : 0;
}

/** The panes that stand one above the other in that column of the screen. */
function blocksAt(layout: Layout, x: number): { readonly pane: PaneName; readonly height: number }[] {
  const { arrangement, list, detail } = layout;
  const isLeft = x <= (arrangement === 'columns' ? list.width : (detail?.width ?? 0));
  const hidden: Readonly<Partial<Record<Arrangement, readonly PaneName[]>>> = {
    beside: [isLeft ? 'hex' : 'detail'],
    columns: isLeft ? ['detail', 'hex'] : ['list'],
  };
  return PANES.flatMap((pane) => {
    const area = hidden[arrangement]?.includes(pane) ? null : layout[pane];
    return area ? [{ pane, height: area.height }] : [];
  });
}
