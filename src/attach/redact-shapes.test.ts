// A list of secrets planted in every place of a log, in every way in which a log can hold it.

import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { WholeLog } from '../judge/judged-log.ts';
import { cpuSeconds } from '../model/cpu-time.fixture.ts';
import { addDistinct, hideRanges, openSecrets } from './known-secrets.ts';
import { isPlanted, leaksOf } from './leaks.fixture.ts';
import { shapesIn } from './secret-shapes.ts';
import { attachmentOf, findingsIn, logIn, logWith, maskedFrame } from './whole-log.fixture.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MjQyIn0.kZ8sVQ1yL0';
const PEM_BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';

/** What stands there, and what of it is the secret. */
const SECRETS: readonly (readonly [what: string, text: string, secret: string])[] = [
  ['a bearer token', 'Authorization: Bearer opensesame', 'opensesame'],
  ['a bearer token by itself', 'sent Bearer kQ7zPw31xVb9 again', 'kQ7zPw31xVb9'],
  [
    'basic credentials',
    `Basic ${Buffer.from('bob:opensesame1').toString('base64')}`,
    Buffer.from('bob:opensesame1').toString('base64'),
  ],
  ['a JWT', `hello ${JWT} bye`, JWT],
  ['a key of AWS', 'use AKIAIOSFODNN7EXAMPLE now', 'AKIAIOSFODNN7EXAMPLE'],
  ['a token of GitHub', 'x=ghp_16C7e42F292c6912E7710c838347Ae178b4a', 'ghp_16C7e42F292c6912E7710c838347Ae178b4a'],
  ['a key of a service', '["sk-proj-9aB8cD7eF6gH5"]', 'sk-proj-9aB8cD7eF6gH5'],
  ['a private key', `-----BEGIN PRIVATE KEY-----\n${PEM_BODY}\n-----END PRIVATE KEY-----`, PEM_BODY],
  ['a private key in JSON', `{"k":"-----BEGIN RSA PRIVATE KEY-----\\n${PEM_BODY}\\n"}`, PEM_BODY],
  ['a query', '/ws?v=2&access_token=Zt5uQ1xy77&b=1', 'Zt5uQ1xy77'],
  ['a form', 'user=bob&password=hunter+two&go=1', 'hunter+two'],
  ['a query in a query', 'u=%2Fws%3Faccess_token%3DZt5uQ1xy77%26b', 'Zt5uQ1xy77'],
  ['a member of JSON', '{"user":"bob","password":"hunter two"}', 'hunter two'],
  ['a member of JSON with an escape', '{"apiKey" : "a\\"b-hidden-c"}', 'b-hidden-c'],
  ['JSON in JSON', '["{\\"authToken\\":\\"tok in tok\\"}"]', 'tok in tok'],
  ['a number', '{"otp":482913,"n":1}', '482913'],
  ['a list', '{"tokens":["alpha-one","beta-two"]}', 'beta-two'],
  ['an object', '{"credentials":{"user":"bob","pass":"s e s a m e"}}', 's e s a m e'],
  ['an element of XML', '<auth mechanism="PLAIN">AGJvYgBodW50</auth>', 'AGJvYgBodW50'],
  ['userinfo of a URL', 'at wss://bob:hunter22@host.example/x', 'hunter22'],
  ['a header line', 'login: bob\npasscode: correct horse\n', 'correct horse'],
  ['a cookie line', 'GET / \nCookie: a=b; sid=opensesame', 'opensesame'],
  ['JSON in base64', Buffer.from('say {"password":"hunter two"}').toString('base64'), 'c3dvcmQiOiJodW50ZXIgdHdvIn0'],
  ['JSON in hex', Buffer.from('say {"password":"hunter two"}').toString('hex'), '68756e7465722074776f'],
];

const utf8 = (text: string) => Buffer.from(text, 'utf8');
const tx = (opcode: number, payload: Uint8Array) =>
  `tx ${Buffer.from([0x80 | opcode, ...(payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255])]).toString('hex')}${Buffer.from(payload).toString('hex')}`;
