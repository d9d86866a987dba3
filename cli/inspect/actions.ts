// What a key does that is not for the page to do: help, prompts, palette, clipboard, export, the pages themselves.

import type { Command } from './keys/keymap.ts';
import type { Check } from './keys/page.ts';
import { editPrompt, openPrompt, type Prompt, type PromptKind } from './keys/prompt.ts';
import type { Notes } from './log/notes.ts';
import { helpLines } from './overlay/bottom-line.ts';
import { openExport, otherForm, otherName } from './overlay/export-dialog.ts';
import { type Overlay, scrolledHelp } from './overlay/overlay.ts';
import { checkPalette, editPalette, orderOf } from './overlay/palette.ts';
import type { Page, PageHost } from './pages.ts';
import type { CopyForm } from './row/copy.ts';
import { counted } from './terminal/cells.ts';

export interface SessionState {
  overlay: Overlay;
  exit: number | null;
  /** The last one has the screen. */
  readonly pages: Page[];
  /** What was written in each prompt, the latest first. */
  readonly earlier: Map<PromptKind, readonly string[]>;
  /** Notes that were said to be lost, as of which of their versions. */
  readonly told: Map<Notes, number>;
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

export function helpLength(own: SessionState): number {
  return helpLines(topOf(own).context, { width: own.overlay.screen.width, color: false }).length;
}

/** Does it, and says what was done: of the palette, what was chosen there. */
export function act(own: SessionState, command: Command): Command {
  const { prompt, help, count } = own.overlay;
  own.set({ count: null });
  const does = OWN[command];
  if (command === 'prompt-done' && prompt?.kind === 'palette') return ordered(own, prompt) ?? command;
  if (does) does(own, count);
  else if (prompt) own.set({ prompt: edited(own, prompt, command) });
  else if (help !== null) own.set(scrolledHelp(own.overlay, command, helpLength(own)));
  else topOf(own).command(command, count);
  return command;
}

const INTERRUPTED = 130;

const OWN: Partial<Record<Command, (own: SessionState, count: number | null) => void>> = {
  help: ({ set }) => set({ help: 0 }),
  'close-help': ({ set }) => set({ help: null }),
  back: (own, count) => back(own, count !== null),
  quit: (own) => {
    if (!isHeld(own, own.pages)) own.exit ??= 0;
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
  'prompt-done': (own) => finish(own),
  'prompt-cancel': ({ set }) => set({ prompt: null }),
  search: (own) => askPage(own, 'search'),
  filter: (own) => askPage(own, 'filter'),
  comment: (own) => askPage(own, 'comment'),
  breaks: (own) => askPage(own, 'breaks'),
  replay: (own) => askPage(own, 'replay'),
  palette: (own) => ask(own, 'palette', ''),
};

/** With a count half typed, something running, or a pane in use, Esc means that. */
function back(own: SessionState, hadCount: boolean): void {
  if (hadCount || topOf(own).back()) return;
  if (isHeld(own, [topOf(own)])) return;
  if (own.pages.length === 1) own.exit ??= 0;
  else own.pages.pop()?.close();
  resizeTop(own);
}

/** Comments do not go without a word: it is said once, and the key does its work when it comes again. */
function isHeld({ told, set }: SessionState, pages: readonly Page[]): boolean {
  const all = pages.flatMap((page) => (page.context === 'log' ? [page.notes] : []));
  const lost = all.filter((notes) => notes.unkept !== null && told.get(notes) !== notes.version);
  if (lost.length === 0) return false;
  for (const notes of lost) told.set(notes, notes.version);
  const comments = lost.reduce((sum, { unkept }) => sum + (unkept?.comments ?? 0), 0);
  set({ says: `${counted(comments, 'comment')} would be lost: ${lost[0]?.unkept?.why}; once more leaves` });
  return true;
}

function copyAs(own: SessionState, form: CopyForm): void {
  const page = topOf(own);
  const text = page.context === 'log' ? page.copy(form) : null;
  own.set({ isCopying: false, says: text === null ? 'the row has nothing of that kind' : own.copy(text) });
}

function ask(own: SessionState, kind: PromptKind, draft: string): void {
  own.set({ prompt: openPrompt(kind, draft, own.earlier.get(kind) ?? []) });
}

function askPage(own: SessionState, kind: Exclude<PromptKind, 'palette' | 'name'>): void {
  ask(own, kind, topOf(own).draft(kind));
}

/** What is said about what is being written. */
export function checkOf(page: Page, prompt: Prompt): Check | null {
  const { kind, text } = prompt;
  if (kind === 'palette') return checkPalette(page.context, prompt);
  return kind === 'name' ? null : page.check(kind, text);
}

function edited(own: SessionState, prompt: Prompt, command: Command): Prompt {
  const inPalette = prompt.kind === 'palette' ? editPalette(topOf(own).context, prompt, command) : null;
  return inPalette ?? editPrompt(prompt, command);
}

/** What is no action is not taken: one goes on writing. */
function ordered(own: SessionState, prompt: Prompt): Command | null {
  const order = orderOf(topOf(own).context, prompt);
  if (!order) return null;
  own.set({ prompt: null, count: order.count });
  return act(own, order.command);
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
  else if (kind !== 'palette') topOf(own).answer(kind, text);
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
