// What other tools write of a connection: followed streams, dumps, browsers' and proxies' logs.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../model/errors.ts';
import { hexOf } from '../../model/octets.ts';
import { formatOf } from '../formats.ts';
import { briefly, readLog } from '../read-log.fixture.ts';
import { CONVERSATION, ethernet, talk } from './packets.fixture.ts';

const WANTED = CONVERSATION.map(([side, octets]) => `${side === 0 ? 'tx' : 'rx'} ${hexOf(octets)}`);

function read(text: string, size = 1000) {
  const latin1 = Buffer.from(text, 'utf8').toString('latin1');
  const format = formatOf(latin1.slice(0, 65536));
  const found = readLog(format?.read as never, latin1, size);
  const octets = found.rows.flatMap((row) =>
    row.kind === 'octets' ? [`${row.direction} ${hexOf(row.octets.known)}`] : [],
  );
  return { ...found, octets, format: format?.id };
}

const NODES = 'Filter: tcp.stream eq 0\nNode 0: 192.0.2.10:51000\nNode 1: 198.51.100.20:80\n';
const LINE = '===================================================================\n';

/** As tshark dumps it: sixteen octets a line, in two halves. */
function hexLines(octets: Uint8Array, from: number, indent: string): string {
  let out = '';
  for (let at = 0; at < octets.length; at += 16) {
    const pairs = [...octets.subarray(at, at + 16)].map((octet) => octet.toString(16).padStart(2, '0'));
    const columns = `${pairs.slice(0, 8).join(' ')}${pairs.length > 8 ? `  ${pairs.slice(8).join(' ')}` : ''}`;
    out += `${indent}${(from + at).toString(16).toUpperCase().padStart(8, '0')}  ${columns.padEnd(49)} ........\n`;
  }
  return out;
}

