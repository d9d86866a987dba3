// The inputs of `check`: as everywhere, and an Autobahn `index.json`, which stands for the reports that it names.

import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { InputError } from '../../src/model/errors.ts';
import { inCaseOrder } from '../../src/render/check/case.ts';
import type { CaseName } from '../../src/render/check/total.ts';
import { type FoundInputs, findInputs, type Input, reasonOf } from '../input/io.ts';

/** Agent → case → what the suite says about it. */
export type SuiteIndex = Readonly<Record<string, Readonly<Record<string, IndexEntry>>>>;

interface IndexEntry {
  readonly behavior?: unknown;
  readonly behaviorClose?: unknown;
  readonly reportfile?: unknown;
}

const INDEX_LIMIT = 64 << 20;

/** A report that an index names, and that is not there. */
export interface LostReport extends CaseName {
  readonly source: string;
  readonly index: string;
}

interface CheckInputs extends FoundInputs {
  readonly lost: readonly LostReport[];
}

export function findCheckInputs(paths: readonly string[], ignore = true): CheckInputs {
  const { inputs, errors, ...counts } = findInputs(paths, { ignore });
  const found: Input[] = [];
  const lost: LostReport[] = [];
  const refused: InputError[] = [];
  for (const input of inputs) {
    const isIndex = !input.found || basename(input.source) === 'index.json';
    const index = isIndex ? readIndex(input.source) : null;
    if (!index) {
      found.push(input);
      continue;
    }
    const named = reportsOf(input.source, index);
    // The reports beside an index in a directory are found as files.
    if (!input.found) found.push(...named.reports.map((source) => ({ source, found: false })));
    lost.push(...named.lost);
    refused.push(...named.refused);
  }
  return {
    inputs: onceEach(found, ({ source }) => realPathOf(source)),
    errors: [...errors, ...refused],
    lost: onceEach(lost, ({ source }) => source),
    ...counts,
  };
}

/** A file may be named twice, as by a glob beside its index. */
function onceEach<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!byKey.has(key)) byKey.set(key, item);
  }
  return [...byKey.values()];
}

/** Of folders: the files in them are many, and each would be followed from the root on. */
const realFolders = new Map<string, string>();

/** Throws where there is no such file. */
function followed(path: string): string {
  if (lstatSync(path).isSymbolicLink()) return realpathSync(path);
  const folder = dirname(path);
  let real = realFolders.get(folder);
  if (real === undefined) {
    real = realpathSync(folder);
    realFolders.set(folder, real);
  }
  return join(real, basename(path));
}

function realPathOf(source: string): string {
  try {
    return source === '-' ? source : followed(source);
  } catch {
    return source;
  }
}

/** The index, or null where the file is something else, or cannot be read: who reads it as a log will say so. */
function readIndex(source: string): SuiteIndex | null {
  try {
    if (source === '-' || !statSync(source).isFile() || statSync(source).size > INDEX_LIMIT) return null;
    return indexOf(readFileSync(source, 'utf8'));
  } catch {
    return null;
  }
}

/** The text as an index; null where it is none. */
export function indexOf(text: string): SuiteIndex | null {
  if (!/^\s*\{/.test(text) || !text.includes('"behavior"') || /"wirelog"\s*:/.test(text)) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const agents = Object.values(parsed as object);
  const isIndex = agents.length > 0 && agents.every((cases) => isRecord(cases) && Object.values(cases).every(isRecord));
  return isIndex ? (parsed as SuiteIndex) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface NamedReports {
  readonly reports: readonly string[];
  readonly lost: readonly LostReport[];
  /** There, but nothing that an index has to name. */
  readonly refused: readonly InputError[];
}

/** By agent, in case order. The index is data, and may come from anyone: only files in its own directory are opened. */
function reportsOf(source: string, index: SuiteIndex): NamedReports {
  const reports = new Set<string>();
  const lost: LostReport[] = [];
  const refused: InputError[] = [];
  const root = realpathSync(dirname(source));
  for (const { agent, case: id, name } of namesIn(index)) {
    const isName = typeof name === 'string';
    const path = !isName ? `case ${id} of ${agent}` : isAbsolute(name) ? name : join(dirname(source), name);
    const why = isName ? whyRefused(path, name, root) : 'its name is no string';
    if (why === null && !reports.has(path)) reports.add(path);
    else if (why === NOT_THERE) lost.push({ agent, case: id, source: path, index: source });
    else refused.push(new InputError(path, null, `${why ?? 'it is named twice'}: not read, though ${source} names it`));
  }
  return { reports: [...reports], lost, refused };
}

/** What stands in place of names, and of which case. */
function namesIn(index: SuiteIndex): { agent: string; case: string; name: unknown }[] {
  return Object.entries(index).flatMap(([agent, cases]) =>
    Object.entries(cases)
      .filter(([, { reportfile }]) => reportfile !== undefined && reportfile !== null)
      .sort(([a], [b]) => inCaseOrder(a, b))
      .map(([id, { reportfile: name }]) => ({ agent, case: id, name })),
  );
}

const NOT_THERE = 'no such file';
/** No report of a case is larger, and no string that holds one. Unit: octets. */
const MOST_OCTETS = 512 * 2 ** 20;

/** Null where it is a file below the root, also when every link is followed. */
function whyRefused(path: string, name: string, root: string): string | null {
  if (name === '' || name.includes('\0')) return 'no name of a file';
  if (isAbsolute(name) || /^[a-z]:|^\\/i.test(name)) return 'an absolute name';
  if (/^\.\.(?:[\\/]|$)/.test(normalize(name))) return OUTSIDE;
  try {
    const about = statSync(path, { throwIfNoEntry: false });
    if (!about) return NOT_THERE;
    if (isOutside(followed(path), root)) return OUTSIDE;
    if (!about.isFile()) return about.isDirectory() ? 'a directory' : 'no regular file';
    return about.size > MOST_OCTETS ? `larger than ${MOST_OCTETS >> 20} MiB` : null;
  } catch (error) {
    return reasonOf(error as NodeJS.ErrnoException);
  }
}

const OUTSIDE = 'outside the directory of the index';

function isOutside(path: string, root: string): boolean {
  const way = relative(root, path);
  return isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`);
}
