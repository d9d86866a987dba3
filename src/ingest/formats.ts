// The table of input formats. A log's format is recognised from its content, never from its name: the first entry whose
// `matches` says yes to the head of the input reads it.

import { isHar, readHar } from './archive/har.ts';
import { isMitmproxy, readMitmproxy } from './archive/mitmproxy.ts';
import { isNetlog, readNetlog } from './archive/netlog.ts';
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
import { isPcap } from './capture/pcap.ts';
import { isPcapng } from './capture/pcapng.ts';
import { isTcpdumpText, readTcpdumpText } from './capture/tcpdump-text.ts';
import { baredReader, isUtf16, openUtf16, utf16Reader, waysToBare } from './line-prefix.ts';
import { looksLikeHandshake, looksLikeOctets, octetsReader } from './paste/octets.ts';
import { unwrap } from './paste/unwrap.ts';
import { boundedReader, type LogReader, type LogSink, type ReadOptions } from './reader.ts';
import { beginsRow } from './text/row-start.ts';
import { readRows } from './text/rows.ts';
import { ARDUINO, looksLikeArduino } from './trace/arduino.ts';
import { AUTOBAHN_PYTHON, looksLikeAutobahnPython } from './trace/autobahn-python.ts';
import { CURL_TRACE, CURL_WS, looksLikeCurlTrace, looksLikeCurlWs } from './trace/curl.ts';
import { JAVA_WEBSOCKET, looksLikeJavaWebsocket } from './trace/java-websocket.ts';
import { LIBWEBSOCKETS, looksLikeLibwebsockets } from './trace/libwebsockets.ts';
import { looksLikeNetty, NETTY } from './trace/netty.ts';
import { traceReader } from './trace/trace-log.ts';
import { looksLikeTungstenite, TUNGSTENITE } from './trace/tungstenite.ts';
import { looksLikeWebsocketClient, WEBSOCKET_CLIENT } from './trace/websocket-client.ts';
import { looksLikeUvicorn, looksLikeWebsockets, UVICORN, WEBSOCKETS } from './trace/websockets.ts';
import { isOverview, isTakenApart } from './why-no-log.ts';

/** A format of logs that can be read. */
export interface Format {
  /** Its name in options and headers, such as `pcap`. */
  readonly id: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** A small input of this format: documentation and test in one. */
  readonly sample: string;
  /** `head`: the first octets of the input, one character an octet. */
  readonly matches: (head: string) => boolean;
  /** Opens a reader of an input that is named `source`; the logs go to `sink`. */
  readonly read: (source: string, sink: LogSink, options?: ReadOptions) => LogReader;
}

/** How much of an input is looked at to recognise it. */
export const HEAD_LENGTH = 64 << 10;

