import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { attachmentText } from '../render/attach/text.ts';
import { leaksOf } from './leaks.fixture.ts';
import { attachmentOf, findingsIn, logIn, logWith, maskedFrame } from './whole-log.fixture.ts';

const PLANTED: readonly (readonly [secret: string, where: Parameters<typeof logWith>[1]])[] = [
  ['s3ss10n-a1b2c3', { request: 'Cookie: sid=s3ss10n-a1b2c3; theme=dark' }],
  ['päßwört-geheim', { request: 'Cookie: pw=päßwört-geheim' }],
  [
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123',
    { request: 'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123' },
  ],
  [
    Buffer.from('aladdin:opensesame1').toString('base64'),
    { request: `Authorization: Basic ${Buffer.from('aladdin:opensesame1').toString('base64')}` },
  ],
  ['proxySecret99', { request: 'Proxy-Authorization: Digest username="u", response="proxySecret99"' }],
  ['aspNetSession77', { response: 'Set-Cookie: ASP=aspNetSession77; HttpOnly; Path=/' }],
  ['tok-in-query-42', { target: '/ws?token=tok-in-query-42&v=2' }],
  ['unknownName9x', { target: '/ws?zz=unknownName9x' }],
  ['a b/c?d=e', { target: `/ws?key=${encodeURIComponent('a b/c?d=e')}` }],
  ['0123456789abcdef0123', { target: '/session/0123456789abcdef0123/ws' }],
  ['hunter22', { target: 'http://bob:hunter22@server.example.com/ws' }],
  ['fragTok31337', { target: '/ws#access_token=fragTok31337' }],
  ['protoTok4711', { request: 'Sec-WebSocket-Protocol: chat, bearer, protoTok4711' }],
  [
    'eyJraWQiOiJhIn0.eyJhIjoxfQ.sig',
    {
      request: 'Sec-WebSocket-Protocol: eyJraWQiOiJhIn0.eyJhIjoxfQ.sig',
      response: 'Sec-WebSocket-Protocol: eyJraWQiOiJhIn0.eyJhIjoxfQ.sig',
    },
  ],
  [
    'base64url.bearer.authorization.k8s.io.c2VjcmV0',
    { request: 'Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io.c2VjcmV0, v4.channel.k8s.io' },
  ],
  ['apiKey-5f4dcc3b', { request: 'X-Api-Key: apiKey-5f4dcc3b' }],
  ['csrf-0ff1ce', { request: 'X-CSRF-Token: csrf-0ff1ce' }],
  ['refTokenA1B2C3', { request: 'Referer: https://a.example/?t=refTokenA1B2C3' }],
  ['folded-secret-1', { request: 'Cookie: a=1;\r\n b=folded-secret-1' }],
  ['barecr-secret-2', { request: 'X-A: b\rCookie: barecr-secret-2' }],
  ['nocolon-secret-3', { request: 'Authorization Bearer nocolon-secret-3' }],
  ['ghp_abcdefgh12345678', { request: 'X-Whatever: ghp_abcdefgh12345678' }],
  ['9f86d081884c7d659a2f', { request: 'X-Trace: 9f86d081884c7d659a2f' }],
];

