// Streams as the whole pipeline runs them: logs in the text notation, and what is found in each direction.

import { describe, expect, it } from 'vitest';
import { accusations } from '../judge/conversation-log.fixture.ts';
import { type AnnotatedExample, annotateExample } from '../judge/example.ts';
import { cpuSeconds } from '../model/cpu-time.fixture.ts';
import { hexOf, latin1Of } from '../model/octets.ts';
import { requestText, responseText } from '../rules/kit/handshake-examples.ts';
import type { Frame } from './frame/frame.ts';
import type { Head } from './handshake/handshake.ts';

const REQUEST = requestText();
const RESPONSE = responseText();
const HELLO = '810548656c6c6f';
const MASKED_HELLO = '818537fa213d7f9f4d5158';

function hex(text: string): string {
  return hexOf(Buffer.from(text, 'latin1'));
}

/** The first octets of a row, as logs cut it. */
function cut(hexDigits: string, shown = 64): string {
  return hexDigits.length <= 2 * shown ? hexDigits : `${hexDigits.slice(0, 2 * shown)} ... LEN=${hexDigits.length / 2}`;
}

function annotated(...lines: readonly string[]): AnnotatedExample {
  return annotateExample({ log: ['# writer: server', ...lines].join('\n') });
}

function headsOf({ rows }: AnnotatedExample): Head[] {
  return rows.flatMap(({ heads }) => heads);
}

function framesOf({ rows }: AnnotatedExample): Frame[] {
  return rows.flatMap(({ frames }) => frames.map(({ frame }) => frame));
}

function rulesOf({ rows }: AnnotatedExample): string[] {
  return rows.flatMap(({ annotations }) => annotations.map(({ rule }) => rule));
}

function accusationsOf({ rows, summary }: AnnotatedExample): string[] {
  return accusations({ rows, summary, annotations: rows.flatMap(({ annotations }) => annotations) });
}

const stored = (text: string) => JSON.stringify(text);
const frameRow = (fields: string, payload: string) => `RX FRAME : ${fields}\n               ${payload}`;