describe('a followed stream', () => {
  const raw = (writes: typeof CONVERSATION, tabbed: 0 | 1) =>
    `\n${LINE}Follow: tcp,raw\n${NODES}${writes.map(([side, octets]) => `${side === tabbed ? '\t' : ''}${hexOf(octets)}\n`).join('')}${LINE}`;

  it('in raw form, and with the server as node 0', () => {
    for (const tabbed of [0, 1] as const) {
      const { octets, headers, error } = read(raw(CONVERSATION, tabbed));
      expect(error).toBeNull();
      expect(octets).toEqual(WANTED);
      const [a, b] = ['192.0.2.10:51000', '198.51.100.20:80'];
      expect(headers[0]?.connection).toEqual({ number: 1, client: tabbed ? a : b, server: tabbed ? b : a, tls: false });
    }
  });

  it('as dumps', () => {
    const counts = [0, 0];
    const lines = CONVERSATION.map(([side, octets]) => {
      const from = counts[side] as number;
      counts[side] = from + octets.length;
      return hexLines(octets, from, side === 1 ? '\t' : '');
    });
    expect(read(`${LINE}Follow: tcp,hex\n${NODES}${lines.join('')}${LINE}`).octets).toEqual(WANTED);
  });

  it('as dumps without a head, further in or quoted as a whole, and from any place on', () => {
    for (const [around, indent, from] of [
      ['', '    ', 0],
      ['', '\t', 0],
      ['    ', '    ', 0],
      ['> ', '    ', 0],
      ['', '    ', 0x12c0],
    ] as const) {
      const counts: number[] = [from, from];
      const lines = CONVERSATION.map(([side, octets]) => {
        const at = counts[side] as number;
        counts[side] = at + octets.length;
        return hexLines(octets, at, side === 1 ? around + indent : around);
      });
      const { octets, format } = read(`Look at this:\n\n${lines.join('')}\nRegards\n`);
      expect(format).toBe('follow');
      expect(octets).toEqual(WANTED);
    }
  });

  it('as dumps of which an offset does not count the octets is said to be broken', () => {
    const [, server = ''] = [0, 1].map((side) =>
      hexLines(CONVERSATION[side]?.[1] ?? new Uint8Array(), 0, side ? '\t' : ''),
    );
    const [client = ''] = [hexLines(CONVERSATION[0]?.[1] ?? new Uint8Array(), 0, '')];
    const { error } = read(client + server.replace('00000010', '00000020'));
    expect((error as InputError).reason).toMatch(/^line \d+: offset 00000020 is not where/);
  });

  it('as YAML, with times', () => {
    const packets = CONVERSATION.map(([side, octets], i) => {
      const base64 = Buffer.from(octets)
        .toString('base64')
        .replace(/(.{76})/g, '$1\n      ');
      return `  - packet: ${i}\n    peer: ${side}\n    timestamp: 1700000000.00${i}000001\n    data: !!binary |\n      ${base64}\n`;
    });
    const peers =
      'peers:\n  - peer: 0\n    host: 192.0.2.10\n    port: 51000\n  - peer: 1\n    host: 198.51.100.20\n    port: 80\n';
    const { octets, rows, headers } = read(`${peers}packets:\n${packets.join('')}`);
    expect(octets).toEqual(WANTED);
    expect(rows.map(({ time }) => time)).toEqual([0, 0.001, 0.002, 0.003, 0.004, 0.005]);
    expect(headers[0]).toMatchObject({
      started: '2023-11-14T22:13:20.000000001Z',
      connection: { server: '198.51.100.20:80' },
    });
  });

  it('as C arrays', () => {
    const counts = [0, 0];
    const arrays = CONVERSATION.map(([side, octets], i) => {
      const digits = [...octets].map((octet) => `0x${octet.toString(16).padStart(2, '0')}`).join(', ');
      return `char peer${side}_${(counts[side] as number)++}[] = { /* Packet ${i} */\n${digits} };\n`;
    });
    expect(read(arrays.join('')).octets).toEqual(WANTED);
  });

  it('says how much is missing as octets of that length', () => {
    const gap = Buffer.from('[100 bytes missing in capture file]').toString('hex');
    const { rows } = read(raw(CONVERSATION, 1).replace('\t810548656c6c6f', `\t${gap}\n\t810548656c6c6f`));
    expect(briefly(rows)).toContain('3 rx  100');
  });

  it('of TLS is what was decrypted', () => {
    const { octets, headers } = read(raw(CONVERSATION, 1).replace('tcp,raw', 'tls,raw'));
    expect(octets).toEqual(WANTED);
    expect(headers[0]?.connection?.tls).toBe(true);
  });

  it('of the payloads alone is refused', () => {
    const { error, octets } = read(raw(CONVERSATION, 1).replace('tcp,raw', 'websocket,raw'));
    expect(octets).toEqual([]);
    expect((error as InputError).reason).toMatch(/payloads and not the frames: follow tcp or tls/);
  });

  it.each(['constructor', 'toString', '__proto__'])('is refused where it follows in the form "%s"', (form) => {
    const text = `===================================================================\nFollow: tcp,${form}\nFilter: tcp.stream eq 0\nNode 0: a:1\nNode 1: b:2\n`;
    expect(read(text).error).toBeInstanceOf(InputError);
  });

  it('as text has the handshake and how long the rest is, and the way to the octets is said', () => {
    const blocks = CONVERSATION.map(([side, octets]) => {
      const text = Buffer.from(octets).toString('latin1');
      return `${side === 1 ? '\t' : ''}${octets.length}\n${text.replace(/[^ -~\r\n]/g, '.')}\n`;
    });
    const { rows, remarks } = read(`${LINE}Follow: tcp,ascii\n${NODES}${blocks.join('')}${LINE}`);
    const octets = rows.flatMap((row) => (row.kind === 'octets' ? [row.octets] : []));
    expect(octets.map(({ length }) => length)).toEqual(CONVERSATION.map(([, one]) => one.length));
    expect(octets.map(({ known }) => known.length > 0)).toEqual(CONVERSATION.map((_, i) => i < 2));
    expect(remarks.join()).toMatch(/a dot for each octet.*follow,tcp,raw,0/);
  });

  it('as text that has lost its line ends is refused, with the way to the octets', () => {
    const { error } = read(`${LINE}Follow: tcp,ascii\n${NODES}157\nGET / HTTP/1.1\n\n\t5\n..a..\n`);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).reason).toMatch(/a dot for each octet.*follow,tcp,raw,0/);
  });
});

