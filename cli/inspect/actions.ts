// What a key does that is not for the page to do: help, prompts, palette, clipboard, export, the pages themselves.

import { counted } from '../../src/model/counted.ts';
import type { KeyCommand } from './keys/keymap.ts';
import type { AnswerCheck } from './keys/page.ts';
import { editPrompt, openPrompt, type PageQuestion, type Prompt, type PromptKind } from './keys/prompt.ts';
import type { Notes } from './log/notes.ts';
import { openExport, otherForm, otherName } from './overlay/export-dialog.ts';
import { helpLinesOf, scrolledHelp, searchedHelp } from './overlay/help.ts';
import type { LeaveQuestion, Overlay } from './overlay/overlay.ts';
import { checkPalette, editPalette, orderOf, searchIn } from './overlay/palette.ts';
import type { Page, PageHost } from './pages.ts';
import type { CopyForm } from './row/copy.ts';
import { checkSearch } from './stepper/query.ts';
import type { Finder } from './terminal/find.ts';

export interface SessionState {
  overlay: Overlay;
  exit: number | null;
  /** Where and when the mouse was clicked last, in milliseconds; null where a second click would not be double. */
  lastClick: { readonly x: number; readonly y: number; readonly time: number } | null;
  /** The last one has the screen. */
  readonly pages: Page[];
  /** What was written in each prompt, the latest first. */
  readonly earlier: Map<PromptKind, readonly string[]>;
  /** Notes that were said to be lost, as of which of their versions. */
  readonly told: Map<Notes, number>;
  readonly helpFinder: Finder;
  readonly host: PageHost;
  readonly copy: (text: string) => string;
  readonly set: (about: Partial<Overlay>) => void;
}

export function topOf({ pages }: SessionState): Page {
  return pages.at(-1) as Page;
}

export function resizeTop(own: SessionState): void {
  const { width, height } = own.overlay.screen;
  topOf(own).resize(width, height);
}

/** Does it, and says what was done: of the palette, what was chosen there. */
export function act(own: SessionState, command: KeyCommand): KeyCommand {
  const { prompt, help, count } = own.overlay;
  own.set({ count: null });
  const does = OWN[command];
  if (command === 'prompt-done' && prompt?.kind === 'palette') return ordered(own, prompt) ?? command;
  if (does) does(own, count);
  else if (prompt) own.set({ prompt: edited(own, prompt, command) });
  else if (help !== null) own.set(helped(own, command));
  else topOf(own).command(command, count);
  return command;
}

function helped(own: SessionState, command: KeyCommand): Partial<Overlay> {
  const { context } = topOf(own);
  if (command === 'search-next') return searchedHelp(context, own.overlay, own.helpFinder, 1);
  if (command === 'search-previous') return searchedHelp(context, own.overlay, own.helpFinder, -1);
  return scrolledHelp(context, own.overlay, helpLinesOf(command, own.overlay));
}

const INTERRUPTED = 130;
const MOUSE_OFF = 'the terminal has the mouse: drag to select; t takes it back';

