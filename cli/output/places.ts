// Where results go: standard output, or a file that is put in its place when it is whole.

import { appendFileSync, closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { formatOf, HEAD_LENGTH } from '../../src/ingest/formats.ts';
import { isOverview } from '../../src/ingest/why-no-log.ts';
import { UserError } from '../../src/model/errors.ts';
import { OctetWriter } from '../../src/render/octet-writer.ts';
import { openOutput, reasonOf } from '../input/io.ts';
import { openDraft } from './write-file.ts';

export interface Destination {
  /** Resolves at once, or when the reader has caught up; the octets are the caller's again then. */
  write(text: string | Uint8Array): Promise<void> | undefined;
  /** What was written is whole. */
  commit(): void;
  discard(): void;
}

/** A write each row would cost more than the row. */
const BATCH = 64 << 10;

/** `file`: null is standard output. `inputs` are what is read, as it was named. */
export function openPlace(file: string | null, inputs: readonly string[]): Destination {
  if (file === null) return { write: openOutput(process.stdout).write, commit: () => {}, discard: () => {} };
  if (file === stepSummary()) return summaryPlace(file);
  refuseLogIn(file, inputs);
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

/** A directory that is read holds files to which nobody gave a name: none that is a log may be lost. */
function refuseLogIn(file: string, inputs: readonly string[]): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  const folder = inputs.find((input) => isInside(file, input));
  if (folder !== undefined && isForeignLog(file))
    throw new UserError(`${file}: it is a log in the input ${folder}, and would be overwritten`);
}

function isInside(file: string, folder: string): boolean {
  if (folder === '-' || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false;
  const way = relative(realpathSync(folder), realpathSync(file));
  return way.split(sep)[0] !== '..';
}

/** What wirelog itself wrote, a report or records, is made anew by the same call. */
function isForeignLog(file: string): boolean {
  const head = headOf(file);
  if (head.startsWith('{"type":"')) return false;
  return isOverview(head) || formatOf(head)?.id.startsWith('attachment-') === false;
}

/** Empty where it cannot be read: then nothing is read from it either. */
function headOf(file: string): string {
  try {
    const fd = openSync(file, 'r');
    const head = Buffer.alloc(HEAD_LENGTH);
    const length = readSync(fd, head);
    closeSync(fd);
    return head.toString('latin1', 0, length);
  } catch {
    return '';
  }
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
function summaryPlace(file: string): Destination {
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
