// The built program in a real pseudo terminal.

import { type IPty, spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT, PROGRAM, SEED, shell } from './built.fixture.ts';

interface Running {
  readonly pty: IPty;
  readonly exit: Promise<number>;
  /** Everything that was written. */
  readonly output: () => string;
  /** The lines that are on the screen, once the condition holds. */
  when(holds: (text: string) => boolean): Promise<string>;
}

const LONGEST_MS = 20_000;

/** A line of shell in which `wirelog` is the program, in a terminal of 100x30. */
function inTerminal(line: string, env: NodeJS.ProcessEnv = {}): Running {
  const terminal = new headless.Terminal({ cols: 100, rows: 30, allowProposedApi: true });
  const preamble = `wirelog() { "${process.execPath}" "${PROGRAM}" "$@"; }; `;
  const pty = spawn('bash', ['-c', preamble + line], {
    name: env['TERM'] ?? 'xterm-256color',
    cols: 100,
    rows: 30,
    env: { ...ENVIRONMENT, LOG: SEED, ...env } as Record<string, string>,
  });
  let output = '';
  pty.onData((text) => {
    output += text;
    terminal.write(text);
  });
  const screen = () => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: terminal.rows }, (_, y) =>
      active.getLine(active.viewportY + y)?.translateToString(true),
    );
    return lines.join('\n');
  };
  return {
    pty,
    exit: new Promise((resolve) => pty.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode))),
    output: () => output,
    when: async (holds) => {
      const until = Date.now() + LONGEST_MS;
      for (;;) {
        await new Promise<void>((done) => terminal.write('', done));
        if (holds(screen())) return screen();
        if (Date.now() > until) throw new Error(`the screen never came to that:\n${screen()}`);
        await new Promise((done) => setTimeout(done, 20));
      }
    },
  };
}

const isReady = (text: string) => text.includes('? help') && !text.includes('loading') && text.includes('7.9.13');
/** The row at which the cursor stands. */
const isAt = (row: number) => (text: string) => new RegExp(`^> +${row} `, 'm').test(text);

/** The modes of the terminal are as they were before. */
function expectRestored({ output }: Running): void {
  const written = output();
  for (const mode of ['?1049', '?2004']) {
    expect(written.lastIndexOf(`\x1b[${mode}l`)).toBeGreaterThan(written.lastIndexOf(`\x1b[${mode}h`));
  }
  for (const mode of ['?25', '?7']) {
    expect(written.lastIndexOf(`\x1b[${mode}h`)).toBeGreaterThan(written.lastIndexOf(`\x1b[${mode}l`));
  }
}

describe('inspect in a terminal', () => {
  it('walks through a log and gives the terminal back', async () => {
    const running = inTerminal(
      'stty -a > /dev/null; before=$(stty -g); wirelog "$LOG"; code=$?; [ "$before" = "$(stty -g)" ] && echo same modes; exit $code',
    );
    await running.when((text) => isReady(text) && isAt(0)(text));
    // Rows 2 and 6 are the log's own rows of frames, which are folded.
    running.pty.write('jj');
    await running.when(isAt(3));
    running.pty.write('g');
    await running.when(isAt(0));
    running.pty.write('w');
    await running.when((text) => !isAt(0)(text));
    running.pty.write('G');
    await running.when(isAt(7));
    running.pty.write('e');
    running.pty.write('?');
    await running.when((text) => text.includes('next row'));
    running.pty.write('?');
    await running.when(isAt(7));
    running.pty.write('q');
    expect(await running.exit).toBe(0);
    expectRestored(running);
    expect(running.output()).toContain('same modes');
  });

  it('ends with 130 at Ctrl-C', async () => {
    const running = inTerminal('wirelog inspect "$LOG"');
    await running.when(isReady);
    running.pty.write('\x03');
    expect(await running.exit).toBe(130);
    expectRestored(running);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ])('gives the terminal back at %s', async (signal, code) => {
    const running = inTerminal(`exec "${process.execPath}" "${PROGRAM}" "$LOG"`);
    await running.when(isReady);
    process.kill(running.pty.pid, signal);
    expect(await running.exit).toBe(code);
    expectRestored(running);
  });

  it('reads keys from the terminal when the log comes through a pipe', async () => {
    const running = inTerminal('cat "$LOG" | wirelog inspect -');
    await running.when(isReady);
    running.pty.write('jjj');
    await running.when(isAt(4));
    running.pty.write('q');
    expect(await running.exit).toBe(0);
    expectRestored(running);
  });

  it('opens by itself for a log in a pipe', async () => {
    const running = inTerminal('cat "$LOG" | wirelog');
    await running.when(isReady);
    running.pty.write('q');
    expect(await running.exit).toBe(0);
  });

  it('draws no colour where none is wanted', async () => {
    const running = inTerminal('wirelog "$LOG"', { NO_COLOR: '1' });
    await running.when(isReady);
    running.pty.write('q');
    await running.exit;
    expect(running.output()).not.toMatch(new RegExp(`${'\x1b'}\\[3[0-7]m`));
  });

  it('says in one line what cannot be read, and leaves the terminal alone', async () => {
    for (const [line, message] of [
      ['wirelog nowhere.json', 'nowhere.json: no such file or directory'],
      ['wirelog', 'no log was given'],
      ['wirelog inspect', 'no log was given'],
    ] as const) {
      const running = inTerminal(line);
      expect(await running.exit).toBe(2);
      expect(running.output()).toContain(message);
      expect(running.output()).not.toContain('\x1b[?1049h');
      expect(running.output().trim().split('\n')).toHaveLength(1);
    }
  });
});

describe('annotate in a terminal', () => {
  it.each(['-q', '--format ndjson', '--hex', '--violations'])('is what %s asks for', async (option) => {
    const running = inTerminal(`wirelog "$LOG" ${option}`);
    expect(await running.exit).toBe(0);
    expect(running.output()).not.toContain('\x1b[?1049h');
  });

  it('colours, and no more than colours', async () => {
    const running = inTerminal('wirelog annotate "$LOG"');
    expect(await running.exit).toBe(0);
    expect(running.output()).toContain('\x1b[1m');
    expect(running.output()).not.toContain('\x1b[?');
  });

  it('ends at Ctrl-C', async () => {
    const running = inTerminal('(echo rx 8900; echo rx 8900; sleep 30) | wirelog annotate');
    await running.when((text) => text.includes('ping'));
    running.pty.write('\x03');
    expect(await running.exit).toBe(130);
  });
});

describe('no terminal to inspect in', () => {
  it('refuses with a hint', () => {
    const { code, err } = shell('wirelog inspect "$LOG"', { env: { LOG: SEED } });
    expect({ code, err }).toEqual({
      code: 2,
      err: 'wirelog: no terminal to inspect in: wirelog annotate prints the same\n',
    });
  });

  it('refuses a dumb one, in which the default annotates', async () => {
    const inspecting = inTerminal('wirelog inspect "$LOG"', { TERM: 'dumb' });
    expect(await inspecting.exit).toBe(2);
    expect(inspecting.output()).toContain('no terminal to inspect in');
    const annotating = inTerminal('wirelog "$LOG"', { TERM: 'dumb' });
    expect(await annotating.exit).toBe(0);
    expect(annotating.output()).toContain('lluv-websocket');
    expect(annotating.output()).not.toContain('\x1b');
  });

  it('refuses when keys have nowhere to come from', async () => {
    const child = inTerminal(`cat "$LOG" | setsid -w "${process.execPath}" "${PROGRAM}" inspect -`);
    expect(await child.exit).toBe(2);
    expect(child.output()).toContain('no terminal to inspect in');
  });
});
