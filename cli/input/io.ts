// Everything that touches files and standard streams: which inputs there are, their octets in chunks, and output with
// back-pressure.

import {
  closeSync,
  createReadStream,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError, UserError } from '../../src/model/errors.ts';
import { escapeText } from '../../src/model/octets.ts';
import { standardError } from '../output/standard-error.ts';
import { type GitIgnore, gitIgnoreOf } from './git-ignore.ts';

/** Octets of a file that are read at once. */
export const CHUNK = 256 << 10;

/** A stream that is silent for so long has paused. */
const PAUSE_MS = 200;

export interface Input {
  /** As it is named in messages. */
  readonly source: string;
  /** Found in a directory, where what is no log is passed over. */
  readonly found: boolean;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  ELOOP: 'too many links',
};

function inputError(source: string, error: unknown): InputError {
  return new InputError(source, null, reasonOf(error as NodeJS.ErrnoException));
}

/** Without Node's code before the words, and its system call behind them. */
export function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return REASONS[code ?? ''] ?? message.replace(/^[A-Z\d]+: ([^,]+), .*$/s, '$1');
}

/** One line on standard error; the work goes on. */
export function complain(message: string): void {
  standardError.write(`wirelog: ${escapeText(message)}\n`);
}

export interface FoundInputs {
  readonly inputs: readonly Input[];
  readonly errors: readonly InputError[];
  /** Of directories: files that are plainly something else than logs. */
  readonly foreign: number;
  /** Of directories: files and folders that git ignores, or that hold packages or builds. */
  readonly ignored: number;
}

interface FindOptions {
  /** False: nothing of a directory is passed over. */
  readonly ignore?: boolean | undefined;
}

/** The inputs that the paths name: files as they are, directories as the logs in them, in case order. */
export function findInputs(paths: readonly string[], { ignore = true }: FindOptions = {}): FoundInputs {
  const inputs: Input[] = [];
  const errors: InputError[] = [];
  const counts = { foreign: 0, ignored: 0 };
  for (const path of paths) {
    try {
      if (path === '-' || !statSync(path).isDirectory()) inputs.push({ source: path, found: false });
      else inputs.push(...inputsIn(path, ignore, errors, counts));
    } catch (error) {
      errors.push(inputError(path, error));
    }
  }
  return { inputs, errors, ...counts };
}

function inputsIn(directory: string, ignore: boolean, errors: InputError[], counts: Walk['counts']): Input[] {
  const walk = { errors, counts: { foreign: 0, ignored: 0 }, git: ignore ? gitIgnoreOf(directory) : null, ignore };
  const inputs = filesIn(directory, walk);
  // Where git ignores all there is, the logs are meant.
  const isAllIgnored = inputs.length === 0 && walk.counts.ignored > 0 && walk.git !== null;
  const found = isAllIgnored ? filesIn(directory, { ...walk, counts, git: null }) : inputs;
  if (!isAllIgnored) {
    counts.foreign += walk.counts.foreign;
    counts.ignored += walk.counts.ignored;
  }
  return found;
}

interface Walk {
  readonly errors: InputError[];
  readonly counts: { foreign: number; ignored: number };
  readonly git: GitIgnore | null;
  readonly ignore: boolean;
}

/** Where packages and builds lie. */
const FOREIGN_FOLDERS: ReadonlySet<string> = new Set(['node_modules', 'dist']);
/** Endings of what is plainly source code, or of a picture or a font. Logs may have any other. */
const FOREIGN_FILES =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|c|cc|cpp|h|hpp|cs|swift|php|pl|lua|ex|erl|hs|sh|css|scss|vue|sql|toml|lock|map|png|jpe?g|gif|svg|ico|woff2?|ttf)$/i;

function filesIn(directory: string, walk: Walk): Input[] {
  const entries = readdirSync(directory, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  const wanted = entries.filter((entry) => !isPassedOver(entry, directory, walk));
  const files = wanted.filter((entry) => isFile(entry, directory, walk.errors)).map(({ name }) => name);
  const names = new Set(files);
  const logs = files.filter((name) => !hasTwin(name, names, directory)).sort(inCaseOrder);
  const inputs = logs.map((name) => ({ source: join(directory, name), found: true }));
  for (const { name } of wanted.filter((entry) => entry.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, name);
    try {
      inputs.push(...filesIn(path, { ...walk, git: walk.git?.inside(path) ?? null }));
    } catch (error) {
      walk.errors.push(inputError(path, error));
    }
  }
  return inputs;
}

function isPassedOver(entry: Dirent, directory: string, { git, ignore, counts }: Walk): boolean {
  if (!ignore) return false;
  const isFolder = entry.isDirectory();
  if ((isFolder && FOREIGN_FOLDERS.has(entry.name)) || git?.ignores(join(directory, entry.name), isFolder)) {
    counts.ignored++;
    return true;
  }
  if (isFolder || !FOREIGN_FILES.test(entry.name)) return false;
  counts.foreign++;
  return true;
}

/** The suite's own list of its reports: no log, and nothing to be said about. */
export function isOverviewFile({ source }: Input): boolean {
  return /^index\.(?:json|html)$/.test(basename(source));
}

/** Says on standard error what of the directories was passed over, where anything was. */
export function sayPassedOver({ foreign, ignored }: Pick<FoundInputs, 'foreign' | 'ignored'>): void {
  const files = `${foreign} ${foreign === 1 ? 'file is not a log' : 'files are not logs'}`;
  const places = `${ignored} that git ignores, or that ${ignored === 1 ? 'holds' : 'hold'} packages or builds, passed over`;
  const parts = [foreign > 0 ? files : '', ignored > 0 ? `${places}: --no-ignore reads them` : ''];
  const said = parts.filter((part) => part !== '').join('; ');
  if (said !== '') complain(said);
}

/** Links to files count, links to directories are not followed: they may lead back. Pipes and devices would wait. */
function isFile(entry: Dirent, directory: string, errors: InputError[]): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  try {
    return statSync(join(directory, entry.name)).isFile();
  } catch (error) {
    errors.push(inputError(join(directory, entry.name), error));
    return false;
  }
}

