// One TCP stream as Wireshark and tshark write it when they follow it: raw (a line of hex a segment), hex (dumps), YAML
// (base64 with times) or C arrays. The second node stands behind a tab, or is told by a number; it may be the client.
// Wireshark's window shows the dumps without a head. Text mode writes a dot for each octet that is not printable, so that
// no more than the opening handshake can be read from it.

import { InputError } from '../../model/errors.ts';
import { cutOctets, NO_OCTETS, octetsFromHex, octetsOfLatin1, wholeOctets } from '../../model/octets.ts';
import { splitLines, withoutCr } from '../line-splitter.ts';
import type { LogReader, LogSink, ReadOptions } from '../reader.ts';
import { type ConnectionInfo, openConversations } from './capture.ts';
import type { Moment, Side } from './tcp.ts';
import type { ConversationConsumer } from './web-socket-finder.ts';

const FOLLOW_HEAD = /^Follow: (\w+),(\w+)/m;
/** Protocols whose data are the octets that the two ends wrote; of others it is what they carry. */
const WRITTEN: ReadonlySet<string> = new Set(['tcp', 'tls', 'ssl']);
const YAML_HEAD = /^peers:\r?\n(?:[ #-].*\r?\n)*packets:/m;
const C_HEAD = /^char peer[01]_\d+\[\] = \{/m;

/** A line of a dump, behind the marks of a quotation. */
const DUMP_ROW = /^([> \t]*)([0-9A-Fa-f]{8}) {2}((?:[0-9A-Fa-f]{2} {1,2}){1,16})/;
const ANY_DUMP_ROW = new RegExp(DUMP_ROW.source.replace('{1,16}', ''), 'm');
/** How much further in the second node stands. */
const INDENTS: readonly string[] = ['\t', '    '];

export function isFollow(head: string): boolean {
  return FOLLOW_HEAD.test(head) || YAML_HEAD.test(head) || C_HEAD.test(head) || hasTwoColumns(head);
}

/** Dumps of two nodes, one further in than the other. */
function hasTwoColumns(head: string): boolean {
  if (!ANY_DUMP_ROW.test(head)) return false;
  const indents = new Set<string>();
  for (const line of head.split('\n')) {
    const [, indent] = DUMP_ROW.exec(`${withoutCr(line)} `) ?? [];
    if (indent !== undefined) indents.add(indent);
  }
  return indents.size === 2 && nodesOf(indents) !== null;
}

/** The indents of the first node and the second; null where there is one, or they are none of theirs. */
function nodesOf(indents: ReadonlySet<string>): readonly [string, string] | null {
  const [first = '', second = ''] = [...indents].sort((a, b) => a.length - b.length);
  return INDENTS.some((more) => second === first + more || second === more + first) ? [first, second] : null;
}

const NO_TIME: Moment = { seconds: Number.NaN, nanos: Number.NaN };

/** Takes the lines of one mode. */
interface Mode {
  /** `raw`: with the CR at its end. */
  line(line: string, raw: string): void;
  end(): void;
}

/** Octets, or how many there are that cannot be read. */
type Give = (side: Side, octets: Uint8Array | { readonly unread: number }, when?: Moment) => void;

export function readFollow(source: string, sink: LogSink, options: ReadOptions = {}): LogReader {
  const conversations = openConversations(source, 'follow', sink, options);
  const ends: [string | null, string | null] = [null, null];
  let connection: ConversationConsumer | null = null;
  let mode: Mode | null = null;
  let refusal: string | null = null;
  let isDecrypted = false;
  let isLossy = false;
  let number = 0;
  const problems: string[] = [];

  const give: Give = (side, octets, when = NO_TIME) => {
    if (!(octets instanceof Uint8Array)) {
      connection?.octets(side, cutOctets(NO_OCTETS, octets.unread), when);
      return;
    }
    connection ??= conversations.connect(infoOf(ends, isDecrypted));
    const missing = missingOf(octets);
    connection.octets(side, missing === null ? wholeOctets(octets) : cutOctets(NO_OCTETS, missing), when);
  };
  const finish = () => {
    mode?.end();
    mode = null;
    connection?.end();
    connection = null;
  };
  const begin = (line: string): Mode | null => {
    const [, protocol, form] = FOLLOW_HEAD.exec(line) ?? [];
    if (protocol === undefined) return headlessMode(line);
    finish();
    isDecrypted = protocol !== 'tcp';
    isLossy = form === 'ascii';
    const open = MODES[form ?? ''];
    if (open && WRITTEN.has(protocol)) return open(give, problem);
    refusal = open
      ? `this follows ${protocol}, of which it has the payloads and not the frames: follow tcp or tls`
      : LOSSY;
    return { line: () => {}, end: () => {} };
  };
  const headlessMode = (line: string): Mode | null => {
    if (line.startsWith('peers:')) return yamlMode(ends, give);
    if (C_HEAD.test(line)) return cMode(give);
    return mode === null && dumpRowOf(line) ? pastedHexMode(give, problem) : null;
  };
  const problem = (what: string) => problems.push(`line ${number}: ${what}`);
  const lines = splitLines((raw) => {
    const line = withoutCr(raw);
    number++;
    const begun = begin(line);
    if (begun) mode = begun;
    const node = /^Node ([01]): (.+)$/.exec(line);
    if (node) ends[Number(node[1]) as Side] = node[2] as string;
    else mode?.line(line, raw);
  });
  return {
    push: lines.push,
    end: () => {
      lines.end();
      finish();
      if (refusal !== null) throw new InputError(source, null, refusal);
      conversations.end(problems[0] ?? null, isLossy ? [LOSSY] : []);
    },
  };
}

const MODES: Readonly<Record<string, (give: Give, problem: (what: string) => void) => Mode>> = {
  raw: rawMode,
  hex: (give, problem) => hexMode(give, problem),
  ascii: asciiMode,
};

const LOSSY =
  'this mode writes a dot for each octet that is not printable, and no frame can be read from it: export again with tshark -q -z follow,tcp,raw,0, or as YAML in Wireshark';

function infoOf(ends: readonly [string | null, string | null], isDecrypted: boolean): ConnectionInfo {
  const port = (end: string | null) => Number(/:(\d+)$/.exec(end ?? '')?.[1] ?? 0);
  return { ends: [ends[0], ends[1]], ports: [port(ends[0]), port(ends[1])], hasStart: false, isDecrypted };
}

/** What Wireshark writes into the data where segments are missing. */
function missingOf(octets: Uint8Array): number | null {
  if (octets[0] !== 0x5b || octets.length > 60) return null;
  const count = /^\[(\d+) bytes missing in capture file\]\0?$/.exec(Buffer.from(octets).toString('latin1'))?.[1];
  return count === undefined ? null : Number(count);
}

/**
 * `13`, and so many characters under it: a head of HTTP has none that is not printable but its line ends, which stay.
 * Where those were lost on the way, the counts do not fit, and nothing is read.
 */
function asciiMode(give: Give): Mode {
  let side: Side = 0;
  let length = -1;
  let text = '';
  return {
    line: (line, raw) => {
      if (length < 0) {
        const [, tab, count] = /^(\t?)(\d{1,9})$/.exec(line) ?? [];
        if (count === undefined) return;
        side = tab === '\t' ? 1 : 0;
        length = Number(count);
        text = '';
        return;
      }
      text += `${raw}\n`;
      if (text.length <= length) return;
      const end = /^(?:[A-Z]+ \S+ HTTP\/1\.\d|HTTP\/1\.\d \d{3})\b/.test(text) ? text.indexOf('\r\n\r\n') + 4 : 0;
      const head = end > 3 && end <= length ? end : 0;
      if (head > 0) give(side, octetsOfLatin1(text.slice(0, head)));
      if (head < length) give(side, { unread: length - head });
      length = -1;
    },
    end: () => {},
  };
}

function rawMode(give: Give, problem: (what: string) => void): Mode {
  return {
    line: (line) => {
      const [, tab, hex] = /^(\t?)([0-9a-f]+)$/i.exec(line) ?? [];
      if (hex === undefined) return;
      const octets = octetsFromHex(hex);
      if (octets) give(tab === '\t' ? 1 : 0, octets);
      else problem('an odd number of hex digits');
    },
    end: () => {},
  };
}

interface DumpRow {
  readonly indent: string;
  readonly offset: number;
  readonly octets: Uint8Array;
}

function dumpRowOf(line: string): DumpRow | null {
  const [, indent = '', offset = '', digits = ''] = DUMP_ROW.exec(`${line} `) ?? [];
  if (digits === '') return null;
  const octets = octetsFromHex(digits.replace(/ /g, '')) as Uint8Array;
  return { indent, offset: Number.parseInt(offset, 16), octets };
}

/** Lines of at most 16 octets behind their offset: a new segment begins where the line before was not full. */
function hexMode(give: Give, problem: (what: string) => void, isFromStart = true): Mode {
  let side: Side = 0;
  let parts: Uint8Array[] = [];
  const counts = isFromStart ? [0, 0] : [-1, -1];
  const flush = () => {
    if (parts.length > 0) give(side, Buffer.concat(parts));
    parts = [];
  };
  return {
    line: (line) => {
      const row = dumpRowOf(line);
      if (!row) return;
      const { indent, offset, octets } = row;
      const its: Side = indent === '' ? 0 : 1;
      if (its !== side) flush();
      side = its;
      const count = counts[side] as number;
      if (count >= 0 && offset !== (count & 0xffffffff) >>> 0)
        problem(`offset ${offset.toString(16).padStart(8, '0')} is not where the octets before it end`);
      counts[side] = offset + octets.length;
      parts.push(octets);
      if (octets.length < 16) flush();
    },
    end: flush,
  };
}

/** Dumps as the window shows them, and people paste them: from anywhere on, and further in or quoted as a whole. */
function pastedHexMode(give: Give, problem: (what: string) => void): Mode {
  const mode = hexMode(give, problem, false);
  const indents = new Set<string>();
  let held: string[] = [];
  let first: string | null = null;
  const pass = (line: string) => {
    const indent = DUMP_ROW.exec(`${line} `)?.[1] ?? '';
    const moved = `${indent === first ? '' : '\t'}${line.slice(indent.length)}`;
    mode.line(moved, moved);
  };
  const release = () => {
    for (const line of held) pass(line);
    held = [];
  };
  return {
    line: (line) => {
      const row = dumpRowOf(line);
      if (!row) return;
      held.push(line);
      indents.add(row.indent);
      first ??= nodesOf(indents)?.[0] ?? null;
      if (first !== null) release();
    },
    end: () => {
      first ??= [...indents][0] ?? '';
      release();
      mode.end();
    },
  };
}

function yamlMode(ends: [string | null, string | null], give: Give): Mode {
  let peer: Side = 0;
  let host = '';
  let when = NO_TIME;
  let data: string | null = null;
  const flush = () => {
    if (data !== null && data !== '') give(peer, octetsOfLatin1(Buffer.from(data, 'base64').toString('latin1')), when);
    data = null;
  };
  const TAKE: Readonly<Record<string, (value: string) => void>> = {
    peer: (value) => {
      peer = value === '1' ? 1 : 0;
    },
    host: (value) => {
      host = value;
    },
    port: (value) => {
      ends[peer] = host.includes(':') ? `[${host}]:${value}` : `${host}:${value}`;
    },
    timestamp: (value) => {
      when = momentOf(value) ?? NO_TIME;
    },
    data: (value) => {
      data = value.replace(/^!!binary\s*\|?/, '').trim();
    },
  };
  return {
    line: (line) => {
      const [, key = '', value = ''] = /^ *(?:- )?([a-z]+):\s*(.*)$/.exec(line) ?? [];
      if (key !== '') {
        flush();
        TAKE[key]?.(value.trim());
      } else if (data !== null && /^\s+[A-Za-z0-9+/=]+\s*$/.test(line)) data += line.trim();
    },
    end: flush,
  };
}

/** `1795725697.447873116`: the digits of the fraction are nanoseconds. */
export function momentOf(text: string): Moment | null {
  const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d{1,9}))?\d*$/.exec(text.trim()) ?? [];
  return seconds === undefined ? null : { seconds: Number(seconds), nanos: Number(fraction.padEnd(9, '0')) };
}

function cMode(give: Give): Mode {
  let side: Side = 0;
  let digits: string[] | null = null;
  return {
    line: (line) => {
      const begun = /^char peer([01])_\d+\[\] = \{/.exec(line);
      if (begun) {
        side = begun[1] === '1' ? 1 : 0;
        digits = [];
      }
      if (!digits) return;
      const plain = line.replace(/\/\*.*?\*\//g, '').replace(/^char [^{]*\{/, '');
      for (const [, hex = ''] of plain.matchAll(/0x([0-9a-f]{2})\b/gi)) digits.push(hex);
      if (!plain.includes('}')) return;
      give(side, octetsFromHex(digits.join('')) as Uint8Array);
      digits = null;
    },
    end: () => {},
  };
}
