// How a log is written as a log again: the text of its header, of each row, and of its end.

import type { LogHeader, Row } from '../../model/row.ts';

export interface Notation {
  header(header: LogHeader): string;
  row(row: Row): string;
  end(): string;
}
