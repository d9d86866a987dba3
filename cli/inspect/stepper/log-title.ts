// What the lines around the stepper say: the title, and what it is doing.

import { MARKS } from '../log/marks.ts';
import { cutTo, visible } from '../terminal/cells.ts';
import { type Canvas, type Piece, piece } from '../terminal/paint.ts';
import { titleOf } from '../terminal/title-line.ts';
import type { LogPage } from './log-page.ts';
import { speedInWords } from './replay.ts';

export function logTitleLine({ title, store, lens, state, shown, isGrowing }: LogPage, canvas: Canvas): string {
  const filter = shown.text;
  const position = lens.positionAt(state.cursor);
  const header = store.logAt(position)?.header;
  const { counts } = store.index;
  const result = header?.report?.behavior;
  const row = lens.at(state.cursor)?.row.row;
  const where =
    filter === null ? `${state.cursor + 1}/${lens.length}` : `${state.cursor + 1}/${lens.length} of ${store.length}`;
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
export function statusOf({ player, isFollowing, seek }: LogPage): string | null {
  if (player.isPlaying) return `▶ ${speedInWords(player.speed)}  break: ${visible(cutTo(seek.breaks, 20).text)}`;
  return isFollowing ? '↓ follows' : null;
}