const deflated = (text: string) => deflateRawSync(utf8(text), { finishFlush: 2 }).subarray(0, -4);
const AGREED = 'Sec-WebSocket-Extensions: permessage-deflate';
const withDeflate = (rows: readonly string[]) => logWith(rows, { request: AGREED, response: AGREED });
const inRows = (hex: string, size: number) =>
  (hex.match(new RegExp(`.{1,${2 * size}}`, 'g')) ?? []).map((part) => `rx ${part}`);
const inParts = (octets: Uint8Array, count: number) => {
  const size = Math.ceil(octets.length / count);
  return Array.from({ length: count }, (_, i) => octets.subarray(i * size, (i + 1) * size));
};
const fragments = (octets: Uint8Array, rsv = 0, count = 3) =>
  inParts(octets, count).map(
    (part, i) => `rx ${maskedFrame(i === 0 ? 1 : 0, part, { fin: i === count - 1, rsv: i === 0 ? rsv : 0 })}`,
  );
const frameRow = (row: number, part: Uint8Array, { fin = true, opcode = 1 } = {}) =>
  `00${row} RX FRAME : OPCODE=${opcode}, FIN=${fin ? 'True' : 'False'}, RSV=0, PAYLOAD-LEN=${part.length}, MASKED=True, MASK=00000000\n               0x${Buffer.from(part).toString('hex')}`;
const ONLY_ROWS = '# wirelog 1\n# writer: server\n# under-test: client\n# extensions: none\n';
const REFUSED =
  '# writer: client\ntx "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"\nrx "HTTP/1.1 401 Unauthorized\\r\\n\\r\\n"\n';
/** A text frame whose length was never kept: nobody can tell where the next one begins. */
const LOST = 'rx 81fe ... LEN=9000\n';

interface Place {
  readonly log: (text: string) => WholeLog;
  /** Octets that have room there. */
  readonly most?: number;
  /** Text of one line, without what a notation keeps for itself. */
  readonly isLine?: boolean;
}

