// Looking through many rows, in slices between keys: for a search, and to run to a break.

export interface RowScan {
  /** Looks from `from` on, in steps of `by`, to the end; `found` gets the position, or null. Ends what ran before. */
  start(task: ScanTask): void;
  stop(): boolean;
}

interface ScanTask {
  readonly from: number;
  readonly by: 1 | -1;
  readonly length: () => number;
  readonly test: (position: number) => boolean;
  readonly found: (position: number | null) => void;
}

const SLICE_MS = 8;
const BATCH = 256;

export function openScan(): RowScan {
  let due: NodeJS.Immediate | null = null;
  const stop = () => {
    const wasRunning = due !== null;
    if (due) clearImmediate(due);
    due = null;
    return wasRunning;
  };
  const slice = (task: ScanTask, from: number) => {
    due = null;
    const until = performance.now() + SLICE_MS;
    let at = from;
    do {
      for (let left = BATCH; left > 0; left--, at += task.by) {
        if (at < 0 || at >= task.length()) return task.found(null);
        if (task.test(at)) return task.found(at);
      }
    } while (performance.now() < until);
    due = setImmediate(slice, task, at);
  };
  return {
    start: (task) => {
      stop();
      slice(task, task.from);
    },
    stop,
  };
}