describe('a head', () => {
  it('in one row is found there, and frames follow', () => {
    const log = annotated(`rx ${hex(REQUEST)}`, `tx ${hex(RESPONSE)}`, `rx ${MASKED_HELLO}`);
    expect(headsOf(log).map(({ kind, complete, raw }) => [kind, complete, raw])).toEqual([
      ['request', true, true],
      ['response', true, true],
    ]);
    expect(framesOf(log).map(({ offset }) => offset)).toEqual([REQUEST.length]);
    expect(accusationsOf(log)).toEqual([]);
  });

  it.each([1, 2, 3, 7, 50])('chopped into rows of %i octets is the same', (size) => {
    const rows = (direction: string, text: string) =>
      (text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []).map((part) => `${direction} ${hex(part)}`);
    const log = annotated(...rows('rx', REQUEST), ...rows('tx', RESPONSE), `rx ${MASKED_HELLO}`);
    expect(headsOf(log).map(({ octets }) => latin1Of(octets))).toEqual([REQUEST, RESPONSE]);
    expect(headsOf(log)[0]?.spans).toHaveLength(Math.ceil(REQUEST.length / size));
    expect(framesOf(log)).toHaveLength(1);
    expect(accusationsOf(log)).toEqual([]);
  });

  it('may be glued with the frames behind it', () => {
    const log = annotated(`rx ${hex(REQUEST)}`, `tx ${hex(RESPONSE)}${HELLO}8900`);
    expect(framesOf(log).map(({ offset, opcode }) => [offset, opcode])).toEqual([
      [RESPONSE.length, 1],
      [RESPONSE.length + 7, 9],
    ]);
    expect(framesOf(log)[0]?.spans).toEqual([{ at: 0, row: 1, octet: RESPONSE.length, length: 7 }]);
  });

  it('may come after empty lines, and they are part of it', () => {
    const log = annotated(`rx ${hex(`\r\n\r\n${REQUEST}`)}`, `tx ${hex(RESPONSE)}`, `rx ${MASKED_HELLO}`);
    expect(headsOf(log)[0]).toMatchObject({ startLine: 'GET /chat HTTP/1.1', complete: true });
    expect(framesOf(log)[0]?.offset).toBe(REQUEST.length + 4);
    expect(rulesOf(log)).toContain('http/crlf-before-request');
  });

  it('of bare line feeds ends at its blank line', () => {
    const log = annotated(`rx ${hex(REQUEST.replaceAll('\r', ''))}${MASKED_HELLO}`);
    expect(headsOf(log)[0]).toMatchObject({ complete: true });
    expect(headsOf(log)[0]?.fields).toHaveLength(5);
    expect(framesOf(log)).toHaveLength(1);
  });

  it('that the log cuts is filled in from the stored text', () => {
    const log = annotated(
      `# request: ${stored(REQUEST)}`,
      `# response: ${stored(RESPONSE)}`,
      `RX OCTETS: ${cut(hex(REQUEST))}`,
      `TX OCTETS: ${cut(hex(RESPONSE))}`,
      `rx ${MASKED_HELLO}`,
    );
    expect(headsOf(log).map(({ octets, complete }) => [latin1Of(octets), complete])).toEqual([
      [REQUEST, true],
      [RESPONSE, true],
    ]);
    expect(framesOf(log)[0]?.offset).toBe(REQUEST.length);
    expect(accusationsOf(log)).toEqual([]);
    expect(rulesOf(log)).not.toContain('log/elided-octets');
  });

  it('that the log cuts without a length is whole in the stored text, and ends with its row', () => {
    const log = annotated(
      `# request: ${stored(REQUEST)}`,
      `# response: ${stored(RESPONSE)}`,
      `RX OCTETS: ${hex(REQUEST).slice(0, 6)} ...`,
      `TX OCTETS: ${hex(RESPONSE).slice(0, 6)} ...`,
      `rx ${MASKED_HELLO}`,
    );
    expect(headsOf(log).map(({ octets, complete }) => [latin1Of(octets), complete])).toEqual([
      [REQUEST, true],
      [RESPONSE, true],
    ]);
    expect(framesOf(log)).toHaveLength(1);
    expect(accusationsOf(log)).toEqual([]);
  });

  it('that the log cuts, with frames glued to it, leaves the frames to the frame rows', () => {
    const log = annotated(
      `# request: ${stored(REQUEST)}`,
      `# response: ${stored(RESPONSE)}`,
      `RX OCTETS: ${cut(hex(REQUEST))}`,
      `TX OCTETS: ${cut(hex(RESPONSE))}`,
      `rx ${MASKED_HELLO}`,
    );
    const glued = annotated(
      `# request: ${stored(REQUEST)}`,
      `# response: ${stored(RESPONSE)}`,
      `RX OCTETS: ${cut(hex(REQUEST) + MASKED_HELLO)}`,
      frameRow('OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASKED=True, MASK=37fa213d', 'Hello'),
      `TX OCTETS: ${cut(hex(RESPONSE))}`,
    );
    expect(framesOf(log)[0]).toMatchObject({ via: 'octets' });
    expect(framesOf(glued)[0]).toMatchObject({ via: 'row', offset: REQUEST.length, length: 5, masked: true });
    expect(accusationsOf(glued).map((one) => one.split(' ')[3])).toEqual(['phase/client-data-before-101:']);
  });

  it('that the log cuts and does not store ends with its row, and is not complete', () => {
    const log = annotated(`RX OCTETS: ${cut(hex(REQUEST))}`, `TX OCTETS: ${cut(hex(RESPONSE))}`, `rx ${MASKED_HELLO}`);
    expect(headsOf(log).map(({ complete }) => complete)).toEqual([false, false]);
    expect(framesOf(log).map(({ offset, opcode }) => [offset, opcode])).toEqual([[REQUEST.length, 1]]);
    expect(accusationsOf(log)).toEqual([]);
    expect(log.summary.unverified.length).toBeGreaterThan(0);
  });

  describe('that the log cuts and does not store', () => {
    const split = (text: string, at: number) => [cut(hex(text.slice(0, at))), cut(hex(text.slice(at)))];

    it.each([
      ['in its middle', 70],
      ['just before its end', -10],
      ['inside its blank line', -1],
    ])('goes on in a row of its own, where it was split %s', (_, at) => {
      const [first, second] = split(REQUEST, at < 0 ? REQUEST.length + at : at);
      const [answer, rest] = split(RESPONSE, at < 0 ? RESPONSE.length + at : at);
      const rows = [`rx ${first}`, `rx ${second}`, `tx ${answer}`, `tx ${rest}`, `rx ${MASKED_HELLO}`, `tx ${HELLO}`];
      const log = annotated(...rows);
      expect(framesOf(log).map(({ opcode, length }) => [opcode, length])).toEqual([
        [1, 5],
        [1, 5],
      ]);
      expect(rulesOf(log)).not.toContain('phase/not-websocket');
      expect(accusationsOf(log)).toEqual([]);
    });

    it('has no text behind the answer that belongs to it', () => {
      const rows = [`rx ${cut(hex(REQUEST))}`, `tx ${hex(RESPONSE)}`, `rx ${hex('this is no frame at all')}`];
      expect(rulesOf(annotated(...rows))).toContain('phase/not-websocket');
    });

    it('has frames behind its blank line', () => {
      const [first] = split(REQUEST, 150);
      const log = annotated(`rx ${first}`, `rx ${hex(REQUEST.slice(150))}${MASKED_HELLO}`);
      expect(framesOf(log)).toMatchObject([{ opcode: 1, length: 5 }]);
    });
  });

  describe('of a 101 that the log cuts and does not store', () => {
    const client = (...rows: readonly string[]) =>
      annotateExample({ log: ['# writer: client', `tx ${hex(REQUEST)}`, ...rows].join('\n') });
    const close = 'tx 888237fa213d3413';

    it.each([
      ['a text and a Close', '81026869880203e9'],
      ['a Ping', '8900'],
      ['a fragment', '01026869'],
      ['the beginning of a frame', '810a68656c6c'],
    ])('may hide %s: nobody is accused of what follows', (_, glued) => {
      const rows = [`RX OCTETS: ${cut(hex(RESPONSE) + glued)}`, 'rx 6f20776f726c64', 'tx 8a8037fa213d', close];
      const log = client(...rows, 'TCP DROPPED BY PEER');
      expect(framesOf(log).map(({ direction }) => direction)).toEqual(['tx', 'tx']);
      expect(accusationsOf(log)).toEqual([]);
    });

    it("ends with its row where the log is the server's own: a write is no read", () => {
      const log = annotated(`rx ${hex(REQUEST)}`, `TX OCTETS: ${cut(hex(RESPONSE))}`, `tx ${HELLO}`);
      expect(framesOf(log).map(({ offset }) => offset)).toEqual([RESPONSE.length]);
    });

    it('is followed by frames again where the frame rows say so', () => {
      const row = (opcode: number, payload: string) =>
        frameRow(`OPCODE=${opcode}, FIN=True, RSV=0, PAYLOAD-LEN=${payload.length}, MASKED=False, MASK=None`, payload);
      const rows = [
        `RX OCTETS: ${cut(hex(RESPONSE) + HELLO)}`,
        row(1, 'Hello'),
        `rx ${HELLO}`,
        row(1, 'Hello'),
        'rx 8900',
      ];
      const log = client(...rows);
      expect(framesOf(log).map(({ opcode }) => opcode)).toEqual([1, 9]);
      expect(accusationsOf(log)).toEqual([]);
      expect(log.rows.at(-2)?.agrees).toBe(true);
    });
  });

  describe('that is stored without its blank line', () => {
    const trimmed = (row: string, text = RESPONSE.trimEnd()) =>
      annotateExample({
        log: [
          '# writer: client',
          `# request: ${stored(REQUEST.trimEnd())}`,
          `# response: ${stored(text)}`,
          `TX OCTETS: ${cut(hex(REQUEST))}`,
          `RX OCTETS: ${row}`,
          `tx ${MASKED_HELLO}`,
          'rx 8900',
        ].join('\n'),
      });

    it('is completed where the length of its row says that nothing else is missing', () => {
      const log = trimmed(cut(hex(RESPONSE)));
      expect(headsOf(log).map(({ octets, complete, raw }) => [latin1Of(octets), complete, raw])).toEqual([
        [REQUEST, true, false],
        [RESPONSE, true, false],
      ]);
      expect(framesOf(log).map(({ opcode }) => opcode)).toEqual([1, 9]);
      expect(accusationsOf(log)).toEqual([]);
    });

    it('is left open where its row is longer: it may lack more, or frames follow', () => {
      for (const text of [RESPONSE.trimEnd(), RESPONSE.slice(0, -20)]) {
        const log = trimmed(cut(`${hex(RESPONSE)}8900`), text);
        expect(headsOf(log).map(({ complete }) => complete)).toEqual([true, false]);
        expect(framesOf(log).map(({ direction, spans }) => [direction, spans[0]?.octet])).toEqual([
          ['tx', 0],
          ['rx', 0],
        ]);
        expect(accusationsOf(log)).toEqual([]);
      }
    });

    it('ends where its row shows the end', () => {
      const log = trimmed(`${hex(RESPONSE)}8900`);
      expect(headsOf(log).map(({ complete, raw }) => [complete, raw])).toEqual([
        [true, false],
        [true, true],
      ]);
      expect(framesOf(log).map(({ opcode }) => opcode)).toEqual([9, 1, 9]);
    });
  });

  it('that never ends does not take for ever', () => {
    const seconds = cpuSeconds(() => {
      const octetByOctet = annotated(`rx ${hex('GET / HTTP/1.1')}`, ...Array.from({ length: 20_000 }, () => 'rx 41'));
      expect(headsOf(octetByOctet)).toHaveLength(0);
      const returns = annotated(`rx ${hex('GET / HTTP/1.1')}${'0d'.repeat(300_000)}`);
      expect(headsOf(returns).map(({ complete }) => complete)).toEqual([false]);
    });
    expect(seconds).toBeLessThan(10);
  });
});

