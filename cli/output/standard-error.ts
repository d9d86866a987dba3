// Standard error, opened when somebody needs it: where it is a pipe or a terminal, that takes as long as a small log.

import type { WriteStream } from 'node:tty';

let hasOpened = false;

function opened(): WriteStream {
  // Nobody may be there to read what goes wrong.
  if (!hasOpened) process.stderr.on('error', () => {});
  hasOpened = true;
  return process.stderr;
}

export const standardError = {
  get isTTY(): boolean {
    return opened().isTTY === true;
  },
  get columns(): number {
    return opened().columns;
  },
  write: (text: string): boolean => opened().write(text),
};
