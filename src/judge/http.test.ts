// HTTP around the opening handshake, and what is no WebSocket at all: whole logs, each with all its certain findings.

import { describe, expect, it } from 'vitest';
import { logOf, requestText, responseText, type Sent, textIn } from '../rules/kit/handshake-examples.ts';
import { annotateExample } from './example.ts';
import { hintsOf } from './hints/hints.ts';

const REQUEST = requestText();
const SWITCH = responseText();
const CLOSED = ['tx 888237fa213d3412', 'rx 880203e8', 'TCP DROPPED BY PEER'];

function logWith(sent: Sent, rows: readonly string[], writer = 'client'): { log: string } {
  return { log: `# writer: ${writer}\n${[logOf(sent), ...rows].filter((part) => part !== '').join('\n')}` };
}

/** `rule by role` of all that is certain, what the log does not hold left out. */
function certain(sent: Sent, rows: readonly string[] = [], writer = 'client'): string[] {
  const { rows: annotated } = annotateExample(logWith(sent, rows, writer));
  const all = annotated.flatMap(({ annotations }) => annotations);
  return all
    .filter(({ certainty, rule }) => certainty === 'certain' && rule !== 'log/truncated')
    .map(({ rule, by }) => `${rule}${by === null ? '' : ` by ${by}`}`);
}

function severityOf(rule: string, sent: Sent): string | undefined {
  const { rows } = annotateExample(logWith(sent, []));
  return rows.flatMap(({ annotations }) => annotations).find((one) => one.rule === rule)?.severity;
}

function hintsIn(sent: Sent, rows: readonly string[], writer = 'client'): string[] {
  const { header, rows: annotated, connection } = annotateExample(logWith(sent, rows, writer));
  return hintsOf(header, annotated, connection).map(({ id }) => id);
}

describe('a start line', () => {
  const NOT_ALLOWED = 'HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 0\r\n\r\n';

  it.each(['get', 'Get', 'M-SEARCH', 'PROPFIND', 'x', 'VERSION-CONTROL', "a!#$%&'*+.^_`|~9"])(
    'is one whatever its method: %s',
    (method) => {
      const sent: Sent = [
        ['tx', REQUEST.replace('GET', method)],
        ['rx', NOT_ALLOWED],
      ];
      expect(certain(sent)).toEqual(['request/method-not-get by client', 'response/status-not-101 by server']);
    },
  );

  it.each([
    ['GET\t/chat HTTP/1.1', 'HTTP/1.1 101 Switching Protocols'],
    ['GET  /chat  HTTP/1.1 ', 'HTTP/1.1  101 Switching Protocols'],
    ['\tGET /chat\vHTTP/1.1', ' HTTP/1.1\t101 Switching Protocols'],
  ])('may have other white space, which its recipient may accept: %j, %j', (requestLine, statusLine) => {
    const sent: Sent = [
      ['tx', requestText(`=${requestLine}`)],
      ['rx', responseText(`=${statusLine}`)],
    ];
    const found = certain(sent, CLOSED).filter((one) => one !== 'http/start-line-malformed by server');
    expect(found).toEqual(['http/start-line-malformed by client']);
  });

  it('is still for the server to refuse where it has a part too many', () => {
    const sent: Sent = [
      ['tx', requestText('=GET /a b HTTP/1.1')],
      ['rx', SWITCH],
    ];
    expect(certain(sent)).toContain('reaction/handshake-accepted-invalid by server');
  });

  it('may come octet by octet', () => {
    const rows = [...`get ${REQUEST.slice(4)}`].map((one): Sent[number] => ['tx', one]);
    expect(certain(rows)).toEqual(['request/method-not-get by client']);
  });

  it('is none where a compressed fragment begins with a letter', () => {
    const log = '# writer: server\nrx 41050000000048656c6c6f\n';
    const { rows } = annotateExample({ log });
    expect(rows.flatMap(({ heads }) => heads)).toEqual([]);
  });

  it('stands behind the header of a proxy', () => {
    const line = 'PROXY TCP4 192.0.2.1 192.0.2.2 50000 80\r\n';
    const binary = `\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c${'\x01'.repeat(12)}`;
    for (const header of [line, 'PROXY UNKNOWN\r\n', binary]) {
      const sent: Sent = [
        ['rx', `${header}${REQUEST}`],
        ['tx', SWITCH],
      ];
      const closed = ['rx 888237fa213d3412', 'tx 880203e8', 'TCP DROPPED BY ME'];
      expect(certain(sent, closed, 'server')).toEqual(['phase/not-websocket']);
      expect(
        certain(
          [['rx', header], ...sent.map(([way, text]): Sent[number] => [way, textIn(text).replace(header, '')])],
          closed,
          'server',
        ),
      ).toEqual(['phase/not-websocket']);
    }
  });
});

