// The one table of keys. Dispatch, help, key line and the README derive from it.

import type { Action, Command } from './state.ts';

export type Context = 'log' | 'help';

export interface Binding {
  readonly keys: readonly string[];
  readonly action: Command | 'digit';
  readonly when: Context | 'always';
  readonly help: string;
  /** What the key line calls it; neighbours of the same name share an entry there. */
  readonly hint?: string;
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;

export const KEYMAP: readonly Binding[] = [
  { keys: ['?', 'f1'], action: 'open-help', when: 'log', help: 'show this help', hint: 'help' },
  { keys: ['q', 'escape'], action: 'quit', when: 'log', help: 'quit', hint: 'quit' },
  { keys: ['?', 'q', 'escape', 'f1'], action: 'close-help', when: 'help', help: 'close this help', hint: 'close' },
  { keys: ['j', 'down'], action: 'down', when: 'always', help: 'next row, or line of the pane', hint: 'row' },
  { keys: ['k', 'up'], action: 'up', when: 'always', help: 'previous row, or line of the pane', hint: 'row' },
  {
    keys: ['e'],
    action: 'next-violation',
    when: 'log',
    help: 'next violation of the endpoint under test',
    hint: 'violation',
  },
  { keys: ['E'], action: 'previous-violation', when: 'log', help: 'previous violation', hint: 'violation' },
  { keys: ['w'], action: 'next-annotation', when: 'log', help: 'next annotation of any kind', hint: 'annotation' },
  { keys: ['W'], action: 'previous-annotation', when: 'log', help: 'previous annotation', hint: 'annotation' },
  { keys: ['tab'], action: 'next-pane', when: 'log', help: 'the next pane has the focus', hint: 'pane' },
  { keys: ['shift-tab'], action: 'previous-pane', when: 'log', help: 'the previous pane has the focus' },
  { keys: ['space', 'pagedown'], action: 'page-down', when: 'always', help: 'one page down', hint: 'page' },
  { keys: ['b', 'pageup'], action: 'page-up', when: 'always', help: 'one page up', hint: 'page' },
  { keys: ['ctrl-d'], action: 'half-down', when: 'always', help: 'half a page down' },
  { keys: ['ctrl-u'], action: 'half-up', when: 'always', help: 'half a page up' },
  { keys: ['g', 'home'], action: 'first', when: 'always', help: 'first row; 12g: row 12' },
  { keys: ['G', 'end'], action: 'last', when: 'always', help: 'last row; 12G: row 12' },
  { keys: DIGITS, action: 'digit', when: 'log', help: 'a count for the next key: 5j, 3e, 12G' },
  { keys: ['ctrl-l'], action: 'redraw', when: 'always', help: 'draw the screen anew' },
  { keys: ['ctrl-z'], action: 'suspend', when: 'always', help: 'suspend; fg comes back' },
  { keys: ['ctrl-c'], action: 'interrupt', when: 'always', help: 'quit with exit code 130' },
];

const BY_KEY: Readonly<Record<Context, ReadonlyMap<string, Binding>>> = { log: tableOf('log'), help: tableOf('help') };

function tableOf(context: Context): ReadonlyMap<string, Binding> {
  const bindings = KEYMAP.filter((binding) => isIn(binding, context));
  return new Map(bindings.flatMap((binding) => binding.keys.map((key) => [key, binding] as const)));
}

export function isIn(binding: Binding, context: Context): boolean {
  return binding.when === context || binding.when === 'always';
}

/** What the key does there; null where it does nothing. */
export function actionFor(key: string, context: Context): Action | null {
  const binding = BY_KEY[context].get(key);
  if (!binding) return null;
  return binding.action === 'digit' ? { type: 'digit', digit: Number(key) } : { type: binding.action };
}

const LABELS: Readonly<Record<string, string>> = {
  down: '↓',
  up: '↑',
  escape: 'Esc',
  home: 'Home',
  end: 'End',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  pagedown: 'PgDn',
  pageup: 'PgUp',
  f1: 'F1',
};

function labelOf(key: string): string {
  return LABELS[key] ?? key.replace(/^ctrl-(.)$/, (_, letter: string) => `Ctrl-${letter}`);
}

/** Keys of a binding as the help shows them. */
export function keysLabel(binding: Binding): string {
  if (binding.action === 'digit') return '0…9';
  return binding.keys.map(labelOf).join(' ');
}

/** Entries of the key line, the most useful first: `j/k row`. */
export function hintsOf(context: Context): { readonly keys: string; readonly hint: string }[] {
  const hints = new Map<string, string>();
  for (const binding of KEYMAP) {
    if (!binding.hint || !isIn(binding, context)) continue;
    const key = labelOf(binding.keys[0] ?? '');
    const before = hints.get(binding.hint);
    hints.set(binding.hint, before === undefined ? key : `${before}/${key}`);
  }
  return [...hints].map(([hint, keys]) => ({ keys, hint }));
}
