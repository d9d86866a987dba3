// The stepper: rows, lens, notes and state together, and what works beside the keys.

import { endOf } from '../../src/protocol/frame.ts';
import { aroundOf } from './around.ts';
import type { Command } from './command.ts';
import { type CopyForm, copyOf } from './copy.ts';
import type { Field } from './field.ts';
import { fieldsOf } from './fields.ts';
import type { Helm } from './helm.ts';
import { type Lens, openLens } from './lens.ts';
import { logView } from './log-questions.ts';
import type { Notes } from './notes.ts';
import type { PageBase, Pointing } from './page.ts';
import type { Player } from './player.ts';
import type { PromptKind } from './prompt.ts';
import { checkQuery } from './query.ts';
import { openReplay, speedInWords } from './replay.ts';
import { openSeek, type Seek } from './seek.ts';
import { openShown, type Shown } from './shown.ts';
import { initialState, type LogAction, type LogState, type LogView, reduce } from './state.ts';
import type { Store } from './store.ts';
import { paneAt } from './window.ts';

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
  /** Fields of the row under the cursor. */
  fields(): readonly Field[];
  copy(form: CopyForm): string | null;
}

export interface LogPageOptions {
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly notes: Notes;
  readonly filter: string | null;
  /** Number of the row to begin at, once it is there. */
  readonly row: number | null;
  readonly follows: boolean;
  /** Stops the reading of the log. */
  close(): void;
}

/** What the parts of the page share. */
interface Bench {
  readonly store: Store;
  readonly lens: Lens;
  readonly notes: Notes;
  readonly log: LogView;
  readonly helm: Helm;
  readonly seek: Seek;
  readonly shown: Shown;
  readonly player: Player;
  state: LogState;
  isFollowing: boolean;
  /** Number of the row to go to once it has come. */
  wanted: number | null;
  dispatch(action: LogAction): void;
}

export function openLogPage(store: Store, options: LogPageOptions, changed: () => void): LogPage {
  const { title, notes } = options;
  const lens = openLens(store);
  const fields = fieldsUnder(store, lens, () => bench.state);
  const bench = openBench(store, lens, options, logView(store, lens, notes, fields), changed);
  const { helm, seek, shown, player, dispatch } = bench;
  const effects = effectsOf(bench);
  const answers = answersOf(bench);
  const stopListening = store.subscribe(() => storeChanged(bench));
  if (options.filter !== null) shown.filter(options.filter);
  const stop = () => {
    const wasPlaying = player.isPlaying;
    if (wasPlaying) player.pause();
    return seek.stop() || wasPlaying;
  };
  return {
    ...{ context: 'log', title, store, lens, notes, player, seek, shown, fields, stop },
    get state() {
      return bench.state;
    },
    get says() {
      return bench.state.says;
    },
    get isFollowing() {
      return bench.isFollowing;
    },
    command: (command, count) => {
      seek.stop();
      shown.letGo();
      bench.wanted = null;
      const effect = effects[command];
      if (effect) return effect(count);
      bench.isFollowing &&= command === 'last';
      dispatch({ type: 'command', command, count });
    },
    resize: (columns, rows) => dispatch({ type: 'resized', columns, rows }),
    draft: (kind) => draftOf(bench, kind),
    check: (kind, text) => checkQuery(kind, text, store),
    answer: (kind, text) => answers[kind](text),
    copy: (form) => {
      const row = lens.at(helm.cursor);
      return row ? copyOf(row, form) : null;
    },
    point: (at) => point(bench, at),
    close: () => {
      stopListening();
      stop();
      options.close();
    },
  };
}

function openBench(store: Store, lens: Lens, options: LogPageOptions, log: LogView, changed: () => void): Bench {
  const { notes, columns, rows, row, follows } = options;
  const dispatch = (action: LogAction) => {
    bench.state = reduce(bench.state, action, log);
    changed();
  };
  const helm: Helm = {
    get cursor() {
      return bench.state.cursor;
    },
    jump: (to, says) => dispatch({ type: 'landed', position: lens.positionAt(to), says }),
    move: (to) => {
      bench.state = reduce(bench.state, { type: 'shown', position: lens.positionAt(to) }, log);
    },
    say: (says) => dispatch({ type: 'said', says }),
    changed,
  };
  const seek = openSeek(lens, helm);
  const player = openReplay(lens, seek, helm);
  const shown = openShown(store, lens, notes, helm);
  const own = { state: initialState(columns, rows), isFollowing: follows, wanted: row };
  const bench: Bench = { ...own, store, lens, notes, log, helm, seek, shown, player, dispatch };
  return bench;
}

