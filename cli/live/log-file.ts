// A wire log that is written while the connection lives: a line a row, each written before the next octets are read, so
// that a killed process leaves a log that reads to its last whole row.

import { closeSync, openSync, writeSync } from 'node:fs';
import { UserError } from '../../src/model/errors.ts';
import type { LogHeader, Row } from '../../src/model/row.ts';
import { notationOf } from '../../src/render/notation/notations.ts';
import { reasonOf } from '../input/io.ts';

export interface LogFile {
  /** Every file that was written, the first one first. */
  readonly files: readonly string[];
  row(row: Row): void;
  close(): void;
}

/**
 * `name` without its ending; never writes over a file. With `maxOctets` the log goes on in `name.2.log` and so on: each
 * part has the header and rows numbered from 0, and says with `extensions` what was agreed in the first. Throws `UserError` where a file cannot
 * be written.
 */
export function openLogFile(name: string, header: LogHeader, maxOctets = Number.POSITIVE_INFINITY): LogFile {
  const notation = notationOf('rows');
  const files: string[] = [];
  let extensions: string | null = null;
  let fd = -1;
  let size = 0;
  let number = 0;
  const write = (text: string) => {
    try {
      size += writeSync(fd, text);
    } catch (error) {
      throw new UserError(`${files.at(-1)}: ${reasonOf(error as NodeJS.ErrnoException)}`);
    }
  };
  const open = () => {
    const file = `${name}${files.length === 0 ? '' : `.${files.length + 1}`}.log`;
    try {
      fd = openSync(file, 'wx');
    } catch (error) {
      throw new UserError(`${file}: ${reasonOf(error as NodeJS.ErrnoException)}`);
    }
    files.push(file);
    size = 0;
    number = 0;
    write(notation.header({ ...header, extensions }));
  };
  open();
  return {
    files,
    row: (row) => {
      extensions ??= agreedIn(row);
      if (size >= maxOctets) {
        closeSync(fd);
        open();
      }
      write(notation.row({ ...row, row: number++ }));
    },
    close: () => closeSync(fd),
  };
}

/** The value of Sec-WebSocket-Extensions where the row begins with a 101, `none` where that has none. */
function agreedIn(row: Row): string | null {
  if (row.kind !== 'octets' || row.direction !== 'tx') return null;
  const head = Buffer.from(row.octets.known).toString('latin1');
  if (!/^HTTP\/1\.1 101 /.test(head)) return null;
  return /^Sec-WebSocket-Extensions:[ \t]*(.*?)[ \t]*\r?$/im.exec(head)?.[1] ?? 'none';
}
