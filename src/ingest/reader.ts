// The contract of a format's reader: chunks in, a header and rows out, synchronously.

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