describe('octets that may be the beginning of HTTP', () => {
  it('are frames once they cannot be', () => {
    // RSV1 and opcode 1 is the letter A.
    const log = annotated('rx 41', 'rx 8537fa213d7f9f4d5158', 'rx 8980', 'rx 37fa213d');
    expect(framesOf(log).map(({ opcode, rsv }) => [opcode, rsv])).toEqual([
      [1, 4],
      [9, 0],
    ]);
  });
});

describe('an interim response', () => {
  it('is followed by the final one, and the client has to wait for that', () => {
    const interim = `tx ${hex('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')}`;
    const sound = annotated(`rx ${hex(REQUEST)}`, interim, `tx ${hex(RESPONSE)}`, `rx ${MASKED_HELLO}`);
    expect(headsOf(sound).map(({ startLine }) => startLine)).toHaveLength(3);
    expect(accusationsOf(sound)).toEqual([]);
    const hasty = annotated(`rx ${hex(REQUEST)}`, interim, `rx ${MASKED_HELLO}`, `tx ${hex(RESPONSE)}`);
    expect(accusationsOf(hasty).map((one) => one.split(' ')[3])).toEqual(['phase/client-data-before-101:']);
  });

  it('may stand in one row with the final one', () => {
    const log = annotated(`rx ${hex(REQUEST)}`, `tx ${hex(`HTTP/1.1 100 Continue\r\n\r\n${RESPONSE}`)}${HELLO}`);
    expect(headsOf(log)).toHaveLength(3);
    expect(framesOf(log)).toHaveLength(1);
  });

  it('is no end of the handshake', () => {
    const log = annotated(`rx ${hex(REQUEST)}`, `tx ${hex('HTTP/1.1 103 Early Hints\r\n\r\n')}`, 'TCP DROPPED BY ME');
    expect(rulesOf(log)).toContain('phase/handshake-incomplete');
  });
});

