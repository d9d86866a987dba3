import { describe, expect, it } from 'vitest';
import { InputError } from '../../model/errors.ts';
import { briefly, readLog } from '../read-log.fixture.ts';
import { readAutobahnHtml } from './html.ts';
import { reportHtml } from './report-html.fixture.ts';

const CLOSING = {
  isServer: 'True',
  closedByMe: 'False',
  wasNotCleanReason: 'None',
  localCloseCode: '0',
  remoteCloseCode: 'None',
  remoteCloseReason: 'a\nb </td> None',
};
const REQUEST = 'GET /?agent=Peer HTTP/1.1\r\nHost: a.b\r\nX: caf\xc3\xa9 </pre> x';
const RESPONSE = 'HTTP/1.1 101 Switching Protocols\r\nServer: x';
const FULL = reportHtml({
  agent: 'Caf\xc3\xa9 - <b>Case 1</b> & co',
  outcome: 'All <br/> well',
  observed: "[('message', u'\\xe9', False)]",
  closing: CLOSING,
  request: REQUEST,
  response: RESPONSE,
  stats: [
    [
      [3, 1],
      [REQUEST.length + 4, 1],
    ],
    [
      [5, 2],
      [300, 1],
    ],
    [[8, 1]],
    [],
  ],
  log: [
    ['rx_octets', `000 RX OCTETS: ${Buffer.from(REQUEST, 'latin1').toString('hex').slice(0, 100)}`],
    ['rx_octets', `               ${Buffer.from(REQUEST, 'latin1').toString('hex').slice(100, 128)} ...`],
    ['tx_octets_sync', '001 TX OCTETS: 8203000000'],
    [
      'tx_frame_sync',
      '002 TX FRAME : OPCODE=2, FIN=True, RSV=0, PAYLOAD-LEN=3, MASK=None, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=1, SYNC=False',
    ],
    ['tx_frame_sync', '               \0</'],
    ['rx_frame', '003 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=6, MASKED=False, MASK=None'],
    ['rx_frame', '               </pre>'],
    ['rx_octets', '004 RX OCTETS: 880100'],
    ['tcp_closed_by_me', '005 TCP DROPPED BY ME'],
  ],
});

