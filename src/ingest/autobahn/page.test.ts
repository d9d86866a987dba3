import { describe, expect, it } from 'vitest';
import { InputError } from '../../model/errors.ts';
import { briefly, readLog } from '../read-log.fixture.ts';
import { pageTextOfHtml } from '../text/page-text.fixture.ts';
import { readAutobahnHtml } from './html.ts';
import { readAutobahnPage } from './page.ts';
import { reportHtml } from './report-html.fixture.ts';

const REQUEST = 'GET /?agent=Peer HTTP/1.1\r\nHost: a.b\r\nX: caf\xc3\xa9';
const HEX = Buffer.from(REQUEST, 'latin1').toString('hex');
const HTML = reportHtml({
  closing: {
    isServer: 'True',
    wasClean: 'False',
    wasNotCleanReason: 'the peer was rude',
    localCloseCode: '1000',
    remoteCloseReason: 'None',
  },
  request: REQUEST,
  response: 'HTTP/1.1 101 Switching Protocols\r\nServer: x',
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
    ['rx_octets', `000 RX OCTETS: ${HEX.slice(0, 100)}`],
    ['rx_octets', `               ${HEX.slice(100)}`],
    ['rx_octets', '001 RX OCTETS: 880100'],
    ['rx_frame', '002 RX FRAME : OPCODE=8, FIN=True, RSV=0, PAYLOAD-LEN=1, MASKED=False, MASK=None'],
    ['rx_frame', '               \0'],
    ['rx_frame', '003 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=21, MASKED=False, MASK=None'],
    ['rx_frame', '               004 TCP DROPPED BY ME'],
    ['tcp_closed_by_me', '004 TCP DROPPED BY ME'],
  ],
});

describe.each([
  ['with its cells apart', { cellEnd: '\t', isIndented: true, hasDoubleBreaks: false }],
  ['with its cells run together', { cellEnd: '', isIndented: true, hasDoubleBreaks: true }],
  ['without the blanks before its lines', { cellEnd: '', isIndented: false, hasDoubleBreaks: true }],
])('a page copied %s', (_, losses) => {
  const html = readLog(readAutobahnHtml, HTML);
  const copy = readLog(readAutobahnPage, pageTextOfHtml(HTML, losses));

  it('says what its source says', () => {
    expect(copy.error).toBeNull();
    const report = { ...html.headers[0]?.report, description: 'Send close\ntwice.' };
    expect(copy.headers).toEqual([{ ...html.headers[0], format: 'autobahn-page', report }]);
  });

  it('has the rows of its source, but for the payload that is only NUL', () => {
    expect(briefly(copy.rows)).toEqual(
      briefly(html.rows).map((row) => row.replace('2 frame rx \0', '2 frame rx lost')),
    );
  });
});

it('may have prose around it, and headings of the page as texts of the log', () => {
  const text = `See below.\r\n\r\n${pageTextOfHtml(HTML, { cellEnd: '', isIndented: true, hasDoubleBreaks: false })}\r\nThanks!\r\n`;
  const copy = readLog(readAutobahnPage, text.replace('X: caf\xc3\xa9', 'X: y\nCase Outcome'));
  expect(copy.headers[0]?.request).toContain('\r\nCase Outcome\r\n\r\n');
  expect(copy.error).toBeNull();
});

it.each(['    ', '\t', '> ', '>> ', '> > \t'])('may be quoted or indented as a whole: %j', (prefix) => {
  const text = pageTextOfHtml(HTML, { cellEnd: '', isIndented: true, hasDoubleBreaks: true });
  const marked = text.replace(/^.*$/gm, (line) => (line === '' ? prefix.trimEnd() : `${prefix}${line}`));
  for (const around of ['', 'See below.\n\n'])
    expect(readLog(readAutobahnPage, `${around}${marked}`)).toEqual(readLog(readAutobahnPage, text));
});

it('knows a handshake that never came', () => {
  const text = pageTextOfHtml(reportHtml({ request: '?', log: [['tcp_closed_by_me', '000 TCP DROPPED BY ME']] }), {
    cellEnd: '',
    isIndented: true,
    hasDoubleBreaks: true,
  });
  expect(readLog(readAutobahnPage, text).headers[0]).toMatchObject({
    request: null,
    response: null,
    report: { httpRequest: '?', httpResponse: '?' },
  });
});

it('knows statistics and a log that were off', () => {
  const html = reportHtml({
    stats: null,
    notes: 'Wire log after handshake disabled!',
    log: [['tcp_closed_by_peer', '000 TCP DROPPED BY PEER']],
  });
  const copy = readLog(
    readAutobahnPage,
    pageTextOfHtml(html, { cellEnd: '\t', isIndented: true, hasDoubleBreaks: false }),
  );
  expect(copy.headers[0]).toMatchObject({ unlogged: null, report: { createStats: false, createWirelog: false } });
  expect(briefly(copy.rows)).toEqual(['0 tcp-drop']);
});

it('gives the rows of a page that is cut, then says so', () => {
  const text = pageTextOfHtml(HTML, { cellEnd: '', isIndented: true, hasDoubleBreaks: false });
  const copy = readLog(readAutobahnPage, text.slice(0, text.lastIndexOf('004 TCP')));
  expect(copy.rows).toHaveLength(4);
  expect(copy.error).toEqual(new InputError('a.log', 4, 'the report is cut: the end of its wire log is missing'));
});

it('is read alone where another page follows, then says so', () => {
  const text = pageTextOfHtml(HTML, { cellEnd: '', isIndented: true, hasDoubleBreaks: false });
  const first = readLog(readAutobahnPage, text);
  const error = new InputError('a.log', 5, 'more than one report in it: give each a file of its own');
  expect(readLog(readAutobahnPage, `${text}\n${text}`)).toEqual({ ...first, error });
  expect(readLog(readAutobahnHtml, HTML + HTML)).toEqual({ ...readLog(readAutobahnHtml, HTML), error });
});

it('says what is wrong with other texts', () => {
  expect(readLog(readAutobahnPage, 'hello').error).toEqual(
    new InputError('a.log', null, 'no case of Autobahn in this text'),
  );
  expect(readLog(readAutobahnPage, 'Summary report generated on 2020-01-01').error).toMatchObject({
    reason: expect.stringContaining('index.html'),
  });
});
