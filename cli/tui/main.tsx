// `inspect`: takes the terminal, runs the stepper in it, and gives the terminal back whatever happens.

import type tty from 'node:tty';
import { readKeys } from './keys.ts';
import { openSession, type Session } from './session.ts';
import { openStage, type Stage } from './stage.tsx';
import { type InspectSink, openStore } from './store.ts';
import { openTerminal, type Terminal } from './terminal.ts';

export interface InspectSource {
  readonly title: string;
  /**
   * Hands out rows as they are annotated; resolves when the log is read. Gives way to the event loop between chunks, and
   * stops when the signal says that nobody looks any more.
   */
  load(sink: InspectSink, signal: AbortSignal): Promise<void>;
}

export interface InspectOptions {
  readonly keyboard: tty.ReadStream;
  readonly screen: tty.WriteStream;
  readonly color: boolean;
}

const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGQUIT: 131 } as const;
const HANGUP = EXIT_BY_SIGNAL.SIGHUP;

/** Resolves with the exit code once the terminal is given back; rejects with what is a bug. */
export async function inspect(source: InspectSource, { keyboard, screen, color }: InspectOptions): Promise<number> {
  const store = openStore();
  const session = openSession(store, { title: source.title, color, columns: screen.columns, rows: screen.rows });
  const terminal = openTerminal(keyboard, screen);
  const abort = new AbortController();
  const listening = listeners();
  let stage: Stage | null = null;
  try {
    return await new Promise<number>((exit, fail) => {
      listening.add(process, 'exit', terminal.leave);
      listening.add(process, 'uncaughtException', fail);
      listening.add(process, 'unhandledRejection', fail);
      for (const [signal, code] of Object.entries(EXIT_BY_SIGNAL)) listening.add(process, signal, () => exit(code));
      for (const event of ['end', 'close', 'error']) listening.add(keyboard, event, () => exit(HANGUP));
      terminal.enter();
      stage = openStage(session, keyboard, screen, fail);
      listening.add(screen, 'resize', stage.resize);
      listenToKeys(session, { keyboard, terminal, stage, listening, exit });
      source.load(store.sink, abort.signal).then(() => store.status.isLoading && store.sink.done(null, null), fail);
    });
  } finally {
    abort.abort();
    (stage as Stage | null)?.close();
    terminal.leave();
    listening.end();
    keyboard.pause();
  }
}

interface Desk {
  readonly keyboard: tty.ReadStream;
  readonly terminal: Terminal;
  readonly stage: Stage;
  readonly listening: Listeners;
  readonly exit: (code: number) => void;
}

function listenToKeys(session: Session, { keyboard, terminal, stage, listening, exit }: Desk): void {
  const job = jobControl(terminal, stage);
  const keys = readKeys((key) => {
    const action = session.press(key);
    if (action?.type === 'redraw') stage.repaint();
    if (action?.type === 'suspend') job.suspend();
    if (session.state.exit !== null) exit(session.state.exit);
  });
  listening.add(keyboard, 'data', keys.push);
  listening.add(process, 'SIGCONT', job.resume);
  listening.atEnd(keys.close);
  listening.atEnd(job.close);
}

/** Longer than the kernel takes to stop a process. */
const STOPPING_MS = 200;

function jobControl(terminal: Terminal, stage: Stage): { suspend(): void; resume(): void; close(): void } {
  let waiting: NodeJS.Timeout | null = null;
  const close = () => {
    if (waiting) clearTimeout(waiting);
    waiting = null;
  };
  // Also after a stop that was none of ours; whoever had the terminal then has left it in other modes.
  const resume = () => {
    close();
    terminal.enter();
    stage.resize();
  };
  const suspend = () => {
    if (process.platform === 'win32') return;
    stage.stop();
    terminal.leave();
    // The whole job, as the terminal's own Ctrl-Z; without a shell that controls jobs, nothing stops.
    process.kill(0, 'SIGTSTP');
    waiting = setTimeout(resume, STOPPING_MS);
  };
  return { suspend, resume, close };
}

interface Listeners {
  add(emitter: NodeJS.EventEmitter, event: string, listener: (...given: never[]) => void): void;
  atEnd(task: () => void): void;
  end(): void;
}

/** What is listened to while the app runs, and no longer. */
function listeners(): Listeners {
  const undo: (() => void)[] = [];
  return {
    add: (emitter, event, listener) => {
      const listen = listener as (...given: unknown[]) => void;
      emitter.on(event, listen);
      undo.push(() => emitter.off(event, listen));
    },
    atEnd: (task) => undo.push(task),
    end: () => {
      for (const task of undo) task();
    },
  };
}
