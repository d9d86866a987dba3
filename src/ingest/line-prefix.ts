// What stands around the lines of a log where it comes out of a mail, a container, a journal or a terminal, and the
// encoding that Windows PowerShell gives a redirected output: taken off, so that a reader sees the lines as they were
// written.

import { splitLines } from './line-splitter.ts';
import type { LogReader } from './reader.ts';

const MAIL_MARK = /^> ?/;
const PREFIXES: readonly RegExp[] = [
  MAIL_MARK,
  // The indent of a code block.
  /^(?: {4}|\t)/,
  // Docker Compose, before or after the time.
  /^[\w.-]+ *\| ?/,
  // Docker, Kubernetes, Heroku and GitHub with their times; CRI's stream and tag.
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,]\d+(?:Z|[+-]\d\d:\d\d) (?:std(?:out|err) [FP] |\S+\[\S+\]: )?/,
  // The journal of systemd, and syslog.
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [^\s:[]+(?:\[\d+\])?: /,
];
/** So many may stand before one another. */
const MOST_PREFIXES = 3;
/** Of the lines, so many are enough to tell. */
const LINES_SEEN = 400;
/** The part of them that has to have it: prose may stand around them. */
const MOST_LINES = 0.7;

/** Colours, as a terminal gets them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with that character.
const COLOURS = /\x1b\[[\d;]*m/g;

/** A way to see the lines of an input. */
export interface Bared {
  /** The line as it was written. */
  readonly bare: (line: string) => string;
  /** The beginning of the input, seen that way. */
  readonly head: string;
}

/** The ways in which the input may have to be seen, those first that take off least. */
export function waysToBare(head: string): Bared[] {
  const ways: Bared[] = [];
  let bare = (line: string) => line;
  let lines = head.split('\n');
  const add = (step: (line: string) => string) => {
    const before = bare;
    bare = (line) => step(before(line));
    lines = lines.map(step);
    ways.push({ bare, head: lines.join('\n') });
  };
  if (head.includes('\x1b[')) add((line) => line.replace(COLOURS, ''));
  for (let count = 0; count < MOST_PREFIXES; count++) {
    const prefix = prefixOf(lines);
    if (!prefix) break;
    add((line) => line.replace(prefix, ''));
  }
  return ways;
}

function prefixOf(lines: readonly string[]): RegExp | undefined {
  const written = lines.slice(0, LINES_SEEN).filter((line) => line.trim() !== '');
  if (written.length < 2) return undefined;
  // Where lines begin with both marks, they tell who sent what.
  const isMarked = written.some((line) => line.startsWith('<'));
  const shares = (prefix: RegExp) => written.filter((line) => prefix.test(line)).length > written.length * MOST_LINES;
  return PREFIXES.find((prefix) => !(isMarked && prefix === MAIL_MARK) && shares(prefix));
}

/** Gives the reader each line as `bare` sees it. */
export function baredReader(reader: LogReader, bare: (line: string) => string): LogReader {
  const lines = splitLines((line) => reader.push(`${bare(line)}\n`));
  return {
    push: lines.push,
    end: () => {
      lines.end();
      reader.end();
    },
  };
}

const LITTLE_ENDIAN = '\xff\xfe';
const BIG_ENDIAN = '\xfe\xff';

/** The input is text in UTF-16, and says so. */
export function isUtf16(head: string): boolean {
  return head.startsWith(LITTLE_ENDIAN) || head.startsWith(BIG_ENDIAN);
}

/** Chunks of UTF-16 to the same text in UTF-8, one character an octet both. */
export function openUtf16(): (chunk: string) => string {
  let held = '';
  let isSwapped: boolean | null = null;
  return (chunk) => {
    let text = held + chunk;
    if (text.length < 2) {
      held = text;
      return '';
    }
    if (isSwapped === null) {
      isSwapped = text.startsWith(BIG_ENDIAN);
      text = text.slice(2);
    }
    const octets = Buffer.from(text.slice(0, text.length & ~1), 'latin1');
    const units = (isSwapped ? octets.swap16() : octets).toString('utf16le');
    // A character of two units is not cut.
    const last = units.charCodeAt(units.length - 1);
    const isCut = last >= 0xd800 && last < 0xdc00;
    const whole = isCut ? units.slice(0, -1) : units;
    held = text.slice(whole.length * 2);
    return Buffer.from(whole, 'utf8').toString('latin1');
  };
}

export function utf16Reader(reader: LogReader): LogReader {
  const decode = openUtf16();
  return { push: (chunk) => reader.push(decode(chunk)), end: () => reader.end() };
}
