import { describe, expect, it } from 'vitest';
import { openProgress } from './progress.ts';

describe('progress', () => {
  const run = (isTTY: boolean, isShared = false) => {
    let time = 0;
    let text = '';
    const write = (part: string) => {
      text += part;
    };
    const screen = { isTTY, columns: 60, write };
    const progress = openProgress(screen, 50, isShared, () => time);
    for (let i = 1; i <= 50; i++) {
      time += 50;
      progress.step(i);
    }
    progress.clear();
    return text;
  };

  it('is drawn on a terminal, when the work is long, over itself, and taken away', () => {
    const text = run(true);
    expect(text.match(/ \d+ of 50 files/g)?.length).toBe(16);
    expect(text.split('\r')[1]).toMatch(/^.\[K\[=+ +\] 20 of 50 files$/);
    expect(text.endsWith('\r\x1b[K')).toBe(true);
    expect(text).not.toContain('\n');
  });

  it('is not drawn elsewhere, nor between results', () => {
    expect(run(false)).toBe('');
    expect(run(true, true)).toBe('');
  });
});
