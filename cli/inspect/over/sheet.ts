// What lies over the lower lines of a page: the palette, the dialog that exports.

import type { Context } from '../keys/keymap.ts';
import type { Canvas } from '../terminal/paint.ts';
import { exportLines } from './export-dialog.ts';
import { paletteLines } from './palette-lines.ts';
import type { Shell } from './shell.ts';

export function sheetLines({ prompt, exporting, screen }: Shell, page: Context, canvas: Canvas): string[] {
  if (prompt?.kind === 'palette') return paletteLines(page, prompt, screen.height, canvas);
  return exporting ? exportLines(exporting, canvas) : [];
}
