// What Ink draws on. Ink 6.8 writes frames relative to where it believes the cursor to be: its incremental mode is a line
// off for frames that end in a line end, a frame as high as the screen makes it clear the terminal at each key, a resize
// or a suspension leaves it wrong, and with CI set it draws nothing at all. And it takes text apart by the character: two
// to four times the CPU of all the rest at each key (13 ms at 120x40).
//
// So Ink runs in debug mode, in which it hands over each frame as one string. Finished lines do not go through it: a pane
// has one mark in Ink's frame, which says where it is, and the painter puts its lines there. It compares with what is on
// the screen line by line and writes what changed, in one write.

import { EventEmitter } from 'node:events';
import type tty from 'node:tty';

/** Takes the lines of the panes. */
export interface ScreenBuffer {
  /** A character that stands for a pane in Ink's frame. */
  claim(): string;
  /** Lines of exactly `width` columns. */
  show(mark: string, lines: readonly string[], width: number): void;
  release(mark: string): void;
  /** Lines of the screen's width that lie over those above the last one. */
  cover(lines: readonly string[]): void;
}

export interface Painter extends ScreenBuffer {
  /** Stands in for Ink's stdout. */
  readonly stdout: tty.WriteStream;
  /** Draws all of it, whatever is on the screen; ends a stop. */
  repaint(): void;
  /** The screen is someone else's until `repaint`. */
  stop(): void;
}

interface PaneContent {
  readonly lines: readonly string[];
  readonly width: number;
}

/** Private use: `visible` lets none of them through, so a log cannot hold one. */
const FIRST_MARK = 0xe000;
const MARK = /[\ue000-\uf8ff]/g;
const SYNCHRONIZED = ['\x1b[?2026h', '\x1b[?2026l'] as const;
const ERASED_LINE = '\x1b[0m\x1b[K';
const ERASED_SCREEN = '\x1b[0m\x1b[H\x1b[2J';

export function openPainter(screen: tty.WriteStream): Painter {
  const panes = new Map<string, PaneContent>();
  let layout: readonly string[] = [];
  let overlay: readonly string[] = [];
  let painted: readonly string[] = [];
  let isStopped = false;
  let isDue = false;
  const paint = (before: string) => {
    isDue = false;
    if (isStopped) return;
    const lines = covered(compose(layout, panes).slice(0, screen.rows), overlay);
    const changes = before + changesOf(painted, lines);
    painted = lines;
    if (changes !== '') screen.write(SYNCHRONIZED.join(changes));
  };
  // Once for all that a key changes: Ink's frame and the lines come apart.
  const paintSoon = () => {
    if (!isDue) queueMicrotask(() => isDue && paint(''));
    isDue = true;
  };
  return {
    stdout: inkStdout(screen, (frame) => {
      layout = frame;
      paintSoon();
    }),
    claim: () => {
      const mark = freeMark(panes);
      panes.set(mark, { lines: [], width: 0 });
      return mark;
    },
    show: (mark, lines, width) => {
      panes.set(mark, { lines, width });
      paintSoon();
    },
    release: (mark) => void panes.delete(mark),
    cover: (lines) => {
      overlay = lines;
      paintSoon();
    },
    repaint: () => {
      isStopped = false;
      painted = [];
      paint(ERASED_SCREEN);
    },
    stop: () => {
      isStopped = true;
    },
  };
}

function freeMark(panes: ReadonlyMap<string, PaneContent>): string {
  let code = FIRST_MARK;
  while (panes.has(String.fromCharCode(code))) code++;
  return String.fromCharCode(code);
}

function covered(lines: string[], overlay: readonly string[]): string[] {
  const shown = overlay.slice(0, Math.max(lines.length - 1, 0));
  return lines.toSpliced(lines.length - 1 - shown.length, shown.length, ...shown);
}

function changesOf(before: readonly string[], lines: readonly string[]): string {
  let changes = '';
  for (let y = 0; y < Math.max(lines.length, before.length); y++) {
    if (lines[y] !== before[y]) changes += `\x1b[${y + 1}H${ERASED_LINE}${lines[y] ?? ''}`;
  }
  return changes;
}

function inkStdout(screen: tty.WriteStream, onFrame: (lines: string[]) => void): tty.WriteStream {
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    writable: true,
    write: (text: string) => {
      // Remarks frames Ink writes only the codes that hide and show the cursor.
      if (text !== '' && !text.startsWith('\x1b[?')) onFrame(text.split('\n'));
      return true;
    },
  });
  Object.defineProperties(stdout, { columns: { get: () => screen.columns }, rows: { get: () => screen.rows } });
  return stdout as unknown as tty.WriteStream;
}

/** Ink's frame with each pane's lines from its mark on. Remarks marks, a line of the frame has only blanks. */
function compose(layout: readonly string[], panes: ReadonlyMap<string, PaneContent>): string[] {
  const rows = layout.map((text) => ({ text, width: 0, isPane: false }));
  for (const [y, line] of layout.entries()) {
    for (const { 0: mark, index: x } of line.matchAll(MARK)) {
      const { lines, width } = panes.get(mark) ?? { lines: [], width: 0 };
      for (const [at, text] of lines.entries()) {
        const row = rows[y + at];
        if (!row) break;
        const before = row.isPane ? row : { text: '', width: 0 };
        const gap = ' '.repeat(Math.max(x - before.width, 0));
        Object.assign(row, {
          text: before.text + gap + text,
          width: before.width + gap.length + width,
          isPane: true,
        });
      }
    }
  }
  return rows.map(({ text }) => text.replaceAll(MARK, ' '));
}
