// What the order of rows proves, and what it does not: small logs of sound endpoints, and of such that are not.

import { describe, expect, it } from 'vitest';
import { hexOf, octetsOfText } from '../model/octets.ts';
import type { Role } from '../model/row.ts';
import { closePayload, octetsOfFrame } from '../model/wire-frame.fixture.ts';
import { acceptFor } from '../protocol/handshake/handshake.ts';
import { annotateExample } from './example.ts';

type Side = (about: Partial<{ fin: boolean; rsv: number; opcode: number; payload: string | Uint8Array }>) => string;

let keys = 0;

/** Hex of a frame as that endpoint sends it; each of a client has a key of its own. */
const sentBy =
  (role: Role): Side =>
  ({ fin = true, rsv = 0, opcode = 1, payload = '' }) => {
    const octets = typeof payload === 'string' ? octetsOfText(payload) : payload;
    const key = role === 'client' ? Uint8Array.of(0xa1, 0x5c, 0x3f, keys++ & 255) : null;
    return hexOf(octetsOfFrame({ fin, rsv, opcode, key, payload: octets }));
  };

const frames = (side: Side) => ({
  text: (payload: string) => side({ payload }),
  begin: (payload: string) => side({ payload, fin: false }),
  goOn: (payload: string, fin = false) => side({ opcode: 0, payload, fin }),
  bad: (payload: string) => side({ payload, rsv: 1 }),
  close: (code: number, reason = '') => side({ opcode: 8, payload: closePayload(code, reason) }),
  ping: (payload: string) => side({ opcode: 9, payload }),
  pong: (payload: string) => side({ opcode: 10, payload }),
});

type Frames = ReturnType<typeof frames>;

const OPENED = '# extensions: none';

/** The log of either endpoint: `own` is what its writer sends, `other` what it receives. */
function logs(rows: (own: Frames, other: Frames) => readonly string[], opening = OPENED): string[] {
  return (['client', 'server'] as const).map((writer) => {
    const [own, other] = [writer, writer === 'client' ? 'server' : 'client'] as const;
    const lines = rows(frames(sentBy(own)), frames(sentBy(other as Role)));
    return [`# writer: ${writer}`, opening, ...lines].filter(Boolean).join('\n');
  });
}

/** Certain findings above a note, by endpoint, and what cannot be told. */
function judged(log: string): { certain: string[]; open: string[] } {
  const all = annotateExample({ log }).rows.flatMap(({ annotations }) => annotations);
  const certain = all.filter((one) => one.certainty === 'certain' && one.severity !== 'note');
  const open = all.filter((one) => one.certainty === 'cannot-tell' && !one.rule.startsWith('log/'));
  return { certain: certain.map(({ rule }) => rule), open: open.map(({ rule, missing }) => `${rule}: ${missing}`) };
}

function expectSound(rows: (own: Frames, other: Frames) => readonly string[], opening = OPENED): void {
  for (const log of logs(rows, opening)) expect(judged(log).certain.filter(isNoMatterOfTcp), log).toEqual([]);
}

function expectNamed(rule: string, rows: (own: Frames, other: Frames) => readonly string[]): void {
  for (const log of logs(rows)) expect(judged(log).certain, log).toContain(rule);
}

/** Which of the two ends TCP depends on the roles. */
function isNoMatterOfTcp(rule: string): boolean {
  return rule !== 'close/client-dropped-first' && rule !== 'close/server-did-not-drop';
}

describe('a message after the Close of the other endpoint', () => {
  it('may answer what came in one read with that Close', () => {
    expectSound((own, other) => [
      `rx ${other.text('a')}${other.begin('b')}${other.goOn('c', true)}${other.close(1000)}`,
      `tx ${own.text('a')}`,
      `tx ${own.begin('b')}${own.goOn('c', true)}`,
      `tx ${own.close(1000)}`,
    ]);
  });

  it('may have crossed with a Close of a row of its own', () => {
    expectSound((own, other) => [`rx ${other.close(1001)}`, `tx ${own.text('tick')}`, `tx ${own.close(1001)}`]);
    expectSound((own, other) => [`tx ${own.close(1001)}`, `rx ${other.text('tick')}`, `rx ${other.close(1001)}`]);
  });

  it('is one too many where a Pong shows that the Close was read', () => {
    expectNamed('close/new-message-after-received-close', (own, other) => [
      `tx ${own.close(1000)}`,
      `tx ${own.ping('still there?')}`,
      `rx ${other.pong('still there?')}`,
      `rx ${other.text('one more')}`,
    ]);
  });
});

