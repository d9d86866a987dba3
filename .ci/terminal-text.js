// What Ink needs to measure the lines that it is given. The package that it brings knows emoji and clusters, of which no
// line has any: `cells.ts` lets none through. Its tables take a tenth of the start, and it is asked at every key.

import { stripVTControlCharacters } from 'node:util';
import { cellsOf } from '../cli/inspect/terminal/cells.ts';

export function stringWidth(text) {
  return cellsOf(stripVTControlCharacters(text));
}
