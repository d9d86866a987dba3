// The playhead in recorded time: on to the next row, until a break.

import type { Lens } from '../log/lens.ts';
import type { Helm } from './helm.ts';
import { openPlayer, type Player } from './player.ts';
import type { Seek } from './seek.ts';

export function openReplay(lens: Lens, seek: Seek, helm: Helm): Player {
  return openPlayer((rows) => {
    for (let left = rows; left > 0; left--) {
      const next = helm.cursor + 1;
      if (next >= lens.length) return -1;
      helm.move(next);
      if (!seek.isBreak(next)) continue;
      helm.say(`paused at break: ${seek.breaks}`);
      return -1;
    }
    helm.changed();
    return secondsUntilNext(lens, helm.cursor);
  }, helm.changed);
}

/** In the recording; null where it does not say, -1 at its end. */
function secondsUntilNext(lens: Lens, cursor: number): number | null {
  const row = lens.at(cursor)?.row;
  const next = lens.at(cursor + 1)?.row;
  if (!row || !next) return -1;
  if (row.kind === 'delay') return row.seconds;
  return row.time === null || next.time === null ? null : Math.max(next.time - row.time, 0);
}

export function speedInWords(speed: number): string {
  return speed >= 1 ? `${speed}×` : `1/${1 / speed}×`;
}