describe('a Ping or Pong after both Closes', () => {
  it('is a Pong that is due where its Ping came before the Close', () => {
    expectSound((own, other) => [
      `tx ${own.close(1000, 'done')}`,
      `rx ${other.ping('p')}`,
      `rx ${other.close(1000, 'done')}`,
      `tx ${own.pong('p')}`,
    ]);
    expectSound((own, other) => [
      `rx ${other.close(1000, 'done')}`,
      `tx ${own.ping('p')}${own.close(1000, 'done')}`,
      `rx ${other.pong('p')}`,
    ]);
  });

  it('may have crossed with the Close', () => {
    expectSound((own, other) => [`tx ${own.close(1000)}`, `rx ${other.close(1000)}`, `tx ${own.ping('p')}`]);
  });

  it('is wrong where the Close was read before', () => {
    const closed = (own: Frames, other: Frames) => [
      `tx ${own.close(1000, 'good bye')}`,
      `rx ${other.close(1000, 'good bye')}`,
    ];
    expectNamed('close/frame-after-handshake', (own, other) => [...closed(own, other), `rx ${other.ping('p')}`]);
    expectNamed('close/frame-after-handshake', (own, other) => [
      ...closed(own, other),
      `tx ${own.ping('p')}`,
      `rx ${other.pong('p')}`,
    ]);
  });
});

describe('a Close that is never answered', () => {
  it('is no fault of an endpoint that is inside a frame, or in a message that goes on', () => {
    expectSound((own, other) => [
      `tx ${own.text('x'.repeat(60)).slice(0, 60)} @1`,
      `rx ${other.close(1001)} @1.2`,
      'tx 78 @3',
      'TCP DROPPED BY PEER @7',
    ]);
    expectSound((own, other) => [
      `tx ${own.begin('a')} @1`,
      `rx ${other.close(1001)} @1.2`,
      `tx ${own.goOn('b')} @1.4`,
      'TCP DROPPED BY PEER @7',
    ]);
  });

  it('is one where the message had ended, and time passed', () => {
    expectNamed('close/reply-missing', (own, other) => [
      `tx ${own.begin('a')} @1`,
      `rx ${other.close(1001)} @1.2`,
      `tx ${own.goOn('b', true)} @1.4`,
      'TCP DROPPED BY PEER @7',
    ]);
  });

  it('cannot be told where the endpoint sent to the end', () => {
    const rows = (own: Frames, other: Frames) => [
      `tx ${own.close(1001)} @1`,
      `rx ${other.text('a')} @3`,
      `rx ${other.text('b')} @6.5`,
      'TCP DROPPED BY ME @7',
    ];
    expectSound(rows);
    for (const log of logs(rows)) {
      expect(judged(log).open).toContain('close/reply-missing: whether it had read the Close of row 0');
    }
  });

  it('may have crossed with the end of TCP, but where the endpoint had it or the suite waits for it', () => {
    const rows = (own: Frames) => [`tx ${own.close(1000)} @1`, 'TCP DROPPED BY PEER @1.4'];
    expectSound(rows);
    expectSound((_, other) => [`rx ${other.close(1000)} @1`, 'TCP DROPPED BY ME @1.0001']);
    expectNamed('close/reply-missing', (own, other) => [
      `rx ${other.close(1000)}`,
      `tx ${own.ping('')}`,
      'TCP DROPPED BY ME',
    ]);
    for (const log of logs(rows)) {
      expect(judged(log).open).toContain('close/reply-missing: whether it had read the Close of row 0');
      expect(judged(`# tap: true\n${log}`).certain).not.toContain('close/reply-missing');
      expect(judged(`# case: 7.1.1\n${log}`).certain).toContain('close/reply-missing');
    }
  });

  it.each([1012, 1013, 1014])('may be answered by ending TCP where its code is %i', (code) => {
    expectSound((own) => [`tx ${own.close(code)}`, 'TCP DROPPED BY PEER']);
    expectNamed('close/reply-missing', (own) => [`tx ${own.close(1001)} @1`, 'TCP DROPPED BY PEER @4']);
    expectNamed('close/reply-missing', (own) => [`tx ${own.close(code)} @1`, 'TCP DROPPED BY ME @9']);
  });
});

describe('a Pong that nobody asked for', () => {
  it('is no wrong one where it crossed with the Ping, and a Close that has its own reason with the Close', () => {
    expectSound((own, other) => [
      `tx ${own.ping('p')}`,
      `tx ${own.close(1001)}`,
      `rx ${other.pong('la')}`,
      `rx ${other.close(1000, 'bye')}`,
      'TCP DROPPED BY PEER',
    ]);
  });
});

