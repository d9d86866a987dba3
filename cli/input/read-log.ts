// One input through its reader: recognised by its content, chunk by chunk, its logs handed to a consumer.

import { FORMATS, type Format, formatOf, HEAD_LENGTH, whyNoLog } from '../../src/ingest/formats.ts';
import type { LogReader, LogSink } from '../../src/ingest/reader.ts';
import { InputError, UserError } from '../../src/model/errors.ts';
import { chunksOf, type Input, isCaseFile } from './io.ts';

const BYTE_ORDER_MARK = '\xef\xbb\xbf';

/** Names that formats had, still accepted. */
const FORMER_IDS: Readonly<Record<string, string>> = { hex: 'octets' };

function formatNamed(id: string): Format {
  const format = FORMATS.find((one) => one.id === (FORMER_IDS[id] ?? id));
  if (!format) throw new UserError(`no format "${id}": there are ${FORMATS.map((one) => one.id).join(', ')}`);
  return format;
}

/**
 * Reads the input to its end. `afterChunk` is awaited after each chunk, and when a stream pauses. Resolves to false where
 * a file found in a directory is no log; throws `InputError` where it cannot be read.
 */
export async function readLog(
  input: Input,
  from: string | undefined,
  sink: LogSink,
  afterChunk: (hasPaused: boolean) => Promise<void> | undefined,
): Promise<boolean> {
  const begun = { head: '', reader: null as LogReader | null, isLog: false };
  const open = () => {
    begun.reader = openReader(input, begun.head, from, noting(sink, begun));
    begun.reader?.push(withoutMark(begun.head));
  };
  for await (const chunk of chunksOf(input.source)) {
    if (begun.reader) begun.reader.push(chunk);
    else {
      begun.head += chunk;
      if (begun.head.length < HEAD_LENGTH && !(chunk === '' && isRows(begun.head, from))) continue;
      open();
      if (!begun.reader) return false;
    }
    if (chunk === '') begun.reader?.pause?.();
    const waiting = afterChunk(chunk === '');
    if (waiting) await waiting;
  }
  if (!begun.reader) open();
  try {
    begun.reader?.end();
  } catch (error) {
    if (input.found && !begun.isLog && !isCaseFile(input.source) && error instanceof InputError) return false;
    throw error;
  }
  return begun.reader !== null;
}

/** Only what hands out a header is a log. */
function noting(sink: LogSink, begun: { isLog: boolean }): LogSink {
  return {
    header: (header) => {
      begun.isLog = true;
      sink.header(header);
    },
    row: sink.row,
  };
}

/** A log that is still being written, and has paused, is shown row by row; the other formats are known by more. */
function isRows(head: string, from: string | undefined): boolean {
  return (from ?? formatOf(withoutMark(head))?.id) === 'rows';
}

function withoutMark(head: string): string {
  return head.startsWith(BYTE_ORDER_MARK) ? head.slice(BYTE_ORDER_MARK.length) : head;
}

/** Formats that are recognised in all kinds of text: of the files of a directory they make no logs. */
const LOOSE: ReadonlySet<string> = new Set(['octets', 'http']);

function openReader({ source, found }: Input, head: string, from: string | undefined, sink: LogSink): LogReader | null {
  const format = from === undefined ? formatOf(withoutMark(head)) : formatNamed(from);
  if (format && !(found && LOOSE.has(format.id))) return format.read(source, sink);
  if (found && !isCaseFile(source)) return null;
  throw new InputError(source, null, whyNoLog(head));
}