/** A report is written as JSON and as HTML; the JSON holds more, unless writing it failed. */
function hasTwin(name: string, names: ReadonlySet<string>, directory: string): boolean {
  const twin = name.endsWith('.html') ? `${name.slice(0, -5)}.json` : null;
  return twin !== null && names.has(twin) && statSync(join(directory, twin)).size > 0;
}

const CASE_FILE = /^(.*)_case_(\d+(?:_\d+)*)\.\w+$/;

export function isCaseFile(source: string): boolean {
  return CASE_FILE.test(basename(source));
}

/** By agent, then 1.1.1, 1.1.2, … 10.1.1. */
function inCaseOrder(a: string, b: string): number {
  const [, agentA = a, caseA = ''] = CASE_FILE.exec(a) ?? [];
  const [, agentB = b, caseB = ''] = CASE_FILE.exec(b) ?? [];
  if (agentA !== agentB) return agentA < agentB ? -1 : 1;
  const numbersA = caseA.split('_').map(Number);
  const numbersB = caseB.split('_').map(Number);
  for (let i = 0; i < Math.max(numbersA.length, numbersB.length); i++) {
    const difference = (numbersA[i] ?? -1) - (numbersB[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The input in chunks, each to be read before the next is asked for; an empty one where a stream has paused. For a file
 * nobody has to wait.
 */
export function chunksOf(source: string): Generator<Buffer> | AsyncGenerator<Buffer> {
  if (source === '-') return streamed(process.stdin, source);
  const fd = open(source);
  const about = statOf(fd, source);
  return about.isFile() ? readFrom(fd, source, about.size) : streamed(createReadStream('', { fd }), source);
}

function open(source: string): number {
  try {
    return openSync(source, 'r');
  } catch (error) {
    throw inputError(source, error);
  }
}

function statOf(fd: number, source: string): Stats {
  try {
    return fstatSync(fd);
  } catch (error) {
    throw inputError(source, error);
  }
}

/** One for all files: what is read is used at once. */
let buffer: Buffer | null = null;

/** `size`: how many octets it had when it was opened; 0 where nobody knows. */
function* readFrom(fd: number, source: string, size: number): Generator<Buffer> {
  buffer ??= Buffer.allocUnsafe(CHUNK);
  try {
    for (;;) {
      const count = readSync(fd, buffer, 0, CHUNK, null);
      if (count === 0) return;
      yield buffer.subarray(0, count);
      // A small file has come at once, and need not be asked for more.
      if (count === size) return;
    }
  } catch (error) {
    throw inputError(source, error);
  } finally {
    closeSync(fd);
  }
}

const NOTHING = Buffer.alloc(0);

async function* streamed(stream: Readable, source: string): AsyncGenerator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let next = chunks.next();
  try {
    for (let hasBegun = false; ; hasBegun = true) {
      if (hasBegun && (await isSilent(next))) yield NOTHING;
      const { done, value } = await next;
      if (done) return;
      yield value;
      next = chunks.next();
    }
  } catch (error) {
    throw inputError(source, error);
  } finally {
    // The consumer may stop while the next chunk has not come, and may never come.
    next.catch(() => {});
    stream.destroy();
  }
}

/** Does nothing come for a while? */
async function isSilent(coming: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PAUSE_MS, true);
  });
  try {
    return await Promise.race([coming.then(() => false), silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** The reader of our output went away: a quiet end. */
export class ReaderGone extends Error {}

export interface Output {
  /** Resolves at once, or when the reader has caught up; the octets are the caller's again then. */
  write(text: string | Uint8Array): Promise<void> | undefined;
}

let failure: Error | null = null;

/** Standard output with back-pressure. */
export function openOutput(stream: NodeJS.WriteStream): Output {
  let wake: (() => void) | null = null;
  const resume = () => {
    wake?.();
    wake = null;
  };
  const fail = (error: NodeJS.ErrnoException) => {
    failure ??= error.code === 'EPIPE' ? new ReaderGone() : new UserError(`standard output: ${reasonOf(error)}`);
    resume();
  };
  const writeOctets = (octets: Uint8Array): Promise<void> | undefined => {
    let done: (() => void) | null = null;
    stream.write(octets, (error) => {
      if (error) fail(error);
      done?.();
    });
    if (stream.writableLength === 0) return undefined;
    return new Promise((resolve) => {
      done = resolve;
    });
  };
  stream.on('error', fail);
  stream.on('drain', resume);
  return {
    write: (text) => {
      if (failure) throw failure;
      if (text.length === 0) return undefined;
      if (typeof text !== 'string') return writeOctets(text);
      if (stream.write(text)) return undefined;
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
  };
}

/** Throws where output failed after its last write had returned. */
export async function settleOutput(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (failure) throw failure;
}