describe('a Pong behind its own Close', () => {
  it('answers nothing where no Ping has its payload', () => {
    expectSound((own, other) => [
      `tx ${own.ping('z')}`,
      `tx ${own.close(1000)}`,
      `rx ${other.close(1000)}`,
      `rx ${other.pong('la')}`,
      'TCP DROPPED BY PEER',
    ]);
  });
});

describe('a Pong for an older Ping', () => {
  it('shows that the one before it is no wrong answer to a newer Ping', () => {
    expectSound((own, other) => [
      `tx ${own.ping('a')}${own.ping('b')}${own.close(1011)}`,
      `rx ${other.pong('p')}${other.pong('a')}${other.close(1011)}`,
      'TCP DROPPED BY ME',
    ]);
  });
});

describe('a Ping without its Pong', () => {
  it('is a fault where data from after it was echoed, whoever closes first', () => {
    const rows = (own: Frames, other: Frames) => [
      `rx ${other.text('first')}`,
      `tx ${own.text('first')}`,
      `rx ${other.ping('abc')}`,
      `rx ${other.text('q')}`,
      `tx ${own.text('q')}`,
    ];
    expectNamed('ping/pong-missing', (own, other) => [
      ...rows(own, other),
      `tx ${own.close(1000)}`,
      `rx ${other.close(1000)}`,
      'TCP DROPPED BY PEER',
    ]);
    expectNamed('ping/pong-missing', (own, other) => [
      ...rows(other, own).map((row) => (row.startsWith('rx') ? `tx${row.slice(2)}` : `rx${row.slice(2)}`)),
      `rx ${other.close(1000)}`,
      `tx ${own.close(1000)}`,
      'TCP DROPPED BY PEER',
    ]);
  });

  it('is none where the Closes may have crossed', () => {
    expectSound((own, other) => [`tx ${own.ping('p')}${own.close(1000)}`, `rx ${other.close(1000)}`]);
    expectSound((own, other) => [`rx ${other.ping('p')}${other.close(1000)}`, `tx ${own.close(1000)}`]);
  });

  it('is none where it came after the Close of its sender', () => {
    expectSound((own, other) => [
      `tx ${own.close(1000, 'enough')}${own.ping('p')}`,
      `rx ${other.close(1000, 'enough')}`,
      'TCP DROPPED BY PEER',
    ]);
  });

  it('is none where a message of the same content may be chance', () => {
    expectSound((own, other) => [
      `tx ${own.text('a')}`,
      `rx ${other.text('b')}`,
      `tx ${own.ping('p')}`,
      `tx ${own.text('c')}`,
      `rx ${other.text('c')}`,
      `rx ${other.close(1001)}`,
      `tx ${own.close(1001)}`,
    ]);
  });

  it('is none where a message of the same content may be a greeting', () => {
    expectSound((own, other) => [
      `tx ${own.ping('p')}`,
      `tx ${own.text('hello')}`,
      `rx ${other.text('hello')}`,
      `rx ${other.close(1001)}`,
      `tx ${own.close(1001)}`,
      'TCP DROPPED BY PEER',
    ]);
  });
});

describe('a Pong with another payload', () => {
  const wrong = (own: Frames, other: Frames) => [`tx ${own.ping('abc')}`, `rx ${other.pong('abd')}`];

  it('is a fault where data from after the Ping was echoed', () => {
    expectNamed('ping/pong-payload-mismatch', (own, other) => [
      ...wrong(own, other),
      `tx ${own.text('q')}`,
      `rx ${other.text('q')}`,
      `rx ${other.close(1000)}`,
      `tx ${own.close(1000)}`,
      'TCP DROPPED BY PEER',
    ]);
  });

  it('cannot be told where the log ends, and names the Ping that stays unanswered', () => {
    for (const log of logs(wrong)) {
      expect(judged(log)).toEqual({
        certain: [],
        open: ['ping/pong-payload-mismatch: the end of the connection: a Pong for the Ping of row 0 may follow'],
      });
    }
  });

  it('may answer a Ping from before the log', () => {
    const rows = (own: Frames, other: Frames) => [
      `rx ${other.ping('2')}`,
      `tx ${own.pong('1')}`,
      `rx ${other.text('a')}`,
      `tx ${own.text('a')}`,
      `rx ${other.close(1000)}`,
      `tx ${own.close(1000)}`,
    ];
    expectSound(rows, '');
    expectNamed('ping/pong-payload-mismatch', rows);
  });

  it('is a heartbeat where its sender sends the like of it by itself', () => {
    expectSound((own, other) => [
      `rx ${other.pong('beat')}`,
      `tx ${own.ping('p')}`,
      `rx ${other.pong('beat')}`,
      `tx ${own.close(1000)}`,
      `rx ${other.close(1000)}`,
    ]);
  });
});