const OWN: Partial<Record<KeyCommand, (own: SessionState, count: number | null) => void>> = {
  help: ({ set }) => set({ help: 0, helpHit: null }),
  'close-help': ({ set }) => set({ help: null }),
  back: (own, count) => back(own, count !== null, true),
  cancel: (own, count) => back(own, count !== null, false),
  mouse: ({ set, overlay: { hasMouse } }) =>
    set({ hasMouse: !hasMouse, says: hasMouse ? MOUSE_OFF : 'clicks and the wheel work here again' }),
  quit: (own) => {
    if (!isHeld(own, 'quit')) own.exit ??= 0;
  },
  interrupt: (own) => {
    own.exit ??= INTERRUPTED;
  },
  // Both are for who has the terminal.
  suspend: () => {},
  redraw: () => {},
  copy: ({ set }) => set({ isCopying: true }),
  'copy-json': (own) => copyAs(own, 'json'),
  'copy-hex': (own) => copyAs(own, 'hex'),
  'copy-base64': (own) => copyAs(own, 'base64'),
  'copy-payload': (own) => copyAs(own, 'payload'),
  'copy-cancel': ({ set }) => set({ isCopying: false }),
  export: (own) => askExport(own),
  'export-next': (own) => turnForm(own, 1),
  'export-previous': (own) => turnForm(own, -1),
  'export-name': (own) => ask(own, 'name', own.overlay.exporting?.name ?? ''),
  'export-cancel': ({ set }) => set({ exporting: null }),
  'export-write': (own) => writeExport(own),
  'keep-notes': (own) => leave(own, true),
  'lose-notes': (own) => leave(own, false),
  'keep-cancel': ({ set }) => set({ leaving: null }),
  'prompt-done': (own) => finish(own),
  'prompt-cancel': ({ set }) => set({ prompt: null }),
  search: (own) => ask(own, own.overlay.help === null ? 'search' : 'help', ''),
  filter: (own) => askPage(own, 'filter'),
  comment: (own) => askPage(own, 'comment'),
  breaks: (own) => askPage(own, 'breaks'),
  replay: (own) => askPage(own, 'replay'),
  diff: (own) => {
    const page = topOf(own);
    if (page.context !== 'log') page.command('diff', null);
    else if (!page.compare()) askPage(own, 'compare');
  },
  palette: (own) => ask(own, 'palette', ''),
};

/** With a count half typed, something running, or a pane in use, Esc means that. */
function back(own: SessionState, hadCount: boolean, mayQuit: boolean): void {
  if (hadCount || topOf(own).back()) return;
  const isFirst = own.pages.length === 1;
  if (isFirst && !mayQuit) own.set({ says: 'q quits' });
  if ((isFirst && !mayQuit) || isHeld(own, 'back')) return;
  if (own.pages.length === 1) own.exit ??= 0;
  else own.pages.pop()?.close();
  resizeTop(own);
}

/** Marks and comments that would be lost do not go without a word. */
function isHeld(own: SessionState, how: LeaveQuestion['how']): boolean {
  const lost = lostNotes(own, how);
  if (lost.length === 0) return false;
  const what = lostInWords(lost);
  if (lost.every(({ unkept }) => unkept?.hasPlace)) {
    own.set({ leaving: { how, asks: `keep ${what} beside the log?` } });
    return true;
  }
  // There is no place for them: it is said once, and the key does its work when it comes again.
  own.set({ says: `${what} would be lost: ${lost[0]?.unkept?.why}; once more leaves` });
  letGo(own, lost);
  return true;
}

/** Of the pages that one leaves, those that have not been let go as they are. */
function lostNotes({ pages, told }: SessionState, how: LeaveQuestion['how']): readonly Notes[] {
  const left = how === 'quit' ? pages : pages.slice(-1);
  const all = left.flatMap((page) => (page.context === 'log' ? [page.notes] : []));
  return all.filter((notes) => notes.unkept !== null && told.get(notes) !== notes.version);
}

function lostInWords(lost: readonly Notes[]): string {
  const sum = (of: 'marks' | 'comments') => lost.reduce((all, { unkept }) => all + (unkept?.[of] ?? 0), 0);
  const [marks, comments] = [sum('marks'), sum('comments')];
  return [marks > 0 ? counted(marks, 'mark') : '', comments > 0 ? counted(comments, 'comment') : '']
    .filter((part) => part !== '')
    .join(' and ');
}

function letGo({ told }: SessionState, lost: readonly Notes[]): void {
  for (const notes of lost) told.set(notes, notes.version);
}

/** `keeps`: they are written first; one stays where that fails. */
function leave(own: SessionState, keeps: boolean): void {
  const { leaving } = own.overlay;
  if (!leaving) return;
  const lost = lostNotes(own, leaving.how);
  const failed = keeps ? lost.map((notes) => notes.keepNow()).find((why) => why !== null) : undefined;
  own.set({ leaving: null, says: failed ?? null });
  if (failed !== undefined) return;
  letGo(own, lost);
  if (leaving.how === 'quit') OWN.quit?.(own, null);
  else back(own, false, true);
}

