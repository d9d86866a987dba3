// The mounted app and the painter below it.

import type tty from 'node:tty';
import { type Instance, render } from 'ink';
import { App } from './app.tsx';
import type { Session } from './session.ts';
import { EaselContext } from './terminal/lines.tsx';
import { openPainter } from './terminal/painter.ts';

export interface Stage {
  repaint(): void;
  /** Nothing is drawn until `repaint`. */
  stop(): void;
  resize(): void;
  close(): void;
}

export function openStage(
  session: Session,
  stdin: tty.ReadStream,
  screen: tty.WriteStream,
  onError: (error: unknown) => void,
): Stage {
  const painter = openPainter(screen);
  const mount = (): Instance => {
    const app = render(
      <EaselContext value={painter}>
        <App session={session} />
      </EaselContext>,
      { stdin, stdout: painter.stdout, debug: true, exitOnCtrlC: false, patchConsole: false },
    );
    app.waitUntilExit().catch(onError);
    return app;
  };
  let app = mount();
  return {
    repaint: painter.repaint,
    stop: painter.stop,
    resize: () => {
      // Ink asks for the width once, and again only where no CI variable is set.
      app.unmount();
      session.resize(screen.columns, screen.rows);
      app = mount();
      painter.repaint();
    },
    close: () => {
      painter.stop();
      app.unmount();
    },
  };
}
