// The one table of keys. Dispatch, help, key line, palette, the README and the names of all commands derive from it.

/** Where a key is pressed. */
export type Context = (typeof CONTEXTS)[number];

export const CONTEXTS = ['log', 'cases', 'diff', 'statistics', 'help', 'prompt', 'copy', 'export', 'keep'] as const;

/** What a key is for: the help and the README show them in this order. */
const GROUPS = {
  move: 'moving',
  jump: 'jumping',
  find: 'searching and filtering',
  pane: 'panes',
  note: 'marks and comments',
  play: 'playing in recorded time',
  whole: 'the log as a whole',
  cases: 'in the case browser',
  diff: 'in the comparison',
  program: 'wirelog itself',
  help: 'in this help',
  prompt: 'while one writes',
  copy: 'after y: what is copied',
  export: 'in the export dialog',
  keep: 'when marks and comments would be lost',
} as const;

type Group = keyof typeof GROUPS;

/** `pages`: the log, the case browser, the comparison, the statistics; `moving`: those and the help. */
type When = Context | 'pages' | 'moving' | 'always';

interface KeyBinding<Action extends string> {
  readonly keys: readonly string[];
  /** What it does is for the page that has the screen; in the palette it has that name. */
  readonly action: Action;
  readonly when: When;
  readonly group: Group;
  readonly help: string;
  /** What the key line calls it; neighbours of the same name share an entry there. */
  readonly hint?: string;
}

type BindingLine<Action> = readonly [keys: string, action: Action, help: string, hint?: string];

function bindings<const Action extends string>(
  when: When,
  group: Group,
  lines: readonly BindingLine<Action>[],
): readonly KeyBinding<Action>[] {
  return lines.map(([keys, action, help, hint]) => ({
    keys: keys.split(' '),
    action,
    when,
    group,
    help,
    ...(hint === undefined ? {} : { hint }),
  }));
}

