// `convert` to the text notation loses nothing: what comes of it is judged as the original is.

import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/ingest/formats.ts';
import { put, scratch, wirelog } from '../built.fixture.ts';

const directory = scratch();

/** All records but for what names the input. */
function judged(path: string): unknown[] {
  const { out } = wirelog(['annotate', '--format', 'ndjson', '--fail-on', 'never', '--under-test', 'both', path]);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ ...JSON.parse(line), source: null, format: null }));
}

function converted(name: string, content: string | Uint8Array): { before: unknown[]; after: unknown[] } {
  const path = put(directory, name, content);
  const { out } = wirelog(['convert', path]);
  return { before: judged(path), after: judged(put(directory, `${name}.rows`, out)) };
}

describe('what is converted to rows is judged as before', () => {
  it.each(FORMATS.map(({ id, sample }) => [id, sample]))('%s', (id, sample) => {
    const { before, after } = converted(id, Buffer.from(sample, 'latin1'));
    expect(before.length).toBeGreaterThan(2);
    expect(after).toEqual(before);
  });

  it.each([
    [
      'a HAR with connections of which it holds the handshake only',
      JSON.stringify({
        log: {
          entries: [1, 2].map((number) => ({
            request: { url: `ws://a.example/${number}`, headers: [{ name: 'Upgrade', value: 'websocket' }] },
            response: { status: 101, headers: [{ name: 'Sec-WebSocket-Protocol', value: `p${number}` }] },
          })),
        },
      }),
    ],
    [
      'lines of a library that are no frames, and lengths that it does not tell',
      "2026-01-02 03:04:05,678 websockets.client DEBUG < TEXT 'sage' [4 bytes]\n" +
        '2026-01-02 03:04:05,699 websockets.client DEBUG ! failing connection with code 1002\n' +
        '2026-01-02 03:04:05,700 websockets.client DEBUG > CLOSE 1002 (protocol error) [2 bytes]\n',
    ],
    ['frames without payload or length', '* WS-DEC: unknown opcode: 83\n* WS-ENC: sending [PING payload=0/0]\n'],
    [
      'rows with prose, gaps and damage',
      '000 RX OCTETS: 8100\nLook at this\n003 RX OCTETS: 81zz\n# not: a field\n004 TX OCTETS: 880203e8\n',
    ],
  ])('%s', (name, content) => {
    const { before, after } = converted(name.slice(0, 12), content);
    expect(before.length).toBeGreaterThan(2);
    expect(after).toEqual(before);
  });
});