function copyAs(own: SessionState, form: CopyForm): void {
  const page = topOf(own);
  const text = page.context === 'log' ? page.copy(form) : null;
  own.set({ isCopying: false, says: text === null ? 'the row has nothing of that kind' : own.copy(text) });
}

function ask(own: SessionState, kind: PromptKind, draft: string): void {
  own.set({ prompt: openPrompt(kind, draft, own.earlier.get(kind) ?? []) });
}

function askPage(own: SessionState, kind: PageQuestion): void {
  ask(own, kind, topOf(own).draft(kind));
}

/** What is said about what is being written. */
export function checkOf(page: Page, prompt: Prompt): AnswerCheck | null {
  const { kind, text } = prompt;
  if (kind === 'palette') return checkPalette(page.context, prompt);
  if (kind === 'search') return checkSearch(page.context, text);
  return isOfOverlay(kind) ? null : page.check(kind, text);
}

function edited(own: SessionState, prompt: Prompt, command: KeyCommand): Prompt {
  const inPalette = prompt.kind === 'palette' ? editPalette(topOf(own).context, prompt, command) : null;
  return inPalette ?? editPrompt(prompt, command);
}

/** What is no action is not taken: one goes on writing. */
function ordered(own: SessionState, prompt: Prompt): KeyCommand | null {
  const search = searchIn(prompt.text);
  if (search) {
    own.set({ prompt: null });
    topOf(own).search(search.text, search.by);
    return 'search';
  }
  const order = orderOf(topOf(own).context, prompt);
  if (!order) return null;
  own.set({ prompt: null, count: order.count });
  return act(own, order.command);
}

function isOfOverlay(kind: PromptKind): kind is Exclude<PromptKind, PageQuestion> {
  return kind === 'palette' || kind === 'name' || kind === 'help' || kind === 'search';
}

const KEPT = 50;

function finish(own: SessionState): void {
  const { prompt } = own.overlay;
  if (!prompt || checkOf(topOf(own), prompt)?.isRight === false) return;
  const { kind, text } = prompt;
  const before = (own.earlier.get(kind) ?? []).filter((each) => each !== text);
  if (text !== '') own.earlier.set(kind, [text, ...before].slice(0, KEPT));
  own.set({ prompt: null });
  if (kind === 'name') nameExport(own, text);
  else if (kind === 'search') topOf(own).search(text, 1);
  else if (kind === 'help') {
    own.helpFinder.begin(text, 1);
    own.set(searchedHelp(topOf(own).context, own.overlay, own.helpFinder, 1));
  } else if (!isOfOverlay(kind)) topOf(own).answer(kind, text);
}

function askExport(own: SessionState): void {
  const { reporter } = own.host;
  const page = topOf(own);
  if (page.context !== 'log' && page.context !== 'cases') return;
  const subject = page.report();
  if (typeof subject === 'string') own.set({ says: subject });
  else own.set({ exporting: openExport(subject, reporter.forms, reporter.free) });
}

function turnForm(own: SessionState, by: 1 | -1): void {
  const { exporting } = own.overlay;
  if (exporting) own.set({ exporting: otherForm(exporting, by, own.host.reporter.free) });
}

function nameExport(own: SessionState, text: string): void {
  const { exporting } = own.overlay;
  if (exporting) own.set({ exporting: otherName(exporting, text, own.host.reporter.free) });
}

function writeExport(own: SessionState): void {
  const { exporting } = own.overlay;
  if (!exporting) return;
  const { subject, form, name } = exporting;
  const write = async () => {
    const log = await subject.log();
    return typeof log === 'string' ? log : own.host.reporter.write(log, form, name);
  };
  own.set({ exporting: null, says: 'writing …' });
  write().then((says) => own.set({ says }), own.host.fail);
}