describe("tcpdump's packets as text", () => {
  const dump = (packet: Uint8Array, seconds: number) => {
    let out = `20:41:0${Math.floor(seconds)}.${String(Math.round((seconds % 1) * 1e6)).padStart(6, '0')} IP 192.0.2.10.51000 > 198.51.100.20.80: tcp\n`;
    for (let at = 0; at < packet.length; at += 16) {
      const words = hexOf(packet.subarray(at, at + 16)).match(/.{1,4}/g) ?? [];
      out += `\t0x${at.toString(16).padStart(4, '0')}:  ${words.join(' ').padEnd(40)} ................\n`;
    }
    return out;
  };

  it.each([
    ['from the IP header on', (packet: Uint8Array) => packet],
    ['from the link header on', ethernet],
    ['from the header of a loopback device on', (packet: Uint8Array) => Buffer.concat([Buffer.of(2, 0, 0, 0), packet])],
    ['quoted in a mail', ethernet, '> '],
  ])('%s', (_, wrap, quote = '') => {
    const text = talk(CONVERSATION).map(({ packet }, i) => dump(wrap(packet), i / 1000));
    const { octets, format, rows, headers } = read(text.join('').replace(/^/gm, quote));
    expect(format).toBe('tcpdump');
    expect(octets).toEqual(WANTED);
    expect(rows[1]?.time).toBe(0.002);
    // A time of the day has no date.
    expect(headers[0]?.started).toBeNull();
  });

  it.each([
    ['without times (-t)', false, (line: string) => line.replace(/^\S+ /, '')],
    ['with numbers (-#)', true, (line: string, i: number) => `    ${i}  ${line}`],
    ['with times since another packet (-ttt)', false, (line: string) => line.replace(/^\S+/, ' 00:00:00.000000')],
    [
      'under Linux cooked headers of version 2',
      true,
      (line: string) => line,
      '0800000000000001000100060000000000000000',
    ],
  ])('%s', (_, hasTimes, change, header = '') => {
    const packets = talk(CONVERSATION).map(({ packet }) => Buffer.concat([Buffer.from(header, 'hex'), packet]));
    const { octets, format, rows } = read(packets.map((packet, i) => change(dump(packet, i / 1000), i)).join(''));
    expect(format).toBe('tcpdump');
    expect(octets).toEqual(WANTED);
    expect(rows.at(-1)?.kind).toBe('tcp-drop');
    expect(rows[1]?.time).toBe(hasTimes ? 0.002 : null);
  });
});

it.each([
  ['a quoted mail', '> '],
  ['a quoted mail without blanks', '>'],
  ['a block of a page', '    '],
])("tshark's and Wireshark's streams in %s keep their sides", (_, quote) => {
  const hexLines = CONVERSATION.map(([side, octets]) => `${side === 1 ? '\t' : ''}${hexOf(octets)}\n`).join('');
  const raw = `Follow: tcp,raw\nNode 0: 192.0.2.10:51000\nNode 1: 198.51.100.20:80\n${hexLines}\n`;
  const yaml = CONVERSATION.map(([side, octets]) => {
    const data = Buffer.from(octets).toString('base64');
    return `  - packet: 1\n    peer: ${side}\n    data: !!binary |\n      ${data}\n`;
  }).join('');
  for (const text of [raw, `peers:\n  - peer: 0\n    host: a\n    port: 1\npackets:\n${yaml}`]) {
    const { octets, format } = read(`Hello,\n\n${text.replace(/^(?=.)/gm, quote)}`);
    expect(format).toBe('follow');
    expect(octets).toEqual(WANTED);
  }
});

it('what was printed of packets without their octets is refused, with the way to them', async () => {
  const { whyNoLog } = await import('../why-no-log.ts');
  const lines = '20:41:00.1 IP 192.0.2.10.51000 > 198.51.100.20.80: Flags [P.], seq 1:8, ack 1, win 500, length 7\n';
  for (const text of [lines, `${lines}E..(..@.@.N......3d..Q#).....P.......\n`]) {
    expect(formatOf(text)).toBeNull();
    expect(whyNoLog(text)).toMatch(/without the octets of the packets: .* -X/);
  }
  const pdml =
    '<?xml version="1.0"?>\n<pdml version="0">\n<packet>\n<field name="tcp.payload" value="810548656c6c6f"/>\n';
  expect(formatOf(pdml)).toBeNull();
  expect(whyNoLog(pdml)).toMatch(/took apart/);
});

it('fields that tshark took apart are refused, with the way to the octets', async () => {
  const { whyNoLog } = await import('../why-no-log.ts');
  const json = '[\n  {\n    "_index": "packets",\n    "_source": {\n      "layers": {';
  const words =
    'Frame 1: 80 bytes on wire (640 bits), 80 bytes captured (640 bits)\nWebSocket\n    1... .... = Fin: True\n    Masking-Key: 10f45ab1\n';
  for (const text of [json, words, words.replace('1: 80', '1: Packet, 80')])
    expect(whyNoLog(text)).toMatch(/not octets.*tshark -w/);
  expect(whyNoLog(`${words}\n0000  16 03 03 00 01 00                                 ......\n`)).not.toContain(
    'not octets',
  );
});

