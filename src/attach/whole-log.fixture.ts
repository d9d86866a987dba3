// Whole logs and attachments for tests.

import { readFileSync } from 'node:fs';
import { formatOf } from '../ingest/formats.ts';
import { annotationsOf, judgeLog, type WholeLog } from '../judge/judged-log.ts';
import type { LogHeader, Row } from '../model/row.ts';
import { type Attachment, type AttachOptions, makeAttachment } from './attachment.ts';

/** The log in a text of one character an octet; what the input lacks at its end is let pass. */
export function logIn(latin1: string, source = 'a.log'): WholeLog {
  const headers: LogHeader[] = [];
  const rows: Row[] = [];
  const format = formatOf(latin1.slice(0, 64 << 10));
  if (!format) throw new Error(`${source}: no format`);
  const reader = format.read(source, {
    header: (header) => void headers.push(header),
    row: (row) => void rows.push(row),
  });
  try {
    reader.push(latin1);
    reader.end();
  } catch (error) {
    if (headers.length === 0) throw error;
  }
  const [header] = headers;
  if (!header || headers.length > 1) throw new Error(`${source}: ${headers.length} logs`);
  return { header, rows };
}

export function logOfFile(path: string): WholeLog {
  return logIn(readFileSync(path, 'latin1'), path);
}

/** An attachment as it is written, read back. */
export function readBack(text: string): WholeLog {
  return logIn(Buffer.from(text, 'utf8').toString('latin1'));
}

const DEFAULTS: AttachOptions = {
  redact: { hosts: false, payloads: false },
  minimise: false,
  rows: null,
  version: '0.0.0-test',
  file: null,
};

export function attachmentOf(log: WholeLog, options: Partial<AttachOptions> = {}): Attachment {
  return makeAttachment(log, { ...DEFAULTS, ...options });
}

/** What is found in a log, of what is sure and about the endpoints; or all of it, with what the log hides. */
export function findingsIn(log: WholeLog, isAll = true): string[] {
  return annotationsOf(judgeLog(log))
    .filter(({ certainty, intent }) => isAll || (certainty === 'certain' && intent !== null))
    .map(
      ({ rule, severity, row, octets, by, intent }) =>
        `${row} ${octets?.join('-') ?? '*'} ${severity} ${rule} ${by} ${intent}`,
    )
    .sort();
}

/** A log in short rows, with an opening handshake in front whose heads may have more fields. */
export function logWith(
  rows: readonly string[],
  { request = '', response = '', target = '/chat', header = '' } = {},
): WholeLog {
  const head = (text: string) => Buffer.from(text, 'utf8').toString('hex');
  const extra = (fields: string) => (fields === '' ? '' : `${fields}\r\n`);
  const lines = [
    '# wirelog 1',
    '# writer: server',
    '# under-test: client',
    ...(header === '' ? [] : [header]),
    `rx ${head(`GET ${target} HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n${extra(request)}\r\n`)}`,
    `tx ${head(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n${extra(response)}\r\n`)}`,
    ...rows,
    'rx 888237fa213d3412',
    'tx 880203e8',
    'TCP DROPPED BY ME',
  ];
  return logIn(Buffer.from(`${lines.join('\n')}\n`, 'utf8').toString('latin1'));
}

/** A masked frame in hex. */
export function maskedFrame(opcode: number, payload: Uint8Array, { fin = true, rsv = 0 } = {}): string {
  const key = [0x37, 0xfa, 0x21, 0x3d];
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const size = payload.length;
  const length =
    size < 126
      ? [0x80 | size]
      : size < 65536
        ? [0xfe, size >> 8, size & 255]
        : [0xff, 0, 0, 0, 0, ...[24, 16, 8, 0].map((by) => (size >> by) & 255)];
  return Buffer.from([first, ...length, ...key, ...payload.map((octet, i) => octet ^ (key[i & 3] as number))]).toString(
    'hex',
  );
}
