// A log that is still being written: read to its end, and on whenever the file has grown. Nothing polls: the system says
// when the file changes. At its end for now, the reader lets out what is complete.

import { closeSync, fstatSync, openSync, readSync, watch } from 'node:fs';
import { FORMATS, type Format, formatOf, HEAD_LENGTH } from '../../../src/ingest/formats.ts';
import type { LogReader, LogSink } from '../../../src/ingest/reader.ts';
import { whyNoLog } from '../../../src/ingest/why-no-log.ts';
import { InputError, UserError } from '../../../src/model/errors.ts';

const CHUNK = 256 << 10;

/** Resolves when the signal says that nobody looks any more. */
export async function followFile(
  source: string,
  from: string | undefined,
  sink: LogSink,
  afterChunk: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const fd = open(source);
  const change = changes(source, signal);
  const buffer = Buffer.allocUnsafe(CHUNK);
  let reader: LogReader | null = null;
  let head = '';
  let read = 0;
  try {
    while (!signal.aborted) {
      const count = readSync(fd, buffer, 0, CHUNK, null);
      read += count;
      if (count === 0) {
        if (fstatSync(fd).size < read) throw new InputError(source, null, 'it was cut short while it was followed');
        reader?.pause?.();
        await afterChunk();
        await change.next();
        continue;
      }
      const text = buffer.toString('latin1', 0, count);
      head += reader ? '' : text;
      if (reader) reader.push(text);
      else if (head.includes('\n')) {
        reader = formatFor(source, head, from)?.read(source, sink) ?? null;
        reader?.push(head);
      }
      await afterChunk();
    }
  } finally {
    change.close();
    closeSync(fd);
  }
}

function open(source: string): number {
  try {
    return openSync(source, 'r');
  } catch (error) {
    throw new InputError(source, null, (error as Error).message);
  }
}

/** Null while the log may still begin. */
function formatFor(source: string, head: string, from: string | undefined): Format | null {
  const format = from === undefined ? formatOf(head) : FORMATS.find(({ id }) => id === from);
  if (!format && from !== undefined) throw new UserError(`no format "${from}"`);
  if (!format && head.length >= HEAD_LENGTH) throw new InputError(source, null, whyNoLog(head));
  return format ?? null;
}

/** Resolves at the next change of the file, or when nobody looks any more. */
function changes(source: string, signal: AbortSignal): { next(): Promise<void>; close(): void } {
  let hasChanged = false;
  let wake: (() => void) | null = null;
  const notice = () => {
    hasChanged = true;
    wake?.();
  };
  const watcher = watch(source, notice);
  watcher.on('error', notice);
  signal.addEventListener('abort', notice);
  return {
    next: async () => {
      if (!hasChanged) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      hasChanged = false;
      wake = null;
    },
    close: () => watcher.close(),
  };
}
