import { describe, expect, it } from 'vitest';
import { InputError } from '../../model/errors.ts';
import { escapeOctets } from '../../model/octets.ts';
import type { Row } from '../../model/row.ts';
import { FORMATS, formatOf } from '../formats.ts';
import { readLog } from '../read-log.fixture.ts';

/** The rows in short: `>` sent, `<` received; a frame as opcode, `+` with FIN, length and what is shown of its payload. */
function told(row: Row): string {
  if (row.kind === 'damaged') return `damaged ${row.loses}`;
  if (row.kind !== 'octets' && row.kind !== 'frame') return row.kind;
  const mark = row.direction === 'tx' ? '>' : '<';
  if (row.kind === 'octets') return `${mark} ${escapeOctets(row.octets.known).split('\\r')[0]}`;
  const { opcode, fin, rsv, length, payload, masked, maskUnknown } = row;
  const shown =
    payload === null ? 'hidden' : escapeOctets(payload.known) + (payload.known.length < payload.length ? '…' : '');
  const bits = `${fin ? '+' : ''}${rsv > 0 ? `r${rsv}` : ''}${maskUnknown ? '' : masked ? 'm' : 'u'}`;
  return `${mark} ${opcode}${bits} ${length} ${shown}`;
}

function read(text: string): { id: string | undefined; writers: unknown[]; rows: string[]; error: unknown } {
  const latin1 = Buffer.from(text, 'utf8').toString('latin1');
  const format = formatOf(latin1);
  if (!format) return { id: undefined, writers: [], rows: [], error: null };
  const { headers, rows, error } = readLog(format.read, latin1);
  return { id: format.id, writers: headers.map(({ writer }) => writer), rows: rows.map(told), error };
}

const REQUEST = ['GET /tea HTTP/1.1', 'Host: a', 'Upgrade: websocket'];
const RESPONSE = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket'];

describe('Python websockets', () => {
  const log = (lines: readonly string[]) =>
    lines.map((line) => `2026-01-02 03:04:05,678 websockets.server DEBUG ${line}`).join('\n');

  it('from version 10 on tells the frames with lengths, and elides what is long', () => {
    const { id, writers, rows } = read(
      log([
        '= connection is CONNECTING',
        ...REQUEST.map((line) => `< ${line}`),
        ...RESPONSE.map((line) => `> ${line}`),
        '= connection is OPEN',
        "< TEXT 'gr\u00fcn' [5 bytes]",
        `> TEXT '${'a'.repeat(47)}...${'b'.repeat(23)}' [200 bytes]`,
        '< BINARY 00 01 02 ... 0d 0e [300 bytes]',
        "< TEXT 'x' [1 byte, continued]",
        "< CONT 'y\\n' [text, 2 bytes]",
        '< PING ff fe [binary, 2 bytes]',
        '> CLOSE 1001 (going away) bye [5 bytes]',
        '< CLOSE 1005 (no status received [internal]) [0 bytes]',
        '< TEXT 63 e9 [binary, 2 bytes]',
      ]),
    );
    expect(id).toBe('trace-websockets');
    expect(writers).toEqual(['server']);
    expect(rows).toEqual([
      '< GET /tea HTTP/1.1',
      '> HTTP/1.1 101 Switching Protocols',
      '< 1+ 5 gr\u00fcn',
      `> 1+ 200 ${'a'.repeat(47)}…`,
      '< 2+ 300 \\u{0}\\u{1}\\u{2}…',
      '< 1 1 x',
      '< 0+ 2 y\\n',
      '< 9+ 2 \\xff\\xfe',
      '> 8+ 5 \\u{3}\\xe9bye',
      '< 8+ 0 ',
      '< 1+ 2 c\\xe9',
    ]);
  });

  it('takes no text for another row, and no frame from an elision that may break an escape', () => {
    expect(
      read(log([`< TEXT '> PING [0 bytes]' [16 bytes]`, `< TEXT '${'\\x00'.repeat(12)}...' [60 bytes]`])).rows,
    ).toEqual(['< 1+ 16 > PING [0 bytes]', '< 1+ 60 hidden']);
  });

  it('before version 10 prints the frame as Python does', () => {
    const { id, writers, rows } = read(
      [
        'client > GET /tea HTTP/1.1',
        "client > Headers([('Host', 'a'), ('Upgrade', 'websocket')])",
        'client < HTTP/1.1 101 Switching Protocols',
        "client < Headers([('Upgrade', 'websocket')])",
        "client > Frame(fin=True, opcode=<Opcode.TEXT: 1>, data=b'a\\xc3\\xa4', rsv1=False, rsv2=False, rsv3=False)",
        'client < Frame(fin=False, opcode=2, data=b"it\'s", rsv1=True, rsv2=False, rsv3=False)',
        'client ! failing OPEN WebSocket connection with code 1002',
      ]
        .map((line) => `DEBUG:websockets.protocol:${line}`)
        .join('\n'),
    );
    expect([id, writers]).toEqual(['trace-websockets', ['client']]);
    expect(rows).toEqual([
      '> GET /tea HTTP/1.1',
      '< HTTP/1.1 101 Switching Protocols',
      '> 1+ 3 a\u00e4',
      "< 2r4 4 it's",
      'damaged rx',
    ]);
  });

  it('logs one connection after another', () => {
    const one = [
      '= connection is CONNECTING',
      ...REQUEST.map((line) => `< ${line}`),
      "< TEXT 'a' [1 byte]",
      '= connection is CLOSED',
    ];
    expect(read(log([...one, ...one])).writers).toEqual(['server', 'server']);
  });

  it('stands in the log of uvicorn', () => {
    const text =
      "INFO:     Uvicorn running on http://127.0.0.1:1\nDEBUG:    < TEXT 'a' [1 byte]\nTRACE:    1.2.3.4:5 - ASGI [2] Receive {'text': '<1 chars>'}";
    expect(read(text)).toMatchObject({ id: 'trace-uvicorn', rows: ['< 1+ 1 a'] });
    expect(read('INFO:     Uvicorn running on http://127.0.0.1:1\n').error).toBeInstanceOf(InputError);
  });
});

