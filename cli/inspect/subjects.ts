// What is inspected: one log, or a directory of them; and how its pages are opened.

import { judgeLog, type WholeLog } from '../../src/judge/judged-log.ts';
import { rowOf } from '../../src/render/check/case.ts';
import { type CaseItem, type CasesSink, wordOf } from './browser/cases.ts';
import { type CasesPage, openCasesPage } from './browser/cases-page.ts';
import { type DiffSide, openDiffPage } from './compare/diff-page.ts';
import type { Desk, Page } from './desk.ts';
import { replaySource } from './inspect-replay.ts';
import { type Note, openNotes } from './log/notes.ts';
import { type ReportSubject, wholeLog } from './log/report.ts';
import { type InspectSink, openStore, type Store } from './log/store.ts';
import { openStatisticsPage } from './statistics/statistics-page.ts';
import { type LogPage, openLogPage } from './stepper/log-page.ts';

interface NotesPlace {
  readonly given: readonly Note[];
  /** Why nothing can be kept there, known before there is anything to keep. */
  readonly refused?: string;
  /** Says why they are not kept; null where they are. */
  keep(notes: readonly Note[]): string | null;
}

export interface InspectSource {
  readonly title: string;
  /**
   * Hands out rows as they are annotated; resolves when the log is read. Gives way to the event loop between chunks, and
   * stops when the signal says that nobody looks any more.
   */
  load(sink: InspectSink, signal: AbortSignal): Promise<void>;
  /** Marks and comments that were kept beside the log; null where none are kept. */
  readonly notes: NotesPlace | null;
}

interface InspectLog {
  readonly kind: 'log';
  readonly source: InspectSource;
}

export interface InspectCases {
  readonly kind: 'cases';
  readonly title: string;
  /** Judges the logs one by one. */
  load(sink: CasesSink, signal: AbortSignal): Promise<void>;
  sourceOf(item: CaseItem): InspectSource;
}

export type InspectSubject = InspectLog | InspectCases;

export interface View {
  readonly filter: string | null;
  readonly row: number | null;
  readonly follows: boolean;
}

const PLAIN_VIEW: View = { filter: null, row: null, follows: false };

export function openSubject(subject: InspectSubject, view: View, desk: Desk): Page {
  return subject.kind === 'log' ? openLog(subject.source, view, desk) : openDirectory(subject, desk);
}

function openLog(source: InspectSource, view: View, desk: Desk): LogPage {
  const { store, close } = loaded(source, desk);
  const { width: columns, height: rows } = desk.screen;
  const notes = openNotes(source.notes?.given ?? [], (all) =>
    source.notes ? source.notes.keep(all) : 'they are kept nowhere',
  );
  const { title } = source;
  const statistics = (position: number) => {
    const { screen, changed } = desk;
    const about = { title, screen, store, isGrowing: view.follows, position: () => position, changed, close: () => {} };
    desk.open(openStatisticsPage(about));
  };
  const replay = (position: number, address: string) => openReplay({ title, store, position }, address, desk);
  const options = { title, columns, rows, notes, close, reporter: desk.reporter, statistics, replay, ...view };
  return openLogPage(store, options, desk.changed);
}

interface Replayed {
  readonly title: string;
  readonly store: Store;
  readonly position: number;
}

/** The log as it is, and beside it what a live peer does when it is played again; a word why it cannot be played. */
function openReplay({ title, store, position }: Replayed, address: string, desk: Desk): string | null {
  const log = wholeLog(store, position);
  if (typeof log === 'string') return log;
  const { height: rows } = desk.screen;
  const old = given(title, log);
  const again = replaySource(log, address);
  const [left, right] = [loaded(old, desk), loaded(again, desk)];
  const side = (source: InspectSource, own: Store): DiffSide => ({
    title: source.title,
    store: own,
    open: (row) => {
      const whole = wholeLog(own, 0);
      if (typeof whole !== 'string') desk.open(openLog(given(source.title, whole), { ...PLAIN_VIEW, row }, desk));
    },
  });
  const close = () => {
    left.close();
    right.close();
  };
  const sides = { left: side(old, left.store), right: side(again, right.store) };
  desk.open(openDiffPage({ title: 'replayed', ...sides, rows, changed: desk.changed, close }));
  return null;
}

/** A log that is in memory already. */
function given(title: string, log: WholeLog): InspectSource {
  return {
    title,
    notes: null,
    load: async (sink) => {
      const judged = judgeLog(log);
      const { annotated, summary } = judged;
      sink.header(summary.header);
      sink.rows(annotated);
      sink.judged(judged);
      sink.done(summary, null);
    },
  };
}

/** A store that fills while it is looked at. */
function loaded(source: InspectSource, desk: Desk): { readonly store: Store; readonly close: () => void } {
  const store = openStore();
  const abort = new AbortController();
  source.load(store.sink, abort.signal).then(() => store.status.isLoading && store.sink.done(null, null), desk.fail);
  return { store, close: () => abort.abort() };
}

/** Of a log that is not open: it is read for it. */
function reportOf(item: CaseItem, source: InspectSource, desk: Desk): ReportSubject {
  const log = () =>
    new Promise<ReturnType<typeof wholeLog>>((resolve) => {
      const { store, close } = loaded(source, desk);
      const look = () => {
        if (store.status.isLoading) return;
        unsubscribe();
        close();
        resolve(wholeLog(store, 0));
      };
      const unsubscribe = store.subscribe(look);
      look();
    });
  return { source: item.source, agent: item.agent, case: item.case, extent: '', log };
}

function openDirectory(subject: InspectCases, desk: Desk): CasesPage {
  const abort = new AbortController();
  const open = (item: CaseItem) => {
    const view = { ...PLAIN_VIEW, row: rowOf(item) };
    desk.open(openLog(subject.sourceOf(item), view, desk));
  };
  const sideOf = (item: CaseItem, closing: (() => void)[]): DiffSide => {
    const source = subject.sourceOf(item);
    const { store, close } = loaded(source, desk);
    closing.push(close);
    return {
      title: `${item.agent ?? item.source}  ${wordOf(item)}`,
      store,
      open: (row) => desk.open(openLog(subject.sourceOf(item), { ...PLAIN_VIEW, row }, desk)),
    };
  };
  const page = openCasesPage({
    title: subject.title,
    rows: desk.screen.height,
    changed: desk.changed,
    open,
    report: (item) => reportOf(item, subject.sourceOf(item), desk),
    statistics: (item) => {
      const source = subject.sourceOf(item);
      const { screen, changed } = desk;
      const about = { title: source.title, screen, isGrowing: false, position: () => 0, changed };
      desk.open(openStatisticsPage({ ...about, ...loaded(source, desk) }));
    },
    compare: (one, other) => {
      const closing: (() => void)[] = [];
      const close = () => {
        for (const each of closing) each();
      };
      const title = one.case === null ? 'compared' : `case ${one.case}`;
      const sides = { left: sideOf(one, closing), right: sideOf(other, closing) };
      desk.open(openDiffPage({ title, ...sides, rows: desk.screen.height, changed: desk.changed, close }));
    },
    close: () => abort.abort(),
  });
  subject.load(page.cases.sink, abort.signal).catch(desk.fail);
  return page;
}
