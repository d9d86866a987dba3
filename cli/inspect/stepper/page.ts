// The stepper: what each key does in it.

import { counted } from '../../../src/model/counted.ts';
import type { KeyCommand } from '../keys/keymap.ts';
import type { PageBase } from '../keys/page.ts';
import type { PageQuestion } from '../keys/prompt.ts';
import type { FilteredRows } from '../log/filtered-rows.ts';
import type { Notes } from '../log/notes.ts';
import { type ReportSubject, wholeLog } from '../log/report.ts';
import type { Store } from '../log/store.ts';
import type { Verdicts } from '../log/verdict.ts';
import { type CopyForm, copyOf } from '../row/copy.ts';
import type { DetailField } from '../row/field.ts';
import type { Remarks } from '../row/why-lines.ts';
import { type LogContext, type LogContextOptions, openLogContext, storeChanged } from './context.ts';
import { type Player, speedInWords } from './player.ts';
import { point } from './pointing.ts';
import { checkQuery } from './query.ts';
import { remarksOf } from './questions.ts';
import type { RowFilter } from './row-filter.ts';
import type { LogState } from './state.ts';

export interface LogPage extends PageBase {
  readonly context: 'log';
  readonly title: string;
  /** Path of the log; null where it is in no file. */
  readonly file: string | null;
  readonly store: Store;
  readonly filtered: FilteredRows;
  readonly notes: Notes;
  readonly state: LogState;
  readonly player: Player;
  /** Where playing pauses: a filter expression. */
  readonly breaks: string;
  readonly rowFilter: RowFilter;
  readonly isFollowing: boolean;
  /** The log is read on while it grows. */
  readonly isGrowing: boolean;
  readonly verdicts: Verdicts;
  /** Fields of the row under the cursor. */
  fields(): readonly DetailField[];
  /** What is said about it beside its annotations. */
  remarks(): Remarks;
  copy(form: CopyForm): string | null;
  /** What is exported from here; or a word why nothing is. */
  report(): ReportSubject | string;
  /** Compares the log with that of another agent; false where there is none, and one has to be named. */
  compare(): boolean;
}

export interface LogPageOptions extends LogContextOptions {
  readonly title: string;
  readonly file: string | null;
  readonly filter: string | null;
  /** Opens the statistics of the log in which the row stands. */
  statistics(position: number): void;
  /** Compares the log with that of another agent; false where there is none, and one has to be named. */
  compare(): boolean;
  /** Compares the log in which the row stands with the one at that path; a word why it cannot be. */
  compareWith(position: number, path: string): string | null;
  /** Plays the log in which the row stands at an address, and shows what comes of it; a word why it cannot be. */
  replay(position: number, address: string): string | null;
  /** Stops the reading of the log. */
  close(): void;
}

export function openLogPage(store: Store, options: LogPageOptions, changed: () => void): LogPage {
  const { title, file, notes } = options;
  const context = openLogContext(store, options, changed);
  const { filtered, verdicts, cursor, search, rowFilter, player } = context;
  const answers = answersOf(context, options);
  const stopListening = store.subscribe(() => storeChanged(context));
  if (options.filter !== null) rowFilter.filter(options.filter);
  return {
    ...{ context: 'log', title, file, store, filtered, notes, verdicts, player, rowFilter },
    get breaks() {
      return search.breaks;
    },
    get state() {
      return context.state;
    },
    get says() {
      return context.state.says;
    },
    get isFollowing() {
      return context.isFollowing;
    },
    isGrowing: options.follows,
    fields: () => context.log.fields(context.state),
    remarks: () => remarksOf(context, cursor.row),
    command: commanded(context, effectsOf(context, options)),
    resize: (columns, rows) => context.dispatch({ type: 'resized', columns, rows }),
    draft: (kind) => draftOf(context, kind),
    check: (kind, text) => checkQuery(kind, text, store.length, rowFilter.count),
    answer: (kind, text) => answers[kind](text),
    search: search.begin,
    copy: (form) => {
      const row = filtered.at(cursor.row);
      return row ? copyOf(row, form) : null;
    },
    report: () => reportOf(context),
    compare: options.compare,
    clearMessage: () => context.dispatch({ type: 'said', says: null }),
    back: () => stop(context) || toList(context),
    point: (at) => point(context, at),
    close: () => {
      stopListening();
      stop(context);
      options.close();
    },
  };
}

function stop({ player, search }: LogContext): boolean {
  const wasPlaying = player.isPlaying;
  if (wasPlaying) player.pause();
  return search.stop() || wasPlaying;
}