describe('websocket-client', () => {
  it('shows what it sent in octets, and what it received in words', () => {
    const text = [
      '--- request header ---',
      ...REQUEST,
      '',
      '-----------------------',
      '--- response header ---',
      ...RESPONSE,
      '-----------------------',
      "++Sent raw: b'\\x81\\x80abcd'",
      "++Sent decoded: fin=1 opcode=1 data=b''",
      "++Rcv raw: b'\\x81\\x02hi'",
      "++Rcv decoded: fin=1 opcode=1 data=b'hi'",
      '++Rcv decoded: fin=0 opcode=0 data=plain',
    ].join('\n');
    expect(read(text)).toMatchObject({
      id: 'trace-websocket-client',
      writers: ['client'],
      rows: [
        '> GET /tea HTTP/1.1',
        '< HTTP/1.1 101 Switching Protocols',
        '> \\x81\\x80abcd',
        '< 1+ 2 hi',
        '< 0 5 plain',
      ],
    });
  });
});

describe('autobahn-python', () => {
  const octets = (peer: string, hex: string) => `2026-01-02T03:04:05 RX Octets from ${peer} : octets = ${hex}`;

  it('has octets and frames, behind colours too', () => {
    const { rows } = read(
      [
        '\x1b[33mx\x1b[0m RX Octets from tcp4:a:1 : octets = 8900',
        "x RX Frame from tcp4:a:1 : fin = True, rsv = 0, opcode = 9, mask = -, length = 0, payload = b''",
        "x TX Frame to tcp4:a:1 : fin = True, rsv = 0, opcode = 10, mask = b'00000000', length = 1, repeat_length = None, chopsize = None, sync = False, payload = 61",
        'x TX Octets to tcp4:a:1 : sync = False, octets = 8a810000000061',
      ].join('\n'),
    );
    expect(rows).toEqual(['< \\x89\\u{0}', '< 9+u 0 ', '> 10+m 1 a', '> \\x8a\\x81\\u{0}\\u{0}\\u{0}\\u{0}a']);
  });

  it('gives a log for each peer, one after the other', () => {
    const { writers, rows } = read([octets('a', '8900'), octets('b', '8a00'), octets('a', '8800')].join('\n'));
    expect(writers).toHaveLength(2);
    expect(rows.map((row) => row.slice(2, 6))).toEqual(['\\x89', '\\x88', '\\x8a']);
  });
});