describe('content of a request', () => {
  const sent = (request: string, ...rows: readonly string[]) =>
    annotateExample({ log: ['# writer: client', `tx ${hex(request)}`, ...rows].join('\n') });

  it.each([
    ['of the length that the head gives', requestText('Content-Length: 5'), 'hello'],
    ['with a length given twice', requestText('Content-Length: 5, 5'), 'hello'],
    ['in chunks', requestText('Transfer-Encoding: chunked'), '5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: a\r\n\r\n'],
    ['in no chunk', requestText('Transfer-Encoding: gzip, chunked'), '0\r\n\r\n'],
  ])('%s is no frame, in one row or octet by octet', (_, request, content) => {
    const rest = [`rx ${hex(RESPONSE)}`, `tx ${MASKED_HELLO}`, `rx ${HELLO}`, 'rx 8900'];
    const octets = [...content].map((octet) => `tx ${hex(octet)}`);
    for (const log of [sent(request + content, ...rest), sent(request, ...octets, ...rest)]) {
      expect(framesOf(log).map(({ direction, opcode }) => `${direction} ${opcode}`)).toEqual(['tx 1', 'rx 1', 'rx 9']);
      expect(framesOf(log)[0]?.offset).toBe(request.length + content.length);
      expect(accusationsOf(log).filter((one) => !one.includes('http/request-has-content'))).toEqual([]);
    }
  });

  it('that the answer overtakes cannot be told from frames', () => {
    const request = requestText('Content-Length: 12');
    const log = sent(`${request}hello`, `rx ${hex(RESPONSE)}`, `tx ${hex(' again!')}`, `tx ${MASKED_HELLO}`, 'rx 8900');
    expect(framesOf(log).map(({ direction, spans }) => [direction, spans[0]?.row])).toEqual([
      ['tx', 3],
      ['rx', 4],
    ]);
    expect(accusationsOf(log).filter((one) => !one.includes('http/request-has-content'))).toEqual([]);
  });

  it('that is no chunk leaves it open where frames begin, until a row is nothing but frames', () => {
    const start = `${requestText('Transfer-Encoding: chunked')}hello`;
    const log = sent(start, `rx ${hex(RESPONSE)}`, `tx ${hex('more')}`, `tx ${MASKED_HELLO}`);
    expect(framesOf(log).map(({ spans }) => spans[0]?.row)).toEqual([3]);
    expect(accusationsOf(log).filter((one) => !one.includes('http/request-has-content'))).toEqual([]);
  });

  it('that goes on after a refusal is followed by the next request', () => {
    const refusal = hex('HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 0\r\n\r\n');
    const post = requestText('=POST /chat HTTP/1.1', 'Content-Length: 5');
    const log = sent(
      `${post}he`,
      `rx ${refusal}`,
      `tx ${hex('llo')}`,
      `tx ${hex(REQUEST)}`,
      `rx ${hex(RESPONSE)}${HELLO}`,
    );
    expect(headsOf(log).map(({ kind }) => kind)).toEqual(['request', 'response', 'request', 'response']);
    expect(framesOf(log)).toHaveLength(1);
  });

  it('of hixie-76 are eight octets, and sixteen answer them', () => {
    const draft = [
      '-Sec-WebSocket-Key',
      '-Sec-WebSocket-Version',
      'Sec-WebSocket-Key1: 1 2',
      'Sec-WebSocket-Key2: 3 4',
    ];
    const answer = `${responseText('-Sec-WebSocket-Accept')}0123456789abcdef`;
    const log = sent(`${requestText(...draft)}^n:ds[4U`, `rx ${hex(answer)}`, 'tx 0048656c6c6fff');
    expect(framesOf(log)).toEqual([]);
    expect(rulesOf(log)).toContain('phase/not-websocket');
    expect(accusationsOf(log).join()).not.toMatch(/ (?:frame|mask|control|fragment)\//);
  });
});

describe('a second request after a 401', () => {
  const refusal = 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 4\r\n\r\nNo!\n';

  it('begins the handshake anew, and what came with the refusal is no frame', () => {
    const log = annotated(
      `rx ${hex(REQUEST)}`,
      `tx ${hex(refusal)}`,
      `rx ${hex(REQUEST)}`,
      `tx ${hex(RESPONSE)}${HELLO}`,
      `rx ${MASKED_HELLO}`,
    );
    expect(headsOf(log).map(({ kind }) => kind)).toEqual(['request', 'response', 'request', 'response']);
    expect(framesOf(log).map(({ direction, offset }) => [direction, offset])).toEqual([
      ['tx', refusal.length + RESPONSE.length],
      ['rx', 2 * REQUEST.length],
    ]);
    expect(rulesOf(log)).toContain('phase/handshake-retry');
    expect(accusationsOf(log)).toEqual([]);
    expect(log.connection.state).toBe('open');
  });

  it('that never comes leaves it at that: frames are out of place', () => {
    const log = annotated(`rx ${hex(REQUEST)}`, `tx ${hex(refusal)}`, `rx ${MASKED_HELLO}`);
    expect(accusationsOf(log).map((one) => one.split(' ')[3])).toEqual(['phase/frames-without-handshake:']);
  });
});

describe('a gap', () => {
  const before = [`rx ${hex(REQUEST)}`, `tx ${hex(RESPONSE)}`, 'WIRELOG DISABLED', 'WIRELOG ENABLED'];
  const helloRow = frameRow('OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASKED=True, MASK=37fa213d', 'Hello');

  it('ends where the frame rows say that the octets are frames', () => {
    const log = annotated(...before, `rx ${MASKED_HELLO}`, helloRow, 'rx 898037fa213d');
    expect(framesOf(log).map(({ opcode }) => opcode)).toEqual([1, 9]);
    expect(log.rows.find(({ row }) => row.kind === 'frame')?.agrees).toBe(true);
    expect(accusationsOf(log)).toEqual([]);
  });

  it('goes on over the rest of a frame, in which anything may stand', () => {
    const log = annotated(...before, 'rx 8900ffff', 'rx 00', `rx ${MASKED_HELLO}`, helloRow);
    expect(framesOf(log).map(({ spans }) => spans[0]?.row)).toEqual([6]);
    expect(accusationsOf(log)).toEqual([]);
  });

  it('goes on where the frame rows say otherwise', () => {
    const log = annotated(...before, 'rx 828537fa213d7f9f4d5158', helloRow);
    expect(framesOf(log)).toHaveLength(0);
    expect(accusationsOf(log)).toEqual([]);
  });

  it('without any frame row never ends, and nothing is guessed', () => {
    const log = annotated(...before, 'rx 8900', 'tx 8980', 'rx ff', 'TCP DROPPED BY PEER');
    expect(framesOf(log)).toHaveLength(0);
    expect(rulesOf(log).filter((rule) => rule !== 'log/gap')).toEqual([]);
  });

  it('takes rows without an octet', () => {
    const log = annotated(...before, 'rx ""', 'tx ""', `rx ${MASKED_HELLO}`, helloRow);
    expect(framesOf(log)).toHaveLength(1);
  });

  it('takes any number of rows', () => {
    const log = annotated(...before, ...Array.from({ length: 20_000 }, () => 'rx ff'));
    expect(framesOf(log)).toHaveLength(0);
  });

  it('of which the statistics tell the size moves the position by it', () => {
    const log = annotated(
      '# unlogged-rx: 1000',
      '# unlogged-tx: 0',
      `rx ${hex(REQUEST)}`,
      `tx ${hex(RESPONSE)}`,
      `rx ${MASKED_HELLO}`,
      helloRow,
    );
    expect(framesOf(log).map(({ offset }) => offset)).toEqual([REQUEST.length + 1000]);
    expect(rulesOf(log)).toContain('log/gap');
  });
});

describe('a row whose length is not known', () => {
  it('loses the place, says so, and the frame rows find it again', () => {
    const log = annotated(
      '# extensions: none',
      'rx 828037fa213d ...',
      'rx 37fa213d8980',
      `rx ${MASKED_HELLO}`,
      frameRow('OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASKED=True, MASK=37fa213d', 'Hello'),
    );
    expect(framesOf(log).map(({ opcode }) => opcode)).toEqual([2, 1]);
    expect(log.rows[0]?.annotations.map(({ message }) => message)).toContain(
      '6 octets are shown, and how many there were is not known',
    );
    expect(accusationsOf(log)).toEqual([]);
  });
});

describe('a frame of which the log leaves out the end', () => {
  it.each([
    ['in a gap', 'rx 818537fa213d7f9f', 'WIRELOG DISABLED'],
    ['behind a cut of unknown length', 'rx 818537fa213d7f9f ...', 'rx 8900'],
  ])('%s is shown as far as it came, and nobody has cut it off', (_, first, second) => {
    const log = annotated('# extensions: none', first, second, 'tx 8800', 'rx 888037fa213d', 'TCP DROPPED BY ME');
    expect(log.rows[0]?.frames.map(({ frame }) => [frame.opcode, frame.finished])).toEqual([[1, false]]);
    expect(accusationsOf(log)).toEqual([]);
  });
});

describe('what is no frame', () => {
  it.each([
    ['an HTTP response', hex('HTTP/1.1 400 Bad')],
    ['a TLS record', '1603010200010001'],
    ['a hixie frame', `00${hex('Hello')}ff`],
  ])('%s is named, and nothing after it is read', (kind, octets) => {
    const log = annotated('# extensions: none', `tx ${octets}`, 'tx ffffffff');
    expect(rulesOf(log)).toEqual(['phase/not-websocket']);
    expect(log.rows[0]?.annotations[0]?.message).toContain(kind);
  });

  it('is no hixie frame after a handshake of RFC 6455, nor where a masked frame stands', () => {
    const agreed = annotated(`rx ${hex(REQUEST)}`, `tx ${hex(RESPONSE)}`, `tx 00${hex('Hello')}ff`);
    expect(rulesOf(agreed)).not.toContain('phase/not-websocket');
    expect(framesOf(annotated('rx 0082b110ea9bffff')).map(({ length }) => length)).toEqual([2]);
  });
});
