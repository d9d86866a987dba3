// `inspect`: takes the terminal, runs the stepper in it, and gives the terminal back whatever happens.

import type tty from 'node:tty';
import { readKeys } from './keys/keys.ts';
import type { Reporter } from './log/report.ts';
import { type MountedApp, mountApp } from './mounted-app.tsx';
import { openSession, type Session } from './session.ts';
import { type InspectSubject, openSubject, type StartView } from './subjects.ts';
import { openTerminal, type Terminal } from './terminal/terminal.ts';

export interface InspectSetup {
  readonly keyboard: tty.ReadStream;
  readonly screen: tty.WriteStream;
  readonly color: boolean;
  readonly mouse: boolean;
  /** The terminal takes hyperlinks. */
  readonly links?: boolean;
  readonly view: StartView;
  /** Takes a text to the clipboard, and says how that went; null where only the terminal itself can. */
  readonly copy: ((text: string) => string) | null;
  readonly reporter: Reporter;
}

const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGQUIT: 131 } as const;
const HANGUP = EXIT_BY_SIGNAL.SIGHUP;

/** Resolves with the exit code once the terminal is given back; rejects with what is a bug. */
export async function inspect(subject: InspectSubject, options: InspectSetup): Promise<number> {
  const { keyboard, screen, color, links = false, mouse, view, reporter } = options;
  const terminal = openTerminal(keyboard, screen, { mouse });
  const listening = listeners();
  let session: Session | null = null;
  let app: MountedApp | null = null;
  try {
    return await new Promise<number>((exit, fail) => {
      listening.add(process, 'exit', terminal.leave);
      listening.add(process, 'uncaughtException', fail);
      listening.add(process, 'unhandledRejection', fail);
      for (const [signal, code] of Object.entries(EXIT_BY_SIGNAL)) listening.add(process, signal, () => exit(code));
      for (const event of ['end', 'close', 'error']) listening.add(keyboard, event, () => exit(HANGUP));
      const copy = options.copy ?? terminal.copy;
      const about = { color, links, columns: screen.columns, rows: screen.rows, mouse, copy, reporter, fail };
      session = openSession((host) => openSubject(subject, view, host), about);
      terminal.enter();
      app = mountApp(session, keyboard, screen, fail);
      listening.add(screen, 'resize', app.resize);
      listenToKeys(session, { keyboard, terminal, app, listening, exit });
    });
  } finally {
    (session as Session | null)?.close();
    (app as MountedApp | null)?.close();
    terminal.leave();
    listening.end();
    keyboard.pause();
  }
}

interface KeyboardSetup {
  readonly keyboard: tty.ReadStream;
  readonly terminal: Terminal;
  readonly app: MountedApp;
  readonly listening: Listeners;
  readonly exit: (code: number) => void;
}

function listenToKeys(session: Session, { keyboard, terminal, app, listening, exit }: KeyboardSetup): void {
  const job = jobControl(terminal, app);
  const keys = readKeys({
    key: (key) => {
      const command = session.press(key);
      if (command === 'mouse') terminal.setMouse(session.snapshot().overlay.hasMouse);
      if (command === 'redraw') app.repaint();
      if (command === 'suspend') job.suspend();
      if (session.exit !== null) exit(session.exit);
    },
    paste: session.paste,
    point: session.point,
  });
  listening.add(keyboard, 'data', keys.push);
  listening.add(process, 'SIGCONT', job.resume);
  listening.atEnd(keys.close);
  listening.atEnd(job.close);
}

/** Longer than the kernel takes to stop a process. */
const STOPPING_MS = 200;

function jobControl(terminal: Terminal, app: MountedApp): { suspend(): void; resume(): void; close(): void } {
  let waiting: NodeJS.Timeout | null = null;
  const close = () => {
    if (waiting) clearTimeout(waiting);
    waiting = null;
  };
  // Also after a stop that was none of ours; whoever had the terminal then has left it in other modes.
  const resume = () => {
    close();
    terminal.enter();
    app.resize();
  };
  const suspend = () => {
    if (process.platform === 'win32') return;
    app.stop();
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