describe('Netty', () => {
  const table = (octets: string, column: string) =>
    `+--------+${'-'.repeat(49)}+${'-'.repeat(16)}+\n|00000000| ${octets.padEnd(47)} |${column.padEnd(16)}|\n+--------+${'-'.repeat(49)}+${'-'.repeat(16)}+`;
  const event = (id: string, what: string) => `03:04:05.678 DEBUG h - [id: ${id}, L:/a:1 - R:/b:2] ${what}`;

  it('prints a table for each read and write of a channel', () => {
    const text = [
      event('0x1', 'READ: 2B'),
      table('89 00', '..'),
      event('0x1', 'WRITE(4B)'),
      table('8a 02 7c 7c', '..||'),
    ];
    expect(read(text.join('\n'))).toMatchObject({ id: 'trace-netty', rows: ['< \\x89\\u{0}', '> \\x8a\\u{2}||'] });
  });

  it('cut within a table has lost octets', () => {
    const text = [event('0x1', 'READ: 2B'), table('89 00', '..'), event('0x1', 'READ: 20B'), table('81 12 41', '..A')];
    expect(read(text.join('\n')).rows.at(-1)).toBe('damaged rx');
  });
});

describe('libwebsockets', () => {
  const line = (level: string, text: string) => `[2026/01/02 03:04:05:6789] ${level}: ${text}`;

  it('is read where a program dumps each message that it is given', () => {
    const text = [
      line('N', 'LWS: 4.3.3'),
      line('U', 'LWS_CALLBACK_RECEIVE:    2 (rpp     1, first 1, last 0, bin 0, msglen 2 (+ 0 = 2))'),
      line('N', '0000: 61 62                                              ab              '),
      line('U', 'LWS_CALLBACK_RECEIVE:    1 (rpp     0, first 1, last 0, bin 0, msglen 1 (+ 0 = 1))'),
      line('N', '0000: 63                                                 c               '),
      line('U', 'LWS_CALLBACK_RECEIVE:    1 (rpp     0, first 0, last 1, bin 0, msglen 1 (+ 0 = 1))'),
    ];
    expect(read(text.join('\n'))).toMatchObject({ id: 'trace-libwebsockets', rows: ['< 1 3 abc', '< 0+ 1 …'] });
  });

  it('has nothing to judge in its own notes', () => {
    const { error } = read(line('I', 'lws_issue_raw: ssl_capable_write (20) says 20'));
    expect(String(error)).toContain('lwsl_hexdump');
  });
});

describe('tungstenite', () => {
  const block = (verb: string, opcode: string, whole: number, size: number, payload: string) =>
    `[TRACE tungstenite::protocol::frame] ${verb} frame \n<FRAME>\nfinal: true\nreserved: false false false\nopcode: ${opcode}\nlength: ${whole}\npayload length: ${size}\npayload: ${payload}\n            `;

  it('prints a block for each frame, whose lengths tell the mask', () => {
    const text = [
      '[DEBUG tungstenite::handshake::client] Request: "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"',
      block('writing', 'TEXT', 8, 2, '0x6869'),
      block('received', 'CONTINUE', 4, 2, '0x6869'),
      block('received', 'BINARY', 4, 2, '0x0'),
      block('received', 'RESERVED_DATA_3', 2, 0, '0x'),
    ];
    expect(read(text.join('\n'))).toMatchObject({
      id: 'trace-tungstenite',
      writers: ['client'],
      rows: ['> GET / HTTP/1.1', '> 1+m 2 hi', '< 0+u 2 hi', '< 2+u 2 hidden', '< 3+u 0 '],
    });
  });
});

describe('arduinoWebSockets', () => {
  it('needs several lines for a frame', () => {
    const text = [
      ...REQUEST.map((line) => `[WS-Server][1][handleHeader] RX: ${line}`),
      '[WS-Server][1][handleHeader] Header read fin.',
      '[WS-Server][1][handleHeader] handshake HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      '',
      '[WS][1][handleWebsocket] ------- read massage frame -------',
      '[WS][1][handleWebsocket] fin: 1 rsv1: 0 rsv2: 1 rsv3 0  opCode: 1',
      '[WS][1][handleWebsocket] mask: 1 payloadLen: 5',
      '[WS][1][handleWebsocket] text: ab',
      'cd',
      '[WS][1][sendFrame] ------- send message frame -------',
      '[WS][1][sendFrame] fin: 1 opCode: 10 mask: 0 length: 4 headerToPayload: 0',
      '[write] n: 6 t: 1',
      '[WS][1][handleWebsocket] ------- read massage frame -------',
      '[WS][1][handleWebsocket] fin: 1 rsv1: 0 rsv2: 0 rsv3 0  opCode: 8',
      '[WS][1][handleWebsocket] mask: 1 payloadLen: 5',
      '[WS][1][handleWebsocket] get ask for close. Code: 1000',
      ' (bye)',
      '[WS-Server][1] client disconnected.',
    ];
    expect(read(text.join('\n'))).toMatchObject({
      id: 'trace-arduino',
      writers: ['server'],
      rows: [
        '< GET /tea HTTP/1.1',
        '> HTTP/1.1 101 Switching Protocols',
        '< 1+r2m 5 ab\\ncd',
        '> 10+u 4 hidden',
        '< 8+m 5 \\u{3}\\xe8bye',
      ],
    });
  });
});

