// How far a command scrolls what is only read.

import type { KeyCommand } from './keymap.ts';

const FAR = 1e6;

/** Lines down, or up where negative; beyond the end for the first and the last. */
export function linesToScroll(command: KeyCommand, height: number): number {
  const steps: Partial<Record<KeyCommand, number>> = {
    down: 1,
    up: -1,
    'half-down': height >> 1,
    'half-up': -(height >> 1),
    'page-down': height,
    'page-up': -height,
    last: FAR,
    first: -FAR,
  };
  return steps[command] ?? 0;
}
