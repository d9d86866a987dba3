// What is known of heads that were alike is said of the next one: it has to be what the rules say when they are asked.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../ingest/read-log.fixture.ts';
import { readRows } from '../../ingest/text/rows.ts';
import { annotate } from '../../judge/annotate.ts';
import { requestText, responseText } from './handshake-examples.ts';

const KEYS = [
  'x3JJHMbDL1EzLkh9GBhXDw==',
  'dGhlIHNhbXBsZSBub25jZQ==',
  'AAAAAAAAAAAAAAAAAAAAAA==',
  'AQIDBAUGBwgJCgsMDQ4PEC==',
  'c2hvcnQ=',
  ' '.repeat(24),
  '',
];
const ACCEPTS = ['HSmrc0sMlYUkAGmm5OPpG2HaGWk=', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'HSmrc0sMlYUkAGmm5OPpG2HaGWl=', 'x'];
const DATES = ['Fri, 27 Nov 2026 04:00:00 GMT', 'Fri, 27 Nov 2026 04:00:01 GMT', 'Friday', 'Fri, 27 \t\0'];
const TARGETS = ['/', '/chat', '/runCase?case=7&agent=a', '/runCase?case=8&agent=b', '/a#b', 'http://a.example/', '*'];
const EXTENSIONS = ['permessage-deflate', 'permessage-deflate; client_max_window_bits', 'x-own', 'permessage-deflate;'];

const named = (name: string, values: readonly string[]) => values.map((value) => `${name}: ${value}`);
const REQUEST_CHANGES = [
  ...named('Sec-WebSocket-Key', KEYS),
  ...named('Date', DATES),
  ...TARGETS.flatMap((target) => [`=GET ${target} HTTP/1.1`, `=POST ${target} HTTP/1.0`]),
  ...named('Sec-WebSocket-Extensions', EXTENSIONS),
  ...named('Sec-WebSocket-Version', ['13', '8', '013']),
  ...named('Sec-WebSocket-Protocol', ['chat', 'chat, chat', 'a b']),
  '-Host',
  '-Sec-WebSocket-Key',
  '+Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==',
  'Upgrade: WebSocket',
  'Origin: http://a\rb',
];
const RESPONSE_CHANGES = [
  ...named('Sec-WebSocket-Accept', ACCEPTS),
  ...named('Date', DATES),
  ...named('Sec-WebSocket-Extensions', EXTENSIONS),
  ...named('Sec-WebSocket-Protocol', ['chat', '']),
  ...['200 OK', '400 Bad Request', '426 Upgrade Required', '204 No Content'].map((status) => `=HTTP/1.1 ${status}`),
  ...named('Content-Length', ['0', 'x']),
  '+Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=',
  '-Sec-WebSocket-Accept',
  'Sec-WebSocket-Version: 13',
  'Server: a\0',
];

const octetsOf = (text: string) => [...Buffer.from(text, 'latin1')];
const changesOf = (all: readonly string[]) => fc.array(fc.constantFrom(...all), { maxLength: 3 });
/** Few places and few octets: what is odd about a value comes again with another one. */
const slips = fc.array(fc.tuple(fc.nat(180), fc.constantFrom(...octetsOf('\r\n\t :=\0\x80aZ'))), { maxLength: 1 });

const handshakes = fc.record({
  asked: changesOf(REQUEST_CHANGES),
  answered: changesOf(RESPONSE_CHANGES),
  slips,
  isRequestCut: fc.boolean(),
  isAskedAgain: fc.boolean(),
  isAnswered: fc.boolean(),
});

function rowOf(direction: string, text: string, shown = text.length): string {
  const hex = Buffer.from(text.slice(0, shown), 'latin1').toString('hex');
  return shown < text.length ? `${direction} ${hex} ... LEN=${text.length}` : `${direction} ${hex}`;
}

function logOf(made: typeof handshakes extends fc.Arbitrary<infer Made> ? Made : never): string {
  const octets = octetsOf(requestText(...made.asked));
  for (const [at, octet] of made.slips) octets[at] = octet;
  const asked = Buffer.from(octets.map((octet) => octet ?? 0x20)).toString('latin1');
  const rows = [rowOf('tx', asked, made.isRequestCut ? asked.length - 40 : asked.length)];
  const answer = rowOf('rx', responseText(...made.answered));
  if (made.isAskedAgain) rows.push(answer, rowOf('tx', requestText()));
  if (made.isAnswered) rows.push(answer);
  return `# wirelog 1\n# writer: client\n${rows.join('\n')}\n`;
}

function saidOf(log: string, asksAlways: boolean): unknown {
  const { headers, rows, error } = readLog(readRows, log);
  const [header] = headers;
  if (!header || error) throw new Error(`no log: ${log}`);
  const annotator = annotate(header, { asksAlways });
  const all = [...rows.flatMap((row) => annotator.push(row)), ...annotator.end().rows];
  return all.map(({ annotations }) => annotations);
}

describe('what is known of heads', () => {
  it('is what the rules say of each of them', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(handshakes, (made) => {
        const log = logOf(made);
        const said = saidOf(log, true);
        expect(saidOf(log, false)).toEqual(said);
        // From now on it is known for sure.
        expect(saidOf(log, false)).toEqual(said);
        seen.add(JSON.stringify(said));
      }),
      { numRuns: 2000 },
    );
    expect(seen.size).toBeGreaterThan(500);
  });
});
