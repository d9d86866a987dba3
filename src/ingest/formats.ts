// The table of input formats. A log's format is recognised from its content, never from its name: the first entry whose
// `matches` says yes to the head of the input reads it.

import {
  isHtmlAttachment,
  isMarkdownAttachment,
  readHtmlAttachment,
  readMarkdownAttachment,
} from './attachment/attachment.ts';
import { readAutobahnHtml } from './autobahn/html.ts';
import { readAutobahnJson } from './autobahn/json.ts';
import { readAutobahnPage } from './autobahn/page.ts';
import { readPcap } from './capture/capture.ts';
import { isFollow, readFollow } from './capture/follow.ts';
import { isHar, readHar } from './capture/har.ts';
import { isMitmproxy, readMitmproxy } from './capture/mitmproxy.ts';
import { isNetlog, readNetlog } from './capture/netlog.ts';
import { isPcap } from './capture/pcap.ts';
import { isPcapng } from './capture/pcapng.ts';
import { isTcpdumpText, readTcpdumpText } from './capture/tcpdump-text.ts';
import { boundedReader, type LogReader, type LogSink, type ReadOptions } from './reader.ts';
import { looksLikeHex, readHex } from './text/hex.ts';
import { readRows } from './text/rows.ts';

export interface Format {
  readonly id: string;
  readonly title: string;
  /** A small input of this format: documentation and test in one. */
  readonly sample: string;
  /** `head`: the first octets of the input, one character an octet. */
  readonly matches: (head: string) => boolean;
  readonly read: (source: string, sink: LogSink, options?: ReadOptions) => LogReader;
}

/** How much of an input is looked at to recognise it. */
export const HEAD_LENGTH = 64 << 10;

const WIRE_LOG_ROW =
  /^[ \t>]*(?:\d{3,} )?(?:[RT]X (?:OCTETS|FRAME ?):|WIRELOG (?:DIS|EN)ABLED|TCP (?:DROPPED|RESET) BY)/m;
