// The terminal's modes: entering and leaving them.

import type tty from 'node:tty';

export interface Terminal {
  enter(): void;
  /** Does nothing where the terminal is not entered. */
  leave(): void;
}

const ALTERNATE_SCREEN = '?1049';
const CURSOR = '?25';
/** Without it a character in the last column is safe. */
const AUTOWRAP = '?7';
const BRACKETED_PASTE = '?2004';

const set = (mode: string) => `\x1b[${mode}h`;
const unset = (mode: string) => `\x1b[${mode}l`;
const CLEAR = '\x1b[0m\x1b[H\x1b[2J';

export function openTerminal(keyboard: tty.ReadStream, screen: tty.WriteStream): Terminal {
  let isEntered = false;
  // A terminal that has hung up takes nothing any more, not even the giving back; the signal ends the program.
  for (const stream of [keyboard, screen]) stream.on('error', () => {});
  return {
    enter: () => {
      isEntered = true;
      keyboard.setRawMode(true);
      screen.write(set(ALTERNATE_SCREEN) + CLEAR + unset(AUTOWRAP) + unset(CURSOR) + set(BRACKETED_PASTE));
    },
    leave: () => {
      if (!isEntered) return;
      isEntered = false;
      // The alternate screen is emptied first: after a resize tmux would mix it into what it brings back.
      screen.write(CLEAR + unset(BRACKETED_PASTE) + set(CURSOR) + set(AUTOWRAP) + unset(ALTERNATE_SCREEN));
      if (!keyboard.destroyed) keyboard.setRawMode(false);
    },
  };
}
