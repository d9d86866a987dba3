// One TCP stream as Wireshark and tshark write it when they follow it: raw (a line of hex a segment), hex (dumps), YAML
// (base64 with times) or C arrays. The second node stands behind a tab, or is told by a number; it may be the client.
// Text mode writes a dot for each octet that is not printable, so that nothing can be read from it.

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

export function isFollow(head: string): boolean {
  return FOLLOW_HEAD.test(head) || YAML_HEAD.test(head) || C_HEAD.test(head);
}

const NO_TIME: Moment = { seconds: Number.NaN, nanos: Number.NaN };

/** Takes the lines of one mode. */
interface Mode {
  line(line: string): void;
  end(): void;
}

type Give = (side: Side, octets: Uint8Array, when?: Moment) => void;

export function readFollow(source: string, sink: LogSink, options: ReadOptions = {}): LogReader {
  const conversations = openConversations(source, 'follow', sink, options);
  const ends: [string | null, string | null] = [null, null];
  let connection: ConversationConsumer | null = null;
  let mode: Mode | null = null;
  let refusal: string | null = null;
  let isDecrypted = false;
  let number = 0;
  const problems: string[] = [];

  const give: Give = (side, octets, when = NO_TIME) => {
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
    if (protocol === undefined) {
      if (line.startsWith('peers:')) return yamlMode(ends, give);
      return C_HEAD.test(line) ? cMode(give) : null;
    }
    finish();
    isDecrypted = protocol !== 'tcp';
    if (!WRITTEN.has(protocol))
      refusal = `this follows ${protocol}, of which it has the payloads and not the frames: follow tcp or tls`;
    else if (form !== 'raw' && form !== 'hex') refusal = LOSSY;
    else return form === 'raw' ? rawMode(give, problem) : hexMode(give, problem);
    return { line: () => {}, end: () => {} };
  };
  const problem = (what: string) => problems.push(`line ${number}: ${what}`);
  const lines = splitLines((raw) => {
    const line = withoutCr(raw);
    number++;
    const begun = begin(line);
    if (begun) mode = begun;
    const node = /^Node ([01]): (.+)$/.exec(line);
    if (node) ends[Number(node[1]) as Side] = node[2] as string;
    else mode?.line(line);
  });
  return {
    push: lines.push,
    end: () => {
      lines.end();
      finish();
      if (refusal !== null) throw new InputError(source, null, refusal);
      conversations.end(problems[0] ?? null);
    },
  };
}

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

/** Lines of at most 16 octets behind their offset: a new segment begins where the line before was not full. */
function hexMode(give: Give, problem: (what: string) => void): Mode {
  let side: Side = 0;
  let parts: Uint8Array[] = [];
  const counts = [0, 0];
  const flush = () => {
    if (parts.length > 0) give(side, Buffer.concat(parts));
    parts = [];
  };
  return {
    line: (line) => {
      const [, indent = '', offset = '', digits = ''] =
        /^(\t| {4})?([0-9A-Fa-f]{8}) {2}((?:[0-9A-Fa-f]{2} {1,2}){1,16})/.exec(line) ?? [];
      if (digits === '') return;
      const its: Side = indent === '' ? 0 : 1;
      const octets = octetsFromHex(digits.replace(/ /g, '')) as Uint8Array;
      if (its !== side) flush();
      side = its;
      if (Number.parseInt(offset, 16) !== ((counts[side] as number) & 0xffffffff) >>> 0)
        problem(`offset ${offset} is not where the octets before it end`);
      counts[side] = Number.parseInt(offset, 16) + octets.length;
      parts.push(octets);
      if (octets.length < 16) flush();
    },
    end: flush,
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
