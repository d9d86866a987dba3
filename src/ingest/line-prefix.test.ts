// A log is the same, whatever stands before its lines where it was copied from.

import { describe, expect, it } from 'vitest';
import { FORMATS, formatOf } from './formats.ts';
import { briefly, readLog } from './read-log.fixture.ts';

function read(text: string) {
  const format = formatOf(text);
  if (!format) throw new Error('no format');
  const { rows, error } = readLog(format.read, text, 7);
  return { id: format.id, rows: briefly(rows), error };
}

const LOGS: Readonly<Record<string, string>> = {
  websockets: "> TEXT 'Hello' [5 bytes]\n< PING 71 00 [binary, 2 bytes]\n> PONG 71 00 [binary, 2 bytes]\n",
  'one side of websockets': "< TEXT 'Hello' [5 bytes]\n< TEXT 'there' [5 bytes]\n",
  curl: '* WS-ENC: sending [PING payload=0/0]\n* WS-DEC: decoded [PONG payload=0/0]\n',
  netty: FORMATS.find(({ id }) => id === 'trace-netty')?.sample ?? '',
};

const WAYS: Readonly<Record<string, (line: string) => string>> = {
  'a mail': (line) => `> ${line}`,
  'an answer to a mail': (line) => `> > ${line}`,
  'a code block': (line) => `    ${line}`,
  'Docker Compose': (line) => `web-1  | ${line}`,
  'a container with times': (line) => `2026-11-27T01:02:03.123456789Z ${line}`,
  'a container of CRI': (line) => `2026-11-27T01:02:03.123456789+00:00 stdout F ${line}`,
  Heroku: (line) => `2026-11-27T01:02:03.123456+00:00 app[web.1]: ${line}`,
  'the journal': (line) => `Nov 27 01:02:03 host app[123]: ${line}`,
  'a terminal with colours': (line) => `\x1b[32m${line}\x1b[0m`,
  'Compose in a mail': (line) => `> web_1 | ${line}`,
};

describe.each(Object.entries(LOGS))('a log of %s', (_, log) => {
  const wanted = read(log);

  it('has rows', () => {
    expect(wanted.rows.length).toBeGreaterThan(0);
  });

  it.each(Object.entries(WAYS))('out of %s is the same', (_name, way) => {
    const text = log.replace(/^(?=.)(.*)$/gm, (line) => way(line));
    expect(read(text)).toEqual(wanted);
  });

  it.each([
    ['little-endian', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['big-endian', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('in UTF-16, %s, is the same', (_name, encode) => {
    expect(read(encode(log).toString('latin1'))).toEqual(wanted);
  });
});

it('marks that tell who sent what are no marks of a mail', () => {
  const log = `${"> TEXT 'Hello' [5 bytes]\n".repeat(20)}< CLOSE 1000 (OK) [2 bytes]\n`;
  expect(read(log).rows.filter((row) => row.includes(' tx '))).toHaveLength(20);
});

it('a character of two units that is cut between chunks stays whole', () => {
  const text = "> TEXT '😀😀😀' [12 bytes]\n< TEXT 'a' [1 byte]\n";
  expect(read(Buffer.from(`\ufeff${text}`, 'utf16le').toString('latin1'))).toEqual(
    read(Buffer.from(text, 'utf8').toString('latin1')),
  );
});
