// Coloured lines. A line is a list of pieces, each with one style; what comes out has exactly the asked width. The
// sixteen colours of the user's own theme are enough, and without colour no escape code is written at all.

import { cellsOf, cutToCells, fitTo } from './cells.ts';
import { hyperlink } from './links.ts';

const CODES = {
  plain: '',
  bold: '1',
  dim: '2',
  selected: '7',
  error: '1;31',
  warning: '33',
  stimulus: '35',
  unsure: '36',
  rx: '36',
  tx: '32',
  header: '36',
  key: '33',
  offending: '7;31',
  picked: '7',
  cursor: '1;4;7',
} as const;

export type Style = keyof typeof CODES;

/** A text that has passed `visible`, or is our own. */
export interface Piece {
  readonly text: string;
  readonly style: Style;
  /** The address that it leads to: never anything of a log. */
  readonly link?: string;
}

export function piece(text: string, style: Style = 'plain', link: string | null = null): Piece {
  return link === null ? { text, style } : { text, style, link };
}

/** How wide to draw, and whether in colour. */
export interface Canvas {
  readonly width: number;
  readonly color: boolean;
  /** The terminal takes hyperlinks; without colour none are written. */
  readonly links?: boolean;
}

/** The pieces in exactly the canvas' width; `over` puts all of them in one style. */
export function paintLine(
  pieces: readonly Piece[],
  { width, color, links }: Canvas,
  over: Style | null = null,
): string {
  const fitted = fitPieces(pieces, width);
  if (!color) return fitted.map(({ text }) => text).join('');
  if (over) return inStyle(fitted.map(({ text }) => text).join(''), over);
  let line = '';
  for (let at = 0; at < fitted.length; ) {
    const { style, link } = fitted[at] as Piece;
    let text = '';
    for (; fitted[at]?.style === style && fitted[at]?.link === link; at++) text += fitted[at]?.text;
    line += inStyle(links && link !== undefined ? hyperlink(text, link) : text, style);
  }
  return line;
}

function inStyle(text: string, style: Style): string {
  return CODES[style] === '' || text === '' ? text : `\x1b[${CODES[style]}m${text}\x1b[0m`;
}

function fitPieces(pieces: readonly Piece[], width: number): Piece[] {
  const fitted: Piece[] = [];
  let left = width;
  const last = pieces.findLastIndex(({ text }) => text !== '');
  for (const [at, { text, ...about }] of pieces.entries()) {
    const columns = cellsOf(text);
    const isLast = at >= last;
    if (columns < left || (columns === left && isLast)) {
      fitted.push({ text, ...about });
      left -= columns;
    } else if (left > 0) {
      const part = cutToCells(text, left - 1);
      fitted.push({ text: `${part.text}…${' '.repeat(left - 1 - part.width)}`, ...about });
      return fitted;
    }
  }
  if (left > 0) fitted.push({ text: ' '.repeat(left), style: 'plain' });
  return fitted;
}

/** Columns that `ruleLine` has for a title. */
export function ruleRoom(width: number): number {
  return Math.max(width - 5, 0);
}

/** The line above a pane; heavy where the pane has the focus, so that it shows without colour. */
export function ruleLine(title: string, hasFocus: boolean, canvas: Canvas): string {
  const bar = hasFocus ? '━' : '─';
  const room = ruleRoom(canvas.width);
  const text = cellsOf(title) <= room ? title : fitTo(title, room).trimEnd();
  const pieces = [
    piece(`${bar} `, 'dim'),
    piece(text, hasFocus ? 'bold' : 'plain'),
    piece(` ${bar.repeat(Math.max(canvas.width - cellsOf(text) - 3, 0))}`, 'dim'),
  ];
  return paintLine(pieces, canvas);
}