/** Made once a row; while the log is loading, what is around the row still changes. */
function fieldsUnder(store: Store, lens: Lens, stateOf: () => LogState): () => readonly Field[] {
  let kept: { readonly row: unknown; readonly fields: readonly Field[] } = { row: null, fields: [] };
  return () => {
    const position = lens.positionAt(stateOf().cursor);
    const row = store.at(position);
    const log = store.logAt(position);
    if (!row || !log) return [];
    if (kept.row !== row || store.status.isLoading) {
      kept = { row: store.status.isLoading ? null : row, fields: fieldsOf(row, aroundOf(store, log, position)) };
    }
    return kept.fields;
  };
}

function storeChanged(bench: Bench): void {
  const { store, shown, log, helm, wanted } = bench;
  shown.storeChanged();
  const last = store.at(store.length - 1);
  const isThere = last !== null && wanted !== null && (last.row.row >= wanted || !store.status.isLoading);
  if (isThere) {
    bench.wanted = null;
    const position = wantedPosition(store, wanted);
    bench.state = reduce(bench.state, { type: 'landed', position, says: null }, log);
  } else if (bench.isFollowing) bench.state = reduce(bench.state, { type: 'shown', position: store.length - 1 }, log);
  helm.changed();
}

/** Of a frame that the log tells of, the octets: they are the truth. */
function wantedPosition(store: Store, row: number): number {
  const position = store.positionOf(row, 0);
  const { frame } = store.at(position) ?? {};
  return frame ? store.positionOf(endOf(frame).row, 0) : position;
}

type Effect = (count: number | null) => void;

/** Commands that are more than a change of the state. */
function effectsOf(bench: Bench): Partial<Record<Command, Effect>> {
  const { seek, shown, player, notes, lens, helm, store, dispatch } = bench;
  const step = (command: 'down' | 'up'): Effect => {
    return (count) => {
      player.pause();
      dispatch({ type: 'command', command, count });
    };
  };
  const speed = (of: (speed: number) => number) => () => {
    player.setSpeed(of(player.speed));
    helm.say(`speed ${speedInWords(player.speed)}`);
  };
  return {
    'search-next': () => seek.next(1),
    'search-previous': () => seek.next(-1),
    run: seek.run,
    'toggle-filter': shown.toggleFilter,
    'only-marked': shown.toggleMarked,
    mark: () => {
      if (lens.length > 0) notes.toggle(lens.positionAt(helm.cursor));
      helm.changed();
    },
    play: () => (player.isPlaying ? player.pause() : player.play()),
    step: step('down'),
    'step-back': step('up'),
    faster: speed((before) => before * 2),
    slower: speed((before) => before / 2),
    'speed-one': speed(() => 1),
    follow: () => {
      bench.isFollowing = !bench.isFollowing;
      if (bench.isFollowing) helm.move(lens.rowAt(store.length - 1));
      helm.say(bench.isFollowing ? 'follows the end of the log' : 'stays here');
    },
  };
}

function answersOf({ seek, shown, notes, lens, helm, dispatch }: Bench): Record<PromptKind, (text: string) => void> {
  return {
    search: seek.search,
    filter: shown.filter,
    breaks: seek.setBreaks,
    comment: (text) => {
      if (lens.length > 0) notes.comment(lens.positionAt(helm.cursor), text);
      helm.changed();
    },
    goto: (text) => {
      const [, digits, percent] = /^\s*(\d{1,9})\s*(%?)\s*$/.exec(text) ?? [];
      if (digits === undefined) return helm.say(`"${text}" is no row number`);
      dispatch({ type: 'command', command: percent ? 'percent' : 'first', count: Number(digits) });
    },
  };
}

function draftOf({ shown, seek, notes, lens, helm }: Bench, kind: PromptKind): string {
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
