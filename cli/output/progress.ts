// How far long work has come: one line on standard error that is drawn over, only where somebody looks.

const WAIT_MS = 1000;
const EVERY_MS = 100;

export interface Progress {
  step(done: number): void;
  /** Takes the line away. */
  clear(): void;
}

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** `isShared`: results go to the same screen while the work goes on. `what`: of what there are so many. */
export function openProgress(screen: Screen, all: number, isShared: boolean, now = Date.now, what = 'files'): Progress {
  const isShown = screen.isTTY === true && process.env['TERM'] !== 'dumb' && !isShared;
  const begun = now();
  let next = begun + WAIT_MS;
  let isDrawn = false;
  return {
    step: (done) => {
      if (!isShown || now() < next) return;
      next = now() + EVERY_MS;
      isDrawn = true;
      screen.write(`\r\x1b[K${lineOf(done, all, what, screen.columns || 80)}`);
    },
    clear: () => {
      if (isDrawn) screen.write('\r\x1b[K');
      isDrawn = false;
    },
  };
}

function lineOf(done: number, all: number, what: string, columns: number): string {
  const words = ` ${done} of ${all} ${what}`;
  const room = Math.min(40, columns - words.length - 3);
  if (room < 5) return words.trim().slice(0, Math.max(0, columns - 1));
  const full = Math.round((done / all) * room);
  return `[${'='.repeat(full)}${' '.repeat(room - full)}]${words}`;
}
