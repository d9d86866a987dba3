// One TCP stream as Wireshark and tshark write it when they follow it: raw (a line of hex a segment), hex (dumps), YAML
// (base64 with times) or C arrays. The second node stands behind a tab, or is told by a number; it may be the client.
// Wireshark's window shows the dumps without a head. Text mode writes a dot for each octet that is not printable, so that
// no more than the opening handshake can be read from it.

import { InputError } from '../../model/errors.ts';
import { cutOctets, NO_OCTETS, wholeOctets } from '../../model/octets.ts';
import { splitLines, withoutCr } from '../line-splitter.ts';
import type { LogReader, LogSink, ReadOptions } from '../reader.ts';
import { type ConnectionInfo, openConversations } from './capture.ts';
import {
  C_HEAD,
  cMode,
  DUMP_ROW,
  dumpRowOf,
  type FollowMode,
  type Give,
  MODES,
  NO_TIME,
  nodesOf,
  PREFIX,
  pastedHexMode,
  yamlMode,
} from './follow-modes.ts';
import type { Side } from './tcp-consumer.ts';
import type { ConversationConsumer } from './web-socket-finder.ts';

const FOLLOW_HEAD = new RegExp(`^(${PREFIX})Follow: (\\w+),(\\w+)`, 'm');
/** Protocols whose data are the octets that the two ends wrote; of others it is what they carry. */
const WRITTEN: ReadonlySet<string> = new Set(['tcp', 'tls', 'ssl']);
const YAML_HEAD = new RegExp(`^(${PREFIX})peers:\\r?\\n(?:[> #-].*\\r?\\n)*(?:${PREFIX})packets:`, 'm');
/** Its first line. */
const FIRST_LINE = new RegExp(`^(${PREFIX})(?:Follow: \\w+,\\w+|peers:|char peer[01]_\\d+\\[\\] = \\{)`);

export function isFollow(head: string): boolean {
  return FOLLOW_HEAD.test(head) || YAML_HEAD.test(head) || C_HEAD.test(head) || hasTwoColumns(head);
}

/** Such a row, whatever follows its first octet. */
const ANY_DUMP_ROW = /^[> \t]*[0-9A-Fa-f]{8} {2}[0-9A-Fa-f]{2}/m;

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

export function readFollow(source: string, sink: LogSink, options: ReadOptions = {}): LogReader {
  const conversations = openConversations(source, 'follow', sink, options);
  const ends: [string | null, string | null] = [null, null];
  let connection: ConversationConsumer | null = null;
  let mode: FollowMode | null = null;
  let refusal: string | null = null;
  let isDecrypted = false;
  let isLossy = false;
  let number = 0;
  let prefix = '';
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
  const begin = (line: string): FollowMode | null => {
    const [, , protocol, form] = FOLLOW_HEAD.exec(line) ?? [];
    if (protocol === undefined) return headlessMode(line);
    finish();
    isDecrypted = protocol !== 'tcp';
    isLossy = form === 'ascii';
    // A word of the log is a key here.
    const open = Object.hasOwn(MODES, form ?? '') ? MODES[form ?? ''] : undefined;
    if (open && WRITTEN.has(protocol)) return open(give, problem);
    refusal = open
      ? `this follows ${protocol}, of which it has the payloads and not the frames: follow tcp or tls`
      : LOSSY;
    return { line: () => {}, end: () => {} };
  };
  const headlessMode = (line: string): FollowMode | null => {
    if (line.startsWith('peers:')) return yamlMode(ends, give);
    if (C_HEAD.test(line)) return cMode(give);
    return mode === null && dumpRowOf(line) ? pastedHexMode(give, problem) : null;
  };
  const problem = (what: string) => problems.push(`line ${number}: ${what}`);
  const lines = splitLines((text) => {
    number++;
    prefix = FIRST_LINE.exec(text)?.[1] ?? prefix;
    const raw = withoutPrefix(text, prefix);
    const line = withoutCr(raw);
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

/** A mail may leave the blank behind its mark away where nothing follows. */
function withoutPrefix(line: string, prefix: string): string {
  if (prefix === '') return line;
  if (line.startsWith(prefix)) return line.slice(prefix.length);
  const bare = prefix.trimEnd();
  return line.startsWith(bare) ? line.slice(bare.length) : line;
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
