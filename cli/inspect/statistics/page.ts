// The statistics of one log: counted in slices between keys, anew once the log is read, and scrolled.

import type { LogHeader } from '../../../src/model/row.ts';
import type { PageBase } from '../keys/page.ts';
import { linesToScroll } from '../keys/scroll.ts';
import type { Store } from '../log/store.ts';
import { openFinder, type SearchWay } from '../terminal/find.ts';
import { type Area, clampTop } from '../terminal/window.ts';
import { statisticsLines } from './lines.ts';
import { type Counting, openStatistics, type Statistics } from './statistics.ts';

export interface StatisticsPage extends PageBase {
  readonly context: 'statistics';
  readonly title: string;
  readonly header: LogHeader | null;
  readonly statistics: Statistics;
  /** Share of the rows that have been counted. */
  readonly counted: number;
  readonly isLoading: boolean;
  /** The log is read on while it grows. */
  readonly isGrowing: boolean;
  /** First line in sight. */
  readonly top: number;
}

export interface StatisticsOptions {
  readonly title: string;
  readonly screen: Area;
  readonly store: Store;
  readonly isGrowing: boolean;
  /** A position in the log that is meant. */
  readonly position: () => number;
  changed(): void;
  close(): void;
}

const SLICE_MS = 8;
const BATCH = 256;
const REDRAW_MS = 100;
/** Title and key line. */
const CHROME = 2;

export function openStatisticsPage({
  title,
  screen,
  store,
  isGrowing,
  position,
  changed,
  close,
}: StatisticsOptions): StatisticsPage {
  const count = openCount(store, position, changed);
  const view = { ...screen, top: 0, found: null as number | null, says: null as string | null };
  const finder = openFinder();
  const headerOf = () => store.logAt(position())?.header ?? null;
  const scroll = (by: number) => {
    const { length } = statisticsLines(count.statistics, headerOf(), { width: view.width, color: false });
    const before = view.top;
    view.top = clampTop(before + by, view.height - CHROME, length);
    changed();
    return view.top !== before;
  };
  const say = (says: string | null) => {
    view.says = says;
    changed();
  };
  const find = (by: SearchWay) => {
    const lines = statisticsLines(count.statistics, headerOf(), { width: view.width, color: false });
    const { at, says } = finder.next(by, lines.length, view.found ?? view.top - 1, 'line', (line) => lines[line] ?? '');
    if (at !== null) view.top = clampTop(at, view.height - CHROME, lines.length);
    view.found = at ?? view.found;
    say(says ?? (at === null ? null : (lines[at]?.trim().replace(/\s+/g, ' ') ?? null)));
  };
  return {
    ...{ context: 'statistics', title, isGrowing },
    get says() {
      return view.says;
    },
    get header() {
      return headerOf();
    },
    get statistics() {
      return count.statistics;
    },
    get counted() {
      return count.share();
    },
    get isLoading() {
      return store.status.isLoading;
    },
    get top() {
      return view.top;
    },
    command: (command, times) => {
      if (command === 'search-next') return find(1);
      if (command === 'search-previous') return find(-1);
      const by = linesToScroll(command, view.height - CHROME) * Math.max(times ?? 1, 1);
      if (!scroll(by)) say(by < 0 ? 'this is the beginning' : 'this is the end');
    },
    resize: (width, height) => {
      Object.assign(view, { width, height });
      scroll(0);
    },
    point: ({ wheel }) => void scroll(wheel),
    draft: () => '',
    check: () => null,
    answer: () => {},
    search: (text, by) => {
      finder.begin(text, by);
      find(1);
    },
    clearMessage: () => say(null),
    back: () => false,
    close: () => {
      count.stop();
      close();
    },
  };
}

/** Goes on while there are rows; annotations that come late make it begin anew once the log is read. */
function openCount(store: Store, position: () => number, changed: () => void) {
  let counting: Counting = openStatistics();
  let next = store.logAt(position())?.from ?? 0;
  let isFinal = !store.status.isLoading;
  let due: NodeJS.Immediate | null = null;
  let drawn = 0;
  const range = () => store.logAt(position()) ?? { from: 0, to: 0 };
  const slice = () => {
    due = null;
    const { to } = range();
    const until = performance.now() + SLICE_MS;
    while (next < to && performance.now() < until) {
      for (const end = Math.min(next + BATCH, to); next < end; next++) {
        const row = store.at(next);
        if (row) counting.row(row);
      }
    }
    if (next < to) due = setImmediate(slice);
    if (next < to && performance.now() - drawn < REDRAW_MS) return;
    drawn = performance.now();
    changed();
  };
  const unsubscribe = store.subscribe(() => {
    if (!isFinal && !store.status.isLoading) {
      isFinal = true;
      counting = openStatistics();
      next = range().from;
    }
    due ??= setImmediate(slice);
  });
  slice();
  return {
    get statistics() {
      return counting.statistics;
    },
    share: () => {
      const { from, to } = range();
      return to === from ? 1 : (next - from) / (to - from);
    },
    stop: () => {
      unsubscribe();
      if (due) clearImmediate(due);
    },
  };
}