describe('plain HTTP', () => {
  const PLAIN = 'GET /index.html HTTP/1.1\r\nHost: a\r\n\r\n';
  const HANDSHAKE: Sent = [
    ['tx', REQUEST],
    ['rx', SWITCH],
  ];

  it.each([
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n', '\x81\x05Hello'],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '5\r\n\x81\x05Hel\r\n0\r\nX: y\r\n\r\n'],
    ['not there', 'HTTP/1.1 304 Not Modified\r\n\r\n', ''],
  ])('before the handshake is none of it, its content %s', (_, head, content) => {
    for (let cut = 0; cut <= content.length; cut++) {
      const answer: Sent = [
        ['rx', head + content.slice(0, cut)],
        ...(cut < content.length ? [['rx', content.slice(cut)] as const] : []),
      ];
      expect(certain([['tx', PLAIN], ...answer, ...HANDSHAKE], CLOSED)).toEqual([]);
    }
  });

  it('need not wait for the answer before the handshake', () => {
    const answers = `HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno${SWITCH}`;
    expect(
      certain(
        [
          ['tx', PLAIN],
          ['tx', REQUEST],
          ['rx', answers],
        ],
        CLOSED,
      ),
    ).toEqual([]);
    expect(
      certain(
        [
          ['tx', PLAIN + REQUEST],
          ['rx', answers.slice(0, 60)],
          ['rx', answers.slice(60)],
        ],
        CLOSED,
      ),
    ).toEqual([]);
  });

  it('instead of the handshake is nothing to judge', () => {
    const page: Sent = [
      ['tx', 'GET / HTTP/1.0\r\n\r\n'],
      ['rx', 'HTTP/1.0 200 OK\r\n\r\n<html>'],
      ['rx', '\x81\x05Hello'],
    ];
    expect(certain(page, ['TCP DROPPED BY PEER'])).toEqual([]);
    const post: Sent = [
      ['tx', 'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab'],
      ['tx', 'cd'],
      ['rx', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'],
    ];
    expect(certain(post, ['TCP DROPPED BY PEER'])).toEqual([]);
  });

  it('behind a handshake that failed is no second try', () => {
    const refused: Sent = [
      ['tx', REQUEST],
      ['rx', 'HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'],
      ['tx', PLAIN],
      ['rx', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ];
    expect(certain(refused, ['TCP DROPPED BY ME'])).toEqual(['response/status-not-101 by server']);
  });

  it('is not answered with a 101', () => {
    expect(
      certain(
        [
          ['tx', PLAIN],
          ['rx', SWITCH],
        ],
        ['TCP DROPPED BY ME'],
      ),
    ).toEqual(['response/upgrade-not-requested by server']);
  });
});

describe('a version that the server does not speak', () => {
  const refused = (...lines: string[]): Sent => [
    ['tx', requestText('Sec-WebSocket-Version: 14')],
    [
      'rx',
      ['HTTP/1.1 426 Upgrade Required', 'Upgrade: websocket', 'Connection: Upgrade', ...lines, '', ''].join('\r\n'),
    ],
  ];
  const retried: Sent = [
    ['tx', REQUEST],
    ['rx', SWITCH],
  ];

  it('is a note where the client goes on with one that the server lists', () => {
    const listed = refused('Sec-WebSocket-Version: 8, 13', 'Content-Length: 0');
    expect(severityOf('request/version-not-13', [...listed, ...retried])).toBe('note');
    const { summary } = annotateExample(logWith([...listed, ...retried], CLOSED));
    expect(summary.violations.error).toBe(0);
  });

  it('is an error where it does not, or where the server lists others', () => {
    const listed = refused('Sec-WebSocket-Version: 8, 13', 'Content-Length: 0');
    expect(severityOf('request/version-not-13', listed)).toBe('error');
    const others = refused('Sec-WebSocket-Version: 8, 7', 'Content-Length: 0');
    expect(severityOf('request/version-not-13', [...others, ...retried])).toBe('error');
  });
});

describe('a 101', () => {
  const sent: Sent = [
    ['tx', REQUEST],
    ['rx', SWITCH],
  ];

  it('after which the client ends TCP at once is refused, and nobody reports 1006', () => {
    expect(certain(sent, ['TCP DROPPED BY ME'])).toEqual(['reaction/too-strict-handshake by client']);
  });

  it('after which frames came, or time went by, was not refused', () => {
    expect(certain(sent, ['rx 8900', 'TCP DROPPED BY ME'])).toEqual(['close/abnormal-drop by client']);
    const timed = [...logOf(sent).split('\n'), 'TCP DROPPED BY ME'].map((row, i) => `${row} @${i * 4}`);
    expect(certain([], timed)).toEqual(['close/abnormal-drop by client']);
  });

  it('that is broken opens nothing: the client owes neither Close nor Pong', () => {
    const broken: Sent = [
      ['tx', REQUEST],
      ['rx', responseText('-Upgrade')],
    ];
    const rows = ['rx 8900', 'rx 880203e8', 'TCP DROPPED BY ME'];
    expect(certain(broken, rows)).toEqual(['response/upgrade-missing by server']);
  });

  it('comes before all else that the server says', () => {
    const early = (octets: string): Sent => [
      ['tx', REQUEST],
      ['rx', octets],
      ['rx', SWITCH],
    ];
    expect(certain(early('\x81\x05Hello'), CLOSED)).toEqual(['phase/server-data-before-101 by server']);
    expect(certain(early('\x90\xff\x7fwhatever'), CLOSED)).toEqual(['phase/server-data-before-101 by server']);
    expect(
      certain(
        [
          ['tx', REQUEST],
          ['rx', '\xff\xfe\0'],
        ],
        ['rx 810548656c6c6f', 'TCP DROPPED BY PEER'],
      ),
    ).toEqual(['phase/server-data-before-101 by server']);
  });

  it('may follow interim answers', () => {
    const interim: Sent = [
      ['tx', REQUEST],
      ['rx', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'],
      ['rx', SWITCH],
    ];
    expect(certain(interim, CLOSED)).toEqual([
      'response/interim-before-101 by server',
      'response/interim-before-101 by server',
    ]);
  });
});

describe('an answer that ends too soon', () => {
  const refused = (content: string): Sent => [
    ['tx', REQUEST],
    ['rx', `HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\n${content}`],
  ];

  it('is said to, but not where the log may keep heads only', () => {
    expect(certain(refused('abcd'), ['TCP DROPPED BY PEER'])).toContain('http/content-truncated by server');
    for (const content of ['', 'abcde'])
      expect(certain(refused(content), ['TCP DROPPED BY PEER'])).not.toContain('http/content-truncated by server');
  });
});

describe('a request whose content does not come', () => {
  const sent: Sent = [['tx', requestText('Content-Length: 5')]];

  it('excuses the server that waits for it', () => {
    const found = certain(sent, ['TCP DROPPED BY PEER']);
    expect(found).toEqual(['http/request-has-content by client', 'phase/handshake-incomplete by client']);
  });
});

describe('octets that are no WebSocket', () => {
  const SENT: Sent = [
    ['tx', REQUEST],
    ['rx', SWITCH],
  ];
  const OPEN = logOf(SENT).split('\n');
  const packet = '4500002f000040004006000000000000000000002328d43100000001000000015018020000000000810548656c6c6f';

  it.each([
    ['a change of the cipher', '140303000101', 'tls-instead-of-frame'],
    ['an alert', '15030300020228', 'tls-instead-of-frame'],
    ['a hello', '16030100050100000100', 'tls-instead-of-frame'],
    ['data', '170303000548656c6c6f', 'tls-instead-of-frame'],
    ['an IP packet', packet, 'packet-instead-of-frame'],
    ['an Ethernet frame', `0200000000010200000000020800${packet}`, 'packet-instead-of-frame'],
    ['the end of a chunked body', '300d0a0d0a', 'chunk-end-instead-of-frame'],
    ['an HTTP request', Buffer.from('GET /a HTTP/1.1\r\n\r\n').toString('hex'), 'http-instead-of-frame'],
  ])('are named, charged to nobody, and a reason to fail the connection: %s', (_, octets, hint) => {
    for (const rows of [
      [`tx ${octets}`],
      ['tx 8100', `tx ${octets}`].map((row) => row.replace('8100', '818037fa213d')),
    ]) {
      if (rows.length > 1 && hint === 'packet-instead-of-frame') continue;
      const log = [...OPEN, ...rows, 'rx 880203ea', 'TCP DROPPED BY PEER'];
      expect(certain([], log)).toEqual(['phase/not-websocket by client']);
      expect(hintsIn([], log)).toEqual([hint]);
    }
  });

  it('are the end of a chunked body, behind which frames go on', () => {
    const log = [...OPEN, 'rx 300d0a0d0a810548656c6c6f8900', 'rx 300d0a0d0a', 'rx 810548656c6c6f', ...CLOSED];
    expect(certain([], log)).toEqual(['phase/not-websocket by server', 'phase/not-websocket by server']);
    const { connection } = annotateExample(logWith([], log));
    expect(connection.rx.frames).toBe(4);
  });

  it('are a payload without its header, where the other side sent just that', () => {
    const log = [
      ...OPEN,
      'tx 818537fa213d7f9f4d5158',
      'rx 48656c6c6f',
      'rx 810548656c6c6f',
      'tx 88829c51e07b9fb9',
      'rx 880203e8',
      'TCP DROPPED BY PEER',
    ];
    expect(certain([], log)).toEqual(['phase/not-websocket by server']);
    expect(hintsIn([], log)).toEqual(['echo-without-header']);
  });

  it('are frames all the same where they only begin like something else', () => {
    const log = [...OPEN, 'tx 818037fa213d', 'rx 140101', 'TCP DROPPED BY PEER'];
    expect(certain([], log)).toContain('frame/rsv-set by server');
  });

  it.each(['SSH-2.0-OpenSSH_9.6\r\n', '220 mail.example.com ESMTP\r\n', '* OK IMAP4rev1 ready\r\n'])(
    'are what another server greets with: %j',
    (banner) => {
      const found = certain(
        [
          ['rx', banner],
          ['tx', REQUEST],
          ['rx', 'nonsense\r\n'],
        ],
        ['TCP DROPPED BY PEER'],
      );
      expect(found).toContain('phase/server-data-before-101 by server');
      expect(found.filter((one) => /^(?:frame|control|mask|close|reaction)\//.test(one))).toEqual([]);
    },
  );
});

describe('a payload that seems never to have been masked', () => {
  it('is no certain fault, and a reason to fail the connection', () => {
    const rows = ['# extensions: none', 'tx 818537fa213d48656c6c6f', 'rx 880203ef', 'TCP DROPPED BY PEER'];
    expect(certain([], rows)).toEqual([]);
    expect(hintsIn([], rows)).toEqual(['payload-not-masked']);
    expect(certain([], ['# extensions: none', 'tx 888237fa213d03e8', 'rx 880203ea', 'TCP DROPPED BY PEER'])).toEqual(
      [],
    );
  });

  it('is one without a key too', () => {
    const rows = ['# extensions: none', 'tx 818548656c6c6f', 'rx 880203ea', 'TCP DROPPED BY PEER'];
    expect(certain([], rows)).toEqual([]);
    expect(hintsIn([], rows)).toEqual(['masking-key-missing']);
  });

  it('is a fault where it cannot be read either', () => {
    const rows = ['# extensions: none', 'tx 818537fa213dff9f4d5158', 'rx 880203ef', 'TCP DROPPED BY PEER'];
    expect(certain([], rows)).toEqual(['text/invalid-utf8 by client']);
  });
});