const PLACES: Readonly<Record<string, Place>> = {
  'a masked text message': { log: (text) => logWith([`rx ${maskedFrame(1, utf8(text))}`]) },
  'an unmasked text message': { log: (text) => logWith([tx(1, utf8(text))]) },
  'a binary message': {
    log: (text) => logWith([`rx ${maskedFrame(2, Buffer.concat([Buffer.of(0, 200), utf8(text), Buffer.of(0, 255)]))}`]),
  },
  'a message chopped over rows': { log: (text) => logWith(inRows(maskedFrame(1, utf8(text)), 3)) },
  'a message in fragments': { log: (text) => logWith(fragments(utf8(text))) },
  'fragments with a Ping between, chopped': {
    log: (text) => {
      const [first = '', ...rest] = fragments(utf8(text)).map((row) => row.slice(3));
      return logWith([...inRows(first, 5), 'rx 898037fa213d', ...rest.flatMap((hex) => inRows(hex, 5))]);
    },
  },
  'a message that never ends': {
    log: (text) =>
      logWith(
        fragments(utf8(text))
          .slice(0, 3)
          .map((row) => row.replace('rx 80', 'rx 00')),
      ),
  },
  'a message that is cut': {
    log: (text) =>
      logWith([
        `rx ${maskedFrame(1, utf8(`${text}${' '.repeat(60)}`)).slice(0, -120)} ... LEN=${maskedFrame(1, utf8(`${text}${' '.repeat(60)}`)).length / 2}`,
      ]),
  },
  'a Ping': { log: (text) => logWith([`rx ${maskedFrame(9, utf8(text))}`, tx(10, utf8(text))]), most: 125 },
  'a close reason': {
    log: (text) => logWith([`rx ${maskedFrame(8, Buffer.concat([Buffer.of(3, 232), utf8(text)]))}`]),
    most: 123,
  },
  'a compressed message': { log: (text) => withDeflate([`rx ${maskedFrame(1, deflated(text), { rsv: 4 })}`]) },
  'a compressed message in fragments': { log: (text) => withDeflate(fragments(deflated(text), 4)) },
  'a compressed message after another': {
    log: (text) => {
      const all = deflateRawSync(utf8('first '), { finishFlush: 2 });
      return withDeflate([
        `rx ${maskedFrame(1, all.subarray(0, -4), { rsv: 4 })}`,
        `rx ${maskedFrame(1, deflated(text), { rsv: 4 })}`,
      ]);
    },
  },
  'a compressed message that never ends': {
    log: (text) => withDeflate(fragments(deflated(text), 4, 2).map((row) => row.replace('rx 80', 'rx 00'))),
  },
  'a compressed message, though that is not agreed': {
    log: (text) => logWith([`rx ${maskedFrame(1, deflated(text), { rsv: 4 })}`]),
  },
  'a frame row without octets': { log: (text) => logIn(`${ONLY_ROWS}${frameRow(0, utf8(text))}\n`) },
  'frame rows without octets, in fragments': {
    log: (text) => {
      const parts = inParts(utf8(text), 3);
      return logIn(
        `${ONLY_ROWS}${parts.map((part, i) => frameRow(i, part, { fin: i === 2, opcode: i === 0 ? 1 : 0 })).join('\n')}\n`,
      );
    },
  },
  'frame rows that the octets gainsay, in fragments': {
    log: (text) => {
      const parts = inParts(utf8(text), 3);
      return logIn(
        `${ONLY_ROWS}rx 818100000000 61\n`.replace('000000 61', '00000061') +
          parts.map((part, i) => `${frameRow(i + 1, part, { fin: i === 2, opcode: i === 0 ? 1 : 0 })}\n`).join(''),
      );
    },
  },
  'the body of an HTTP error': {
    log: (text) => logIn(`${REFUSED}rx ${utf8(text).toString('hex')}\nTCP DROPPED BY PEER\n`),
  },
  'a chopped body of an HTTP error': {
    log: (text) => logIn(`${REFUSED}${inRows(utf8(text).toString('hex'), 4).join('\n')}\nTCP DROPPED BY PEER\n`),
  },
  'a chunked body of an HTTP error': {
    log: (text) =>
      logIn(
        `${REFUSED}rx ${inParts(utf8(text), 3)
          .map(
            (part) =>
              `${utf8(`${part.length.toString(16)}\r\n`).toString('hex')}${Buffer.from(part).toString('hex')}0d0a`,
          )
          .join('')}\nTCP DROPPED BY PEER\n`,
      ),
  },
  'octets that could not be decoded': { log: (text) => logIn(`${ONLY_ROWS}${LOST}rx ${utf8(text).toString('hex')}\n`) },
  'masked octets that could not be decoded': {
    log: (text) => logIn(`${ONLY_ROWS}${LOST}${inRows(`ffff${maskedFrame(1, utf8(text))}`, 9).join('\n')}\n`),
  },
  'the name of the agent': { log: (text) => logWith([], { header: `# agent: ${JSON.stringify(text)}` }), isLine: true },
  'the name of the case': { log: (text) => logWith([], { header: `# case: ${JSON.stringify(text)}` }), isLine: true },
  'what the report says': { log: (text) => logWith([], { header: `# result: ${JSON.stringify(`got ${text}`)}` }) },
  'lists in the report': {
    log: (text) => logWith([], { header: `# expected: ${JSON.stringify({ OK: [['message', text, false]] })}` }),
  },
  'a row that cannot be read': { log: (text) => logWith([`RX SOMETHING ${text}`]), isLine: true },
  'hex of a row that cannot be read': {
    most: 60,
    log: (text) => logWith([`003 RX OCTETS: ${(utf8(text).toString('hex').match(/../g) ?? []).join(' ')} zz`]),
  },
  'a header field': { log: (text) => logWith([], { request: `X-Note: ${text}` }), isLine: true },
  'the name of the file': {
    log: (text) => ({
      ...logWith([]),
      header: { ...logWith([]).header, source: `/home/bob/${text.replaceAll('/', '_')}.log` },
    }),
    isLine: true,
  },
};

