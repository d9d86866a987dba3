// The stepper: what each key does in it.

import type { Command } from '../keys/command.ts';
import type { Pointing } from '../keys/keys.ts';
import type { PageBase } from '../keys/page.ts';
import type { PageQuestion } from '../keys/prompt.ts';
import type { Lens } from '../log/lens.ts';
import type { Notes } from '../log/notes.ts';
import { type ReportSubject, wholeLog } from '../log/report.ts';
import type { Store } from '../log/store.ts';
import type { Verdicts } from '../log/verdict.ts';
import { type CopyForm, copyOf } from '../row/copy.ts';
import type { Field } from '../row/field.ts';
import type { Beside } from '../row/why-lines.ts';
import { counted } from '../terminal/cells.ts';
import { type Bench, type BenchOptions, openBench, storeChanged } from './bench.ts';
import { paneAt } from './layout.ts';
import { besideOf } from './log-questions.ts';
import type { Player } from './player.ts';
import { checkQuery } from './query.ts';
import { speedInWords } from './replay.ts';
import type { Seek } from './seek.ts';
import type { Shown } from './shown.ts';
import type { LogState } from './state.ts';

export interface LogPage extends PageBase {
  readonly context: 'log';
  readonly title: string;
  readonly store: Store;
  readonly lens: Lens;
  readonly notes: Notes;
  readonly state: LogState;
  readonly player: Player;
  readonly seek: Seek;
  readonly shown: Shown;
  readonly isFollowing: boolean;
  /** The log is read on while it grows. */
  readonly isGrowing: boolean;
  readonly verdicts: Verdicts;
  /** Fields of the row under the cursor. */
  fields(): readonly Field[];
  /** What is said about it beside its annotations. */
  beside(): Beside;
  copy(form: CopyForm): string | null;
  /** What is exported from here; or a word why nothing is. */
  report(): ReportSubject | string;
}

export interface LogPageOptions extends BenchOptions {
  readonly title: string;
  readonly filter: string | null;
  /** Opens the statistics of the log in which the row stands. */
  statistics(position: number): void;
  /** Plays the log in which the row stands at an address, and shows what comes of it; a word why it cannot be. */
  replay(position: number, address: string): string | null;
  /** Stops the reading of the log. */
  close(): void;
}

export function openLogPage(store: Store, options: LogPageOptions, changed: () => void): LogPage {
  const { title, notes } = options;
  const bench = openBench(store, options, changed);
  const { lens, verdicts, helm, seek, shown, player } = bench;
  const answers = answersOf(bench, options);
  const stopListening = store.subscribe(() => storeChanged(bench));
  if (options.filter !== null) shown.filter(options.filter);
  return {
    ...{ context: 'log', title, store, lens, notes, verdicts, player, seek, shown },
    get state() {
      return bench.state;
    },
    get says() {
      return bench.state.says;
    },
    get isFollowing() {
      return bench.isFollowing;
    },
    isGrowing: options.follows,
    fields: () => bench.log.fields(bench.state),
    beside: () => besideOf(bench, helm.cursor),
    command: commanded(bench, effectsOf(bench, options)),
    resize: (columns, rows) => bench.dispatch({ type: 'resized', columns, rows }),
    draft: (kind) => draftOf(bench, kind),
    check: (kind, text) => checkQuery(kind, text, store),
    answer: (kind, text) => answers[kind](text),
    copy: (form) => {
      const row = lens.at(helm.cursor);
      return row ? copyOf(row, form) : null;
    },
    report: () => reportOf(bench),
    hush: () => bench.dispatch({ type: 'said', says: null }),
    back: () => stop(bench) || toList(bench),
    point: (at) => point(bench, at),
    close: () => {
      stopListening();
      stop(bench);
      options.close();
    },
  };
}

function stop({ player, seek }: Bench): boolean {
  const wasPlaying = player.isPlaying;
  if (wasPlaying) player.pause();
  return seek.stop() || wasPlaying;
}

function toList({ state, dispatch }: Bench): boolean {
  if (state.focus === 'list') return false;
  dispatch({ type: 'command', command: 'back', count: null });
  return true;
}

