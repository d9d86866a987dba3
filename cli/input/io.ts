// The octets of an input in chunks, and output with back-pressure.

import { closeSync, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { Readable } from 'node:stream';
import { InputError, UserError } from '../../src/model/errors.ts';
import { escapeText } from '../../src/model/octets.ts';
import { standardError } from '../output/standard-error.ts';

/** Octets of a file that are read at once. */
export const CHUNK = 256 << 10;

/** A stream that is silent for so long has paused. */
const PAUSE_MS = 200;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  ELOOP: 'too many links',
};

export function inputError(source: string, error: unknown): InputError {
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
