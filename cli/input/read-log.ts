// One input through its reader: recognised by its content, chunk by chunk, its logs handed to a consumer.

import { readFileSync } from 'node:fs';
import { FORMATS, type Format, formatOf, HEAD_LENGTH, whyNoLog } from '../../src/ingest/formats.ts';
import { type LogReader, type LogSink, type LogWriter, passBatch, type ReadOptions } from '../../src/ingest/reader.ts';
import { InputError, inWords, UserError } from '../../src/model/errors.ts';
import type { LogHeader } from '../../src/model/row.ts';
import { suggestion } from '../nearest.ts';
import { chunksOf, complain, type Input, isCaseFile, reasonOf } from './io.ts';

const BYTE_ORDER_MARK = '\xef\xbb\xbf';

/** Names that formats had, still accepted. */
const FORMER_IDS: Readonly<Record<string, string>> = { hex: 'octets' };

function formatNamed(id: string): Format {
  const format = FORMATS.find((one) => one.id === (FORMER_IDS[id] ?? id));
  const ids = FORMATS.map((one) => one.id);
  if (!format) throw new UserError(`no format "${id}"${suggestion(id, ids)}`);
  return format;
}

/** How an input is to be read, as the options of a command say. */
export interface InputOptions {
  /** Id of the format; undefined where it is to be recognised. */
  readonly from?: string | undefined;
  /** Number of the only log that is wanted, from 1. */
  readonly connection?: number | undefined;
  readonly port?: number | undefined;
  /** A file with a TLS key log. */
  readonly keys?: string | undefined;
}

/** Takes the logs of an input, of which several may go on at the same time. */
export interface LogsSink {
  open(header: LogHeader): LogWriter;
  /** What the reader says about the input; without it standard error has it. */
  remark?(text: string): void;
}

/** Connections of a capture go on side by side, and each holds rows back: fewer then. */
const WINDOW_OF_MANY = 256;

export function rowWindowOf({ isTap }: LogHeader): { window?: number } {
  return isTap ? { window: WINDOW_OF_MANY } : {};
}

/** Takes logs that nobody wants. */
export const NO_LOG: LogWriter = { row: () => {}, batch: () => {}, end: () => {} };

/**
 * Reads the input to its end. `afterChunk` is awaited after each chunk, and when a stream pauses. Resolves to false where
 * a file found in a directory is no log; throws `InputError` where it cannot be read. Each log has been ended then, but
 * the one that was being read where it throws.
 */
export async function readLog(
  input: Input,
  options: InputOptions,
  sink: LogsSink,
  afterChunk: (hasPaused: boolean) => Promise<void> | undefined,
): Promise<boolean> {
  const { from } = options;
  const logs = openNumbering(input.source, options.connection, sink);
  const begun = { head: '', chunk: null as Buffer | null, reader: null as LogReader | null };
  const open = () => {
    begun.reader = openReader(input, begun.head, options, logs.sink);
    if (begun.reader) pushOctets(begun.reader, octetsOfHead(begun));
  };
  /** What is to be awaited before the next; false where the input is no log. */
  const take = (chunk: Buffer) => {
    const isPause = chunk.length === 0;
    if (begun.reader) pushOctets(begun.reader, chunk);
    else {
      addToHead(begun, chunk);
      if (begun.head.length < HEAD_LENGTH && !(isPause && isRows(begun.head, from))) return undefined;
      open();
      if (!begun.reader) return false;
    }
    if (isPause) begun.reader?.pause?.();
    return afterChunk(isPause);
  };
  if (!(await takeEach(chunksOf(input.source), take))) return false;
  if (!begun.reader) open();
  try {
    begun.reader?.end();
  } catch (error) {
    if (input.found && logs.count() === 0 && !isCaseFile(input.source) && error instanceof InputError) return false;
    throw error;
  }
  logs.end();
  return begun.reader !== null;
}

/** Awaits what `take` returns for a chunk before the next; false as soon as it returns that. */
async function takeEach(
  chunks: ReturnType<typeof chunksOf>,
  take: (chunk: Buffer) => Promise<void> | undefined | false,
): Promise<boolean> {
  // What is there already is not waited for.
  if (Symbol.iterator in chunks) {
    for (const chunk of chunks) {
      const waiting = take(chunk);
      if (waiting === false) return false;
      if (waiting) await waiting;
    }
    return true;
  }
  for await (const chunk of chunks) {
    const waiting = take(chunk);
    if (waiting === false) return false;
    if (waiting) await waiting;
  }
  return true;
}

