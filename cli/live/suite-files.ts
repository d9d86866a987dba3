// Cases that stand in files: those that come with the program, and those of whoever tests.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { getAsset, getAssetKeys, isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import type { SuiteCase } from '../../src/live/suite-case.ts';
import { writtenCase } from '../../src/live/written-case.ts';
import { UserError } from '../../src/model/errors.ts';
import type { Role } from '../../src/model/row.ts';
import { reasonOf } from '../input/io.ts';

interface SuiteFile {
  readonly file: string;
  readonly text: string;
}

/** Cases of the program's own files, and of a file or a folder beside them. Throws `UserError` where one cannot be read. */
export function writtenCases(role: Role, more: string | undefined): SuiteCase[] {
  const files = [...ownFiles(), ...(more === undefined ? [] : filesIn(more))];
  return files.flatMap(({ file, text }) => writtenCase(text, `suite/${basename(file, '.log')}`, file, role) ?? []);
}

/** A single executable has them in itself; see `.ci/executable.mjs`. */
function ownFiles(): SuiteFile[] {
  if (!isSea()) return filesIn(ownFolder());
  return getAssetKeys().map((file) => ({ file, text: getAsset(file, 'utf8') }));
}

/** The package has its logs beside the folder of the program; the bundle's parts lie a folder deeper or not. */
function ownFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 3; up++) {
    const suite = join(folder, 'logs', 'suite');
    if (statSync(suite, { throwIfNoEntry: false })?.isDirectory()) return suite;
    folder = dirname(folder);
  }
  throw new UserError('the folder logs/suite of wirelog is missing: install wirelog again');
}

function filesIn(path: string): SuiteFile[] {
  return logsIn(path).map((file) => ({ file, text: read(file) }));
}

function logsIn(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith('.log'));
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    throw new UserError(`${path}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
