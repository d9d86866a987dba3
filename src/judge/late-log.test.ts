// Logs that begin in the middle of a connection, and logs of which rows are missing: whoever is sound is accused of
// nothing, wherever the cut lies, and what nobody can know is said to be open.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexOf, wholeOctets } from '../model/octets.ts';
import type { Role, Row } from '../model/row.ts';
import { type Conversation, converse, type Plan, plan, sentFrame, sentHead } from './conversation.fixture.ts';
import { accusations, annotateRows, type Chopping, chopping, logOf } from './conversation-log.fixture.ts';
import { annotateExample } from './example.ts';

const writer = fc.constantFrom<Role>('client', 'server');

/** `rule certainty` of each annotation that is about more than the log. */
function judged(...lines: readonly string[]): string[] {
  const { rows } = annotateExample({ log: ['# writer: client', ...lines].join('\n') });
  const annotations = rows.flatMap((row) => row.annotations).filter(({ by }) => by !== null);
  return annotations.map(({ rule, certainty }) => `${rule} ${certainty}`);
}

function framesIn(...lines: readonly string[]): number[] {
  const { rows } = annotateExample({ log: ['# writer: client', ...lines].join('\n') });
  return rows.map(({ frames }) => frames.length);
}

/** The rows without their first `count` octets. */
function withoutStart(rows: readonly Row[], count: number): Row[] {
  let left = count;
  return rows.flatMap((row) => {
    if (row.kind !== 'octets' || left === 0) return [row];
    const { known } = row.octets;
    const taken = Math.min(left, known.length);
    left -= taken;
    return taken === known.length ? [] : [{ ...row, octets: wholeOctets(known.subarray(taken)) }];
  });
}

function octetsIn(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + (row.kind === 'octets' ? row.octets.length : 0), 0);
}