export const KEYMAP = [
  ...bindings('pages', 'program', [
    ['? f1', 'help', 'show this help; / searches in it', 'help'],
    ['q', 'back', 'back: to the list, to the screen before; from the first one quit', 'quit'],
    ['escape', 'cancel', 'the same, but it never quits'],
    ['Q', 'quit', 'quit at once'],
    [':', 'palette', 'any action by its name; 12: go to row 12, 50%: half-way, /text and ?text: search on and back'],
    ['t f2', 'mouse', 'leave the mouse to the terminal, to select text by dragging; again takes it back'],
  ]),
  ...bindings('help', 'help', [
    ['? q escape f1', 'close-help', 'close the help', 'close'],
    ['/', 'search', 'search the help', 'search'],
    ['n', 'search-next', 'next line that matches', 'next'],
    ['N', 'search-previous', 'previous line that matches', 'next'],
  ]),
  ...bindings('moving', 'move', [
    ['j down', 'down', 'next row, field, line or case', 'row'],
    ['k up', 'up', 'previous row, field, line or case', 'row'],
  ]),
  ...bindings('log', 'jump', [
    ['e', 'next-violation', 'next violation of the endpoint under test', 'violation'],
    ['E', 'previous-violation', 'previous violation', 'violation'],
    ['c', 'cause', 'from a reaction to its cause: the stimulus, the Ping, the Close, the message', 'cause/reaction'],
    ['C', 'reaction', 'from a cause to the first reaction to it', 'cause/reaction'],
  ]),
  ...bindings('log', 'find', [
    ['/', 'search', 'search: what is on the screen, payloads, octets (89 02, hex:8902), re:clos(e|ing)', 'search'],
    ['f &', 'filter', 'show only rows that match: violation, rx and len>125, rule:close/*; empty shows all', 'filter'],
  ]),
  ...bindings('log', 'pane', [
    ['tab', 'next-pane', 'the next pane has the focus', 'pane'],
    ['shift-tab', 'previous-pane', 'the previous pane has the focus'],
  ]),
  ...bindings('log', 'play', [['p', 'play', 'play and pause', 'play']]),
  ...bindings('log', 'jump', [
    ['w', 'next-annotation', 'next annotation of any kind', 'annotation'],
    ['W', 'previous-annotation', 'previous annotation', 'annotation'],
    ['J', 'next-message', 'next row in which a message begins', 'message'],
    ['K', 'previous-message', 'previous row in which a message begins', 'message'],
    ['s', 'next-gap', 'next gap: a wait, a pause above 0.1 s, octets that the log leaves out'],
    ['S', 'previous-gap', 'previous gap'],
    ['{', 'history-back', 'back to where the last jump began'],
    ['}', 'history-forward', 'forward again'],
  ]),
  ...bindings('log', 'pane', [
    ['h left', 'left', 'fold the field; previous octet in the hex pane'],
    ['l right', 'right', 'unfold the field; next octet in the hex pane'],
    ['enter', 'enter', 'from the list to the detail; there fold or unfold'],
    ['z \\', 'zoom', 'the pane alone on the screen, and back'],
    ['|', 'layout', 'next layout: which panes there are, and where'],
    ['+', 'grow', 'a line more for the pane with the focus'],
    ['-', 'shrink', 'a line less for it'],
  ]),
  ...bindings('log', 'find', [
    ['n', 'search-next', 'next row that matches, the way in which the search went'],
    ['N', 'search-previous', 'the other way'],
    ['ctrl-t', 'toggle-filter', 'filter off, and on again'],
    ['v', 'frame-rows', "show the log's own frame rows, and fold them away again"],
  ]),
  ...bindings('log', 'move', [['%', 'percent', 'with a count: go there, 50% is half-way']]),
  ...bindings('log', 'note', [
    ['m', 'mark', 'mark the row, or take the mark away'],
    ["' u", 'next-mark', 'next row with a mark or a comment'],
    ['U', 'previous-mark', 'previous row with a mark or a comment'],
    ['M', 'only-marked', 'show only marked rows, and all again'],
    [';', 'comment', 'comment on the row; kept beside the log with --notes, or when you leave'],
  ]),
  ...bindings('log', 'play', [
    ['.', 'step', 'one row on, and pause'],
    [',', 'step-back', 'one row back, and pause'],
    ['>', 'faster', 'play twice as fast'],
    ['<', 'slower', 'play half as fast'],
    ['=', 'speed-one', 'play at the speed of the recording'],
    ['P', 'run', 'run to the next break'],
    ['B', 'breaks', 'edit the breaks: a filter expression, at first "violation"'],
    ['F', 'follow', 'stay at the end of a log that is growing (--follow)'],
  ]),
  ...bindings('log', 'whole', [
    ['y', 'copy', 'copy the row: then j JSON, h hex, b base64, p payload'],
    ['x', 'export', 'export the log as a report in one file, as wirelog attach writes it', 'export'],
    ['d', 'diff', 'compare the log with that of another agent, or with any other log', 'compare'],
    ['R', 'replay', 'play the log again at a live peer, the new log beside this one'],
    ['i', 'statistics', 'statistics: opcodes, sizes, close codes, latencies, gaps, findings'],
  ]),
  ...bindings('cases', 'cases', [
    ['enter', 'enter', 'open the log at the row that decides; fold a group', 'open'],
    ['h left', 'left', 'previous agent', 'agent'],
    ['l right', 'right', 'next agent', 'agent'],
    ['e', 'next-violation', 'next case that failed', 'failing'],
    ['E', 'previous-violation', 'previous case that failed', 'failing'],
    ['f', 'order', 'failing ones first, failing ones only, all', 'failing first'],
    ['d', 'diff', 'compare the log with that of another agent', 'compare'],
    ['x', 'export', 'export the log as a report in one file', 'export'],
    ['i', 'statistics', 'statistics of the log'],
    ['J', 'next-message', 'next group'],
    ['K', 'previous-message', 'previous group'],
    ['z', 'zoom', 'fold all groups, and unfold'],
    ['/', 'search', 'search in ids, descriptions, verdicts and reasons', 'search'],
    ['n', 'search-next', 'next match, the way in which the search went'],
    ['N', 'search-previous', 'the other way'],
  ]),
  ...bindings('statistics', 'find', [
    ['/', 'search', 'search in the statistics', 'search'],
    ['n', 'search-next', 'next match, the way in which the search went'],
    ['N', 'search-previous', 'the other way'],
  ]),
  ...bindings('diff', 'diff', [
    ['e', 'next-violation', 'next difference', 'difference'],
    ['E', 'previous-violation', 'previous difference', 'difference'],
    ['h left', 'left', 'the left log', 'side'],
    ['l right', 'right', 'the right log', 'side'],
    ['enter', 'enter', 'open that log at the row', 'open'],
    ['/', 'search', 'search in the rows of both logs', 'search'],
    ['n', 'search-next', 'next match, the way in which the search went'],
    ['N', 'search-previous', 'the other way'],
  ]),
  ...bindings('moving', 'move', [
    ['space ctrl-f pagedown', 'page-down', 'one page down', 'page'],
    ['b ctrl-b pageup', 'page-up', 'one page up', 'page'],
    ['ctrl-d', 'half-down', 'half a page down'],
    ['ctrl-u', 'half-up', 'half a page up'],
    ['g home', 'first', 'first row; 12g: row 12'],
    ['G end', 'last', 'last row; 12G: row 12'],
  ]),
  ...bindings('pages', 'move', [['1 2 3 4 5 6 7 8 9 0', 'digit', 'a count for the next key: 5j, 3e, 12G']]),
  ...bindings('prompt', 'prompt', [
    ['enter', 'prompt-done', 'take what is written'],
    ['escape', 'prompt-cancel', 'leave it'],
    ['backspace ctrl-h', 'prompt-erase', 'erase a character'],
    ['ctrl-w', 'prompt-erase-word', 'erase a word'],
    ['ctrl-u', 'prompt-erase-all', 'erase all'],
    ['left', 'prompt-left', 'one character to the left'],
    ['right', 'prompt-right', 'one character to the right'],
    ['up', 'prompt-earlier', 'what was written before; in the palette the action above'],
    ['down', 'prompt-later', 'what was written after that; in the palette the action below'],
    ['tab', 'prompt-complete', 'complete the name of the action'],
  ]),
  ...bindings('copy', 'copy', [
    ['j', 'copy-json', 'the row as JSON', 'JSON'],
    ['h', 'copy-hex', 'its octets as hex', 'hex'],
    ['b', 'copy-base64', 'its octets as base64', 'base64'],
    ['p', 'copy-payload', 'the payload, unmasked and inflated', 'payload'],
    ['q escape', 'copy-cancel', 'nothing', 'nothing'],
  ]),
  ...bindings('export', 'export', [
    ['enter', 'export-write', 'write the file', 'write'],
    ['h left shift-tab', 'export-previous', 'previous form', 'form'],
    ['l right tab', 'export-next', 'next form', 'form'],
    ['e', 'export-name', 'another name; its ending chooses the form', 'name'],
    ['q escape', 'export-cancel', 'write nothing', 'cancel'],
  ]),
  ...bindings('keep', 'keep', [
    ['y enter', 'keep-notes', 'keep them beside the log, where --notes keeps them', 'keep'],
    ['n', 'lose-notes', 'leave without them', 'leave'],
    ['q escape', 'keep-cancel', 'stay', 'stay'],
  ]),
  ...bindings('always', 'program', [
    ['ctrl-l', 'redraw', 'draw the screen anew'],
    ['ctrl-z', 'suspend', 'suspend; fg comes back'],
    ['ctrl-c', 'interrupt', 'quit with exit code 130'],
  ]),
];

