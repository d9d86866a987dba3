// What fuzzing starts from: for each format of the table its sample, what the project's own logs are in that format, and
// richer logs that are written here. A format that is new in the table is fuzzed without a word more.

import { readdirSync, readFileSync } from 'node:fs';
import { reportHtml } from '../../src/ingest/autobahn/report-html.fixture.ts';
import { FORMATS, formatOf, HEAD_LENGTH } from '../../src/ingest/formats.ts';
import { pageTextOfHtml } from '../../src/ingest/text/page-text.fixture.ts';

const LOGS = new URL('../../logs/', import.meta.url);

const REQUEST =
  'GET /chat?token=1 HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://a\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: a, b\r\n' +
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15, x-a; b="c"\r\n\r\n';
const RESPONSE =
  'HTTP/1.1 101 Switching Protocols\r\nServer: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: a\r\n' +
  'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n\r\n';

function octets(kind: 'RO' | 'TO', hex: string): unknown[] {
  return [kind, [hex.length / 2, hex], ...(kind === 'TO' ? [false] : [])];
}

/** A case report in which every kind of row and every field has its place. */
export function wholeReport(): Record<string, unknown> {
  return {
    agent: 'agent/1.0',
    behavior: 'FAILED',
    behaviorClose: 'UNCLEAN',
    case: 7,
    closedByMe: true,
    createStats: true,
    createWirelog: true,
    description: 'Send a <b>text</b>.<br/>And so on.',
    droppedByMe: true,
    duration: 12,
    expectation: 'An echo.',
    expected: { OK: [['message', 'Hello', false]], 'NON-STRICT': [['ping', '']] },
    expectedClose: { closeCode: [1000], closedByMe: true, requireClean: true },
    failedByMe: true,
    httpRequest: REQUEST,
    httpResponse: RESPONSE,
    id: '7.1.1',
    isServer: true,
    localCloseCode: 1000,
    localCloseReason: 'a reason',
    received: [['message', 'Hello', false]],
    remoteCloseCode: 1002,
    remoteCloseReason: 'another reason',
    result: 'Actual events differ from any expected.',
    resultClose: 'The close was not clean.',
    rxFrameStats: { '1': 1, '8': 1 },
    rxOctetStats: { '11': 1, '8': 1 },
    started: '2016-03-22T16:32:48.655Z',
    trafficStats: null,
    txFrameStats: { '1': 1, '9': 1 },
    txOctetStats: { '7': 1, '2': 1 },
    wasClean: false,
    wasNotCleanReason: 'peer dropped the TCP connection',
    wasServerConnectionDropTimeout: false,
    wirelog: [
      octets('RO', Buffer.from(REQUEST).toString('hex')),
      octets('TO', Buffer.from(RESPONSE).toString('hex')),
      ['CT', 1, 'A'],
      ['TF', [5, 'Hello'], 1, true, 0, null, null, 2, false],
      octets('TO', '810548656c6c6f'),
      ['CTE', 'A'],
      octets('RO', '818537fa213d7f9f4d5158'),
      ['RF', [5, 'Hello'], 1, true, 0, true, '37fa213d'],
      ['WLM', false],
      ['WLM', true],
      octets('TO', '8900'),
      octets('RO', 'c18537fa213dc5b7ecf4'),
      ['KL', 1.5],
      octets('RO', '888837fa213d3410616e68f1'),
      ['RF', [8, '0x03ea61730a0d1b5b'], 8, true, 0, true, '37fa213d'],
      ['KLE'],
      ['TI', 1],
      ['TIE'],
    ],
  };
}

const HTML = reportHtml({
  agent: 'agent/1.0',
  outcome: 'Actual events differ.',
  expected: "{'OK': [('message', u'Hello', False)]}",
  observed: "[('message', u'Hello', False)]",
  closing: { isServer: 'True', remoteCloseReason: 'a reason', localCloseCode: '1000', wasClean: 'False' },
  request: REQUEST.trimEnd(),
  response: RESPONSE.trimEnd(),
  stats: [[[11, 1]], [[7, 1]], [[1, 1]], [[1, 1]]],
  log: [
    ['rx_octets', '000 RX OCTETS: 818537fa213d7f9f4d5158'],
    ['rx_frame', '001 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASKED=True, MASK=3337666132313364'],
    ['rx_frame', '               Hello'],
    [
      'tx_frame',
      '002 TX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASK=None, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=2, SYNC=False',
    ],
    ['tx_frame', '               Hello'],
    ['tx_octets_sync', '003 TX OCTETS: 810548656c6c6f'],
    ['delay', '004 DELAY 1.000000 sec for TAG A'],
    ['delay', '005 DELAY TIMEOUT on TAG A'],
    ['kill_after', '006 FAIL CONNECTION AFTER 1.000000 sec'],
    ['tcp_closed_by_me', '007 TCP DROPPED BY ME'],
  ],
});

const ROWS = `# wirelog 1
# writer: server
# under-test: client
# agent: agent/1.0
# case: 7.1.1
# started: 2016-03-22T16:32:48.655Z
# extensions: permessage-deflate
# description: "a \\u0041"
000 RX OCTETS: 818537fa213d7f9f4d5158 @0.5
001 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASKED=True, MASK=37fa213d
               Hello
002 TX FRAME : OPCODE=2, FIN=True, RSV=0, PAYLOAD-LEN=2, MASK=None, PAYLOAD-REPEAT-LEN=5, CHOPSIZE=2, SYNC=True
               0x4865
003 TX OCTETS: 8205 ... LEN=7
004 DELAY 1.000000 sec for TAG A
005 DELAY TIMEOUT on TAG A
006 FAIL CONNECTION AFTER 1.000000 sec
007 FAILING CONNECTION
008 WIRELOG DISABLED
009 WIRELOG ENABLED
010 TCP DROPPED BY ME
`;

const RICH: Readonly<Record<string, readonly string[]>> = {
  'autobahn-json': [JSON.stringify(wholeReport())],
  'autobahn-html': [HTML],
  'autobahn-page': [pageTextOfHtml(HTML, { cellEnd: '\t', isIndented: true, hasDoubleBreaks: false })],
  rows: [ROWS, 'prose\n> rx 8100 ... LEN=7 @1\n> tx "\\x81\\x05Hello"\n> < 8900\n'],
  'attachment-markdown': [`<!-- wirelog attachment 1 -->\n# a\n\n\`\`\`rows\n${ROWS}\`\`\`\n`],
  'attachment-html': [
    `<!DOCTYPE html>\n<html lang="en" data-wirelog-attachment="1">\n<pre class="log" tabindex="0" aria-label="The log">\n${ROWS}</pre>\n`,
  ],
  octets: [
    '00000000  81 05 48 65 6c 6c 6f 89  00                       |..Hello..|\n00000009\n',
    '0x81, 0x05, 72, 101',
  ],
};

/** Inputs of the format, one character an octet. */
export function seedsOf(format: string): readonly string[] {
  const sample = FORMATS.find(({ id }) => id === format)?.sample ?? '';
  return [
    sample,
    ...(RICH[format] ?? []),
    ...ownLogs().filter((text) => formatOf(text.slice(0, HEAD_LENGTH))?.id === format),
  ];
}

let own: readonly string[] | null = null;

function ownLogs(): readonly string[] {
  own ??= readdirSync(LOGS)
    .filter((name) => /\.(?:log|txt|json|hex|pcap)$/.test(name))
    .map((name) => readFileSync(new URL(name, LOGS), 'latin1'));
  return own;
}
