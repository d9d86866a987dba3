// The contract of a format's reader: chunks in, a header and rows out, synchronous.

import { InputError } from '../model/errors.ts';
import type { LogHeader, Row } from '../model/row.ts';
import type { RowBatch } from '../model/row-batch.ts';

/** Takes what a reader finds in an input. */
export interface LogSink {
  /** Once a log, before its rows. A second header in one input starts a second log. */
  header(header: LogHeader): void;
  /** The next row of that log. */
  row(row: Row): void;
  /** The same for many rows at once, in their order, as columns. A sink without it gets each as an object. */
  batch?(batch: RowBatch): void;
  /**
   * Begins a log that goes on beside others of the same input, such as the connections of a capture. Without it they come
   * one after the other, in the order in which they begin.
   */
  open?(header: LogHeader): LogWriter;
  /** What the reader has to say about the input though it can be read, such as what it had to pass over. */
  remark?(text: string): void;
}

/** Takes one log of several. */
export interface LogWriter {
  row(row: Row): void;
  /** The same for many rows at once; see `LogSink`. */
  batch?(batch: RowBatch): void;
  end(): void;
}

/** Reads one input of one format, chunk by chunk: `push` or `octets`, and then `end`. */
export interface LogReader {
  /** One character an octet (latin1), cut anywhere. */
  push(chunk: string): void;
  /**
   * The same for octets as they are, which are read before it returns. A reader that has it gets either all of its input
   * this way or none.
   */
  octets?(chunk: Uint8Array): void;
  /** No more comes for now: a row to which nothing can be added goes out. Only readers that hold rows back have it. */
  pause?(): void;
  /**
   * The input is over. Throws `InputError` where it could not be read to its end; what could be read has gone to the
   * sink before.
   */
  end(): void;
}

/** Gives the rows of a batch to whoever takes them: as columns, or else one by one. */
export function passBatch(batch: RowBatch, to: Pick<LogWriter, 'row' | 'batch'>): void {
  if (batch.count === 0) return;
  if (to.batch) to.batch(batch);
  else for (let i = 0; i < batch.count; i++) to.row(batch.rowAt(i));
}

/** A line, or a value of a JSON report, that is longer is not read: it would not fit into the memory that is left. */
export const LONGEST_PIECE = 64 << 20;

/**
 * For a reader that holds the whole of an input until its end: what lies behind so many octets is not read, and `end` says
 * so when what was read has gone to the sink.
 */
export function boundedReader(source: string, reader: LogReader, most: number = LONGEST_PIECE): LogReader {
  let length = 0;
  return {
    push: (chunk) => {
      if (length <= most) reader.push(chunk.length > most - length ? chunk.slice(0, most - length) : chunk);
      length += chunk.length;
    },
    end: () => {
      reader.end();
      if (length > most) throw new InputError(source, null, `read up to ${most >> 20} MiB, and it is longer`);
    },
  };
}

/** What the user says about an input that it does not say itself. */
export interface ReadOptions {
  /** The TCP port that speaks WebSocket, where a capture does not hold the opening handshake. */
  readonly port?: number | undefined;
  /** The text of a TLS key log (NSS key log format). */
  readonly keys?: string | undefined;
}

/**
 * Logs that come at the same time for a sink that takes one after the other: the oldest that goes on gets its rows at
 * once, those of the others are kept until it is their turn.
 */
export function openLogs(sink: LogSink): (header: LogHeader) => LogWriter {
  if (sink.open) return sink.open.bind(sink);
  interface Waiting {
    readonly header: LogHeader;
    readonly rows: Row[];
    isOver: boolean;
  }
  const logs: Waiting[] = [];
  let hasBegun = false;
  const show = () => {
    for (let first = logs[0]; first; first = logs[0]) {
      if (!hasBegun) sink.header(first.header);
      hasBegun = true;
      for (const row of first.rows.splice(0)) sink.row(row);
      if (!first.isOver) return;
      logs.shift();
      hasBegun = false;
    }
  };
  return (header) => {
    const log: Waiting = { header, rows: [], isOver: false };
    logs.push(log);
    show();
    return {
      row: (row) => {
        log.rows.push(row);
        if (log === logs[0]) show();
      },
      end: () => {
        log.isOver = true;
        if (log === logs[0]) show();
      },
    };
  };
}
