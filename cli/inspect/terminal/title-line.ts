// The first line of each page.

import { cellsOf, cutToCells, visible } from './cells.ts';
import { type Canvas, type Piece, paintLine, piece } from './paint.ts';

/** A name that gives way, and what is said of it. */
export function titleOf(name: string, about: readonly Piece[], canvas: Canvas, link: string | null = null): string {
  const brand = ' wirelog  ';
  const used = about.reduce((sum, { text }) => sum + cellsOf(text), brand.length);
  const shown = cutToCells(visible(name.slice(0, 200)), Math.max(canvas.width - used, 8)).text;
  return paintLine([piece(brand, 'dim'), piece(shown, 'bold', link), ...about], canvas);
}
