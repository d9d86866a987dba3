// The pages, and what is laid over them. It is where keys arrive and what the screen draws. It lives outside React, so that
// a key never waits for a draw and the screen can be thrown away and drawn anew.

import type { CasesPage } from './cases-page.ts';
import { helpLines } from './chrome-lines.ts';
import type { Command } from './command.ts';
import type { CopyForm } from './copy.ts';
import type { DiffPage } from './diff-page.ts';
import { actionFor } from './keymap.ts';
import type { LogPage } from './log-page.ts';
import type { Pointing } from './page.ts';
import { editPrompt, openPrompt, type PromptKind, typed } from './prompt.ts';
import { contextOf, counted, initialShell, type Shell, scrolledHelp } from './shell.ts';
import type { Area } from './window.ts';

export type Page = LogPage | CasesPage | DiffPage;

export interface Session {
  readonly color: boolean;
  readonly exit: number | null;
  /** What is to be drawn: a new object after each change. */
  snapshot(): { readonly shell: Shell; readonly page: Page };
  /** Does what the key means in the present context, and says what that is. */
  press(key: string): Command | null;
  paste(text: string): void;
  point(at: Pointing): void;
  resize(columns: number, rows: number): void;
  /** Told at most once a turn of the event loop. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

export interface SessionOptions {
  readonly color: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Takes a text to the clipboard; says how that went. */
  readonly copy: (text: string) => string;
  readonly fail: (error: unknown) => void;
}

/** What a page can do about other pages, and to be drawn. */
export interface Desk {
  readonly screen: Area;
  changed(): void;
  open(page: Page): void;
  /** What is a bug ends the program. */
  fail(error: unknown): void;
}

interface Own {
  shell: Shell;
  exit: number | null;
  readonly pages: Page[];
  /** What was written in each prompt, the latest first. */
  readonly earlier: Map<PromptKind, readonly string[]>;
  readonly copy: SessionOptions['copy'];
  readonly set: (about: Partial<Shell>) => void;
}

export function openSession(first: (desk: Desk) => Page, options: SessionOptions): Session {
  const { color, columns, rows, copy, fail } = options;
  const screen = openDraws();
  const own: Own = {
    shell: initialShell(columns, rows),
    exit: null,
    pages: [],
    earlier: new Map(),
    copy,
    set: (about) => {
      own.shell = { ...own.shell, ...about };
      screen.changed();
    },
  };
  const desk: Desk = {
    get screen() {
      return own.shell.screen;
    },
    changed: screen.changed,
    fail,
    open: (page) => {
      own.pages.push(page);
      resizeTop(own);
    },
  };
  own.pages.push(first(desk));
  return {
    color,
    get exit() {
      return own.exit;
    },
    snapshot: () => screen.snapshot(() => ({ shell: own.shell, page: top(own) })),
    press: (key) => press(own, key),
    paste: (text) => own.shell.prompt && own.set({ prompt: typed(own.shell.prompt, text) }),
    point: (at) => point(own, at),
    resize: (width, height) => {
      own.set({ screen: { width, height } });
      resizeTop(own);
    },
    subscribe: screen.subscribe,
    close: () => {
      for (const page of own.pages) page.close();
    },
  };
}

/** A chunk of many keys is one draw. */
function openDraws() {
  const listeners = new Set<() => void>();
  let kept: ReturnType<Session['snapshot']> | null = null;
  let isDue = false;
  const draw = () => {
    isDue = false;
    for (const listener of listeners) listener();
  };
  return {
    changed: () => {
      kept = null;
      if (!isDue) setImmediate(draw);
      isDue = true;
    },
    snapshot: (make: Session['snapshot']) => {
      kept ??= make();
      return kept;
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function top({ pages }: Own): Page {
  return pages.at(-1) as Page;
}

function resizeTop(own: Own): void {
  const { width, height } = own.shell.screen;
  top(own).resize(width, height);
}

function press(own: Own, key: string): Command | null {
  const { shell, set } = own;
  const action = actionFor(key, contextOf(shell, top(own).context));
  if (action === 'digit') {
    set(counted(shell, key));
    return null;
  }
  if (action) run(own, action);
  else if (shell.prompt && isText(key)) set({ prompt: typed(shell.prompt, key === 'space' ? ' ' : key) });
  return action;
}

/** One character, not the name of a key. */
function isText(key: string): boolean {
  return key === 'space' || [...key].length === 1;
}

function run(own: Own, command: Command): void {
  const { shell, set } = own;
  set({ count: null, says: null });
  const does = OWN[command];
  if (does) does(own, shell.count);
  else if (shell.prompt) set({ prompt: editPrompt(shell.prompt, command) });
  else if (shell.help !== null) set(scrolledHelp(shell, command, helpLength(own)));
  else top(own).command(command, shell.count);
}

function helpLength(own: Own): number {
  return helpLines(top(own).context, { width: own.shell.screen.width, color: false }).length;
}

const INTERRUPTED = 130;

/** What is not for the page to do. */
const OWN: Partial<Record<Command, (own: Own, count: number | null) => void>> = {
  'open-help': ({ set }) => set({ help: 0 }),
  'close-help': ({ set }) => set({ help: null }),
  back: (own, count) => back(own, count !== null),
  quit: (own) => {
    own.exit ??= 0;
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
  'prompt-done': (own) => finish(own),
  'prompt-cancel': ({ set }) => set({ prompt: null }),
  'ask-search': (own) => ask(own, 'search'),
  'ask-filter': (own) => ask(own, 'filter'),
  'ask-goto': (own) => ask(own, 'goto'),
  'ask-comment': (own) => ask(own, 'comment'),
  'ask-breaks': (own) => ask(own, 'breaks'),
};

/** With a count half typed, or something running, Esc means that. */
function back(own: Own, hadCount: boolean): void {
  if (hadCount || top(own).stop()) return;
  if (own.pages.length === 1) own.exit ??= 0;
  else own.pages.pop()?.close();
  resizeTop(own);
}

function copyAs(own: Own, form: CopyForm): void {
  const page = top(own);
  const text = page.context === 'log' ? page.copy(form) : null;
  own.set({ isCopying: false, says: text === null ? 'the row has nothing of that kind' : own.copy(text) });
}

function ask(own: Own, kind: PromptKind): void {
  own.set({ prompt: openPrompt(kind, top(own).draft(kind), own.earlier.get(kind) ?? []) });
}

const KEPT = 50;

/** What is wrong is not taken: one goes on writing. */
function finish(own: Own): void {
  const { prompt } = own.shell;
  if (!prompt || top(own).check(prompt.kind, prompt.text)?.isRight === false) return;
  const { kind, text } = prompt;
  const before = (own.earlier.get(kind) ?? []).filter((each) => each !== text);
  if (text !== '') own.earlier.set(kind, [text, ...before].slice(0, KEPT));
  own.set({ prompt: null });
  top(own).answer(kind, text);
}

function point(own: Own, at: Pointing): void {
  const { shell, set } = own;
  if (shell.prompt || shell.isCopying) return;
  if (shell.help === null) top(own).point(at);
  else if (at.wheel !== 0) set(scrolledHelp(shell, at.wheel > 0 ? 'down' : 'up', helpLength(own)));
}