describe('Java-WebSocket', () => {
  const frame = (verb: string, opcode: string, size: number, payload: string, end = '}') =>
    `1 [main] TRACE org.java_websocket.WebSocketImpl - ${verb} frame: Framedata{ opcode:${opcode}, fin:true, rsv1:false, rsv2:false, rsv3:false, payload length:[pos:0, len:${size}], payload:${payload}${end}`;

  it('prints payloads as strings, over several lines', () => {
    const text = [
      `1 [main] TRACE org.java_websocket.WebSocketImpl - write(90): ${REQUEST.join('\n')}\n`,
      `1 [main] TRACE org.java_websocket.WebSocketImpl - process(60): (${RESPONSE.join('\n')}\n\n)`,
      frame('send', 'TEXT', 6, 'a}\n{\u00fc'),
      frame('matched', 'BINARY', 2, '\ufffd'),
      frame('matched', 'CLOSING', 5, '\ufffdbye', '}code: 1000'),
    ];
    expect(read(text.join('\n'))).toMatchObject({
      id: 'trace-java-websocket',
      writers: ['client'],
      rows: [
        '> GET /tea HTTP/1.1',
        '< HTTP/1.1 101 Switching Protocols',
        '> 1+ 6 a}\\n{\u00fc',
        '< 2+ 2 hidden',
        '< 8+ 5 \\u{3}\\xe8bye',
      ],
    });
  });
});

describe('curl', () => {
  it('shows each octet with --trace', () => {
    const text = [
      '03:04:05.678901 => Send data, 6 bytes (0x6)',
      '0000: 89 80 00 00 00 00                               ......',
      '03:04:05.678902 <= Recv data, 2 bytes (0x2)',
      '0000: 8a 00                                           ..',
      '03:04:05.678903 <= Recv data, 9 bytes (0x9)',
      '0000: 81 07 61',
    ];
    expect(read(text.join('\n'))).toMatchObject({
      id: 'trace-curl',
      rows: ['> \\x89\\x80\\u{0}\\u{0}\\u{0}\\u{0}', '< \\x8a\\u{0}', 'damaged rx'],
    });
  });

  it('tells of opcodes, FIN and lengths in its notes', () => {
    const text = [
      ...REQUEST.map((line) => `> ${line}`),
      '>',
      '* WS-ENC: sending [CONT CONT NON-FIN payload=0/3]',
      '* WS-ENC: buffered [CONT CONT NON-FIN payload=3/3]',
      '* [WRITE] websocket, decoded decoded [PONG payload=0/0]',
      '* WS: unknown opcode: c3',
    ];
    expect(read(text.join('\n'))).toMatchObject({
      id: 'trace-curl-ws',
      rows: ['> GET /tea HTTP/1.1', '> 0 3 hidden', '< 10+ 0 ', '< 3+r4 null hidden'],
    });
  });
});

describe('each trace', () => {
  const traces = FORMATS.filter(({ id }) => id.startsWith('trace-'));

  it.each(traces.map((format) => [format.id, format] as const))(
    '%s says what to do where nothing is in it',
    (_, format) => {
      expect(readLog(format.read, 'Good morning.\n').error).toBeInstanceOf(InputError);
    },
  );

  it.each(traces.map((format) => [format.id, format] as const))(
    '%s is read in any chops, and cut anywhere',
    (_, format) => {
      const whole = readLog(format.read, format.sample, 1000);
      expect(readLog(format.read, format.sample, 1).rows).toEqual(whole.rows);
      for (let end = 0; end < format.sample.length; end++) {
        const { error } = readLog(format.read, format.sample.slice(0, end));
        if (error !== null) expect(error).toBeInstanceOf(InputError);
      }
    },
  );
});
