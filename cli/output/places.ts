// Where results go: standard output, or a file that is put in its place when it is whole.

import { appendFileSync, fstatSync, statSync } from 'node:fs';
import { UserError } from '../../src/model/errors.ts';
import { OctetWriter } from '../../src/render/octet-writer.ts';
import { openOutput, reasonOf } from '../input/io.ts';
import { openDraft } from './write-file.ts';

export interface Place {
  /** Resolves at once, or when the reader has caught up; the octets are the caller's again then. */
  write(text: string | Uint8Array): Promise<void> | undefined;
  /** What was written is whole. */
  commit(): void;
  discard(): void;
}

/** A write each row would cost more than the row. */
const BATCH = 64 << 10;

/** `file`: null is standard output. `inputs` are what is read, as it was named. */
export function openPlace(file: string | null, inputs: readonly string[]): Place {
  if (file === null) return { write: openOutput(process.stdout).write, commit: () => {}, discard: () => {} };
  if (file === stepSummary()) return summaryPlace(file);
  const draft = openDraft(file, { inputs });
  const waiting = new OctetWriter();
  const flush = () => {
    draft.write(waiting.written);
    waiting.used = 0;
  };
  return {
    write: (more) => {
      if (typeof more === 'string') waiting.text(more);
      else waiting.add(more);
      if (waiting.used > BATCH) flush();
      return undefined;
    },
    commit: () => {
      flush();
      draft.commit();
    },
    discard: draft.discard,
  };
}

/** The file to which a step of GitHub Actions adds its summary; null elsewhere. */
export function stepSummary(): string | null {
  return process.env['GITHUB_STEP_SUMMARY'] || null;
}

/** Is standard output led into the file already? */
export function isStandardOutput(file: string): boolean {
  try {
    const [own, other] = [fstatSync(1), statSync(file)];
    return own.isFile() && own.ino === other.ino && own.dev === other.dev;
  } catch {
    return false;
  }
}

/** The summary is added to: other commands of the step write there too. */
function summaryPlace(file: string): Place {
  const all = new OctetWriter();
  return {
    write: (more) => {
      if (typeof more === 'string') all.text(more);
      else all.add(more);
      return undefined;
    },
    commit: () => {
      try {
        appendFileSync(file, all.written);
      } catch (error) {
        throw new UserError(`${file}: cannot be written: ${reasonOf(error as NodeJS.ErrnoException)}`);
      }
    },
    discard: () => {},
  };
}