describe('a violation without a reaction', () => {
  it('is named where seconds passed before its sender closed, gave up, or the log ended', () => {
    const bad = (own: Frames) => `tx ${own.bad('x')} @1`;
    expectNamed('reaction/none', (own, other) => [
      bad(own),
      `tx ${own.close(1000)} @10`,
      `rx ${other.close(1000)} @10.1`,
    ]);
    expectNamed('reaction/none', (own) => [bad(own), 'TCP DROPPED BY ME @10']);
    expectNamed('reaction/none', (own) => [bad(own), `tx ${own.text('still here')} @10`]);
    expectNamed('reaction/none', (own, other) => [
      `rx ${other.bad('x')} @1`,
      `rx ${other.close(1001)} @6`,
      `tx ${own.close(1001)} @6.2`,
    ]);
  });

  it('is named where the Close after it was answered, at whatever time', () => {
    expectNamed('reaction/none', (own, other) => [
      `tx ${own.bad('x')}`,
      `tx ${own.close(1000, 'so long')}`,
      `rx ${other.close(1000, 'so long')}`,
    ]);
  });

  it('cannot be told at once, or where the receiver is inside a frame', () => {
    const isOpen = (rows: (own: Frames, other: Frames) => readonly string[]) => {
      for (const log of logs(rows)) expect(judged(log).certain.filter((rule) => rule !== 'frame/rsv-set')).toEqual([]);
    };
    isOpen((own, other) => [`tx ${own.bad('x')} @1`, `tx ${own.close(1000)} @1.1`, `rx ${other.close(1000)} @1.2`]);
    isOpen((own, other) => [
      `rx ${other.text('y'.repeat(50)).slice(0, 40)} @0.5`,
      `tx ${own.bad('x')} @1`,
      'TCP DROPPED BY ME @10',
    ]);
    // What came may be the normal Close of an endpoint that had not yet read the violation.
    isOpen((own, other) => [`tx ${own.bad('x')}`, `rx ${other.close(1001)}`, 'TCP DROPPED BY PEER']);
  });
});

describe('TCP that ends without a Close', () => {
  const lines = (some: readonly string[]) => `"${some.join('\\r\\n')}\\r\\n\\r\\n"`;
  const KEY = 'x3JJHMbDL1EzLkh9GBhXDw==';
  const request = lines([
    'GET /chat HTTP/1.1',
    'Host: server.example.com',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
  ]);
  const response = lines([
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptFor(KEY)}`,
  ]);
  const certain = (...rows: readonly string[]) => judged(rows.join('\n')).certain;

  it('is no end of a connection where the client left before the 101, or may have', () => {
    const left = [`tx ${request}`, 'TCP DROPPED BY ME', `rx ${response}`];
    expect(certain('# writer: client', ...left, 'TCP DROPPED BY PEER')).toEqual([]);
    expect(certain('# writer: server', `rx ${request}`, `tx ${response}`, 'TCP DROPPED BY PEER')).toEqual([]);
  });

  it('is one where the client had sent a frame, or waited', () => {
    const opened = [`rx ${request} @0`, `tx ${response} @0.1`];
    const text = `rx ${frames(sentBy('client')).text('a')} @0.2`;
    expect(certain('# writer: server', ...opened, text, 'TCP DROPPED BY PEER @0.3')).toEqual(['close/abnormal-drop']);
    expect(certain('# writer: server', ...opened, 'TCP DROPPED BY PEER @9')).toEqual(['close/abnormal-drop']);
  });
});

describe('what ends before it can be told', () => {
  const open = (rows: string) => `# writer: client\n# extensions: none\n${rows}`;
  const certain = (rows: string) =>
    annotateExample({ log: open(rows) })
      .rows.flatMap(({ annotations }) => annotations)
      .filter((one) => one.certainty === 'certain')
      .map(({ rule }) => rule);

  it('is no reaction to a frame whose rest never came', () => {
    expect(certain('tx f1e2a1b2c3d4 @1\nTCP DROPPED BY ME @21')).not.toContain('reaction/none');
  });

  it('is no answer to a Close that a reset may have destroyed on its way', () => {
    const late = 'tx 8882a1b2c3d4a25a @1\ntx 8181a1b2c3d4c0 @1.001\nTCP RESET BY PEER @1.01';
    expect(certain(late)).not.toContain('close/reply-missing');
    // However long it took: whoever sends its Close and resets at once may destroy it.
    expect(certain('tx 8882a1b2c3d4a25a @1\nTCP RESET BY PEER @4')).not.toContain('close/reply-missing');
    expect(certain('tx 8882a1b2c3d4a25a @1\nTCP DROPPED BY PEER @4')).toContain('close/reply-missing');
  });
});
