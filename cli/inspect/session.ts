// The pages, and what is laid over them. It is where keys arrive and what the screen draws. It lives outside React, so that
// a key never waits for a draw and the screen can be thrown away and drawn anew.

import { act, resizeTop, type SessionState, topOf } from './actions.ts';
import { actionFor, isOfPage, type KeyCommand, labelOf } from './keys/keymap.ts';
import type { MouseInput } from './keys/keys.ts';
import { typed } from './keys/prompt.ts';
import type { Reporter } from './log/report.ts';
import { scrolledHelp } from './overlay/help.ts';
import { contextOf, initialOverlay, type Overlay, withDigit } from './overlay/overlay.ts';
import type { Page, PageHost } from './pages.ts';
import { hasRoom } from './stepper/layout.ts';
import { openFinder } from './terminal/find.ts';

export interface Session {
  readonly color: boolean;
  /** The terminal takes hyperlinks. */
  readonly links: boolean;
  readonly exit: number | null;
  /** What is to be drawn: a new object after each change. */
  snapshot(): { readonly overlay: Overlay; readonly page: Page };
  /** Does what the key means in the present context, and says what that is. */
  press(key: string): KeyCommand | null;
  paste(text: string): void;
  point(at: MouseInput): void;
  resize(columns: number, rows: number): void;
  /** Told at most once a turn of the event loop. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

export interface SessionOptions {
  readonly color: boolean;
  readonly links: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly mouse: boolean;
  /** Takes a text to the clipboard; says how that went. */
  readonly copy: (text: string) => string;
  readonly reporter: Reporter;
  readonly fail: (error: unknown) => void;
}

export function openSession(first: (host: PageHost) => Page, options: SessionOptions): Session {
  const { color, links } = options;
  const screen = openDraws();
  const own = openState(options, screen.changed);
  const { pages } = own;
  pages.push(first(own.host));
  return {
    color,
    links,
    get exit() {
      return own.exit;
    },
    snapshot: () => screen.snapshot(() => ({ overlay: own.overlay, page: topOf(own) })),
    press: (key) => press(own, key),
    paste: (text) => paste(own, text),
    point: (at) => point(own, at),
    resize: (width, height) => {
      own.set({ screen: { width, height } });
      resizeTop(own);
    },
    subscribe: screen.subscribe,
    close: () => {
      for (const page of pages) page.close();
    },
  };
}

function openState({ columns, rows, mouse, copy, reporter, fail }: SessionOptions, changed: () => void): SessionState {
  const host: PageHost = {
    get screen() {
      return own.overlay.screen;
    },
    reporter,
    changed,
    fail,
    open: (page) => {
      own.pages.push(page);
      resizeTop(own);
    },
  };
  const own: SessionState = {
    overlay: initialOverlay(columns, rows, mouse),
    exit: null,
    lastClick: null,
    pages: [],
    earlier: new Map(),
    told: new Map(),
    helpFinder: openFinder(),
    host,
    copy,
    set: (about) => {
      own.overlay = { ...own.overlay, ...about };
      changed();
    },
  };
  return own;
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

/** What the key before had to say has been read, or does not matter any more. */
function clearMessage(own: SessionState): void {
  if (own.overlay.says !== null) own.set({ says: null });
  if (topOf(own).says !== null) topOf(own).clearMessage();
}

function press(own: SessionState, key: string): KeyCommand | null {
  if (!hasRoom(own.overlay.screen)) return pressUnseen(own, key);
  clearMessage(own);
  const { overlay, set } = own;
  const context = contextOf(overlay, topOf(own).context);
  const action = actionFor(key, context);
  if (action === 'digit') {
    set(withDigit(overlay, key));
    return null;
  }
  if (action) return act(own, action);
  if (overlay.prompt && isText(key)) set({ prompt: typed(overlay.prompt, key === 'space' ? ' ' : key) });
  else if (isOfPage(context)) set({ count: null, says: `${labelOf(key)} does nothing here: ? lists the keys` });
  return null;
}

/** On a screen that shows nothing, nothing is done but to leave, or to wait. */
function pressUnseen(own: SessionState, key: string): KeyCommand | null {
  const action = key === 'q' ? 'quit' : actionFor(key, topOf(own).context);
  return action && UNSEEN.has(action) ? act(own, action as KeyCommand) : null;
}

const UNSEEN: ReadonlySet<string> = new Set(['quit', 'interrupt', 'suspend', 'redraw'] satisfies KeyCommand[]);

function paste(own: SessionState, text: string): void {
  const { prompt, screen } = own.overlay;
  if (!prompt || !hasRoom(screen)) return;
  clearMessage(own);
  own.set({ prompt: typed(prompt, text) });
}

/** One character, not the name of a key. */
function isText(key: string): boolean {
  return key === 'space' || [...key].length === 1;
}

/** Two clicks within that time on one place are one double click. */
const DOUBLE_MS = 400;

function point(own: SessionState, given: MouseInput): void {
  const { overlay, set, lastClick } = own;
  const isClick = given.wheel === 0;
  const now = performance.now();
  const isDouble = isClick && lastClick?.x === given.x && lastClick.y === given.y && now - lastClick.time < DOUBLE_MS;
  own.lastClick = isClick && !isDouble ? { x: given.x, y: given.y, time: now } : null;
  const at = { ...given, isDouble };
  if (overlay.prompt || overlay.isCopying || overlay.exporting || overlay.leaving || !hasRoom(overlay.screen)) return;
  clearMessage(own);
  if (overlay.help === null) topOf(own).point(at);
  else if (at.wheel !== 0) set(scrolledHelp(topOf(own).context, overlay, at.wheel));
}
