import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cpuSeconds } from '../../model/cpu-time.fixture.ts';
import { InputError } from '../../model/errors.ts';
import { readAutobahnHtml } from '../autobahn/html.ts';
import { readAutobahnPage } from '../autobahn/page.ts';
import { reportHtml } from '../autobahn/report-html.fixture.ts';
import { type ReadLog, readLog } from '../read-log.fixture.ts';
import { pageTextOfHtml } from './page-text.fixture.ts';
import { readRows } from './rows.ts';

const HTML = reportHtml({
  closing: { isServer: 'True', remoteCloseReason: 'a', localCloseCode: '1' },
  request: 'GET / HTTP/1.1\r\nHost: a',
  response: 'HTTP/1.1 101 x',
  stats: [
    [
      [3, 1],
      [200, 1],
      [300, 1],
    ],
    [
      [5, 2],
      [300, 1],
    ],
    [[8, 1]],
    [],
  ],
  log: [
    ['rx_octets', `000 RX OCTETS: ${'474554202f'.repeat(10)}`],
    ['rx_octets', `               ${'474554202f20'.repeat(2)}0000 ...`],
    ['rx_octets', `001 RX OCTETS: ${'827e00c8'.repeat(16)} ...`],
    ['rx_frame', '002 RX FRAME : OPCODE=2, FIN=True, RSV=0, PAYLOAD-LEN=200, MASKED=True, MASK=3030636362383362'],
    ['rx_frame', `               0x${'00'.repeat(49)}`],
    [
      'tx_frame',
      '003 TX FRAME : OPCODE=8, FIN=True, RSV=0, PAYLOAD-LEN=2, MASK=None, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=1, SYNC=False',
    ],
    ['delay', '004 DELAY 1.0 sec for TAG A'],
    ['tcp_closed_by_me', '005 TCP DROPPED BY ME'],
  ],
});
const PAGE = pageTextOfHtml(HTML, { cellEnd: '', isIndented: false, hasDoubleBreaks: true });
const ROWS = `# wirelog 1\n# writer: server\n# report: {"a":1}\n${PAGE.slice(PAGE.indexOf('Wire Log'))}\nrx 8100 ... LEN=7 @1\n> "a\\r\\x00"\n`;

const READERS = { readAutobahnHtml, readAutobahnPage, readRows };
const SAMPLES = { readAutobahnHtml: HTML, readAutobahnPage: PAGE, readRows: ROWS };

/** Pieces that mean something to the readers, so that chance gets somewhere. */
const PIECES = [
  '\n',
  '\r\n',
  '               ',
  '000 ',
  '001 RX OCTETS: ',
  'RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=9',
  '</pre>',
  '<pre class="wirelog_rx_octets">',
  '<div id="wirelog">',
  '</div>',
  ' ...',
  'LEN=99999999999999',
  '# a: 1\n',
  '```\n',
  '"',
  '\\x',
  '@1',
  'Total',
  'Wire Log\n',
  '<td>',
  '\0',
  '\xff',
  '0x',
  '8',
  ' ',
];

function check(log: ReadLog): void {
  if (log.error !== null) expect(log.error).toBeInstanceOf(InputError);
  for (const row of log.rows) {
    expect(Number.isSafeInteger(row.row)).toBe(true);
    if (row.kind === 'octets') expect(row.octets.known.length).toBeLessThanOrEqual(row.octets.length);
  }
}

/** The text with pieces cut out, put in and turned over. */
function mutant(sample: string) {
  const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary-ascii', maxLength: 5 }));
  const edit = fc.tuple(fc.nat(sample.length), fc.nat(40), piece);
  return fc
    .array(edit, { minLength: 1, maxLength: 8 })
    .map((edits) =>
      edits.reduce(
        (text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + (length > 20 ? 0 : length)),
        sample,
      ),
    );
}

const NAMES = ['readAutobahnHtml', 'readAutobahnPage', 'readRows'] as const;

it.each(NAMES)('%s reads any damaged log, or says in one line why not', (name) => {
  fc.assert(
    fc.property(mutant(SAMPLES[name]), (text) => check(readLog(READERS[name], text, 100))),
    { numRuns: 1500 },
  );
});

it.each(NAMES)('%s reads any octets, or says in one line why not', (name) => {
  const octets = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary-ascii' })), { maxLength: 60 });
  fc.assert(
    fc.property(octets, (parts) => check(readLog(READERS[name], parts.join(''), 13))),
    { numRuns: 1500 },
  );
});

it.each(NAMES)('%s gives the same log wherever its chunks are cut', (name) => {
  const whole = readLog(READERS[name], SAMPLES[name], 1e6);
  expect(whole.rows.length).toBeGreaterThan(5);
  const sameWhenCut = fc.property(fc.integer({ min: 1, max: 200 }), (size) => {
    expect(readLog(READERS[name], SAMPLES[name], size)).toEqual(whole);
  });
  fc.assert(sameWhenCut, { numRuns: 50 });
});

it.each([
  ['blanks', ' '],
  ['hex', '8'],
  ['opening brackets', '['],
  ['line ends', '\n'],
  ['quotes', '"'],
  ['rows', 'rx 81\n'],
  ['cut rows', `RX OCTETS: ${'81'.repeat(64)} ...\n`],
  ['marks', '<pre class="wirelog_rx_octets">'],
  ['table rows', '111\n'],
  ['titles', ' - Case 1.1 : Pass - '],
  ['dots', ' ... '],
])('is not slow on a long run of %s', { timeout: 30_000 }, (_, unit) => {
  const run = unit.repeat(Math.ceil(1e6 / unit.length));
  for (const name of NAMES) {
    for (const text of [
      run,
      `rx 81${run}x`,
      `rx "${run}`,
      `${HTML.slice(0, HTML.indexOf('</pre>'))}${run}`,
      `${PAGE.slice(0, 900)}${run}\n`,
    ]) {
      const seconds = cpuSeconds(() => check({ ...readLog(READERS[name], text, 65_536), rows: [] }));
      expect(seconds).toBeLessThan(5);
    }
  }
});
