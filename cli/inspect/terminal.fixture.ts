// A terminal without a terminal: what is written goes to an emulator, and the tests look at its screen.

import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type tty from 'node:tty';
import headless from '@xterm/headless';
import { judgedAtEnd } from './log/log.fixture.ts';
import { REPORTER } from './log/report.fixture.ts';
import { type InspectSetup, inspect } from './main.tsx';
import type { InspectSource, InspectSubject } from './subjects.ts';

export interface FakeTerminal {
  readonly exit: Promise<number>;
  readonly isRaw: () => boolean;
  /** Everything that was written. */
  readonly output: () => string;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** How the screen's lines are dressed: `12-18 red inverse`, one string a line. */
  looks(): string[];
  /** Lines of the screen, without blanks at their ends, once the condition holds. */
  when(holds: (text: string) => boolean): Promise<string[]>;
}

const LONGEST_MS = 5000;

type Given = Partial<Omit<InspectSetup, 'keyboard' | 'screen'>>;

export function runInspect(
  subject: InspectSource | InspectSubject,
  columns: number,
  rows: number,
  { color = true, view, ...about }: Given = {},
): FakeTerminal {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  let output = '';
  let isRaw = false;
  const screen = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns,
    rows,
    write: (text: string) => {
      output += text;
      terminal.write(text);
      return true;
    },
  });
  const keyboard = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (mode: boolean) => {
      isRaw = mode;
    },
  });
  const lines = () =>
    Array.from(
      { length: terminal.rows },
      (_, y) => terminal.buffer.active.getLine(y)?.translateToString(true).trimEnd() ?? '',
    );
  return {
    exit: inspect(
      'kind' in subject ? subject : { kind: 'log', source: judgedAtEnd(subject, (about.reporter ?? REPORTER).judge) },
      {
        keyboard: keyboard as unknown as tty.ReadStream,
        screen: screen as unknown as tty.WriteStream,
        color,
        mouse: false,
        // Not where the case is decided: most tests begin at the first row.
        view: view ?? { filter: null, row: 0, follows: false },
        copy: (text) => `copied ${text}`,
        reporter: REPORTER,
        ...about,
      },
    ),
    isRaw: () => isRaw,
    looks: () => Array.from({ length: terminal.rows }, (_, y) => looksOf(terminal.buffer.active.getLine(y))),
    output: () => output,
    type: (text) => void keyboard.write(text),
    resize: (width, height) => {
      terminal.resize(width, height);
      Object.assign(screen, { columns: width, rows: height });
      screen.emit('resize');
    },
    when: async (holds) => {
      const until = Date.now() + LONGEST_MS;
      for (;;) {
        await new Promise<void>((done) => terminal.write('', done));
        const text = lines();
        if (holds(text.join('\n'))) return text;
        if (Date.now() > until) throw new Error(`the screen never came to that:\n${text.join('\n')}`);
        await new Promise((done) => setTimeout(done, 5));
      }
    },
  };
}

const COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

function looksOf(line: ReturnType<headless.Terminal['buffer']['active']['getLine']>): string {
  const runs: { from: number; to: number; look: string }[] = [];
  for (let x = 0; x < (line?.length ?? 0); x++) {
    const look = lookOf(line?.getCell(x));
    const last = runs.at(-1);
    if (last?.look === look && last.to === x - 1) last.to = x;
    else if (look !== '') runs.push({ from: x, to: x, look });
  }
  return runs.map(({ from, to, look }) => `${from}-${to} ${look}`).join(', ');
}

function lookOf(
  cell: ReturnType<NonNullable<ReturnType<headless.Terminal['buffer']['active']['getLine']>>['getCell']>,
): string {
  if (!cell) return '';
  return [
    cell.isFgDefault() ? '' : (COLORS[cell.getFgColor()] ?? 'other'),
    cell.isBold() ? 'bold' : '',
    cell.isDim() ? 'dim' : '',
    cell.isUnderline() ? 'underlined' : '',
    cell.isInverse() ? 'inverse' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}
