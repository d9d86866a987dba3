// Where results go: standard output, a file that is put in its place when it is whole, or a folder of files.

import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../src/model/errors.ts';
import type { FolderFile } from '../../src/render/check/renderer.ts';
import { openOutput, reasonOf } from '../input/io.ts';
import { openDraft, writeWhole } from './write-file.ts';

export interface Place {
  /** Resolves at once, or when the reader has caught up. */
  write(text: string): Promise<void> | undefined;
  /** What was written is whole. */
  commit(): void;
  discard(): void;
}

/** A write each row would cost more than the row. */
const BATCH = 64 << 10;

/** `file`: null is standard output. `inputs` are what is read, as it was named. */
export function openPlace(file: string | null, inputs: readonly string[]): Place {
  if (file === null) return { write: openOutput(process.stdout).write, commit: () => {}, discard: () => {} };
  const draft = openDraft(file, { inputs });
  let waiting = '';
  const flush = () => {
    const text = waiting;
    waiting = '';
    draft.write(text);
  };
  return {
    write: (text) => {
      waiting += text;
      if (waiting.length > BATCH) flush();
      return undefined;
    },
    commit: () => {
      flush();
      draft.commit();
    },
    discard: draft.discard,
  };
}

export interface Folder {
  write(files: readonly FolderFile[]): void;
}

/** Makes the folder where it is not there. Each file is put in its place when it is whole. */
export function openFolder(folder: string, inputs: readonly string[]): Folder {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new UserError(`${folder}: it is a file, and a folder is to be written`);
  }
  make(folder);
  const made = new Set(['.']);
  return {
    write: (files) => {
      for (const { name, text } of files) {
        const own = dirname(name);
        if (!made.has(own)) make(join(folder, own));
        made.add(own);
        writeWhole(join(folder, name), text, { inputs });
      }
    },
  };
}

function make(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UserError(`${folder}: cannot be made: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
