import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openFolder } from './folder.ts';

const root = mkdtempSync(join(tmpdir(), 'wirelog-places-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const MARK = { file: 'index.html', text: 'data-wirelog-report', below: 'cases' };
const INDEX = { name: 'index.html', text: '<html data-wirelog-report="1">' };
const page = (name: string) => ({ name: `cases/${name}.html`, text: name });

function folderNamed(name: string): string {
  return join(root, name);
}

describe('a folder of pages', () => {
  it('is made where it is not there, and written over by the next run, whose pages alone are left', () => {
    const path = folderNamed('new/site');
    const first = openFolder(path, [], MARK);
    first.write([page('a'), page('b')]);
    first.write([INDEX]);
    first.tidy();
    expect(readdirSync(join(path, 'cases')).sort()).toEqual(['a.html', 'b.html']);
    const second = openFolder(path, [], MARK);
    second.write([page('b'), page('c'), INDEX]);
    second.tidy();
    expect(readdirSync(join(path, 'cases')).sort()).toEqual(['b.html', 'c.html']);
    expect(readdirSync(path).sort()).toEqual(['cases', 'index.html']);
  });

  it('is written to after a run that was broken off', () => {
    const path = folderNamed('broken');
    openFolder(path, [], MARK).write([page('a')]);
    expect(() => openFolder(path, [], MARK)).not.toThrow();
  });

  it('is left alone where it holds something else', () => {
    const path = folderNamed('foreign');
    mkdirSync(path);
    writeFileSync(join(path, 'index.html'), '<html>the suite wrote this</html>');
    expect(() => openFolder(path, [], MARK)).toThrow('no report of wirelog');
    expect(readFileSync(join(path, 'index.html'), 'utf8')).toContain('the suite');
  });

  it('is none that is read, nor in one that is read', () => {
    const path = folderNamed('reports');
    mkdirSync(path);
    for (const name of [path, join(path, 'pages')]) {
      expect(() => openFolder(name, [path], MARK)).toThrow('name a folder beside it');
      expect(existsSync(join(path, 'pages'))).toBe(false);
    }
    expect(() => openFolder(folderNamed('reports-html'), [path, '-'], MARK)).not.toThrow();
  });

  it('follows no link out of itself', () => {
    const path = folderNamed('links');
    mkdirSync(path);
    symlinkSync(root, join(path, 'cases'));
    const folder = openFolder(path, [], MARK);
    expect(() => folder.write([page('a')])).toThrow('it is a link');
    expect(existsSync(join(root, 'a.html'))).toBe(false);
  });
});
