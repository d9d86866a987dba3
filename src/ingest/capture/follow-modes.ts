// The lines of a followed TCP stream in each of the modes in which Wireshark and tshark write it.

import { octetsFromHex, octetsOfLatin1 } from '../../model/octets.ts';
import type { Side, Timestamp } from './tcp-consumer.ts';

/** What a mail, or the source of a page, puts before each line of it. */
export const PREFIX = '(?:> ?)*[ ]{0,8}';
export const C_HEAD = new RegExp(`^(${PREFIX})char peer[01]_\\d+\\[\\] = \\{`, 'm');

/** A line of a dump, behind the marks of a quotation. */
export const DUMP_ROW = /^([> \t]*)([0-9A-Fa-f]{8}) {2}((?:[0-9A-Fa-f]{2} {1,2}){1,16})/;
/** How much further in the second node stands. */
const INDENTS: readonly string[] = ['\t', '    '];

export const NO_TIME: Timestamp = { seconds: Number.NaN, nanos: Number.NaN };

/** Takes the lines of one mode. */
export interface FollowMode {
  /** `raw`: with the CR at its end. */
  line(line: string, raw: string): void;
  end(): void;
}

/** Octets, or how many there are that cannot be read. */
export type Give = (side: Side, octets: Uint8Array | { readonly unread: number }, when?: Timestamp) => void;

/** The indents of the first node and the second; null where there is one, or they are none of theirs. */
export function nodesOf(indents: ReadonlySet<string>): readonly [string, string] | null {
  const [first = '', second = ''] = [...indents].sort((a, b) => a.length - b.length);
  return INDENTS.some((more) => second === first + more || second === more + first) ? [first, second] : null;
}

export const MODES: Readonly<Record<string, (give: Give, problem: (what: string) => void) => FollowMode>> = {
  raw: rawMode,
  hex: (give, problem) => hexMode(give, problem),
  ascii: asciiMode,
};

/**
 * `13`, and so many characters under it: a head of HTTP has none that is not printable but its line ends, which stay.
 * Where those were lost on the way, the counts do not fit, and nothing is read.
 */
function asciiMode(give: Give): FollowMode {
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

function rawMode(give: Give, problem: (what: string) => void): FollowMode {
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

export function dumpRowOf(line: string): DumpRow | null {
  const [, indent = '', offset = '', digits = ''] = DUMP_ROW.exec(`${line} `) ?? [];
  if (digits === '') return null;
  const octets = octetsFromHex(digits.replace(/ /g, '')) as Uint8Array;
  return { indent, offset: Number.parseInt(offset, 16), octets };
}

/** Lines of at most 16 octets behind their offset: a new segment begins where the line before was not full. */
function hexMode(give: Give, problem: (what: string) => void, isFromStart = true): FollowMode {
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
export function pastedHexMode(give: Give, problem: (what: string) => void): FollowMode {
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

export function yamlMode(ends: [string | null, string | null], give: Give): FollowMode {
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

export function cMode(give: Give): FollowMode {
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

/** `1795725697.447873116`: the digits of the fraction are nanoseconds. */
export function momentOf(text: string): Timestamp | null {
  const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d{1,9}))?\d*$/.exec(text.trim()) ?? [];
  return seconds === undefined ? null : { seconds: Number(seconds), nanos: Number(fraction.padEnd(9, '0')) };
}
