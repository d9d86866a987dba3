// One input through its reader: recognised by its content, chunk by chunk, its logs handed to a consumer.

import { InputError, UserError } from '../src/errors.ts';
import { FORMATS, type Format, formatOf, HEAD_LENGTH, whyNoLog } from '../src/ingest/formats.ts';
import type { LogReader, LogSink } from '../src/ingest/reader.ts';
import { chunksOf, type Input, isCaseFile } from './io.ts';

const BYTE_ORDER_MARK = '\xef\xbb\xbf';

function formatNamed(id: string): Format {
  const format = FORMATS.find((one) => one.id === id);
  if (!format) throw new UserError(`no format "${id}": there are ${FORMATS.map((one) => one.id).join(', ')}`);
  return format;
}

/**
 * Reads the input to its end. `afterChunk` is awaited after each chunk. Resolves to false where a file found in a
 * directory is no log; throws `InputError` where it cannot be read.
 */
export async function readLog(
  input: Input,
  from: string | undefined,
  sink: LogSink,
  afterChunk: () => Promise<void> | undefined,
): Promise<boolean> {
  let head = '';
  let reader: LogReader | null = null;
  for await (const chunk of chunksOf(input.source)) {
    if (reader) reader.push(chunk);
    else {
      head += chunk;
      if (head.length < HEAD_LENGTH && !isWholeLine(head, input)) continue;
      reader = open(input, head, from, sink);
      if (!reader) return false;
      reader.push(withoutMark(head));
    }
    const waiting = afterChunk();
    if (waiting) await waiting;
  }
  if (!reader) {
    reader = open(input, head, from, sink);
    if (!reader) return false;
    reader.push(withoutMark(head));
  }
  reader.end();
  return true;
}

/** A stream may be slow: rows that are there are shown, even when the head is short. */
function isWholeLine(head: string, { source }: Input): boolean {
  return source === '-' && head.startsWith('# wirelog') && head.includes('\n');
}

function withoutMark(head: string): string {
  return head.startsWith(BYTE_ORDER_MARK) ? head.slice(BYTE_ORDER_MARK.length) : head;
}

function open({ source, found }: Input, head: string, from: string | undefined, sink: LogSink): LogReader | null {
  const format = from === undefined ? formatOf(withoutMark(head)) : formatNamed(from);
  if (format && !(found && format.id === 'hex')) return format.read(source, sink);
  if (found && !isCaseFile(source)) return null;
  throw new InputError(source, null, whyNoLog(head));
}
