// CONTRIBUTING.md names files and keys, which move while it stays.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actionFor } from './inspect/keys/keymap.ts';

const TEXT = readFileSync('CONTRIBUTING.md', 'utf8');
/** What its examples add. */
const MADE_UP = /^logs\/NAME\.|^cli\/count\/|(?:^|\/)(?:acme|csv)\.ts$/;
const FILES = globSync('{src,cli,bench,logs,.ci}/**/*.{ts,tsx,mjs}');

/** Names of files and folders in code spans, as they stand there. */
function namedPaths(): string[] {
  const spans = [...TEXT.matchAll(/`([\w./-]+)`/g)].map(([, span = '']) => span);
  return spans.filter((span) => /[\w-]\.tsx?$|^(?:src|cli|bench|logs|\.ci)\//.test(span));
}

/** A path from the project's own folder, or the end of one. */
function isThere(path: string): boolean {
  return existsSync(path) || FILES.some((file) => file.endsWith(`/${path}`));
}

describe('CONTRIBUTING.md', () => {
  it('names files that there are', () => {
    const named = namedPaths();
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((path) => !MADE_UP.test(path) && !isThere(path))).toEqual([]);
  });

  it('gives a reason for each dependency', () => {
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const [, table = ''] = TEXT.split('## Dependencies');
    const rows = (table.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(named.sort()).toEqual(Object.keys(devDependencies).sort());
  });

  it('has each heading once', () => {
    const headings = TEXT.match(/^## .*$/gm) ?? [];
    expect(headings).toEqual([...new Set(headings)]);
  });

  it('has for its example of a key one that does nothing yet', () => {
    const [, key = '', other = ''] = /^Say, `(.)` and `(.)` in the stepper/m.exec(TEXT) ?? [];
    expect([key, other].map((one) => actionFor(one, 'log'))).toEqual([null, null]);
    expect(key).not.toBe('');
  });
});