/** Also behind the marks of a quotation, a diff, a page's source, or a string of JSON or of a program. */
const WIRE_LOG_ROW =
  /(?:^|\\n|<pre[^<>\n]*>)(?:[ \t>+]|&gt;|\\t)*(?:\d{3,}(?:[ \t]+|\\t))?(?:[RT]X(?:[ \t]+|\\t)(?:OCTETS|FRAME) ?:|WIRELOG (?:DIS|EN)ABLED|TCP (?:DROPPED|RESET) BY)|["'`]\d{3,} [RT]X (?:OCTETS|FRAME) ?:/m;
const SHORT_ROW = /^[ \t]*(?:(?:rx|tx)[ \t]+\S|[<>] ?(?:[0-9a-f]{2}(?![0-9a-f ]*>[ \t]*$)|"|\\x|0x|b["']))/im;
const ESCAPED_ROW = /^[ \t]*(?:<\w+>|&[lg]t;|> )/m;
/** Without blanks of other lines before it: a long run of them would be tried from each of its places. */
const PAGE_TITLE = /^.* - Case [\d.]+ : \S+ - \d+ ms @ /m;
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

/** `>` may be a quotation, and behind the head of a request `>` and `<` are the marks of a tool. */
function hasShortRows(head: string): boolean {
  if (!SHORT_ROW.test(head) && !ESCAPED_ROW.test(head)) return false;
  const isRow = (text: string) => SHORT_ROW.test(text) && beginsRow(text);
  return unwrap(head).some(({ text }) => isRow(text)) && !looksLikeHandshake(head);
}

/** All formats, in the order in which they are tried. */
export const FORMATS: readonly Format[] = [
  {
    id: 'pcap',
    title: 'packet capture of tcpdump or Wireshark, pcap or pcapng; TLS with a key log',
    sample: CAPTURE_SAMPLE,
    matches: (head) => isPcap(head) || isPcapng(head),
    read: readPcap,
  },
  {
    id: 'autobahn-json',
    title: 'case report of the Autobahn TestSuite, JSON',
    sample: '{"agent": "a", "id": "1.1.1", "isServer": true, "wirelog": [["RO", [6, "8180a1b2c3d4"]]]}',
    matches: (head) =>
      /^\s*\{/.test(head) &&
      /"(?:wirelog|behaviorClose|expectedClose|createWirelog)"\s*:/.test(head) &&
      !isOverview(head),
    read: readAutobahnJson,
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
    id: UVICORN.id,
    title: 'log of uvicorn with websockets',
    sample:
      "INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)\nDEBUG:    < TEXT 'sage' [4 bytes]\n",
    matches: looksLikeUvicorn,
    read: traceReader(UVICORN),
  },
  {
    id: WEBSOCKETS.id,
    title: 'log of Python websockets',
    sample: "2026-01-02 03:04:05,678 websockets.server DEBUG < TEXT 'sage' [4 bytes]\n",
    matches: looksLikeWebsockets,
    read: traceReader(WEBSOCKETS),
  },
  {
    id: WEBSOCKET_CLIENT.id,
    title: 'trace of Python websocket-client',
    sample: "++Sent raw: b'\\x89\\x80\\xa1\\xb2\\xc3\\xd4'\n++Rcv decoded: fin=1 opcode=10 data=b''\n",
    matches: looksLikeWebsocketClient,
    read: traceReader(WEBSOCKET_CLIENT),
  },
  {
    id: AUTOBAHN_PYTHON.id,
    title: 'log of autobahn-python',
    sample: '2026-01-02T03:04:05 RX Octets from tcp4:192.0.2.1:50000 : octets = 8980a1b2c3d4\n',
    matches: looksLikeAutobahnPython,
    read: traceReader(AUTOBAHN_PYTHON),
  },
  {
    id: NETTY.id,
    title: 'LoggingHandler of Netty',
    sample:
      'DEBUG log - [id: 0x0a1b2c3d, L:/192.0.2.1:80 - R:/192.0.2.2:50000] READ: 2B\n+--------+-------------------------------------------------+----------------+\n|00000000| 8a 00                                           |..              |\n+--------+-------------------------------------------------+----------------+\n',
    matches: looksLikeNetty,
    read: traceReader(NETTY),
  },
  {
    id: LIBWEBSOCKETS.id,
    title: 'log of libwebsockets',
    sample:
      '[2026/01/02 03:04:05:6789] N: LWS: 4.3.3\n[2026/01/02 03:04:05:6790] U: LWS_CALLBACK_RECEIVE:    2 (rpp     0, first 1, last 1, bin 0, msglen 2 (+ 0 = 2))\n[2026/01/02 03:04:05:6791] N: 0000: 6F 6B                                              ok              \n',
    matches: looksLikeLibwebsockets,
    read: traceReader(LIBWEBSOCKETS),
  },
  {
    id: TUNGSTENITE.id,
    title: 'trace of tungstenite',
    sample:
      '[TRACE tungstenite::protocol::frame] writing frame \n<FRAME>\nfinal: true\nreserved: false false false\nopcode: PING\nlength: 6\npayload length: 0\npayload: 0x\n',
    matches: looksLikeTungstenite,
    read: traceReader(TUNGSTENITE),
  },
  {
    id: ARDUINO.id,
    title: 'debug output of arduinoWebSockets',
    sample:
      '[WS][0][handleWebsocket] ------- read massage frame -------\n[WS][0][handleWebsocket] fin: 1 rsv1: 0 rsv2: 0 rsv3 0  opCode: 9\n[WS][0][handleWebsocket] mask: 1 payloadLen: 0\n',
    matches: looksLikeArduino,
    read: traceReader(ARDUINO),
  },
  {
    id: JAVA_WEBSOCKET.id,
    title: 'trace of Java-WebSocket',
    sample:
      '[main] TRACE org.java_websocket.WebSocketImpl - send frame: Framedata{ opcode:PING, fin:true, rsv1:false, rsv2:false, rsv3:false, payload length:[pos:0, len:0], payload:}\n',
    matches: looksLikeJavaWebsocket,
    read: traceReader(JAVA_WEBSOCKET),
  },
  {
    id: CURL_TRACE.id,
    title: 'trace of curl',
    sample: '<= Recv data, 2 bytes (0x2)\n0000: 89 00                                           ..\n',
    matches: looksLikeCurlTrace,
    read: traceReader(CURL_TRACE),
  },
  {
    id: CURL_WS.id,
    title: 'notes of curl about WebSocket frames',
    sample: '* WS-ENC: sending [PING payload=0/0]\n',
    matches: looksLikeCurlWs,
    read: traceReader(CURL_WS),
  },
  {
    id: 'rows',
    title: 'rows in the text notation, or a pasted wire-log block',
    sample: '# wirelog 1\n# writer: server\n000 RX OCTETS: 8180a1b2c3d4\n',
    matches: (head) => ROWS_HEADER.test(head) || WIRE_LOG_ROW.test(head) || hasShortRows(head),
    read: readRows,
  },
  {
    id: 'http',
    title: 'opening handshakes as text, alone or with frames behind them',
    sample: 'GET /chat HTTP/1.1\nUpgrade: websocket\nSec-WebSocket-Version: 13\n\nserver: 88 02 03 e8\n',
    matches: looksLikeHandshake,
    read: (source, sink) => boundedReader(source, octetsReader('http')(source, sink)),
  },
  {
    id: 'octets',
    title: 'octets in any textual spelling, with prose around them',
    sample: 'recv: 88 95 00 cc b8 3b',
    matches: (head) => !isTakenApart(head) && looksLikeOctets(head, head.length >= HEAD_LENGTH),
    read: (source, sink) => boundedReader(source, octetsReader('octets')(source, sink)),
  },
];

/**
 * Recognises the format of an input by its first octets, one character (latin1) an octet: 64 KiB are enough. Null where it
 * looks like none. What it returns reads through marks before each line, and UTF-16, too.
 */
export function formatOf(head: string): Format | null {
  if (isUtf16(head)) return inUtf16(head);
  const found = FORMATS.find((format) => format.matches(head)) ?? null;
  if (found !== null && !isLineFormat(found) && !LOOSE.has(found.id)) return found;
  return bared(head, found) ?? found;
}

/** Formats that are recognised in all kinds of text. */
const LOOSE: ReadonlySet<string> = new Set(['rows', 'http', 'octets']);

/** Its lines say by themselves what they are. */
function isLineFormat({ id }: Format): boolean {
  return id.startsWith('trace-') || id === 'tcpdump' || id === 'follow';
}

/** The lines of a log may have something before them, which hides what they are from `found`. */
function bared(head: string, found: Format | null): Format | null {
  for (const { bare, head: seen } of waysToBare(head)) {
    const format = FORMATS.find((one) => one.matches(seen));
    if (!format || !(isLineFormat(format) || found === null)) continue;
    return {
      ...format,
      read: (source, sink, options) => baredReader(format.read(source, sink, options), bare),
    };
  }
  return null;
}

function inUtf16(head: string): Format | null {
  const format = formatOf(openUtf16()(head));
  return format && { ...format, read: (source, sink, options) => utf16Reader(format.read(source, sink, options)) };
}