describe('a NetLog', () => {
  const constants = {
    logEventTypes: {
      TCP_CONNECT: 1,
      SOCKET_BYTES_SENT: 2,
      SOCKET_BYTES_RECEIVED: 3,
      SSL_CONNECT: 4,
      SSL_SOCKET_BYTES_SENT: 5,
      SSL_SOCKET_BYTES_RECEIVED: 6,
      SOCKET_ALIVE: 7,
      REQUEST_ALIVE: 8,
      HTTP_TRANSACTION_READ_RESPONSE_HEADERS: 9,
      WEBSOCKET_SENT_FRAME_HEADER: 10,
      WEBSOCKET_RECV_FRAME_HEADER: 11,
    },
    logSourceType: { SOCKET: 1, URL_REQUEST: 2 },
    logEventPhase: { PHASE_NONE: 0, PHASE_BEGIN: 1, PHASE_END: 2 },
    clientInfo: {},
    timeTickOffset: 1_700_000_000_000,
  };
  const event = (
    type: keyof typeof constants.logEventTypes,
    params: object,
    more: { phase?: number; id?: number; kind?: number; time?: number } = {},
  ) =>
    JSON.stringify({
      type: constants.logEventTypes[type],
      phase: more.phase ?? 0,
      source: { id: more.id ?? 5, type: more.kind ?? 1 },
      time: String(more.time ?? 1),
      params,
    });
  const file = (events: readonly string[]) =>
    `{"constants":${JSON.stringify(constants)},\n"events": [\n${events.join(',\n')}]}\n`;
  const ends = event(
    'TCP_CONNECT',
    { local_address: '192.0.2.10:51000', remote_address: '198.51.100.20:80' },
    { phase: 2 },
  );
  const bytes = (prefix: '' | 'SSL_') =>
    CONVERSATION.map(([side, octets], i) =>
      event(
        `${prefix}SOCKET_BYTES_${side === 0 ? 'SENT' : 'RECEIVED'}`,
        { byte_count: octets.length, bytes: Buffer.from(octets).toString('base64') },
        { time: i },
      ),
    );
  const over = event('SOCKET_BYTES_RECEIVED', { byte_count: 0 }, { time: 9 });

  it('of mode Everything gives the octets, as the client saw them', () => {
    const { octets, headers, rows, error } = read(file([ends, ...bytes(''), over]));
    expect(error).toBeNull();
    expect(octets).toEqual(WANTED);
    expect(headers).toMatchObject([{ writer: 'client', connection: { client: '192.0.2.10:51000', tls: false } }]);
    expect(headers[0]?.isTap).toBeUndefined();
    expect(rows.at(-1)).toMatchObject({ kind: 'tcp-drop', by: 'peer' });
  });

  it('of a wss socket gives what was decrypted, once', () => {
    const cipher = event('SOCKET_BYTES_SENT', { byte_count: 3, bytes: 'FgMB' });
    const { octets, headers } = read(file([ends, event('SSL_CONNECT', {}, { phase: 1 }), cipher, ...bytes('SSL_')]));
    expect(octets).toEqual(WANTED);
    expect(headers[0]?.connection?.tls).toBe(true);
  });

  it('that breaks off is read as far as it goes', () => {
    const whole = file([ends, ...bytes('')]).trimEnd();
    for (let size = whole.indexOf('"events"'); size < whole.length; size += 11) {
      const { octets, error } = read(whole.slice(0, size));
      expect(WANTED.slice(0, octets.length)).toEqual(octets);
      expect(error).toBeInstanceOf(InputError);
    }
  });

  it('of the default mode gives the headers of frames', () => {
    const own = { id: 9, kind: 2 };
    const header = (opcode: number, masked: boolean) => ({
      final: true,
      masked,
      opcode,
      payload_length: 5,
      reserved1: false,
      reserved2: false,
      reserved3: false,
    });
    const { rows, headers } = read(
      file([
        event('REQUEST_ALIVE', { url: 'ws://a/chat' }, { ...own, phase: 1 }),
        event(
          'HTTP_TRANSACTION_READ_RESPONSE_HEADERS',
          { headers: ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket'] },
          own,
        ),
        event('WEBSOCKET_SENT_FRAME_HEADER', header(1, true), own),
        event('WEBSOCKET_RECV_FRAME_HEADER', header(8, false), own),
        event('WEBSOCKET_RECV_FRAME_HEADER', { ...header(1, false), payload_length: -1 }, own),
      ]),
    );
    expect(headers).toMatchObject([{ extensions: 'none', response: expect.stringContaining('101') }]);
    expect(rows).toMatchObject([
      { kind: 'frame', direction: 'tx', opcode: 1, masked: true, length: 5, payload: null },
      { kind: 'frame', direction: 'rx', opcode: 8, masked: false, length: 5, payload: null },
      { kind: 'damaged', why: '-1 is not a length', loses: 'rx' },
    ]);
  });
});

describe('messages without frames', () => {
  const har = (messages: unknown, time = 1) =>
    JSON.stringify({
      log: {
        creator: {},
        entries: [
          { request: { url: 'https://a/page', headers: [] }, response: { status: 200, headers: [] } },
          {
            request: { method: 'GET', url: 'wss://a:444/chat?x', headers: [{ name: 'Upgrade', value: 'websocket' }] },
            response: {
              status: 101,
              statusText: 'Switching Protocols',
              headers: [{ name: 'Sec-WebSocket-Extensions', value: 'permessage-deflate' }],
            },
            startedDateTime: '2023-11-14T22:13:20.000Z',
            time,
            ...(messages ? { _webSocketMessages: messages } : {}),
          },
        ],
      },
    });

  it('of a HAR, with times in seconds or milliseconds', () => {
    for (const unit of [1, 1000]) {
      const { rows, headers } = read(
        har([
          { type: 'send', time: 1_700_000_000.25 * unit, opcode: 1, data: 'Grüße' },
          { type: 'receive', time: 1_700_000_000.5 * unit, opcode: 2, data: 'AQID' },
          { type: 'error', time: 1_700_000_001 * unit, opcode: -1, data: 'failed' },
        ]),
      );
      expect(rows).toMatchObject([
        { direction: 'tx', opcode: 1, length: 7, time: 0 },
        { direction: 'rx', opcode: 2, length: 3, time: 0.25 },
      ]);
      expect(headers).toMatchObject([
        {
          request: expect.stringMatching(/^GET \/chat\?x HTTP\/1.1\r\n/),
          extensions: 'permessage-deflate',
          connection: { server: 'a:444', tls: true },
        },
      ]);
    }
  });

  it('of a HAR that breaks off are those of its whole entries', () => {
    const message = { type: 'send', time: 1, opcode: 1, data: 'a brace } and a "' };
    const archive = JSON.parse(har([message]));
    archive.log.entries.push(archive.log.entries[1]);
    const whole = JSON.stringify(archive);
    const ends = [whole.lastIndexOf(',{"request"'), whole.length - 3];
    for (let size = whole.indexOf('entries') + 10; size < whole.length; size += 7) {
      const { rows, error } = read(whole.slice(0, size));
      expect(rows).toHaveLength(ends.filter((end) => size >= end).length);
      expect(error === null).toBe(rows.length > 0);
    }
  });

  it('of a HAR without any give the handshake', () => {
    const { rows, headers, error } = read(har(null));
    expect({ rows, count: headers.length, error }).toEqual({ rows: [], count: 1, error: null });
  });

  const net = (text: string, type: string) => `${Buffer.byteLength(text)}:${text}${type}`;
  const flow = net(
    [
      net('websocket', ';'),
      net(
        [
          net('messages', ';'),
          net(net([net('1', '#'), net('true', '!'), net('Hello', ','), net('3.5', '^')].join(''), ']'), ']'),
          net('close_code', ';'),
          net('1000', '#'),
          net('close_reason', ';'),
          net('bye', ';'),
          net('closed_by_client', ';'),
          net('false', '!'),
        ].join(''),
        '}',
      ),
      net('request', ';'),
      net(
        [
          net('method', ';'),
          net('GET', ','),
          net('path', ';'),
          net('/a', ','),
          net('http_version', ';'),
          net('HTTP/1.1', ','),
          net('timestamp_start', ';'),
          net('3.25', '^'),
        ].join(''),
        '}',
      ),
    ].join(''),
    '}',
  );

  it('of a flow file, flow by flow, and its Close', () => {
    const { rows, headers, error } = read(flow + flow, 5);
    expect(error).toBeNull();
    expect(headers).toHaveLength(2);
    expect(headers[0]?.request).toBe('GET /a HTTP/1.1\r\n\r\n');
    expect(rows.slice(0, 2)).toMatchObject([
      { direction: 'tx', opcode: 1, length: 5, time: 0.25 },
      { direction: 'rx', opcode: 8, length: 5 },
    ]);
    for (let size = 20; size < flow.length; size += 7)
      expect(read(flow + flow.slice(0, size), 1000).error).toBeInstanceOf(InputError);
  });
});
