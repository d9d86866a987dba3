// What is inspected: one log, or a directory of them; and how its pages are opened.

import { judgeLog, type WholeLog } from '../../src/judge/judged-log.ts';
import { decidingRowOf } from '../../src/render/check/case.ts';
import { type CaseItem, type CasesSink, wordOf } from './browser/cases.ts';
import { type CasesPage, openCasesPage } from './browser/page.ts';
import { type DiffSide, openDiffPage } from './compare/page.ts';
import { replaySource } from './io/replay.ts';
import { type Keep, type Note, openNotes } from './log/notes.ts';
import { type ReportSubject, wholeLog } from './log/report.ts';
import { type InspectSink, openStore, type Store } from './log/store.ts';
import type { Page, PageHost } from './pages.ts';
import { openStatisticsPage } from './statistics/page.ts';
import { type LogPage, openLogPage } from './stepper/page.ts';

interface NotesPlace {
  readonly given: readonly Note[];
  /** Why nothing can be kept there, known before there is anything to keep. */
  readonly refused?: string;
  /** Says why they are not kept; null where they are. */
  keep(notes: readonly Note[]): string | null;
  /** Where they can go once one leaves, when they are not kept as one goes. */
  readonly later?: Keep;
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

/** The log at that path, to compare with; or a word why there is none. */
type OtherLog = (path: string) => InspectSource | string;

interface InspectLog {
  readonly kind: 'log';
  readonly source: InspectSource;
  readonly other?: OtherLog;
}

export interface InspectCases {
  readonly kind: 'cases';
  readonly title: string;
  /** Judges the logs one by one. */
  load(sink: CasesSink, signal: AbortSignal): Promise<void>;
  sourceOf(item: CaseItem): InspectSource;
  readonly other?: OtherLog;
}

export type InspectSubject = InspectLog | InspectCases;

export interface StartView {
  readonly filter: string | null;
  readonly row: number | null;
  readonly follows: boolean;
}

const PLAIN_VIEW: StartView = { filter: null, row: null, follows: false };

export function openSubject(subject: InspectSubject, view: StartView, host: PageHost): Page {
  if (subject.kind === 'cases') return openDirectory(subject, host);
  return openLog(subject.source, view, host, { ...NO_OTHER, ...(subject.other ? { other: subject.other } : {}) });
}

/** What a log can be compared with. */
interface Others {
  /** The same case of another agent; false where there is none. */
  readonly agent: () => boolean;
  readonly other: OtherLog;
}

const NO_OTHER: Others = { agent: () => false, other: () => 'there is nothing to compare with here' };

function openLog(source: InspectSource, view: StartView, host: PageHost, others: Others = NO_OTHER): LogPage {
  const { store, close } = loaded(source, host);
  const { width: columns, height: rows } = host.screen;
  const place = source.notes;
  const keep = (all: readonly Note[]) => (place ? place.keep(all) : 'they are kept nowhere');
  const notes = openNotes(place?.given ?? [], keep, place?.later ?? null);
  const { title } = source;
  const statistics = (position: number) => {
    const { screen, changed } = host;
    const about = { title, screen, store, isGrowing: view.follows, position: () => position, changed, close: () => {} };
    host.open(openStatisticsPage(about));
  };
  const replay = (position: number, address: string) => openReplay({ title, store, position }, address, host);
  const compareWith = (position: number, path: string) => {
    const [whole, other] = [wholeLog(store, position), others.other(path)];
    if (typeof whole === 'string') return whole;
    if (typeof other === 'string') return other;
    openSideBySide('compared', given(title, whole), other, host);
    return null;
  };
  const compare = { compare: others.agent, compareWith };
  // What is only in memory has no place for notes either.
  const file = place && title !== '-' ? title.replace(/#\d+$/, '') : null;
  const about = { title, file, columns, rows, notes, close, reporter: host.reporter };
  const options = { ...about, ...compare, statistics, replay, ...view };
  return openLogPage(store, options, host.changed);
}

interface ReplaySubject {
  readonly title: string;
  readonly store: Store;
  readonly position: number;
}

/** The log as it is, and beside it what a live peer does when it is played again; a word why it cannot be played. */
function openReplay({ title, store, position }: ReplaySubject, address: string, host: PageHost): string | null {
  const log = wholeLog(store, position);
  if (typeof log === 'string') return log;
  openSideBySide('replayed', given(title, log), replaySource(log, address), host);
  return null;
}

/** Both are read for it; either opens at a row. */
function openSideBySide(title: string, one: InspectSource, other: InspectSource, host: PageHost): void {
  const [left, right] = [loaded(one, host), loaded(other, host)];
  const side = (source: InspectSource, own: Store): DiffSide => ({
    title: source.title,
    store: own,
    open: (row) => {
      const whole = wholeLog(own, 0);
      if (typeof whole !== 'string') host.open(openLog(given(source.title, whole), { ...PLAIN_VIEW, row }, host));
    },
  });
  const close = () => {
    left.close();
    right.close();
  };
  const sides = { left: side(one, left.store), right: side(other, right.store) };
  host.open(openDiffPage({ title, ...sides, rows: host.screen.height, changed: host.changed, close }));
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
function loaded(source: InspectSource, host: PageHost): { readonly store: Store; readonly close: () => void } {
  const store = openStore();
  const abort = new AbortController();
  source.load(store.sink, abort.signal).then(() => store.status.isLoading && store.sink.done(null, null), host.fail);
  return { store, close: () => abort.abort() };
}

/** Of a log that is not open: it is read for it. */
function reportOf(item: CaseItem, source: InspectSource, host: PageHost): ReportSubject {
  const log = () =>
    new Promise<ReturnType<typeof wholeLog>>((resolve) => {
      const { store, close } = loaded(source, host);
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

function openDirectory(subject: InspectCases, host: PageHost): CasesPage {
  const abort = new AbortController();
  const open = (item: CaseItem) => {
    const view = { ...PLAIN_VIEW, row: decidingRowOf(item) };
    host.open(openLog(subject.sourceOf(item), view, host, othersOf(item)));
  };
  const othersOf = (item: CaseItem): Others => ({
    agent: () => page.compare(item),
    other: subject.other ?? NO_OTHER.other,
  });
  const sideOf = (item: CaseItem, closing: (() => void)[]): DiffSide => {
    const source = subject.sourceOf(item);
    const { store, close } = loaded(source, host);
    closing.push(close);
    return {
      title: `${item.agent ?? item.source}  ${wordOf(item)}`,
      store,
      open: (row) => host.open(openLog(subject.sourceOf(item), { ...PLAIN_VIEW, row }, host, othersOf(item))),
    };
  };
  const page = openCasesPage({
    title: subject.title,
    rows: host.screen.height,
    changed: host.changed,
    open,
    report: (item) => reportOf(item, subject.sourceOf(item), host),
    statistics: (item) => {
      const source = subject.sourceOf(item);
      const { screen, changed } = host;
      const about = { title: source.title, screen, isGrowing: false, position: () => 0, changed };
      host.open(openStatisticsPage({ ...about, ...loaded(source, host) }));
    },
    compare: (one, other) => {
      const closing: (() => void)[] = [];
      const close = () => {
        for (const each of closing) each();
      };
      const title = one.case === null ? 'compared' : `case ${one.case}`;
      const sides = { left: sideOf(one, closing), right: sideOf(other, closing) };
      host.open(openDiffPage({ title, ...sides, rows: host.screen.height, changed: host.changed, close }));
    },
    close: () => abort.abort(),
  });
  subject.load(page.cases.sink, abort.signal).catch(host.fail);
  return page;
}