describe('a secret in the opening handshake', () => {
  it.each(PLANTED)('%s is in no form of the attachment', (secret, where) => {
    const log = logWith(['rx 810548656c6c6f'], where);
    const before = JSON.stringify(
      log.rows.map((row) => (row.kind === 'octets' ? Buffer.from(row.octets.known).toString('latin1') : '')),
    );
    expect(before.length).toBeGreaterThan(100);
    expect(leaksOf(secret, log)).toEqual([]);
    expect(leaksOf(secret, log, { redact: null }).length).toBeGreaterThan(0);
  });

  it.each(PLANTED)('%s hidden leaves every finding as it is', (_, where) => {
    const log = logWith(['rx 810548656c6c6f'], where);
    const attachment = attachmentOf(log);
    expect(findingsIn(attachment.judged)).toEqual(findingsIn(log));
    expect(attachment.redactions?.length).toBeGreaterThan(0);
    expect(attachment.lost).toEqual([]);
  });

  it('is hidden where it comes back in a payload, masked or not, in one frame or in two, or written as hex or base64', () => {
    const secret = 'tok-in-query-42';
    const text = (written: string) => Buffer.from(`{"t":"${written}"}`);
    const whole = text(secret);
    const log = logWith(
      [
        `rx ${maskedFrame(1, whole)}`,
        `tx 81${whole.length.toString(16).padStart(2, '0')}${whole.toString('hex')}`,
        `rx ${maskedFrame(1, whole.subarray(0, 10), { fin: false })}`,
        `rx ${maskedFrame(0, whole.subarray(10))}`,
        `rx ${maskedFrame(1, text(Buffer.from(secret).toString('hex')))}`,
        `rx ${maskedFrame(1, text(Buffer.from(secret).toString('base64')))}`,
        `rx ${maskedFrame(9, Buffer.from(secret))}`,
      ],
      { target: `/ws?token=${secret}` },
    );
    expect(leaksOf(secret, log)).toEqual([]);
    const attachment = attachmentOf(log);
    expect(findingsIn(attachment.judged)).toEqual(findingsIn(log));
    expect(attachmentText(attachment)).toContain('"{');
  });

  it('is hidden where it comes back in a compressed message, and in all that may refer to it', () => {
    const secret = 'tok-in-query-42';
    const deflated = deflateRawSync(Buffer.from(`again ${secret}`), { finishFlush: 2 }).subarray(0, -4);
    const log = logWith([`rx ${maskedFrame(1, deflated, { rsv: 4 })}`], {
      target: `/ws?token=${secret}`,
      request: 'Sec-WebSocket-Extensions: permessage-deflate',
      response: 'Sec-WebSocket-Extensions: permessage-deflate',
    });
    expect(leaksOf(secret, log, { redact: null })).not.toEqual([]);
    expect(leaksOf(secret, log)).toEqual([]);
    expect(findingsIn(attachmentOf(log).judged)).toEqual(findingsIn(log));
  });

  it('is hidden in what the report says, and in rows that are damaged', () => {
    const secret = 's3ss10n-a1b2c3';
    const hex = Buffer.from(`Cookie: sid=${secret}`).toString('hex');
    const log = logWith([`003 RX OCTETS: ${hex}zz`], {
      request: `Cookie: sid=${secret}`,
      header: `# result: ${JSON.stringify(`got ${secret}`)}`,
    });
    expect(log.rows.some(({ kind }) => kind === 'damaged')).toBe(true);
    expect(leaksOf(secret, log)).toEqual([]);
  });

  it('is hidden in the text of a head whose octets the log cuts, and in both alike', () => {
    const head = 'GET /ws?token=tok-in-query-42 HTTP/1.1\r\nHost: a\r\nCookie: s=cookie-secret-77\r\n\r\n';
    const octets = Buffer.from(head).toString('hex');
    const log = logIn(
      `# wirelog 1\n# writer: server\n# under-test: client\n# request: ${JSON.stringify(head)}\n000 RX OCTETS: ${octets.slice(0, 128)} ... LEN=${head.length}\n`,
    );
    for (const secret of ['tok-in-query-42', 'cookie-secret-77']) expect(leaksOf(secret, log)).toEqual([]);
    expect(findingsIn(attachmentOf(log).judged)).toEqual(findingsIn(log));
  });

  it('is hidden in a head whose end never came, cut or not, and in a second request', () => {
    const head = 'GET /ws?token=tok-in-query-42 HTTP/1.1\r\nHost: a\r\nCookie: s=cookie-secret-77\r\nX-More: 1';
    const hex = Buffer.from(head).toString('hex');
    const logs = [
      `# writer: server\nrx ${hex}\nTCP DROPPED BY PEER\n`,
      `# writer: server\nrx ${hex} ... LEN=400\nTCP DROPPED BY PEER\n`,
      `# writer: server\nrx ${hex.slice(0, 60)}\nrx ${hex.slice(60)}\nTCP DROPPED BY PEER\n`,
      `# writer: server\n# extensions: none\nrx ${hex}0d0a0d0a\nTCP DROPPED BY PEER\n`,
      `# writer: server\nrx "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"\ntx "HTTP/1.1 401 Unauthorized\\r\\n\\r\\n"\nrx ${hex}0d0a0d0a\n`,
      `rx ${hex}\n`,
    ];
    for (const log of logs) {
      for (const secret of ['tok-in-query-42', 'cookie-secret-77'])
        expect(leaksOf(secret, logIn(log)), log).toEqual([]);
      expect(findingsIn(attachmentOf(logIn(log)).judged)).toEqual(findingsIn(logIn(log)));
    }
  });

  it('is never the key, the accept, a protocol name or the case', () => {
    const text = attachmentText(
      attachmentOf(
        logWith([], { target: '/runCase?case=7&agent=abc', request: 'Sec-WebSocket-Protocol: graphql-ws, chat' }),
      ),
    );
    for (const kept of [
      'x3JJHMbDL1EzLkh9GBhXDw==',
      'HSmrc0sMlYUkAGmm5OPpG2HaGWk=',
      'graphql-ws, chat',
      'case=7&agent=abc',
      'server.example.com',
    ]) {
      expect(text).toContain(kept);
    }
  });

  it('keeps two tokens of one list apart', () => {
    const log = logWith([], { request: 'Sec-WebSocket-Protocol: tok1tok1tok1tok1a, tok2tok2tok2tok2b' });
    const { judged, redactions } = attachmentOf(log);
    expect(findingsIn(judged)).toEqual(findingsIn(log));
    expect(redactions?.map(({ what }) => what)).toEqual(['a token in sec-websocket-protocol of the request']);
  });
});

const HIDE_ALL = { redact: { hosts: false, payloads: true } } as const;