export type Binding = (typeof KEYMAP)[number];

/** Everything that a key can ask for. */
export type KeyCommand = Exclude<Binding['action'], 'digit'>;

export const KEY_COMMANDS: readonly KeyCommand[] = [
  ...new Set(KEYMAP.map(({ action }) => action).filter((action) => action !== 'digit')),
];

const PAGES: readonly Context[] = ['log', 'cases', 'diff', 'statistics'];
const SEVERAL: Readonly<Record<string, readonly Context[]>> = {
  pages: PAGES,
  moving: [...PAGES, 'help'],
  always: CONTEXTS,
};

export function isOfPage(context: Context): boolean {
  return PAGES.includes(context);
}

export function isIn({ when }: Pick<Binding, 'when'>, context: Context): boolean {
  return when === context || SEVERAL[when]?.includes(context) === true;
}

const BY_KEY: ReadonlyMap<Context, ReadonlyMap<string, Binding['action']>> = new Map(
  CONTEXTS.map((context) => [context, tableOf(context)]),
);

function tableOf(context: Context): ReadonlyMap<string, Binding['action']> {
  const own = KEYMAP.filter((binding) => isIn(binding, context));
  return new Map(own.flatMap(({ keys, action }) => keys.map((key) => [key, action] as const)));
}

/** What the key does there; null where it does nothing. */
export function actionFor(key: string, context: Context): Binding['action'] | null {
  return BY_KEY.get(context)?.get(key) ?? null;
}

const LABELS: Readonly<Record<string, string>> = {
  down: '↓',
  up: '↑',
  left: '←',
  right: '→',
  escape: 'Esc',
  enter: 'Enter',
  backspace: 'Backspace',
  home: 'Home',
  end: 'End',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  pagedown: 'PgDn',
  pageup: 'PgUp',
  f1: 'F1',
  f2: 'F2',
};

/** The key as the help shows it. */
export function labelOf(key: string): string {
  return LABELS[key] ?? key.replace(/^ctrl-(.)$/, (_, letter: string) => `Ctrl-${letter}`);
}

/** Keys of a binding as the help shows them. */
export function keysLabel(binding: Binding): string {
  if (binding.action === 'digit') return '0…9';
  return binding.keys.map(labelOf).join(' ');
}

/** The bindings in their groups, in the order of `GROUPS`; groups without one are left out. */
export function inGroups(all: readonly Binding[]): { readonly title: string; readonly bindings: readonly Binding[] }[] {
  return (Object.keys(GROUPS) as Group[])
    .map((group) => ({ title: GROUPS[group], bindings: all.filter((binding) => binding.group === group) }))
    .filter(({ bindings: own }) => own.length > 0);
}

/** Entries of the key line, the most useful first: `j/k row`. */
export function keyHintsOf(context: Context): { readonly keys: string; readonly hint: string }[] {
  const hints = new Map<string, string>();
  for (const binding of KEYMAP) {
    if (!binding.hint || !isIn(binding, context)) continue;
    const key = labelOf(binding.keys[0] ?? '');
    const before = hints.get(binding.hint);
    hints.set(binding.hint, before === undefined ? key : `${before}/${key}`);
  }
  return [...hints].map(([hint, keys]) => ({ keys, hint }));
}
