// The contract of a format's reader: chunks in, a header and rows out, synchronously.

import { InputError } from '../model/errors.ts';
import type { LogHeader, Row } from '../model/row.ts';

export interface LogSink {
  /** Once a log, before its rows. A second header in one input starts a second log. */
  header(header: LogHeader): void;
  row(row: Row): void;
}

export interface LogReader {
  /** One character an octet (latin1), cut anywhere. */
  push(chunk: string): void;
  /** No more comes for now: a row to which nothing can be added goes out. Only readers that hold rows back have it. */
  pause?(): void;
  /**
   * The input is over. Throws `InputError` where it could not be read to its end; what could be read has gone to the
   * sink before.
   */
  end(): void;
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
