// What the lines around the stepper say: the title, and what it is doing.

import { counted } from '../../../src/model/counted.ts';
import { MARKS } from '../log/marks.ts';
import { cutToCells, visible } from '../terminal/cells.ts';
import { fileLink } from '../terminal/links.ts';
import { type Canvas, type Piece, piece } from '../terminal/paint.ts';
import { titleOf } from '../terminal/title-line.ts';
import type { LogPage } from './page.ts';
import { speedInWords } from './player.ts';

export function logTitleLine(
  { title, file, store, filtered, state, rowFilter, isGrowing }: LogPage,
  canvas: Canvas,
): string {
  const filter = rowFilter.text;
  const position = filtered.positionAt(state.cursor);
  const header = store.logAt(position)?.header;
  const { counts } = store.index;
  const result = header?.report?.behavior;
  const row = filtered.at(state.cursor)?.row.row;
  return titleOf(
    header?.agent ?? title,
    [
      piece(header?.case ? `  ${visible(header.case.slice(0, 40))}` : ''),
      piece(typeof result === 'string' ? `  ${visible(result.slice(0, 20))}` : ''),
      piece(row === undefined ? '' : `  row ${row} · ${rowsInWords(filtered.length, store.length, filter !== null)}`),
      count(MARKS.violation, counts.violation),
      count(MARKS.warning, counts.warning),
      count(MARKS.stimulus, counts.stimulus),
      piece(filter === null ? '' : `  ${visible(cutToCells(filter, 20).text)}`, 'warning'),
      piece(store.status.isLoading ? (isGrowing ? '  following' : '  loading') : '', 'dim'),
    ],
    canvas,
    file === null ? null : fileLink(file),
  );
}

/** `6 rows`, `2 of 6 rows` behind a filter, `6 rows, 2 folded` where only the log's own frame rows are left out. */
function rowsInWords(shown: number, all: number, isFiltered: boolean): string {
  const rows = counted(all, 'row');
  if (isFiltered) return `${shown} of ${rows}`;
  return shown < all ? `${rows}, ${all - shown} folded` : rows;
}

function count({ character, style }: (typeof MARKS)[keyof typeof MARKS], number: number): Piece {
  return piece(`  ${character} ${number}`, number > 0 ? style : 'dim');
}

/** What the stepper is doing. */
export function playStatusOf({ player, isFollowing, breaks }: LogPage): string | null {
  if (player.isPlaying) return `▶ ${speedInWords(player.speed)}  break: ${visible(cutToCells(breaks, 20).text)}`;
  return isFollowing ? '↓ follows' : null;
}