describe('a valid conversation whose log begins late', () => {
  const accusedFrom = (conversation: Conversation, by: Role, how: Chopping, seed: number, from: number) => {
    const { header, rows } = logOf(conversation, by, how, seed);
    const cut = withoutStart(rows, 1 + (from % octetsIn(rows)));
    return accusations(annotateRows(header, cut));
  };

  it('accuses nobody, wherever it begins', () => {
    fc.assert(
      fc.property(plan, writer, chopping, fc.nat(), fc.nat(), (planned, by, how, seed, from) => {
        expect(accusedFrom(converse(planned), by, how, seed, from)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('accuses nobody either where it begins between two rows', () => {
    fc.assert(
      fc.property(plan, writer, fc.nat(), fc.nat(), (planned, by, seed, from) => {
        const { header, rows } = logOf(converse(planned), by, 'whole', seed);
        expect(accusations(annotateRows(header, rows.slice(1 + (from % rows.length))))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a valid conversation of which rows are missing', () => {
  const missing = (row: number): Row => ({
    kind: 'damaged',
    row,
    time: null,
    text: '',
    why: 'rows are missing',
    loses: 'both',
  });

  it('accuses nobody', () => {
    fc.assert(
      fc.property(plan, writer, fc.constantFrom<Chopping>('whole', 'anywhere'), fc.nat(), fc.nat(), fc.nat(9), check),
      { numRuns: 300 },
    );
    function check(planned: Plan, by: Role, how: Chopping, seed: number, at: number, count: number): void {
      const { header, rows } = logOf(converse(planned), by, how, seed);
      const from = 2 + (at % Math.max(1, rows.length - 2));
      const cut = [...rows.slice(0, from), missing(from), ...rows.slice(from + 1 + count)];
      expect(accusations(annotateRows(header, cut))).toEqual([]);
    }
  });

  it('accuses nobody where the payload repeats itself, and its rows look like frames', () => {
    const key = Buffer.from('a1b2c3d4', 'hex');
    // Under the mask a pattern of up to four octets has a period of four, so each row may look like a Pong of 58.
    const patterns = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((wire) => {
      wire[0] = 0x80 | ((wire[0] as number) & 0x7f);
      return wire;
    });
    fc.assert(
      fc.property(patterns, fc.integer({ min: 0, max: 58 }), fc.integer({ min: 1, max: 12 }), (wire, size, lost) => {
        wire[1] = 0x80 | size;
        const room = size + 6;
        const payload = Uint8Array.from(
          { length: 20 * room },
          (_, i) => (wire[i % 4] as number) ^ (key[i % 4] as number),
        );
        const frame = { fin: true, rsv: 0, opcode: 2, key, payload };
        const octets = sentFrame('client', frame).octets;
        const rows = [octets.subarray(0, 8), ...chopped(octets.subarray(8), room)].map((part) => `tx ${hexOf(part)}`);
        rows.splice(lost, 1);
        const numbered = rows.map((row, i) => `${String(i < lost ? i : i + 1).padStart(3, '0')} ${row}`);
        const found = judged('# extensions: none', ...numbered, `099 tx 888237fa213d3412`, '100 rx 880203e8');
        expect(found.filter((one) => one.endsWith(' certain') && !one.startsWith('mask/'))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

function chopped(octets: Uint8Array, room: number): Uint8Array[] {
  const count = Math.ceil(octets.length / room);
  return Array.from({ length: count }, (_, i) => octets.subarray(i * room, (i + 1) * room));
}

describe('what came before the log', () => {
  it('may be what goes on in rows of one octet, which look like a frame as soon as there are two', () => {
    const octets = ['88', '00', '01', 'f0', '80', '07', '90', '80', '80', 'f0', '90'];
    const found = judged(...octets.map((octet) => `rx ${octet}`));
    expect(found.filter((one) => one.endsWith(' certain'))).toEqual([]);
  });

  it('may be of equal octets, which the mask makes into one header after the other', () => {
    // The end of such a payload, and the next frame: from the first octet on they are one of 62 octets as well.
    const octets = `${'81be6d27'.repeat(5)}81be7b2992b368318fad80a029ef4f89458b${'2ee8488e'.repeat(7)}2ee8`;
    const found = judged(`tx ${octets}`, 'rx 880203e8', 'tx 88823109bb2b32e0', 'TCP DROPPED BY PEER');
    expect(found.filter((one) => one.endsWith(' certain'))).toEqual([]);
  });

  it('is no pattern because the frames of the first row begin alike', () => {
    const known = 'ping/pong-unsolicited certain';
    expect(judged('tx 8a819e3779b1618a813c6ef362618a81daa66d1361')).toEqual([known, known, known]);
  });

  it('may have been the Close that seems to be missing', () => {
    const missing = 'close/reply-missing cannot-tell';
    expect(judged('rx 880203e8', 'TCP DROPPED BY ME')).toEqual([missing]);
    expect(judged('rx 880203e8', 'TCP DROPPED BY PEER')).toEqual(['close/dropped-before-reply cannot-tell']);
    const held = judged('# extensions: none', 'rx 880203e8', 'tx 8980a10ac044', 'TCP DROPPED BY ME');
    expect(held).toContain('close/reply-missing certain');
    // The numbers of the rows say that others came before.
    expect(judged('# extensions: none', '007 rx 880203e8', '008 TCP DROPPED BY ME')).toEqual([missing]);
  });

  it('holds what the client sent, where the log has not an octet of that', () => {
    const { octets } = sentHead('server', ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket']);
    const rows = [`rx ${hexOf(octets)}`, 'rx 010161', 'rx 880203e8', 'TCP DROPPED BY PEER'];
    const isOfEnd = (one: string) => one.startsWith('close/') || one.startsWith('phase/');
    expect(judged(...rows).filter((one) => isOfEnd(one) && one.endsWith(' certain'))).toEqual([]);
    const answered = judged(rows[0] as string, 'tx 818137fa213d56', ...rows.slice(2));
    expect(answered).toContain('close/dropped-before-reply certain');
  });

  it('may have been the Ping that a Pong answers', () => {
    const rows = ['rx 890162', 'tx 8a81799adf8418', 'rx 880203e8', 'tx 8882a10ac044a2e2', 'TCP DROPPED BY PEER'];
    expect(judged(...rows).filter((one) => one.startsWith('ping/pong-payload'))).toEqual([
      'ping/pong-payload-mismatch cannot-tell',
    ]);
  });

  it('holds no Ping that a Pong may answer when one of the log has been answered', () => {
    const settled = ['rx 890161', 'tx 8a81799adf8418'];
    const rows = ['rx 890162', 'tx 8a8137fa213d4d', 'rx 880703e868656c6c6f', 'tx 888737fa213d341249585b964e'];
    const found = judged(...settled, ...rows, 'TCP DROPPED BY PEER');
    expect(found).toContain('ping/pong-payload-mismatch certain');
    expect(judged(...rows, 'TCP DROPPED BY PEER')).toContain('ping/pong-payload-mismatch cannot-tell');
  });

  it('may have been the fault that a Close answers', () => {
    expect(judged('# extensions: none', '004 tx 818137fa213d56', '005 rx 880203ea')).toEqual([
      'reaction/unprovoked-failure cannot-tell',
    ]);
    expect(judged('# extensions: none', '004 tx 838137fa213d56', '005 rx 880203ef')).toEqual([
      'frame/opcode-reserved-data certain',
      'reaction/wrong-close-code cannot-tell',
    ]);
  });

  it('excuses no fault that a frame shows by itself', () => {
    expect(judged('rx 880203ed')).toEqual(['close/code-never-on-wire certain']);
    expect(judged('tx 818237fa213dc893')).toEqual(['text/invalid-utf8 certain']);
    expect(judged('tx 810548656c6c6f')).toEqual(['frame/mask-missing certain']);
  });
});

describe('a log that begins inside something', () => {
  it('is read from the first row on that is nothing but frames', () => {
    expect(framesIn('rx 6f726c642c2068656c6c6f', 'rx 810374776f', 'rx 8100')).toEqual([0, 1, 1]);
    expect(framesIn('rx a7d1f20354', 'rx 810374776f')).toEqual([0, 1]);
  });

  it('has frames behind the rest of a head', () => {
    const rest = '"ade\\r\\nSec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\\r\\n\\r\\n';
    expect(framesIn(`rx ${rest}\\x81\\x02hi"`)).toEqual([1]);
    expect(framesIn(`rx ${rest.slice(0, 30)}"`, `rx "${rest.slice(30)}\\x81\\x02hi"`, 'rx 8900')).toEqual([0, 1, 1]);
    expect(judged(`rx ${rest}\\x81\\x02hi"`, 'rx 8101ff')).toEqual(['text/invalid-utf8 certain']);
  });

  it('charges no method of which the beginning may be missing', () => {
    const rest = (method: string) =>
      `tx "${method} /chat HTTP/1.1\\r\\nHost: a\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n"`;
    expect(judged(rest('ET'))).toEqual([]);
    expect(judged(rest('FET'))).toContain('request/method-not-get certain');
  });

  it('is not certain of a frame of which only the beginning looks like one', () => {
    expect(judged('rx 81054865', 'TCP DROPPED BY PEER')).toEqual(['phase/truncated-frame cannot-tell']);
    expect(judged('rx 8105ff')).toEqual(['text/invalid-utf8 cannot-tell']);
  });

  it('is certain again behind rows that leave no doubt', () => {
    const rows = ['rx 8105ff656c6c', 'rx 6f', 'rx 810161', 'rx 810162', 'rx 89026162', 'rx 8a00'];
    expect(judged(...rows, 'rx 8101ff').at(-1)).toBe('text/invalid-utf8 certain');
    expect(judged(...rows.slice(0, -1), 'rx 880203ed').at(-1)).toBe('close/code-never-on-wire cannot-tell');
  });
});

describe('roles that only a mask bit tells', () => {
  const faults = (...rows: readonly string[]) =>
    judged('# writer: unknown', '# extensions: none', ...rows).filter((one) => one.startsWith('frame/'));

  it('are no proof of a mask that is missing', () => {
    expect(faults('rx 8100', 'tx 8100')).toEqual(['frame/mask-missing cannot-tell']);
    expect(faults('rx 818037fa213d', 'tx 818037fa213e')).toEqual(['frame/mask-present cannot-tell']);
  });

  it('are proven where one side has masks and the other has none', () => {
    expect(faults('rx 8100', 'tx 818037fa213d', 'tx 8100')).toEqual(['frame/mask-missing certain']);
  });
});

describe('a log of a handshake that was refused and tried again', () => {
  const request = (field: string) =>
    sentHead('client', [
      'GET /chat HTTP/1.1',
      'Host: a.example',
      field,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==',
      'Sec-WebSocket-Version: 13',
    ]);
  const refused = (framing: string, body: string) => {
    const head = sentHead('server', ['HTTP/1.1 401 Unauthorized', 'WWW-Authenticate: Basic realm="a"', framing]);
    return { ...head, octets: Buffer.concat([head.octets, Buffer.from(body)]) };
  };
  const opened = sentHead('server', [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=',
  ]);
  const talk = ['client 818537fa213d7f9f4d5158', 'server 810548656c6c6f', 'client 88829c51e07b9fb9', 'server 880203e8'];

  it.each([
    ['Content-Length: 12', 'Unauthorized'],
    ['Transfer-Encoding: chunked', 'c\r\nUnauthorized\r\n0\r\n\r\n'],
  ])('accuses nobody, wherever it begins and however it was read: %s', (framing, body) => {
    const heads = [request('Accept: */*'), refused(framing, body), request('Authorization: Basic YTpi'), opened];
    const sent = [
      ...heads.map(({ octets }, i) => ({ by: i % 2 === 0 ? 'client' : 'server', octets })),
      ...talk.map((line) => ({ by: line.slice(0, 6), octets: Buffer.from(line.slice(7), 'hex') })),
    ];
    const total = sent.reduce((sum, { octets }) => sum + octets.length, 0);
    for (const room of [3, 29, 4096]) {
      for (let from = 1; from < total; from += 2) {
        let left = from;
        const rows = sent.flatMap(({ by, octets }) => {
          const rest = octets.subarray(Math.min(left, octets.length));
          left -= octets.length - rest.length;
          return chopped(rest, room).map((part) => `${by === 'client' ? 'tx' : 'rx'} ${hexOf(part)}`);
        });
        const { rows: found } = annotateExample({ log: ['# writer: client', ...rows].join('\n') });
        const accused = found.flatMap(({ annotations }) =>
          annotations.filter((one) => one.by !== null && one.severity !== 'note' && one.certainty === 'certain'),
        );
        expect(
          accused.map(({ rule }) => rule),
          `from octet ${from}, ${room} octets a row`,
        ).toEqual([]);
      }
    }
  });
});

it('a status line that comes octet by octet is one, whoever wrote the log', () => {
  const accept = 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
  const fields = ['Upgrade: websocket', 'Connection: Upgrade', accept];
  const { octets } = sentHead('server', ['HTTP/1.1 101 Switching Protocols', ...fields]);
  const rows = Array.from(octets, (octet) => `rx ${hexOf(Uint8Array.of(octet))}`);
  const { rows: found } = annotateExample({ log: ['# wirelog 1', ...rows, 'rx 810161'].join('\n') });
  expect(found.flatMap(({ annotations }) => annotations).filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(found.map(({ frames }) => frames.length).at(-1)).toBe(1);
});

it('a head that is complete ends the doubt about what came before', () => {
  const { octets } = sentHead('server', ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket']);
  const log = [`rx ${hexOf(octets)} @0`, 'tx 888237fa213d3412 @1', 'TCP DROPPED BY PEER @4'];
  expect(judged(...log)).toContain('close/reply-missing certain');
});