/** `chunk`: all octets of the head, where they came at once. */
interface BegunHead {
  head: string;
  chunk: Buffer | null;
}

function addToHead(begun: BegunHead, chunk: Buffer): void {
  if (chunk.length === 0) return;
  begun.chunk = begun.head === '' ? chunk : null;
  begun.head += chunk.toString('latin1');
}

/** Without the mark. */
function octetsOfHead({ head, chunk }: BegunHead): Buffer {
  return (chunk ?? Buffer.from(head, 'latin1')).subarray(head.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0);
}

function pushOctets(reader: LogReader, octets: Buffer): void {
  if (reader.octets) reader.octets(octets);
  else reader.push(octets.toString('latin1'));
}

/** The second log of a file is named `FILE#2`, the third `FILE#3`. */
function openNumbering(source: string, wanted: number | undefined, sink: LogsSink) {
  let count = 0;
  let current: LogWriter | null = null;
  const open = (header: LogHeader): LogWriter => {
    count++;
    if (wanted !== undefined && wanted !== count) return NO_LOG;
    return sink.open(count === 1 ? header : { ...header, source: `${header.source}#${count}` });
  };
  const own: LogSink = {
    header: (header) => {
      current?.end();
      current = open(header);
    },
    row: (row) => current?.row(row),
    batch: (batch) => current && passBatch(batch, current),
    open,
    remark: (text) => (sink.remark ?? complain)(`${inWords(source)}: ${text}`),
  };
  return {
    sink: own,
    count: () => count,
    end: () => {
      current?.end();
      if (wanted === undefined || wanted <= count) return;
      const there = count === 1 ? 'there is one log in it' : `there are ${count} logs in it`;
      throw new InputError(source, null, `--connection ${wanted}: ${there}`);
    },
  };
}

let keyLog: { readonly file: string; readonly text: string } | null = null;

/** The key log that was named; else the one that the environment names, where there is one. */
function keysOf({ keys }: InputOptions): string | undefined {
  const file = keys ?? process.env['SSLKEYLOGFILE'];
  if (file === undefined || file === '') return undefined;
  if (keyLog?.file === file) return keyLog.text;
  try {
    keyLog = { file, text: readFileSync(file, 'latin1') };
    return keyLog.text;
  } catch (error) {
    if (keys === undefined) return undefined;
    throw new UserError(`${file}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

/** Whether the environment names a key log is looked up only for a capture that asks. */
class LazyKeys implements ReadOptions {
  readonly port: number | undefined;
  readonly #options: InputOptions;

  constructor(options: InputOptions) {
    this.port = options.port;
    this.#options = options;
  }

  get keys(): string | undefined {
    return keysOf(this.#options);
  }
}

function readOptionsOf(options: InputOptions): ReadOptions {
  const { port, keys } = options;
  return keys === undefined ? new LazyKeys(options) : { port, keys: keysOf(options) };
}

/** A log that is still being written, and has paused, is shown row by row; the other formats are known by more. */
function isRows(head: string, from: string | undefined): boolean {
  return (from ?? formatOf(withoutMark(head))?.id) === 'rows';
}

function withoutMark(head: string): string {
  return head.startsWith(BYTE_ORDER_MARK) ? head.slice(BYTE_ORDER_MARK.length) : head;
}

/** Why standard input is no log where most often a path was forgotten. */
export const NOTHING_CAME = 'it is empty; give the path of a log, or of a directory of logs';

/** Formats that are recognised in all kinds of text: of the files of a directory they make no logs. */
const LOOSE: ReadonlySet<string> = new Set(['octets', 'http']);

function openReader({ source, found }: Input, head: string, options: InputOptions, sink: LogSink): LogReader | null {
  const { from } = options;
  const format = from === undefined ? formatOf(withoutMark(head)) : formatNamed(from);
  if (format && !(found && LOOSE.has(format.id))) return format.read(source, sink, readOptionsOf(options));
  if (found && !isCaseFile(source)) return null;
  throw new InputError(source, null, source === '-' && head === '' ? NOTHING_CAME : whyNoLog(head));
}
