import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { CHUNK } from '../input/io.ts';
import { openReadProgress } from './read-progress.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirelog-progress-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(size: number): string {
  const path = join(folder, `a\x1b[31m-${size}`);
  writeFileSync(path, '');
  truncateSync(path, size);
  return path;
}

async function shown(path: string, isTTY: boolean, isQuiet: boolean): Promise<string> {
  let text = '';
  const screen = {
    isTTY,
    write: (more: string) => {
      text += more;
    },
  };
  const progress = openReadProgress(path, screen, isQuiet);
  await sleep(260);
  for (let i = 0; i < 64; i++) progress.step();
  progress.clear();
  return text;
}

describe('how far a file has been read', () => {
  const large = fileOf(128 * CHUNK);

  it('is shown of a large one, and taken away', async () => {
    expect(await shown(large, true, false)).toBe(`\ra\\u{1b}[31m-${128 * CHUNK}: 0 %\x1b[K\r\x1b[K`);
  });

  it('is not shown of a small one, in a pipe, or where the screen is taken', async () => {
    const others = [shown(fileOf(1000), true, false), shown(large, false, false), shown(large, true, true)];
    expect(
      await Promise.all([...others, shown('-', true, false), shown(join(folder, 'nowhere'), true, false)]),
    ).toEqual(['', '', '', '', '']);
  });
});
