// Key names from the raw octets of a terminal. A read may hold several keys, or half of one: an escape that is not
// followed up within the timeout is the key itself. Pasted text is text and no command, and answers of the terminal to whoever
// asked it (OSC, DCS) are no keys.

import { StringDecoder } from 'node:string_decoder';

export interface KeyReader {
  push(chunk: Buffer | string): void;
  /** Forgets a half-read key. */
  close(): void;
}

type KeyMode = 'ground' | 'escape' | 'csi' | 'ss3' | 'string' | 'string-escape' | 'mouse' | 'paste';

const ESCAPE_MS = 30;
/** A paste or an answer whose end never comes must not lock the keyboard. */
const STRAY_MS = 1000;
/** Of a longer paste the end is kept. */
const MOST_PASTED = 10_000;
const PASTE_BEGINS = '200~';
const PASTE_ENDS = '\x1b[201~';

const BY_FINAL: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'shift-tab',
};
const BY_NUMBER: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
};
const BY_CONTROL: Readonly<Record<string, string>> = { '\r': 'enter', '\t': 'tab', '\x7f': 'backspace', ' ': 'space' };

/** The mouse: a click, or so many lines of the wheel. */
export interface MouseInput {
  readonly x: number;
  readonly y: number;
  readonly wheel: number;
  /** The second of two clicks. */
  readonly isDouble?: boolean;
}

export interface KeyListener {
  /** `j`, `G`, `space`, `up`, `ctrl-d`, `alt-x` and the like. */
  key(key: string): void;
  /** Text that was pasted, as it was: it may hold anything. */
  paste?(text: string): void;
  point?(at: MouseInput): void;
}

export function readKeys(listener: KeyListener): KeyReader {
  const decoder = new StringDecoder('utf8');
  const reading: KeyReadState = { mode: 'ground', held: '', listener };
  let timer: NodeJS.Timeout | null = null;
  const expire = () => {
    timer = null;
    emit(reading, reading.mode === 'escape' ? 'escape' : null);
  };
  const close = () => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
  return {
    push: (chunk) => {
      close();
      for (const character of typeof chunk === 'string' ? chunk : decoder.write(chunk)) {
        STEPS[reading.mode](reading, character);
      }
      if (reading.mode !== 'ground') timer = setTimeout(expire, waitIn(reading.mode));
    },
    close,
  };
}

interface KeyReadState {
  mode: KeyMode;
  /** What came of a sequence so far. */
  held: string;
  readonly listener: KeyListener;
}

function go(reading: KeyReadState, mode: KeyMode): void {
  reading.mode = mode;
  reading.held = '';
}

function emit(reading: KeyReadState, key: string | null): void {
  go(reading, 'ground');
  if (key !== null) reading.listener.key(key);
}

const STEPS: Readonly<Record<KeyMode, (reading: KeyReadState, character: string) => void>> = {
  ground: (reading, character) => (character === '\x1b' ? go(reading, 'escape') : emit(reading, keyOf(character))),
  escape: (reading, character) => {
    if (character === '[') go(reading, 'csi');
    else if (character === 'O') go(reading, 'ss3');
    else if (']PX^_'.includes(character)) go(reading, 'string');
    else if (character === '\x1b') reading.listener.key('escape');
    else emit(reading, `alt-${keyOf(character)}`);
  },
  csi: (reading, character) => {
    if (character === '\x1b') return go(reading, 'escape');
    reading.held += character;
    if (reading.held === PASTE_BEGINS) go(reading, 'paste');
    else if (reading.held === 'M') go(reading, 'mouse');
    else if (/^[@-~]$/.test(character) && reading.held !== '[') endCsi(reading);
  },
  ss3: (reading, character) => emit(reading, BY_FINAL[character] ?? null),
  string: (reading, character) => {
    if (character === '\x07') go(reading, 'ground');
    else if (character === '\x1b') go(reading, 'string-escape');
  },
  'string-escape': (reading, character) => go(reading, character === '\\' ? 'ground' : 'string'),
  mouse: (reading, character) => {
    reading.held += character;
    if (reading.held.length === 3) go(reading, 'ground');
  },
  paste: (reading, character) => {
    reading.held += character;
    if (!reading.held.endsWith(PASTE_ENDS)) {
      if (reading.held.length > MOST_PASTED) reading.held = reading.held.slice(-PASTE_ENDS.length);
      return;
    }
    const text = reading.held.slice(0, -PASTE_ENDS.length);
    go(reading, 'ground');
    reading.listener.paste?.(text);
  },
};

function endCsi(reading: KeyReadState): void {
  const { held, listener } = reading;
  const at = mouseInputOf(held);
  emit(reading, at ? null : keyOfCsi(held));
  if (at) listener.point?.(at);
}

const WHEEL_LINES = 3;

/** A press of the left button, or the wheel (SGR form); null for anything else. */
function mouseInputOf(sequence: string): MouseInput | null {
  const [, button, x, y] = /^<(\d+);(\d+);(\d+)M$/.exec(sequence) ?? [];
  const wheel = { 64: -WHEEL_LINES, 65: WHEEL_LINES, 0: 0 }[Number(button)];
  return wheel === undefined ? null : { x: Number(x) - 1, y: Number(y) - 1, wheel };
}

function waitIn(mode: KeyMode): number {
  return mode === 'string' || mode === 'string-escape' || mode === 'paste' ? STRAY_MS : ESCAPE_MS;
}

function keyOf(character: string): string {
  const name = BY_CONTROL[character];
  if (name) return name;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 ? `ctrl-${String.fromCharCode(code + 0x40).toLowerCase()}` : character;
}

/** The key of a control sequence; null for what is none, such as an answer of the terminal. */
function keyOfCsi(sequence: string): string | null {
  const [, number = '', modifier, final = ''] = /^(\d*)(?:;(\d+))?([A-Z~])$/.exec(sequence) ?? [];
  const name = final === '~' ? BY_NUMBER[number] : BY_FINAL[final];
  if (!name) return null;
  return modifier === undefined || modifier === '1' ? name : `${modifiers(Number(modifier) - 1)}${name}`;
}

function modifiers(bits: number): string {
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${bits & 1 ? 'shift-' : ''}`;
}