function toList({ state, dispatch }: LogContext): boolean {
  if (state.focus === 'list') return false;
  dispatch({ type: 'command', command: 'back', count: null });
  return true;
}

/** What a key means here; the cursor is then where it was moved to. */
function commanded(context: LogContext, effects: Partial<Record<KeyCommand, Effect>>): LogPage['command'] {
  return (command, count) => {
    context.search.stop();
    context.rowFilter.letGo();
    context.wanted = null;
    context.isUntouched = false;
    const effect = effects[command];
    if (effect) return effect(count);
    context.isFollowing &&= command === 'last';
    context.dispatch({ type: 'command', command, count });
  };
}

function reportOf({ store, filtered, cursor }: LogContext): ReportSubject | string {
  const position = filtered.positionAt(cursor.row);
  const log = wholeLog(store, position);
  if (typeof log === 'string') return log;
  const { source, agent, case: id } = log.header;
  const extent = `${counted(log.rows.length, 'row')}${store.status.isLoading ? ' so far' : ''}`;
  return { source, agent, case: id, extent, log: async () => wholeLog(store, position) };
}

type Effect = (count: number | null) => void;

/** Commands that are more than a change of the state. */
function effectsOf(context: LogContext, { statistics, follows }: LogPageOptions): Partial<Record<KeyCommand, Effect>> {
  const { search, rowFilter, player, notes, filtered, cursor, store, dispatch } = context;
  const step = (command: 'down' | 'up'): Effect => {
    return (count) => {
      player.pause();
      dispatch({ type: 'command', command, count });
    };
  };
  const speed = (of: (speed: number) => number) => () => {
    player.setSpeed(of(player.speed));
    // While it plays, the key line says it anyway.
    if (!player.isPlaying) cursor.say(`speed ${speedInWords(player.speed)}`);
  };
  return {
    'search-next': () => search.next(1),
    'search-previous': () => search.next(-1),
    run: search.run,
    'toggle-filter': rowFilter.toggleFilter,
    'only-marked': rowFilter.toggleMarked,
    'frame-rows': rowFilter.toggleFrameRows,
    mark: () => {
      if (filtered.length === 0) return cursor.say('there is no row to mark');
      notes.toggle(filtered.positionAt(cursor.row));
      cursor.changed();
    },
    play: () => {
      if (player.isPlaying) player.pause();
      else if (cursor.row + 1 >= filtered.length) cursor.say('the end: there is nothing more to play');
      else player.play();
    },
    step: step('down'),
    'step-back': step('up'),
    faster: speed((before) => before * 2),
    slower: speed((before) => before / 2),
    'speed-one': speed(() => 1),
    statistics: () => statistics(filtered.positionAt(cursor.row)),
    follow: () => {
      const isDone = !store.status.isLoading;
      context.isFollowing = !context.isFollowing && !isDone;
      if (context.isFollowing || isDone) cursor.move(filtered.length - 1);
      if (isDone) cursor.say('the end: all of the log is read; --follow would wait for more');
      else if (!context.isFollowing) cursor.say('stays here');
      else cursor.say(follows ? 'follows the end of the log' : 'stays at the end of what is loaded');
    },
  };
}

function answersOf(
  { search, rowFilter, notes, filtered, cursor }: LogContext,
  { replay, compareWith }: Pick<LogPageOptions, 'replay' | 'compareWith'>,
): Record<PageQuestion, (text: string) => void> {
  return {
    filter: rowFilter.filter,
    breaks: search.setBreaks,
    replay: (text) => {
      if (text.trim() === '') return;
      const why = replay(filtered.positionAt(cursor.row), text.trim());
      if (why !== null) cursor.say(why);
    },
    compare: (text) => {
      if (text.trim() === '') return;
      const why = compareWith(filtered.positionAt(cursor.row), text.trim());
      if (why !== null) cursor.say(why);
    },
    comment: (text) => {
      if (filtered.length > 0) notes.comment(filtered.positionAt(cursor.row), text);
      cursor.changed();
      const { unkept } = notes;
      if (unkept) cursor.say(unkept.hasPlace ? 'q asks whether to keep it' : `the comment is not kept: ${unkept.why}`);
    },
  };
}

function draftOf({ rowFilter, search, notes, filtered, cursor }: LogContext, kind: PageQuestion): string {
  if (kind === 'filter') return rowFilter.draft;
  if (kind === 'breaks') return search.breaks;
  return kind === 'comment' ? notes.commentOn(filtered.positionAt(cursor.row)) : '';
}
