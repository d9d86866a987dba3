// The mounted app and the painter below it.

import type tty from 'node:tty';
import { type Instance, render } from 'ink';
import { App } from './app.tsx';
import type { Session } from './session.ts';
import { ScreenBufferContext } from './terminal/lines.tsx';
import { openPainter } from './terminal/painter.ts';

export interface MountedApp {
  repaint(): void;
  /** Nothing is drawn until `repaint`. */
  stop(): void;
  resize(): void;
  close(): void;
}

export function mountApp(
  session: Session,
  stdin: tty.ReadStream,
  screen: tty.WriteStream,
  onError: (error: unknown) => void,
): MountedApp {
  const painter = openPainter(screen);
  const mount = (): Instance => {
    const instance = render(
      <ScreenBufferContext value={painter}>
        <App session={session} />
      </ScreenBufferContext>,
      { stdin, stdout: painter.stdout, debug: true, exitOnCtrlC: false, patchConsole: false },
    );
    instance.waitUntilExit().catch(onError);
    return instance;
  };
  let instance = mount();
  return {
    repaint: painter.repaint,
    stop: painter.stop,
    resize: () => {
      // Ink asks for the width once, and again only where no CI variable is set.
      instance.unmount();
      session.resize(screen.columns, screen.rows);
      instance = mount();
      painter.repaint();
    },
    close: () => {
      painter.stop();
      instance.unmount();
    },
  };
}
