import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SEED, scratch, wirelog } from './built.fixture.ts';

const PLAIN = wirelog(['annotate', SEED], { env: { NODE_DISABLE_COMPILE_CACHE: '1' } });

describe.skipIf(process.platform === 'win32')('the compiled program', () => {
  it("is kept in the user's folder for caches, and nothing is said about it", () => {
    const caches = scratch();
    for (let i = 0; i < 2; i++) {
      expect(wirelog(['annotate', SEED], { env: { XDG_CACHE_HOME: caches } })).toEqual(PLAIN);
    }
    expect(readdirSync(join(caches, 'wirelog')).length).toBeGreaterThan(0);
    const home = scratch();
    wirelog(['annotate', SEED], { env: { HOME: home, XDG_CACHE_HOME: '' } });
    const own = process.platform === 'darwin' ? 'Library/Caches' : '.cache';
    expect(existsSync(join(home, own, 'wirelog'))).toBe(true);
  });

  it('is not kept where that cannot be written, or is not wanted', () => {
    const folder = scratch();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const env of [
      { XDG_CACHE_HOME: file },
      { XDG_CACHE_HOME: '/dev/null' },
      { XDG_CACHE_HOME: folder, NODE_DISABLE_COMPILE_CACHE: '1' },
      { XDG_CACHE_HOME: 'file', HOME: '/dev/null' },
      { XDG_CACHE_HOME: '', HOME: '' },
    ]) {
      expect(wirelog(['annotate', SEED], { env, cwd: folder })).toEqual(PLAIN);
    }
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
