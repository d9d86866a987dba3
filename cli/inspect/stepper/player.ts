// Playing the log in recorded time: the next row after the time that passed in the recording, until a break. The timer
// runs only while it plays.

import type { FilteredRows } from '../log/filtered-rows.ts';
import type { Cursor } from './cursor.ts';
import type { Search } from './search.ts';

export interface Player {
  readonly isPlaying: boolean;
  readonly speed: number;
  play(): void;
  pause(): void;
  setSpeed(speed: number): void;
}

/** A pause in the recording is cut to that. */
const LONGEST_MS = 1000;
/** Where the log has no times. */
const UNTIMED_MS = 200;
const SPEEDS = { least: 1 / 16, most: 256 } as const;
/** No screen shows more. */
const SHORTEST_MS = 16;

/**
 * `next` goes on by so many rows, and returns the seconds that pass until the row after them: null where the log has no
 * times, -1 where there is no such row, or a break.
 */
function openPlayer(next: (rows: number) => number | null, changed: () => void): Player {
  let timer: NodeJS.Timeout | null = null;
  let speed = 1;
  const pause = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    changed();
  };
  const wait = (seconds: number | null) => {
    const milliseconds = seconds === null ? UNTIMED_MS : Math.min(seconds * 1000, LONGEST_MS);
    const due = milliseconds / speed;
    // Faster than the screen: several rows at once.
    const rows = due >= SHORTEST_MS || seconds !== null ? 1 : Math.ceil(SHORTEST_MS / Math.max(due, 0.1));
    timer = setTimeout(step, Math.max(due, SHORTEST_MS), rows);
  };
  const step = (rows: number) => {
    const seconds = next(rows);
    if (timer === null) return;
    if (seconds === -1) pause();
    else wait(seconds);
  };
  return {
    get isPlaying() {
      return timer !== null;
    },
    get speed() {
      return speed;
    },
    play: () => {
      if (timer) return;
      wait(0);
      changed();
    },
    pause,
    setSpeed: (wanted) => {
      speed = Math.min(Math.max(wanted, SPEEDS.least), SPEEDS.most);
      changed();
    },
  };
}

export function playerOf(filtered: FilteredRows, search: Search, cursor: Cursor): Player {
  return openPlayer((rows) => {
    for (let left = rows; left > 0; left--) {
      const next = cursor.row + 1;
      if (next >= filtered.length) return -1;
      cursor.move(next);
      if (!search.isBreak(next)) continue;
      cursor.say(`paused at break: ${search.breaks}`);
      return -1;
    }
    cursor.changed();
    return secondsUntilNext(filtered, cursor.row);
  }, cursor.changed);
}

/** In the recording; null where it does not say, -1 at its end. */
function secondsUntilNext(filtered: FilteredRows, cursor: number): number | null {
  const row = filtered.at(cursor)?.row;
  const next = filtered.at(cursor + 1)?.row;
  if (!row || !next) return -1;
  if (row.kind === 'delay') return row.seconds;
  return row.time === null || next.time === null ? null : Math.max(next.time - row.time, 0);
}

export function speedInWords(speed: number): string {
  return speed >= 1 ? `${speed}×` : `1/${1 / speed}×`;
}
