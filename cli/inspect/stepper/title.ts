// What the lines context the stepper say: the title, and what it is doing.

import { MARKS } from '../log/marks.ts';
import { cutTo, visible } from '../terminal/cells.ts';
import { type Canvas, type Piece, piece } from '../terminal/paint.ts';
import { titleOf } from '../terminal/title-line.ts';
import type { LogPage } from './page.ts';
import { speedInWords } from './player.ts';

export function logTitleLine({ title, store, filtered, state, rowFilter, isGrowing }: LogPage, canvas: Canvas): string {
  const filter = rowFilter.text;
  const position = filtered.positionAt(state.cursor);
  const header = store.logAt(position)?.header;
  const { counts } = store.index;
  const result = header?.report?.behavior;
  const row = filtered.at(state.cursor)?.row.row;
  const where =
    filter === null
      ? `${state.cursor + 1}/${filtered.length}`
      : `${state.cursor + 1}/${filtered.length} of ${store.length}`;
  return titleOf(
    header?.agent ?? title,
    [
      piece(header?.case ? `  ${visible(header.case.slice(0, 40))}` : ''),
      piece(typeof result === 'string' ? `  ${visible(result.slice(0, 20))}` : ''),
      count(MARKS.violation, counts.violation),
      count(MARKS.remark, counts.remark),
      count(MARKS.stimulus, counts.stimulus),
      piece(row === undefined ? '' : `  row ${row} (${where})`),
      piece(filter === null ? '' : `  ${visible(cutTo(filter, 20).text)}`, 'warning'),
      piece(store.status.isLoading ? (isGrowing ? '  following' : '  loading') : '', 'dim'),
    ],
    canvas,
  );
}

function count({ character, style }: (typeof MARKS)[keyof typeof MARKS], number: number): Piece {
  return piece(`  ${character} ${number}`, number > 0 ? style : 'dim');
}

/** What the stepper is doing. */
export function statusOf({ player, isFollowing, search }: LogPage): string | null {
  if (player.isPlaying) return `▶ ${speedInWords(player.speed)}  break: ${visible(cutTo(search.breaks, 20).text)}`;
  return isFollowing ? '↓ follows' : null;
}
