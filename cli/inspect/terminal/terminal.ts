// The terminal's modes: entering and leaving them.

import type tty from 'node:tty';

export interface Terminal {
  enter(): void;
  /** Does nothing where the terminal is not entered. */
  leave(): void;
  /** Asks the terminal to take the text to the clipboard (OSC 52); it may do nothing about it. */
  copy(text: string): string;
  /** Whether clicks and the wheel come here, or are the terminal's own. */
  setMouse(isOn: boolean): void;
}

const ALTERNATE_SCREEN = '?1049';
const CURSOR = '?25';
/** Without it a character in the last column is safe. */
const AUTOWRAP = '?7';
const BRACKETED_PASTE = '?2004';
/** Presses and the wheel, in the form that has no limit. */
const MOUSE = ['?1000', '?1006'];
/** Terminals take no more. */
const MOST_COPIED = 74_994;

const set = (mode: string) => `\x1b[${mode}h`;
const unset = (mode: string) => `\x1b[${mode}l`;
const CLEAR = '\x1b[0m\x1b[H\x1b[2J';

export function openTerminal(
  keyboard: tty.ReadStream,
  screen: tty.WriteStream,
  { mouse }: { mouse: boolean },
): Terminal {
  let hasMouse = mouse;
  const modes = () => [BRACKETED_PASTE, ...(hasMouse ? MOUSE : [])];
  let isEntered = false;
  // A terminal that has hung up takes nothing any more, not even the giving back; the signal ends the program.
  for (const stream of [keyboard, screen]) stream.on('error', () => {});
  return {
    enter: () => {
      isEntered = true;
      keyboard.setRawMode(true);
      screen.write(set(ALTERNATE_SCREEN) + CLEAR + unset(AUTOWRAP) + unset(CURSOR) + modes().map(set).join(''));
    },
    leave: () => {
      if (!isEntered) return;
      isEntered = false;
      // The alternate screen is emptied first: after a resize tmux would mix it into what it brings back.
      screen.write(
        CLEAR + modes().toReversed().map(unset).join('') + set(CURSOR) + set(AUTOWRAP) + unset(ALTERNATE_SCREEN),
      );
      if (!keyboard.destroyed) keyboard.setRawMode(false);
    },
    setMouse: (isOn) => {
      if (isOn !== hasMouse && isEntered) screen.write(MOUSE.map(isOn ? set : unset).join(''));
      hasMouse = isOn;
    },
    copy: (text) => {
      const encoded = Buffer.from(text, 'utf8').toString('base64');
      if (encoded.length > MOST_COPIED) return `too long for the clipboard of a terminal: ${text.length} characters`;
      screen.write(`\x1b]52;c;${encoded}\x07`);
      return `${text.length} characters handed to the terminal's clipboard`;
    },
  };
}