describe('a report page', () => {
  const log = readLog(readAutobahnHtml, FULL);
  const [header] = log.headers;

  it('may have lost the line breaks between its tags', () => {
    const squeezed = FULL.replace(/>\s*\n\s*</g, '><');
    expect(briefly(readLog(readAutobahnHtml, squeezed).rows)).toEqual(briefly(log.rows));
    expect(readLog(readAutobahnHtml, squeezed)).toEqual(log);
  });

  it('may be indented by entities', () => {
    const spaces = (blanks: string) => blanks.replace(/ /g, '&nbsp;');
    const marked = FULL.replace(/^ +/gm, spaces).replace(/(?<=">) {15}/g, spaces);
    expect(readLog(readAutobahnHtml, marked)).toMatchObject({ rows: log.rows, error: null });
  });

  it('is read to its end', () => {
    expect(log.error).toBeNull();
    expect(log.headers).toHaveLength(1);
  });

  it('says what case it was and whose', () => {
    expect(header).toMatchObject({
      source: 'a.log',
      format: 'autobahn-html',
      writer: 'server',
      underTest: 'client',
      case: '7.9.1',
      started: '2020-01-02T03:04:05.678Z',
      agent: 'Café - <b>Case 1</b> & co',
      extensions: null,
    });
  });

  it('gives its texts under the names of the JSON', () => {
    expect(header?.report).toEqual({
      agent: 'Café - <b>Case 1</b> & co',
      id: '7.9.1',
      behavior: 'OK',
      duration: 12,
      started: '2020-01-02T03:04:05.678Z',
      description: 'Send <b>close</b>\n   twice. ',
      expectation: 'Clean close.',
      result: 'All <br/> well',
      expected: { OK: [] },
      received: [['message', 'é', false]],
      resultClose: 'Properly closed (a (b))',
      behaviorClose: 'OK',
      isServer: true,
      closedByMe: false,
      wasNotCleanReason: null,
      localCloseCode: 0,
      remoteCloseCode: null,
      remoteCloseReason: 'a\nb </td> None',
      httpRequest: 'GET /?agent=Peer HTTP/1.1\r\nHost: a.b\r\nX: café </pre> x\r\n\r\n',
      httpResponse: `${RESPONSE}\r\n\r\n`,
      // No write of that size is counted.
      headsAsPrinted: 'tx',
      rxOctetStats: { 3: 1, [REQUEST.length + 4]: 1 },
      txOctetStats: { 5: 2, 300: 1 },
      rxFrameStats: { 8: 1 },
      txFrameStats: {},
      createStats: true,
      createWirelog: true,
    });
  });

  it('gives its rows, with NUL and marks in payloads, and the lengths that the statistics tell', () => {
    expect(briefly(log.rows)).toEqual([
      `0 rx 474554202f3f6167 ${REQUEST.length + 4}`,
      '1 tx 8203000000 5',
      '2 frame tx \0</',
      '3 frame rx </pre>',
      '4 rx 880100 3',
      '5 tcp-drop',
    ]);
    expect(log.rows[1]).toMatchObject({ sync: true });
    expect(log.rows[4]).toMatchObject({ sync: false });
  });

  it('counts the octets that no row shows', () => {
    expect(header?.unlogged).toEqual({ rx: 0, tx: 305 });
  });
});

it('restores line ends that git took away', () => {
  const html = reportHtml({
    request: 'GET / HTTP/1.1\nHost: a',
    response: 'HTTP/1.1 101 x',
    log: [['tcp_closed_by_me', '000 TCP DROPPED BY ME']],
  });
  expect(readLog(readAutobahnHtml, html).headers[0]).toMatchObject({
    request: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    response: 'HTTP/1.1 101 x\r\n\r\n',
  });
});

describe('the line ends of a head', () => {
  const request = ['GET / HTTP/1.1', 'Host: a', 'X: y'];
  const response = ['HTTP/1.1 101 x', 'Server: z'];
  const pageOf = (lineEnd: string, added = 0, sent = '\r\n') => {
    const [received, answered] = [request, response].map((lines) => `${lines.join(sent)}${sent}${sent}`);
    const row = (text = '') => Buffer.from(text).toString('hex').slice(0, 100);
    return reportHtml({
      closing: { isServer: 'True' },
      request: request.join(lineEnd),
      response: response.join(lineEnd),
      stats: [[[(received?.length ?? 0) + added, 1]], [[answered?.length ?? 0, 1]], [], []],
      log: [
        ['rx_octets', `000 RX OCTETS: ${row(received)}`],
        ['tx_octets', `001 TX OCTETS: ${row(answered)}`],
        ['tcp_closed_by_me', '002 TCP DROPPED BY ME'],
      ],
    });
  };
  const headerOf = (page: string) => readLog(readAutobahnHtml, page).headers[0];
  const sound = { request: `${request.join('\r\n')}\r\n\r\n`, response: `${response.join('\r\n')}\r\n\r\n` };

  it.each([
    ['of a page as the suite wrote it', pageOf('\r\n')],
    ['of one that was written on Windows', pageOf('\r\n').replaceAll('\n', '\r\n')],
    ['of one that was written on Windows and copied as text there', pageOf('\r\n').replaceAll('\n', '\r\r\n')],
    ['of one that lost every CR', pageOf('\n')],
    ['of one that lost every CR and got others', pageOf('\n').replaceAll('\n', '\r\n')],
  ])('are proved by the size of the read, %s', (_, page) => {
    const header = headerOf(page);
    expect(header).toMatchObject(sound);
    expect(header?.report).not.toHaveProperty('headsAsPrinted');
    expect(header?.report).toMatchObject({ description: 'Send <b>close</b>\n   twice. ' });
  });

  it('are not proved by a read of another size', () => {
    expect(headerOf(pageOf('\r\n', 6))?.report).toMatchObject({ headsAsPrinted: 'rx' });
  });

  it('are LF alone where the octets say so', () => {
    for (const page of [pageOf('\n', 0, '\n'), pageOf('\n', 0, '\n').replaceAll('\n', '\r\n')]) {
      const header = headerOf(page);
      expect(header).toMatchObject({ request: 'GET / HTTP/1.1\nHost: a\nX: y\n\n' });
      expect(header?.report).not.toHaveProperty('headsAsPrinted');
    }
  });
});

it('takes the texts of a page that is not UTF-8 for Latin-1', () => {
  const page = reportHtml({ outcome: 'Gr\xfc\xdfe', closing: { remoteCloseReason: 'caf\xe9' } });
  expect(readLog(readAutobahnHtml, page).headers[0]?.report).toMatchObject({
    result: 'Grüße',
    remoteCloseReason: 'café',
  });
});

it('knows a handshake that never came, and statistics and a log that were off', () => {
  const html = reportHtml({
    request: '?',
    response: '?',
    stats: null,
    notes: 'Wire log after handshake disabled!',
    log: [['tcp_closed_by_peer', '000 TCP DROPPED BY PEER']],
  });
  const [header] = readLog(readAutobahnHtml, html).headers;
  expect(header).toMatchObject({ request: null, response: null, unlogged: null, writer: null, underTest: 'both' });
  expect(header?.report).toMatchObject({
    httpRequest: '?',
    httpResponse: '?',
    createStats: false,
    createWirelog: false,
  });
  expect(header?.report).not.toHaveProperty('rxOctetStats');
});

it('reads tables without descriptions and pages without handshake, as the oldest suites wrote them', () => {
  const html = reportHtml({
    closing: { isServer: 'False', remoteCloseReason: 'bye' },
    hasDescriptions: false,
    log: [['tcp_closed_by_peer', '000 TCP DROPPED BY PEER']],
  });
  const [header] = readLog(readAutobahnHtml, html).headers;
  expect(header).toMatchObject({
    writer: 'client',
    underTest: 'server',
    request: null,
    report: { isServer: false, remoteCloseReason: 'bye' },
  });
});

it.each([
  ['Pass', 'OK'],
  ['Non-Strict', 'NON-STRICT'],
  ['Informational', 'INFORMATIONAL'],
  ['Fail', 'FAILED'],
])('takes %s for %s', (word, behavior) => {
  expect(readLog(readAutobahnHtml, reportHtml({ word })).headers[0]?.report).toMatchObject({ behavior });
});

it('leaves out events that were cut', () => {
  const [header] = readLog(readAutobahnHtml, reportHtml({ observed: "[('message', u'aaa ..." })).headers;
  expect(header?.report).not.toHaveProperty('received');
});

describe('a page that is cut', () => {
  it('gives the rows that are there and says what is missing', () => {
    const { rows, error } = readLog(readAutobahnHtml, FULL.slice(0, FULL.indexOf('         <pre class="wirelog_tcp')));
    expect(briefly(rows).at(-1)).toBe('4 rx 880100 3');
    expect(error).toEqual(new InputError('a.log', 5, 'the report is cut: the end of its wire log is missing'));
  });

  it('within a row has a damaged row there', () => {
    const within = readLog(readAutobahnHtml, FULL.slice(0, FULL.indexOf('880100') + 2));
    expect(briefly(within.rows).slice(-2)).toEqual(['3 frame rx </pre>', '4 damaged: the file ends within this row']);
    const atSecondLine = readLog(readAutobahnHtml, FULL.slice(0, FULL.indexOf(' ...</pre>') - 2));
    expect(briefly(atSecondLine.rows)).toEqual(['0 damaged: the file ends within this row']);
  });

  it('behind a full line of hex does not know how long that row was', () => {
    const html = FULL.slice(0, FULL.indexOf('         <pre class="wirelog_rx_octets">               '));
    expect(
      readLog(readAutobahnHtml, html.replace(/<h2>Wire Statistics[\s\S]*<h2>Wire Log/, '<h2>Wire Log')).rows,
    ).toMatchObject([{ octets: { exact: false } }]);
  });

  it('before its wire log gives what it says of the case', () => {
    const { headers, rows, error } = readLog(readAutobahnHtml, FULL.slice(0, FULL.indexOf('<h2>Closing Behavior')));
    expect(headers[0]?.report).toMatchObject({ id: '7.9.1', result: 'All <br/> well' });
    expect(headers[0]?.report).not.toHaveProperty('createWirelog');
    expect(rows).toEqual([]);
    expect(error).toEqual(new InputError('a.log', null, 'the report is cut: it has no wire log'));
  });
});

it('says what is wrong with the overview of all cases, and with other pages', () => {
  const overview = readLog(
    readAutobahnHtml,
    '<html><body>\n<div id="master_report_header" class="block">\n</body></html>',
  );
  expect(overview.error).toMatchObject({ reason: expect.stringContaining('index.html') });
  expect(overview.headers).toEqual([]);
  expect(readLog(readAutobahnHtml, '<html></html>').error).toMatchObject({
    reason: 'not a case report of Autobahn: no case and no wire log',
  });
});
