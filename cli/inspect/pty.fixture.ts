// The built program in a real pseudo terminal, whose screen the tests look at.

import pty from '@lydell/node-pty';
import headless from '@xterm/headless';
import { ENVIRONMENT, PROGRAM } from '../built.fixture.ts';

export interface PtyRun {
  readonly pid: number;
  /** Everything that was written. */
  readonly output: () => string;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  kill(signal: string): void;
  /** The screen, once the condition holds. */
  when(holds: (text: string) => boolean): Promise<string>;
  /** Exit code, or 128 and the signal. */
  readonly exit: Promise<number>;
}

const LONGEST_MS = 20_000;

export function inspectInPty(args: readonly string[], env: NodeJS.ProcessEnv = {}): PtyRun {
  return inPty(process.execPath, [PROGRAM, ...args], env);
}

/** A line of shell in which `wirelog` is the program. */
export function shellInPty(line: string, env: NodeJS.ProcessEnv = {}): PtyRun {
  return inPty('bash', ['--norc', '-c', `wirelog() { "${process.execPath}" "${PROGRAM}" "$@"; }; ${line}`], env);
}

export function inPty(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): PtyRun {
  const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  const child = pty.spawn(command, [...args], {
    cols: 80,
    rows: 24,
    name: env['TERM'] ?? 'xterm-256color',
    env: { ...ENVIRONMENT, LANG: 'C.UTF-8', ...env },
  });
  let output = '';
  child.onData((data) => {
    output += data;
    terminal.write(data);
  });
  const text = () => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: terminal.rows }, (_, y) =>
      active.getLine(active.baseY + y)?.translateToString(true),
    );
    return lines.map((line) => line ?? '').join('\n');
  };
  return {
    pid: child.pid,
    output: () => output,
    type: (keys) => child.write(keys),
    resize: (columns, rows) => {
      terminal.resize(columns, rows);
      child.resize(columns, rows);
    },
    kill: (signal) => child.kill(signal),
    when: async (holds) => {
      for (const until = Date.now() + LONGEST_MS; ; ) {
        await new Promise<void>((done) => terminal.write('', done));
        if (holds(text())) return text();
        if (Date.now() > until) throw new Error(`the screen never came to that:\n${text()}`);
        await new Promise((done) => setTimeout(done, 10));
      }
    },
    exit: new Promise((done) => child.onExit(({ exitCode, signal }) => done(signal ? 128 + signal : exitCode))),
  };
}
