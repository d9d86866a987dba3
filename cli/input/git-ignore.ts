// What git ignores below a folder: the patterns of `.gitignore` in the folder, above it up to the root of the repository,
// and below it, and of `.git/info/exclude`. The last pattern that fits decides, as for git. A pattern comes with whatever
// repository is looked at, so that matching takes no more steps than the two lengths multiplied.

import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

export interface GitIgnore {
  /** `path`: below the folder that this is of. */
  ignores(path: string, isFolder: boolean): boolean;
  /** With the patterns of a folder below. */
  inside(folder: string): GitIgnore;
}

interface Pattern {
  /** Names between slashes; `**` is any number of them. */
  readonly parts: readonly string[];
  readonly isNegated: boolean;
  readonly isOfFolders: boolean;
}

interface PatternFile {
  readonly folder: string;
  readonly patterns: readonly Pattern[];
}

/** Null where the folder is in no repository, or is ignored itself: whoever names it means what is in it. */
export function gitIgnoreOf(folder: string): GitIgnore | null {
  const full = resolve(folder);
  const root = rootOf(full);
  if (root === null) return null;
  let own = ignoring([patternFile(root, join(root, '.git', 'info', 'exclude')), patternsIn(root)]);
  let at = root;
  for (const name of relative(root, full)
    .split(sep)
    .filter((part) => part !== '')) {
    at = join(at, name);
    if (own.ignores(at, true)) return null;
    own = own.inside(at);
  }
  return own;
}

function rootOf(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (statSync(join(at, '.git'), { throwIfNoEntry: false })) return at;
    if (dirname(at) === at) return null;
  }
}

function ignoring(files: readonly PatternFile[]): GitIgnore {
  return {
    ignores: (path, isFolder) => {
      for (const { folder, patterns } of files.toReversed()) {
        const parts = relative(folder, resolve(path)).split(sep);
        const found = patterns.findLast(
          (pattern) => (isFolder || !pattern.isOfFolders) && fits(pattern.parts, parts, isDeep, isNameFitting),
        );
        if (found) return !found.isNegated;
      }
      return false;
    },
    inside: (folder) => ignoring([...files, patternsIn(resolve(folder))]),
  };
}

function patternsIn(folder: string): PatternFile {
  return patternFile(folder, join(folder, '.gitignore'));
}

function patternFile(folder: string, file: string): PatternFile {
  try {
    return { folder, patterns: readFileSync(file, 'utf8').split(/\r?\n/).flatMap(patternOf) };
  } catch {
    return { folder, patterns: [] };
  }
}

function patternOf(line: string): Pattern[] {
  const text = line.replace(/(?<!\\) +$/, '');
  if (text === '' || text.startsWith('#')) return [];
  const isNegated = text.startsWith('!');
  const bare = isNegated ? text.slice(1) : text;
  const path = bare.replace(/\/$/, '');
  const parts = path.replace(/^\//, '').split('/');
  // With a slash before its end a pattern begins where its file is; else it may be anywhere below.
  const isAnchored = path.includes('/');
  const all = isAnchored ? parts : ['**', ...parts];
  // Behind the last slash `**` is all that is inside, and so at least one name.
  const own = all.at(-1) === '**' ? [...all, '*'] : all;
  return [{ parts: own, isNegated, isOfFolders: bare.endsWith('/') }];
}

const isDeep = (part: string) => part === '**';

function isNameFitting(part: string, name: string): boolean {
  return fits(tokensOf(part), [...name], (token) => token === '*', isCharacterFitting);
}

/** `*`, `?`, a set in brackets, or a character; a backslash takes the next one as it is. */
function tokensOf(part: string): string[] {
  return part.match(/\\.|\[[!^]?\]?[^\]]*\]|./gsu) ?? [];
}

function isCharacterFitting(token: string, character: string): boolean {
  if (token === '?') return true;
  if (token.length > 2 && token.startsWith('[')) return isInSet(token.slice(1, -1), character);
  return token.replace(/^\\(?=.)/, '') === character;
}

function isInSet(set: string, character: string): boolean {
  const isNegated = /^[!^]/.test(set);
  const items = [...(isNegated ? set.slice(1) : set).matchAll(/(.)-(.)|./gsu)];
  const isIn = items.some(([one, from, to]) =>
    from !== undefined && to !== undefined ? from <= character && character <= to : one === character,
  );
  return isIn !== isNegated;
}

/** Items against what stands there; one that `isAny` fits any number of it. Goes back to the last of those only. */
function fits<T>(
  items: readonly string[],
  there: readonly T[],
  isAny: (item: string) => boolean,
  isFitting: (item: string, one: T) => boolean,
): boolean {
  let at = 0;
  let anyAt = -1;
  let anyFrom = 0;
  for (let i = 0; i < there.length; ) {
    const item = items[at];
    if (item !== undefined && isAny(item)) {
      anyAt = at++;
      anyFrom = i;
    } else if (item !== undefined && isFitting(item, there[i] as T)) {
      at++;
      i++;
    } else if (anyAt >= 0) {
      at = anyAt + 1;
      i = ++anyFrom;
    } else return false;
  }
  return items.slice(at).every(isAny);
}