/** What a key means here; the cursor is then where it was moved to. */
function commanded(bench: Bench, effects: Partial<Record<Command, Effect>>): LogPage['command'] {
  return (command, count) => {
    bench.seek.stop();
    bench.shown.letGo();
    bench.wanted = null;
    const effect = effects[command];
    if (effect) return effect(count);
    bench.isFollowing &&= command === 'last';
    bench.dispatch({ type: 'command', command, count });
  };
}

function reportOf({ store, lens, helm }: Bench): ReportSubject | string {
  const position = lens.positionAt(helm.cursor);
  const log = wholeLog(store, position);
  if (typeof log === 'string') return log;
  const { source, agent, case: id } = log.header;
  const extent = `${counted(log.rows.length, 'row')}${store.status.isLoading ? ' so far' : ''}`;
  return { source, agent, case: id, extent, log: async () => wholeLog(store, position) };
}

type Effect = (count: number | null) => void;

/** Commands that are more than a change of the state. */
function effectsOf(bench: Bench, { statistics, follows }: LogPageOptions): Partial<Record<Command, Effect>> {
  const { seek, shown, player, notes, lens, helm, store, dispatch } = bench;
  const step = (command: 'down' | 'up'): Effect => {
    return (count) => {
      player.pause();
      dispatch({ type: 'command', command, count });
    };
  };
  const speed = (of: (speed: number) => number) => () => {
    player.setSpeed(of(player.speed));
    // While it plays, the key line says it anyway.
    if (!player.isPlaying) helm.say(`speed ${speedInWords(player.speed)}`);
  };
  return {
    'search-next': () => seek.next(1),
    'search-previous': () => seek.next(-1),
    run: seek.run,
    'toggle-filter': shown.toggleFilter,
    'only-marked': shown.toggleMarked,
    mark: () => {
      if (lens.length === 0) return helm.say('there is no row to mark');
      notes.toggle(lens.positionAt(helm.cursor));
      helm.changed();
    },
    play: () => {
      if (player.isPlaying) player.pause();
      else if (helm.cursor + 1 >= lens.length) helm.say('the end: there is nothing more to play');
      else player.play();
    },
    step: step('down'),
    'step-back': step('up'),
    faster: speed((before) => before * 2),
    slower: speed((before) => before / 2),
    'speed-one': speed(() => 1),
    statistics: () => statistics(lens.positionAt(helm.cursor)),
    follow: () => {
      const isDone = !store.status.isLoading;
      bench.isFollowing = !bench.isFollowing && !isDone;
      if (bench.isFollowing || isDone) helm.move(lens.rowAt(store.length - 1));
      if (isDone) helm.say('the end: all of the log is read; --follow would wait for more');
      else if (!bench.isFollowing) helm.say('stays here');
      else helm.say(follows ? 'follows the end of the log' : 'stays at the end of what is loaded');
    },
  };
}

function answersOf(
  { seek, shown, notes, lens, helm }: Bench,
  { replay }: Pick<LogPageOptions, 'replay'>,
): Record<PageQuestion, (text: string) => void> {
  return {
    search: seek.search,
    filter: shown.filter,
    breaks: seek.setBreaks,
    replay: (text) => {
      if (text.trim() === '') return;
      const why = replay(lens.positionAt(helm.cursor), text.trim());
      if (why !== null) helm.say(why);
    },
    comment: (text) => {
      if (lens.length > 0) notes.comment(lens.positionAt(helm.cursor), text);
      helm.changed();
      if (notes.unkept) helm.say(`the comment is not kept: ${notes.unkept.why}`);
    },
  };
}

function draftOf({ shown, seek, notes, lens, helm }: Bench, kind: PageQuestion): string {
  if (kind === 'filter') return shown.draft;
  if (kind === 'breaks') return seek.breaks;
  return kind === 'comment' ? notes.commentOn(lens.positionAt(helm.cursor)) : '';
}

function point({ state, dispatch }: Bench, { x, y, wheel }: Pointing): void {
  const { layout, isZoomed, focus, top } = state;
  const place = layout && paneAt(layout, focus, isZoomed, x, y);
  if (!place) return;
  const { pane, line } = place;
  const isClick = wheel === 0;
  dispatch({ type: 'focused', pane, row: isClick && pane === 'list' ? top + line : null, line: isClick ? line : null });
  if (!isClick) dispatch({ type: 'command', command: wheel > 0 ? 'down' : 'up', count: Math.abs(wheel) });
}
