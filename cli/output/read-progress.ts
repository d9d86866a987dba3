// How far a large file has been read, on a terminal where nothing else is written.

import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { escapeText } from '../../src/model/octets.ts';
import { CHUNK } from '../input/io.ts';

export interface ReadProgress {
  /** Another chunk has been read. */
  step(): void;
  /** Takes the line off the screen. */
  clear(): void;
}

/** Smaller files are read before anybody wonders. */
const LARGE = 32 << 20;
const PAUSE_MS = 250;

interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** `isQuiet`: the screen is for something else. */
export function openReadProgress(source: string, screen: Screen, isQuiet: boolean): ReadProgress {
  const size = isQuiet || source === '-' ? 0 : sizeOf(source);
  if (size < LARGE || !screen.isTTY) return { step: () => {}, clear: () => {} };
  const name = escapeText(basename(source)).slice(0, 40);
  let chunks = 0;
  let told = performance.now();
  let isShown = false;
  return {
    step: () => {
      chunks++;
      const now = performance.now();
      if (now - told < PAUSE_MS) return;
      told = now;
      isShown = true;
      screen.write(`\r${name}: ${Math.min(100, Math.floor((chunks * CHUNK * 100) / size))} %\x1b[K`);
    },
    clear: () => {
      if (isShown) screen.write('\r\x1b[K');
      isShown = false;
    },
  };
}

function sizeOf(source: string): number {
  const stats = statSync(source, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : 0;
}