// All secrets in all places take a minute: here each stands in every third place, and each place holds every third one.
const APART = 3;

describe.each(SECRETS.map((secret, number) => [...secret, number] as const))('%s', (_, text, secret, number) => {
  const fitting = Object.entries(PLACES).filter(
    ([, { most = 1 << 20, isLine = false }], at) =>
      (at + number) % APART === 0 && text.length <= most && !(isLine && /[\n\\]|:\/\//.test(text)),
  );

  it.each(fitting)('is in no form of a report where it stands in %s', (_place, { log }) => {
    const whole = log(text);
    expect(isPlanted(secret, whole)).toBe(true);
    expect(leaksOf(secret, whole)).toEqual([]);
  });

  it('hidden leaves every finding as it is', () => {
    for (const [place, { log }] of fitting) {
      const whole = log(text);
      const { judged, lost } = attachmentOf(whole);
      expect(lost, place).toEqual([]);
      expect(findingsIn(judged), place).toEqual(findingsIn(whole));
    }
  });
});

describe('a member of a binary notation', () => {
  const name = utf8('password');
  const value = utf8('hunter two');
  it.each([
    ['MessagePack', [0x81, 0xa8, ...name, 0xaa, ...value]],
    ['MessagePack with a longer text', [0x81, 0xa8, ...name, 0xd9, value.length, ...value]],
    ['CBOR', [0xa1, 0x68, ...name, 0x6a, ...value]],
    ['BSON', [0x1f, 0, 0, 0, 2, ...name, 0, value.length + 1, 0, 0, 0, ...value, 0, 0]],
  ])('is hidden: %s', (_, octets) => {
    const log = logWith([`rx ${maskedFrame(2, Buffer.from(octets))}`, ...fragments(Buffer.from(octets))]);
    expect(isPlanted('hunter two', log)).toBe(true);
    expect(leaksOf('hunter two', log)).toEqual([]);
    expect(findingsIn(attachmentOf(log).judged)).toEqual(findingsIn(log));
  });
});

describe('a secret in a head', () => {
  it.each([
    ['pa55word', { request: 'Host: bob:pa55word@server.example' }],
    ['pa55word', { request: 'Origin: https://bob:pa55word@app.example' }],
    ['pa55word', { request: 'X-Forwarded-Host: //bob:pa55word@app.example/x' }],
    ['pa55word', { target: '//bob:pa55word@server.example/ws' }],
    ['pa55word', { target: 'bob:pa55word@server.example:80' }],
    ['k3y4u8', { target: '/ws/token:k3y4u8/x' }],
    ['k3y4u8', { target: '/sid-k3y4u8' }],
    ['7f3a9c21', { target: '/room/7f3a9c21/ws' }],
    ['48151623421', { target: '/u/48151623421' }],
    ['opensesame', { target: '/password/opensesame' }],
    ['opensesame', { request: 'X-Debug: {"password":"opensesame"}' }],
    ['opensesame', { request: 'User-Agent: curl token=opensesame' }],
    ['opensesame', { response: 'Location: wss://x.example/?session=opensesame' }],
  ] as const)('such as %s with %j is hidden, and the findings stay', (secret, where) => {
    const log = logWith(['rx 810548656c6c6f'], where);
    expect(leaksOf(secret, log, { redact: null })).not.toEqual([]);
    expect(leaksOf(secret, log)).toEqual([]);
    expect(findingsIn(attachmentOf(log).judged)).toEqual(findingsIn(log));
  });
});

function octetsIn({ rows }: Pick<WholeLog, 'rows'>): string[] {
  return rows.map((row) => (row.kind === 'octets' ? Buffer.from(row.octets.known).toString('hex') : row.kind));
}

describe('what is no secret', () => {
  it.each([
    'Hello-µ@ßöäüàá-UTF-8!!',
    'Invalid status code',
    'the token has expired, use basic authentication',
    '{"type":"subscribe","id":"4711","key":"rooms/12","code":1000,"max_tokens":4096,"secretary":"bob"}',
    '<message to="bob"><body>hi</body></message>',
    'https://server.example/ws?room=12',
    'monkey=banana&keyboard=qwerty&author=bob&design=x',
    'SGVsbG8gd29ybGQhIEhlbGxvIHdvcmxkIQ==',
    '*'.repeat(100),
  ])('stays: %s', (text) => {
    const log = logWith([`rx ${maskedFrame(1, utf8(text))}`, tx(1, utf8(text))]);
    const { judged, redactions } = attachmentOf(log);
    expect(redactions).toEqual([]);
    expect(octetsIn(judged)).toEqual(octetsIn(log));
  });

  it('stays: hosts and addresses', () => {
    for (const host of ['127.0.0.1:9001', '[::1]:9001', 'node1234.server.example'])
      expect(attachmentOf(logWith([], { request: `Host: ${host}` })).redactions, host).toEqual([]);
  });

  it('stays: paths of the test suite, of libraries and of versions', () => {
    for (const target of [
      '/runCase?case=7&agent=abc',
      '/socket.io/v4/websocket',
      '/chat-room-12',
      '/ws2',
      '/api/v1.2/stream',
      '/getCaseCount',
    ])
      expect(attachmentOf(logWith([], { target })).redactions, target).toEqual([]);
  });
});

describe('the log of a report', () => {
  it('is the same after it was hidden once more', () => {
    for (const [, text] of SECRETS) {
      const { judged } = attachmentOf(logWith([`rx ${maskedFrame(1, utf8(text))}`, ...fragments(utf8(text))]));
      expect(octetsIn(attachmentOf(judged).judged)).toEqual(octetsIn(judged));
    }
  });

  it('never names the folders of its file, also where nothing is hidden', () => {
    for (const source of ['/home/bob/work/a.log', 'C:\\Users\\bob\\a.log', '../bob/a.log']) {
      const { rows } = logWith([]);
      const log = { rows, header: { ...logWith([]).header, source } };
      expect(leaksOf('bob', log)).toEqual([]);
      expect(leaksOf('bob', log, { redact: null })).toEqual([]);
    }
    const report = `# result: ${JSON.stringify('File "/home/alice/x.py", C:\\Users\\alice\\y')}`;
    expect(leaksOf('alice', logWith([], { header: report }))).toEqual([]);
  });
});

describe('looking for secrets', () => {
  const shapes: readonly (readonly [string, string])[] = [
    ['names without values', 'token='],
    ['quotes without ends', '"token":"\\"'],
    ['backslashes', '\\\\\\'],
    ['objects in objects', '"token":{'],
    ['keys without ends', '-----BEGIN PRIVATE KEY-----'],
    ['ends without keys', 'AAAA-----END PRIVATE KEY-----'],
    ['words of base64', 'QUJDREVG'],
    ['elements', '<password '],
    ['parts of forms', 'name="x"\r\na\r\n'],
    ['tokens that differ', ''],
    ['tokens that begin alike', 'aaaa'],
    ['lines', '\ntoken:"'],
    ['schemes', 'bearer '],
  ];

  const unitAt = (unit: string, i: number) => {
    if (unit === '') return `{"token":"a${i}b${i}c${i}d"}`;
    return unit === 'aaaa' && i < 100 ? `{"token":"${'a'.repeat(10 + i)}1"}` : unit;
  };

  it.each(shapes)('takes time in proportion to the text: %s', (_, unit) => {
    const timeOf = (size: number) => {
      let text = '';
      for (let i = 0; text.length < size; i++) text += unitAt(unit, i);
      const octets = Buffer.from(text.slice(0, size), 'latin1');
      return cpuSeconds(() => {
        const secrets = openSecrets();
        addDistinct(secrets, octets, shapesIn(octets));
        hideRanges(octets, secrets.findAll(octets, true));
      });
    };
    timeOf(50_000);
    const small = Math.min(timeOf(100_000), timeOf(100_000));
    const large = Math.min(timeOf(400_000), timeOf(400_000));
    expect(large).toBeLessThan(12 * Math.max(small, 0.02));
  });
});
