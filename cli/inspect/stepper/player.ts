// Replaying: the next row after the time that passed in the recording. The timer runs only while it plays.

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
export function openPlayer(next: (rows: number) => number | null, changed: () => void): Player {
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