/** Without blanks of other lines before it: a long run of them would be tried from each of its places. */
const PAGE_TITLE = /^.* - Case [\d.]+ : \S+ - \d+ ms @ /m;
const SHORT_ROW = /^[ \t>]*(?:(?:rx|tx)[ \t]|[<>] ?(?:[0-9a-f]{2}|"))/im;
const ROWS_HEADER = /^[ \t>]*# wirelog \d/m;
/** A masked Ping of a client and the Pong of a server, of a connection that began before. */
const CAPTURE_SAMPLE = Buffer.from(
  [
    'd4c3b2a102000400000000000000000000000100' + '65000000',
    '01000000000000002e0000002e000000',
    '4500002e0000000040060000c0000201c0000202' + 'c738005000000001000000015010000000000000' + '8980a1b2c3d4',
    '01000000e80300002a0000002a000000',
    '4500002a0000000040060000c0000202c0000201' + '0050c73800000001000000075010000000000000' + '8a00',
  ].join(''),
  'hex',
).toString('latin1');
/** A key of the overview that stands beside the case reports. */
const OVERVIEW = /"reportfile"\s*:/;

export const FORMATS: readonly Format[] = [
  {
    id: 'pcap',
    title: 'packet capture of tcpdump or Wireshark, pcap or pcapng; TLS with a key log',
    sample: CAPTURE_SAMPLE,
    matches: (head) => isPcap(head) || isPcapng(head),
    read: readPcap,
  },
  {
    id: 'tcpdump',
    title: 'packets as text, as `tcpdump -X`, `-XX` and `-x` print them',
    sample:
      '12:00:01.000000 IP 192.0.2.1.51000 > 192.0.2.2.80: Flags [.], seq 1:7, ack 1, win 0, length 6\n' +
      '\t0x0000:  4500 002e 0000 0000 4006 0000 c000 0201  E.......@.......\n' +
      '\t0x0010:  c000 0202 c738 0050 0000 0001 0000 0001  .....8.P........\n' +
      '\t0x0020:  5010 0000 0000 0000 8980 a1b2 c3d4       P.............\n' +
      '12:00:01.001000 IP 192.0.2.2.80 > 192.0.2.1.51000: Flags [.], seq 1:3, ack 7, win 0, length 2\n' +
      '\t0x0000:  4500 002a 0000 0000 4006 0000 c000 0202  E..*....@.......\n' +
      '\t0x0010:  c000 0201 0050 c738 0000 0001 0000 0007  .....P.8........\n' +
      '\t0x0020:  5010 0000 0000 0000 8a00                 P.........\n',
    matches: isTcpdumpText,
    read: readTcpdumpText,
  },
  {
    id: 'follow',
    title: 'a TCP stream that Wireshark or tshark followed: raw, hex, YAML or C arrays',
    sample:
      'Follow: tcp,raw\nFilter: tcp.stream eq 0\nNode 0: 192.0.2.1:51000\nNode 1: 192.0.2.2:80\n8980a1b2c3d4\n\t8a00\n',
    matches: isFollow,
    read: readFollow,
  },
  {
    id: 'netlog',
    title: 'NetLog of Chrome or Chromium; every octet in capture mode Everything',
    sample:
      '{"constants": {"logEventTypes": {"SOCKET_BYTES_SENT": 1}, "logSourceType": {"SOCKET": 1}, "clientInfo": {}},\n"events": [\n' +
      '{"type": 1, "source": {"id": 1, "type": 1}, "time": "1", "params": {"bytes": "R0VUIC8gSFRUUC8xLjENClVwZ3JhZGU6IHdlYnNvY2tldA0KDQo="}}\n]}',
    matches: isNetlog,
    read: readNetlog,
  },
  {
    id: 'har',
    title: 'HTTP Archive of a browser, Playwright or mitmproxy: messages, no frames',
    sample:
      '{"log": {"creator": {}, "entries": [{"request": {"url": "ws://a/"}, "response": {"status": 101}, "_webSocketMessages": [{"type": "send", "opcode": 1, "data": "a"}]}]}}',
    matches: isHar,
    read: readHar,
  },
  {
    id: 'mitmproxy',
    title: 'flow file of mitmproxy or mitmdump: messages, no frames',
    sample: '51:9:websocket;35:8:messages;20:16:1:1#4:true!2:Hi,]]}}',
    matches: isMitmproxy,
    read: readMitmproxy,
  },
  {
    id: 'autobahn-json',
    title: 'case report of the Autobahn TestSuite, JSON',
    sample: '{"agent": "a", "id": "1.1.1", "isServer": true, "wirelog": [["RO", [6, "8180a1b2c3d4"]]]}',
    matches: (head) =>
      /^\s*\{/.test(head) &&
      /"(?:wirelog|behaviorClose|expectedClose|createWirelog)"\s*:/.test(head) &&
      !OVERVIEW.test(head),
    read: readAutobahnJson,
  },
  {
    id: 'attachment-html',
    title: 'bug report that `wirelog attach` wrote, HTML',
    sample:
      '<!DOCTYPE html>\n<html lang="en" data-wirelog-attachment="1">\n<pre class="log" tabindex="0" aria-label="The log">\n000 RX OCTETS: 8100\n</pre>',
    matches: isHtmlAttachment,
    read: readHtmlAttachment,
  },
  {
    id: 'attachment-markdown',
    title: 'bug report that `wirelog attach` wrote, Markdown or plain text',
    sample: '<!-- wirelog attachment 1 -->\n# a\n\n```rows\n000 RX OCTETS: 8100\n```\n',
    matches: isMarkdownAttachment,
    read: readMarkdownAttachment,
  },
  {
    id: 'autobahn-html',
    title: 'case report of the Autobahn TestSuite, HTML',
    sample:
      '<!DOCTYPE html>\n<html>\n<div id="wirelog">\n<pre class="wirelog_rx_octets">000 RX OCTETS: 8100</pre>\n</div>',
    matches: (head) => /^\s*<(?:!doctype html|html)/i.test(head),
    read: (source, sink) => boundedReader(source, readAutobahnHtml(source, sink)),
  },
  {
    id: 'autobahn-page',
    title: "text of that report's page, as copied from a browser",
    sample: 'a - Case 1.1.1 : Pass - 0 ms @ 2016-03-22T16:32:48.655Z\n\nWire Log\n\n000 RX OCTETS: 8100\n',
    matches: (head) => PAGE_TITLE.test(head) && /^[ \t>]*(?:Opening Handshake|Wire Log)[ \t]*\r?$/m.test(head),
    read: (source, sink) => boundedReader(source, readAutobahnPage(source, sink)),
  },
  {
    id: 'rows',
    title: 'rows in the text notation, or a pasted wire-log block',
    sample: '# wirelog 1\n# writer: server\n000 RX OCTETS: 8180a1b2c3d4\n',
    matches: (head) => ROWS_HEADER.test(head) || WIRE_LOG_ROW.test(head) || SHORT_ROW.test(head),
    read: readRows,
  },
  {
    id: 'hex',
    title: 'octets of one direction as hex digits, however they were pasted',
    sample: '88 95 00 cc b8 3b',
    matches: looksLikeHex,
    read: (source, sink) => boundedReader(source, readHex(source, sink)),
  },
];

export function formatOf(head: string): Format | null {
  return FORMATS.find((format) => format.matches(head)) ?? null;
}

const KINDS: readonly (readonly [start: string, name: string])[] = [
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['GIF8', 'a GIF picture'],
  ['%PDF', 'a PDF document'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['\x1f\x8b', 'gzip data: unpack it first'],
  ['\x7fELF', 'a program'],
];

const TSHARK_JSON =
  'fields that tshark took apart (-T json), not octets: give the capture itself, or write one with tshark -w';

/** Why an input is no log, in a few words. */
export function whyNoLog(head: string): string {
  if (head === '') return 'empty';
  const kind = KINDS.find(([start]) => head.startsWith(start))?.[1];
  if (kind) return `no wire log in it: it is ${kind}`;
  if (OVERVIEW.test(head)) return 'the overview of all cases (index.json), no wire log in it: give a case report';
  if (/"_source"\s*:\s*\{\s*"layers"\s*:/.test(head)) return TSHARK_JSON;
  if (/^\s*[{[]/.test(head)) return 'no wire log in it: JSON, but no case report';
  if (head.includes('\0')) return 'no wire log in it: binary data';
  return 'no wire log recognised in it';
}