describe('hidden payloads', () => {
  const secrets = [
    'my salary is 4711',
    'grüße aus köln',
    '秘密のメッセージ',
    'binary \x01\x02 secret',
    'reason of close',
  ];

  it('are in no form of the attachment, and lengths stay', () => {
    const rows = [
      `rx ${maskedFrame(1, Buffer.from(secrets[0] as string))}`,
      `rx ${maskedFrame(1, Buffer.from(secrets[1] as string))}`,
      `rx ${maskedFrame(1, Buffer.from(secrets[2] as string))}`,
      `rx ${maskedFrame(2, Buffer.from(secrets[3] as string))}`,
      `rx ${maskedFrame(9, Buffer.from(secrets[0] as string))}`,
      `tx 8a11${Buffer.from(secrets[0] as string).toString('hex')}`,
      `rx ${maskedFrame(8, Buffer.concat([Buffer.from([3, 232]), Buffer.from(secrets[4] as string)]))}`,
    ];
    const log = logWith(rows);
    for (const secret of secrets) expect(leaksOf(secret, log, HIDE_ALL)).toEqual([]);
    const { judged, lost } = attachmentOf(log, HIDE_ALL);
    expect(lost).toEqual([]);
    expect(findingsIn(judged)).toEqual(findingsIn(log));
    expect(judged.rows.map((row) => (row.kind === 'octets' ? row.octets.length : 0))).toEqual(
      log.rows.map((row) => (row.kind === 'octets' ? row.octets.length : 0)),
    );
  });

  it('stay invalid where they were: the same octet breaks the text', () => {
    const log = logWith([
      `rx ${maskedFrame(1, Buffer.concat([Buffer.from('geheim ä '), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(' mehr')]))}`,
      'tx 880203ef',
    ]);
    const { judged, lost } = attachmentOf(log, HIDE_ALL);
    expect(findingsIn(log).join()).toContain('text/');
    expect(lost).toEqual([]);
    expect(findingsIn(judged)).toEqual(findingsIn(log));
    expect(leaksOf('geheim', log, HIDE_ALL)).toEqual([]);
  });

  it('stay different where a finding rests on that', () => {
    const log = logWith([
      `tx 8904${Buffer.from('ping').toString('hex')}`,
      `rx ${maskedFrame(10, Buffer.from('pong'))}`,
    ]);
    expect(findingsIn(log).join()).toContain('ping/');
    const { judged, lost } = attachmentOf(log, HIDE_ALL);
    expect(lost).toEqual([]);
    expect(findingsIn(judged)).toEqual(findingsIn(log));
  });

  it('of compressed messages inflate to as good a text', () => {
    const agreed = 'Sec-WebSocket-Extensions: permessage-deflate';
    const deflated = (text: string) => deflateRawSync(Buffer.from(text), { finishFlush: 2 }).subarray(0, -4);
    const rows = ['secret text one', '', 'ab', 'a longer secret text, a longer secret text'].map(
      (text) => `rx ${maskedFrame(1, text === '' ? Buffer.from([0]) : deflated(text), { rsv: 4 })}`,
    );
    const log = logWith(rows, { request: agreed, response: agreed });
    const { judged, lost } = attachmentOf(log, HIDE_ALL);
    expect(lost).toEqual([]);
    expect(findingsIn(judged)).toEqual(findingsIn(log));
    expect(leaksOf('secret text', log, HIDE_ALL)).toEqual([]);
  });

  it('go where nothing says what octets are', () => {
    const body = Buffer.from('<p>internal body secret</p>').toString('hex');
    const log = logIn(
      `# writer: client\ntx "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"\nrx "HTTP/1.1 403 Forbidden\\r\\nContent-Length: 27\\r\\n\\r\\n"\nrx ${body}\nTCP DROPPED BY PEER\n`,
    );
    expect(leaksOf('internal body secret', log, HIDE_ALL)).toEqual([]);
  });

  it('are said to be hidden', () => {
    const text = attachmentText(attachmentOf(logWith([`rx ${maskedFrame(1, Buffer.from('abc'))}`]), HIDE_ALL));
    expect(text).toContain('payloads (lengths and close codes are true), 3 octets (row 2)');
  });
});

describe('hidden hosts', () => {
  it('are in no form of the attachment, and leave valid fields', () => {
    const log = logWith([`rx ${maskedFrame(1, Buffer.from('from intranet.corp.example'))}`], {
      target: 'http://intranet.corp.example/x',
      request:
        'Origin: https://intranet.corp.example:8443\r\nX-Forwarded-For: 203.0.113.43, 10.1.2.3\r\nVia: 1.1 gate.corp.example',
    });
    const options = { redact: { hosts: true, payloads: false } };
    for (const host of [
      'intranet.corp.example',
      'server.example.com',
      '203.0.113.43',
      '10.1.2.3',
      'gate.corp.example',
    ]) {
      expect(leaksOf(host, log, options)).toEqual([]);
    }
    expect(findingsIn(attachmentOf(log, options).judged)).toEqual(findingsIn(log));
  });
});
