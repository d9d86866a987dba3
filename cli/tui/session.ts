// The pages and what is laid over them: help, prompt, count. It is where keys arrive and what the screen draws. It lives
// outside React, so that a key never waits for a draw and the screen can be thrown away and drawn anew.

import type { CasesPage } from './cases-page.ts';
import { helpLines } from './chrome-lines.ts';
import type { Command } from './command.ts';
import type { CopyForm } from './copy.ts';
import type { DiffPage } from './diff-page.ts';
import { actionFor, type Context } from './keymap.ts';
import type { LogPage } from './log-page.ts';
import type { Pointing } from './page.ts';
import { editPrompt, openPrompt, type Prompt, type PromptKind, typed } from './prompt.ts';
import { type Area, clampTop } from './window.ts';

export type Page = LogPage | CasesPage | DiffPage;

export interface Shell {
  readonly screen: Area;
  /** First line of the help in sight; null while it is closed. */
  readonly help: number | null;
  readonly prompt: Prompt | null;
  /** Digits typed so far. */
  readonly count: number | null;
  readonly isCopying: boolean;
  /** What is to be said of something that no page knows of. */
  readonly says: string | null;
}

/** What is to be drawn: a new object after each change. */
export interface Snapshot {
  readonly shell: Shell;
  readonly page: Page;
}

export interface Session {
  readonly color: boolean;
  readonly exit: number | null;
  snapshot(): Snapshot;
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

const MOST_COUNT = 999_999_999;
const INTERRUPTED = 130;
const KEPT = 50;

export function openSession(first: (desk: Desk) => Page, options: SessionOptions): Session {
  const listeners = new Set<() => void>();
  const earlier = new Map<PromptKind, string[]>();
  let shell: Shell = {
    screen: { width: options.columns, height: options.rows },
    help: null,
    prompt: null,
    count: null,
    isCopying: false,
    says: null,
  };
  let exit: number | null = null;
  let isDue = false;
  const draw = () => {
    isDue = false;
    for (const listener of listeners) listener();
  };
  let snapshot: Snapshot | null = null;
  // A chunk of many keys is one draw.
  const changed = () => {
    snapshot = null;
    if (!isDue) setImmediate(draw);
    isDue = true;
  };
  const pages: Page[] = [];
  const desk: Desk = {
    get screen() {
      return shell.screen;
    },
    changed,
    fail: options.fail,
    open: (page) => {
      pages.push(page);
      page.resize(shell.screen.width, shell.screen.height);
      changed();
    },
  };
  pages.push(first(desk));
  const top = () => pages.at(-1) as Page;
  const set = (about: Partial<Shell>) => {
    shell = { ...shell, ...about };
    changed();
  };

  const copy = (form: CopyForm) => {
    const page = top();
    const text = page.context === 'log' ? page.copy(form) : null;
    set({ isCopying: false, says: text === null ? 'the row has nothing of that kind' : options.copy(text) });
  };
  const back = (hadCount: boolean) => {
    // With a count half typed, or something running, Esc means that.
    if (hadCount || top().stop()) return;
    if (pages.length === 1) exit ??= 0;
    else pages.pop()?.close();
    top().resize(shell.screen.width, shell.screen.height);
  };
  const done = () => {
    const { prompt } = shell;
    if (!prompt) return;
    if (top().check(prompt.kind, prompt.text)?.isRight === false) return;
    const before = earlier.get(prompt.kind) ?? [];
    if (prompt.text !== '')
      earlier.set(prompt.kind, [prompt.text, ...before.filter((text) => text !== prompt.text)].slice(0, KEPT));
    set({ prompt: null });
    top().answer(prompt.kind, prompt.text);
  };
  const ask = (kind: PromptKind) => set({ prompt: openPrompt(kind, top().draft(kind), earlier.get(kind) ?? []) });
  const scrollHelp = (command: Command) => {
    const { width, height } = shell.screen;
    const area = { width, height: height - 3 };
    const lines = helpLines(top().context, { width, color: false }).length;
    const by = HELP_MOVES[command];
    if (by === undefined || shell.help === null) return;
    const step =
      Math.abs(by) === 1
        ? by
        : Math.sign(by) * (Math.abs(by) === 2 ? area.height >> 1 : Math.abs(by) === 3 ? area.height : lines);
    set({ help: clampTop(shell.help + step, area.height, lines) });
  };
  const OWN: Partial<Record<Command, (count: number | null) => void>> = {
    'open-help': () => set({ help: 0 }),
    'close-help': () => set({ help: null }),
    back: (count) => back(count !== null),
    quit: () => {
      exit ??= 0;
    },
    interrupt: () => {
      exit ??= INTERRUPTED;
    },
    suspend: () => {},
    redraw: () => {},
    copy: () => set({ isCopying: true }),
    'copy-json': () => copy('json'),
    'copy-hex': () => copy('hex'),
    'copy-base64': () => copy('base64'),
    'copy-payload': () => copy('payload'),
    'copy-cancel': () => set({ isCopying: false }),
    'prompt-done': done,
    'prompt-cancel': () => set({ prompt: null }),
    'ask-search': () => ask('search'),
    'ask-filter': () => ask('filter'),
    'ask-goto': () => ask('goto'),
    'ask-comment': () => ask('comment'),
    'ask-breaks': () => ask('breaks'),
  };
  const run = (command: Command) => {
    const { count } = shell;
    set({ count: null, says: null });
    const own = OWN[command];
    if (own) own(count);
    else if (shell.prompt) set({ prompt: editPrompt(shell.prompt, command) });
    else if (shell.help !== null) scrollHelp(command);
    else top().command(command, count);
  };
  return {
    color: options.color,
    get exit() {
      return exit;
    },
    snapshot: () => {
      snapshot ??= { shell, page: top() };
      return snapshot;
    },
    press: (key) => {
      const action = actionFor(key, contextOf(shell, top()));
      if (action === 'digit') set({ says: null, count: Math.min((shell.count ?? 0) * 10 + Number(key), MOST_COUNT) });
      else if (action) run(action);
      else if (shell.prompt && isText(key)) set({ prompt: typed(shell.prompt, key === 'space' ? ' ' : key) });
      return action === 'digit' ? null : action;
    },
    paste: (text) => shell.prompt && set({ prompt: typed(shell.prompt, text) }),
    point: (at) => {
      if (shell.prompt || shell.isCopying) return;
      if (shell.help === null) top().point(at);
      else if (at.wheel !== 0) scrollHelp(at.wheel > 0 ? 'down' : 'up');
    },
    resize: (width, height) => {
      set({ screen: { width, height } });
      top().resize(width, height);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      for (const page of pages) page.close();
    },
  };
}

/** A line, half a page, a page, all of it. */
const HELP_MOVES: Partial<Record<Command, number>> = {
  down: 1,
  up: -1,
  'half-down': 2,
  'half-up': -2,
  'page-down': 3,
  'page-up': -3,
  last: 4,
  first: -4,
};

export function contextOf({ prompt, isCopying, help }: Shell, page: Page): Context {
  if (prompt) return 'prompt';
  if (isCopying) return 'copy';
  return help === null ? page.context : 'help';
}

/** One character, not the name of a key. */
function isText(key: string): boolean {
  return key === 'space' || [...key].length === 1;
}
