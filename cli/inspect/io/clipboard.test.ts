import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { clipboardOf } from './clipboard.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirelog-clipboard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(process.platform !== 'linux')('what is copied', () => {
  writeFileSync(join(folder, 'xclip'), '#!/bin/sh\ncat > /dev/null\n');
  chmodSync(join(folder, 'xclip'), 0o755);
  const here = { PATH: folder, DISPLAY: ':0' };

  it('goes to the clipboard program of the system', () => {
    expect(clipboardOf('auto', here)?.('text')).toBe('4 characters copied (xclip)');
  });

  it.each([
    ['without a program', { PATH: '/nowhere', DISPLAY: ':0' }],
    ['without a display', { PATH: folder }],
    [
      'over SSH, where the program would copy to the other machine',
      { ...here, SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' },
    ],
    ['over SSH with a terminal', { ...here, SSH_TTY: '/dev/pts/1' }],
  ])('goes to the terminal %s', (_, env) => {
    expect(clipboardOf('auto', env)).toBeNull();
  });

  it('goes to the terminal where that is asked for', () => {
    expect(clipboardOf('osc52', here)).toBeNull();
  });
});
