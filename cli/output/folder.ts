// A folder of pages that a run writes: nothing else is written over, nothing leaves it, and what an earlier run wrote and
// this one did not is taken away.

import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../../src/model/errors.ts';
import type { FolderFile } from '../../src/render/check/renderer.ts';
import { reasonOf } from '../input/io.ts';
import { writeWhole } from './write-file.ts';

export interface Folder {
  write(files: readonly FolderFile[]): void;
  /** Takes away what an earlier run wrote and this one did not. */
  tidy(): void;
}

/** How the folder's own first page is known: by its name, and by what stands in its first line. */
export interface FolderMark {
  readonly file: string;
  readonly text: string;
  /** The folder below it, which is there alone when a run was broken off. */
  readonly below: string;
}

/**
 * Makes the folder where it is not there. Each file is put in its place when it is whole. A folder that holds anything else
 * than an earlier report is left alone, and so is one that is read, or lies in one: the next run would read the pages.
 */
export function openFolder(folder: string, inputs: readonly string[], mark: FolderMark): Folder {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new UserError(`${folder}: it is a file, and a folder is to be written`);
  }
  refuseInputs(folder, inputs);
  make(folder);
  refuseForeign(folder, mark);
  const made = new Set<string>();
  const written = new Set<string>();
  return {
    write: (files) => {
      for (const { name, text } of files) {
        const own = dirname(name);
        if (!made.has(own)) make(join(folder, own));
        made.add(own);
        const path = join(folder, name);
        refuseLinks(folder, name);
        written.add(path);
        writeWhole(path, text, { inputs, isOneOfMany: name !== mark.file });
      }
    },
    tidy: () => {
      for (const own of made) {
        if (own === '.') continue;
        for (const name of readdirSync(join(folder, own))) {
          const path = join(folder, own, name);
          if (name.endsWith('.html') && !written.has(path) && lstatSync(path).isFile()) rmSync(path);
        }
      }
    },
  };
}

function refuseForeign(folder: string, { file, text, below }: FolderMark): void {
  const names = readdirSync(folder);
  if (names.every((name) => name === below)) return;
  if (names.includes(file) && beginOf(join(folder, file)).includes(text)) return;
  throw new UserError(
    `${folder}: there is something in it that is no report of wirelog: name an empty or a new folder`,
  );
}

const BEGIN = 512;

function beginOf(path: string): string {
  if (!lstatSync(path).isFile()) return '';
  const fd = openSync(path, 'r');
  try {
    const octets = Buffer.alloc(BEGIN);
    return octets.toString('latin1', 0, readSync(fd, octets, 0, BEGIN, 0));
  } finally {
    closeSync(fd);
  }
}

function refuseInputs(folder: string, inputs: readonly string[]): void {
  const place = realPathOf(resolve(folder));
  for (const input of inputs) {
    if (input === '-' || statSync(input, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
    const way = relative(realpathSync(input), place);
    if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
      throw new UserError(`${folder}: it lies in ${input}, which is read: name a folder beside it`);
  }
}

/** Of what is not there yet: where it will be. */
function realPathOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPathOf(parent), basename(path));
}

/** A link that somebody put there would lead out of the folder. */
function refuseLinks(folder: string, name: string): void {
  let path = folder;
  for (const part of name.split('/')) {
    path = join(path, part);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
      throw new UserError(`${path}: it is a link, and a page is to be written there`);
  }
}

function make(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UserError(`${folder}: cannot be made: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
