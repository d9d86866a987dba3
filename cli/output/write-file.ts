// Every file that is written passes here. A draft is written beside the file, synced and moved to its place when it is
// whole, so that a full disk, a signal or a bug leaves the old file as it was. A link is followed to the file that it
// names, the mode stays, and what the program reads is never what it writes. Pipes and devices have no beside: what is
// written to them goes straight there.

import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../../src/model/errors.ts';
import { reasonOf } from '../input/io.ts';

export interface WriteOptions {
  /** What the program reads, as it was named; `-` is standard input. None of it may be the file. */
  readonly inputs?: readonly string[];
  /** Nothing may be there yet, not even a link. */
  readonly isNew?: boolean;
  /** Of thousands of files that can be made again, each waits for no disk: a power cut may leave some of them empty. */
  readonly isOneOfMany?: boolean;
}

export interface FileDraft {
  write(text: string | Uint8Array): void;
  /** Puts it in the place of the old file. */
  commit(): void;
  /** Takes it away; the old file stays. */
  discard(): void;
}

/** Writes the whole text, or throws a `UserError` in one line and leaves what was there. */
export function writeWhole(file: string, text: string, options: WriteOptions = {}): void {
  const draft = openDraft(file, options);
  draft.write(text);
  draft.commit();
}

/** Throws a `UserError` where the file cannot be written, and so does each step; after that the draft is gone. */
export function openDraft(
  file: string,
  { inputs = [], isNew = false, isOneOfMany = false }: WriteOptions = {},
): FileDraft {
  return guarded(file, () => {
    const place = isNew ? file : placeOf(file);
    const old = isNew ? undefined : statSync(place, { throwIfNoEntry: false });
    refuseInputs(file, old, inputs);
    if (isStraight(place, old)) return straight(file, place);
    if (old) accessSync(place, constants.W_OK);
    return beside(file, place, old, { isNew, isOneOfMany });
  });
}

const MOST_LINKS = 40;

/** What links lead to, whether it is there or not. */
function placeOf(file: string): string {
  let place = file;
  for (let count = 0; count < MOST_LINKS && !isOfSystem(place); count++) {
    const target = linkTarget(place);
    if (target === null) return place;
    // Not made plain: `..` behind a link to a directory leads elsewhere than its words.
    place = isAbsolute(target) ? target : `${realpathSync(dirname(place))}/${target}`;
  }
  return place;
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** `/dev/stdout` and its like name what is open already, whatever it is. */
function isOfSystem(path: string): boolean {
  return process.platform !== 'win32' && /^\/(?:dev\/(?:fd\/|std)|proc\/)/.test(resolve(path));
}

function isStraight(place: string, old: Stats | undefined): boolean {
  return isOfSystem(place) || (old !== undefined && !old.isFile());
}

/** By the file itself, whatever its names are. */
function refuseInputs(file: string, old: Stats | undefined, inputs: readonly string[]): void {
  if (!old?.isFile()) return;
  for (const input of inputs) {
    const read = statOf(input);
    if (read && read.ino === old.ino && read.dev === old.dev)
      throw new UserError(`${file}: it is the input${input === file ? '' : ` ${input}`}, and would be overwritten`);
  }
}

function statOf(input: string): Stats | undefined {
  try {
    return input === '-' ? fstatSync(0) : statSync(input, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function straight(file: string, place: string): FileDraft {
  const fd = openSync(place, constants.O_WRONLY | constants.O_APPEND);
  const close = () => closeSync(fd);
  return {
    write: (text) => guarded(file, () => writeFileSync(fd, text), close),
    commit: () => guarded(file, close),
    discard: close,
  };
}

const PERMISSIONS = 0o7777;

function beside(
  file: string,
  place: string,
  old: Stats | undefined,
  { isNew, isOneOfMany }: Required<Omit<WriteOptions, 'inputs'>>,
): FileDraft {
  // Of a name that no reader of directories takes for a log, and short enough beside the longest one.
  const path = join(dirname(place), `.wirelog-${randomBytes(6).toString('hex')}.tmp`);
  let fd = -1;
  let isOpen = false;
  const close = () => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  const discard = () => {
    close();
    forget(discard);
    rmSync(path, { force: true });
  };
  // Before it is there: a signal may come between the two.
  remember(discard);
  try {
    fd = openSync(path, 'wx', old ? old.mode & PERMISSIONS & 0o700 : 0o666);
    isOpen = true;
  } catch (error) {
    forget(discard);
    throw error;
  }
  const attempt = (act: () => void) => guarded(file, act, discard);
  if (old) attempt(() => takeAfter(fd, old));
  return {
    write: (text) => attempt(() => writeFileSync(fd, text)),
    commit: () => {
      attempt(() => {
        if (!isOneOfMany) sync(fd);
        close();
        if (isNew) moveToFree(path, place);
        else renameSync(path, place);
      });
      forget(discard);
      if (!isOneOfMany) syncDirectory(dirname(place));
    },
    discard,
  };
}

/** Owner and mode of the old file, the mode last: a change of owner may take bits from it. */
function takeAfter(fd: number, old: Stats): void {
  const { uid, gid } = fstatSync(fd);
  try {
    if (uid !== old.uid || gid !== old.gid) fchownSync(fd, old.uid, old.gid);
  } catch {
    // Who may not give files away gets one of their own.
  }
  fchmodSync(fd, old.mode & PERMISSIONS);
}

/** A link is made only where nothing is; where there are no links, it comes down to a look. */
function moveToFree(path: string, place: string): void {
  try {
    linkSync(path, place);
  } catch (error) {
    if (!isOneOf(error, ['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'])) throw error;
    closeSync(openSync(place, 'wx'));
    renameSync(path, place);
    return;
  }
  rmSync(path, { force: true });
}

/** Some file systems cannot; that the disk is full, others say only here. */
function sync(fd: number): void {
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!isOneOf(error, ['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM'])) throw error;
  }
}

/** So that the move outlives a power cut too; the file is whole either way. */
function syncDirectory(directory: string): void {
  try {
    const fd = openSync(directory, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Not every system opens directories.
  }
}

function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

function guarded<T>(file: string, act: () => T, undo?: () => void): T {
  try {
    return act();
  } catch (error) {
    undo?.();
    if (error instanceof UserError || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UserError(`${file}: cannot be written: ${whyNot(file, error as NodeJS.ErrnoException)}`);
  }
}

/** A file that is to be written need not be there, but its folder has to be. */
function whyNot(file: string, error: NodeJS.ErrnoException): string {
  const folder = dirname(file);
  return error.code === 'ENOENT' && !existsSync(folder) ? `there is no directory ${folder}` : reasonOf(error);
}

/** Drafts that are open: a signal, or an end for any other reason, takes them away. */
const drafts = new Set<() => void>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

function remember(discard: () => void): void {
  if (drafts.size === 0) {
    process.on('exit', discardAll);
    for (const signal of SIGNALS) process.on(signal, dieOf);
  }
  drafts.add(discard);
}

function forget(discard: () => void): void {
  if (!drafts.delete(discard) || drafts.size > 0) return;
  process.off('exit', discardAll);
  for (const signal of SIGNALS) process.off(signal, dieOf);
}

function discardAll(): void {
  for (const discard of [...drafts]) discard();
}

/** Once nobody listens any more, the signal does what it does by itself. */
function dieOf(signal: NodeJS.Signals): void {
  discardAll();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
