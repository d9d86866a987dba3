// Captures as logs: each WebSocket in them one, other traffic none, and what is missing is said.

import { describe, expect, it } from 'vitest';
import { accusations, annotateRows } from '../../judge/conversation-log.fixture.ts';
import { InputError } from '../../model/errors.ts';
import { octetsFromHex } from '../../model/octets.ts';
import type { LogHeader, Row } from '../../model/row.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import { notationOf } from '../../render/notation/notations.ts';
import { briefly, readLog } from '../read-log.fixture.ts';
import type { ReadOptions } from '../reader.ts';
import { readRows } from '../text/rows.ts';
import { readPcap } from './capture.ts';
import {
  type Captured,
  CLIENT,
  CONVERSATION,
  ipv4,
  pcap,
  pcapng,
  REQUEST,
  RESPONSE,
  SERVER,
  talk,
  tcp,
  type Write,
} from './packets.fixture.ts';

function read(file: Buffer, options: ReadOptions = {}, size = 1000) {
  return readLog((source, sink) => readPcap(source, sink, options), file.toString('latin1'), size);
}

/** Logs with their rows, as they come beside each other, and what was remarked. */
function readAll(file: Buffer, options: ReadOptions = {}) {
  const logs: { header: LogHeader; rows: Row[]; isOver: boolean }[] = [];
  const remarks: string[] = [];
  const reader = readPcap(
    'a.pcap',
    {
      header: () => {},
      row: () => {},
      open: (header) => {
        const log = { header, rows: [] as Row[], isOver: false };
        logs.push(log);
        return {
          row: (row) => void log.rows.push(row),
          end: () => {
            log.isOver = true;
          },
        };
      },
      remark: (text) => remarks.push(text),
    },
    options,
  );
  reader.push(file.toString('latin1'));
  let error: unknown = null;
  try {
    reader.end();
  } catch (caught) {
    error = caught;
  }
  return { logs, remarks, error };
}

const hex = (digits: string) => octetsFromHex(digits) as Uint8Array;
const plain = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');
const ROWS = [
  `0 tx ${REQUEST.toString('hex').slice(0, 16)} ${REQUEST.length}`,
  `1 rx ${RESPONSE.toString('hex').slice(0, 16)} ${RESPONSE.length}`,
  '2 tx 818537fa213d7f9f 11',
  '3 rx 810548656c6c6f 7',
  '4 tx 888237fa213d3412 8',
  '5 rx 880203e8 4',
  '6 tcp-drop',
];

describe('a capture', () => {
  it.each([
    ['pcap', pcap(talk(CONVERSATION))],
    ['pcapng', pcapng(talk(CONVERSATION))],
    ['pcapng of the other byte order', pcapng(talk(CONVERSATION), false)],
  ])('%s gives the connection as a log', (_, file) => {
    const { headers, rows, error } = read(file);
    expect(error).toBeNull();
    expect(briefly(rows)).toEqual(ROWS);
    expect(headers).toMatchObject([
      {
        format: 'pcap',
        writer: 'client',
        isTap: true,
        started: '2023-11-14T22:13:20.003Z',
        connection: { number: 1, client: '192.0.2.10:51000', server: '198.51.100.20:80', tls: false },
      },
    ]);
    expect(rows.map(({ time }) => time)).toEqual([0, 0.002, 0.004, 0.006, 0.008, 0.01, 0.012]);
  });

  it('whose clock was set back to before its start has rows without a time, and they can be written', () => {
    const packets = talk(CONVERSATION);
    const setBack = packets.map((one, i) => (i < packets.length / 2 ? one : { ...one, seconds: one.seconds - 60 }));
    const { headers, rows } = read(pcap(setBack));
    expect(briefly(rows)).toEqual(ROWS);
    expect(rows.map(({ time }) => time)).toEqual([0, 0.002, 0.004, null, null, null, null]);
    const notation = notationOf('rows');
    const again = readLog(readRows, notation.header(headers[0] as LogHeader) + rows.map(notation.row).join(''));
    expect(briefly(again.rows)).toEqual(ROWS);
  });

  it('reads the same in chunks of any size', () => {
    for (const file of [pcap(talk(CONVERSATION)), pcapng(talk(CONVERSATION))]) {
      const whole = read(file, {}, 1e6);
      for (const size of [1, 2, 3, 13, 61]) expect(read(file, {}, size)).toEqual(whole);
    }
  });

  it('cut at any octet says so, and gives what is there', () => {
    for (const file of [pcap(talk(CONVERSATION)), pcapng(talk(CONVERSATION))]) {
      const whole = briefly(read(file).rows);
      for (let size = 0; size < file.length; size += 1) {
        const { rows, error } = read(file.subarray(0, size));
        const got = briefly(rows).filter((row) => !/ tx .*| rx .*/.test(row) || whole.includes(row));
        expect(whole).toEqual(expect.arrayContaining(got));
        if (error !== null) expect(error).toBeInstanceOf(InputError);
      }
    }
  });

  it('with damage anywhere never fails otherwise than in words', () => {
    const file = pcapng(talk(CONVERSATION));
    let seed = 7;
    for (let i = 0; i < 400; i++) {
      const damaged = Buffer.from(file);
      for (let n = 0; n < 3; n++) {
        seed = (seed * 48271) % 2147483647;
        damaged[12 + (seed % (damaged.length - 12))] = (seed >> 4) & 255;
      }
      const { error } = read(damaged);
      if (error !== null) expect(error).toBeInstanceOf(InputError);
    }
  });
});

describe('several connections', () => {
  const ends = (port: number) => [{ ...CLIENT, port }, SERVER] as const;
  const mixed = (...talks: Captured[][]) => talks.flat().sort((a, b) => a.seconds - b.seconds);

  it('are logs of their own, in the order of their first octet', () => {
    const slow = talk(CONVERSATION, { ends: ends(1), start: 1_700_000_000 });
    const quick = talk(CONVERSATION, { ends: ends(2), start: 1_700_000_000.0005 });
    const { logs } = readAll(pcap(mixed(slow, quick)));
    expect(logs.map(({ header }) => header.connection?.client)).toEqual(['192.0.2.10:1', '192.0.2.10:2']);
    for (const { rows, isOver } of logs) {
      expect(briefly(rows)).toEqual(ROWS);
      expect(isOver).toBe(true);
    }
  });

  it('come one after the other to who takes no more at a time', () => {
    const two = mixed(
      talk(CONVERSATION, { ends: ends(1) }),
      talk(CONVERSATION, { ends: ends(2), start: 1_700_000_000.0005 }),
    );
    expect(briefly(read(pcap(two)).rows)).toEqual([...ROWS, ...ROWS]);
  });

  it('are numbered by the start of the request, though a later one is decided first', () => {
    const early: Write[] = [
      [0, REQUEST.subarray(0, 40)],
      [1, new Uint8Array(0)],
      [0, REQUEST.subarray(40)],
      ...CONVERSATION.slice(1),
    ];
    const late = talk(early, { ends: ends(1), start: 1_700_000_000 }).map((one, i) =>
      i < 5 ? one : { ...one, seconds: one.seconds + 1 },
    );
    const { logs } = readAll(pcap(mixed(late, talk(CONVERSATION, { ends: ends(2), start: 1_700_000_000.5 }))));
    expect(logs.map(({ header }) => header.connection?.client)).toEqual(['192.0.2.10:1', '192.0.2.10:2']);
  });

  it('among other traffic are all that is read', () => {
    const page: Write[] = [
      [0, plain('GET / HTTP/1.1\nHost: a\n\n')],
      [1, plain('HTTP/1.1 200 OK\nContent-Length: 5\n\nHello')],
    ];
    const noise: Write[] = [
      [1, plain('220 mail.example ESMTP\n')],
      [0, plain('EHLO a\n')],
    ];
    const packets = mixed(
      talk(page, { ends: ends(1) }),
      talk(CONVERSATION, { ends: ends(2) }),
      talk(noise, { ends: ends(3) }),
    );
    const { logs, remarks, error } = readAll(pcap(packets));
    expect(logs).toHaveLength(1);
    expect({ remarks, error }).toEqual({ remarks: [], error: null });
  });

  it('a refused handshake stands behind those that came about', () => {
    const refused: Write[] = [
      [0, REQUEST],
      [1, plain('HTTP/1.1 403 Forbidden\nContent-Length: 0\n\n')],
    ];
    const { logs } = readAll(
      pcap(mixed(talk(refused, { ends: ends(1) }), talk(CONVERSATION, { ends: ends(2), start: 1_700_000_001 }))),
    );
    expect(logs.map(({ header }) => header.connection?.client)).toEqual(['192.0.2.10:2', '192.0.2.10:1']);
  });
});

it('a log with many rows hands them over in columns, the same rows', () => {
  const many: Write[] = [...CONVERSATION.slice(0, 2)];
  for (let i = 0; i < 3000; i++) many.push(CONVERSATION[2] as Write, CONVERSATION[3] as Write);
  const file = pcap(talk(many));
  const rows: Row[] = [];
  let batches = 0;
  const log = {
    row: (row: Row) => void rows.push(row),
    batch: (batch: RowBatch) => {
      batches++;
      for (let i = 0; i < batch.count; i++) rows.push(batch.rowAt(i));
    },
    end: () => {},
  };
  const reader = readPcap('a.pcap', { header: () => {}, row: () => {}, open: () => log });
  // Whoever reads a file uses the same memory for each chunk.
  const chunk = Buffer.alloc(50_000);
  for (let at = 0; at < file.length; at += chunk.length) {
    reader.octets?.(chunk.subarray(0, file.copy(chunk, 0, at, at + chunk.length)));
  }
  reader.end();
  expect(batches).toBeGreaterThan(1);
  expect(rows.map(({ row }) => row)).toEqual(rows.map((_, i) => i));
  const whole = readAll(file).logs[0]?.rows ?? [];
  expect(briefly(rows)).toEqual(briefly(whole));
  expect(rows.map(({ time }) => time)).toEqual(whole.map(({ time }) => time));
});

describe('where the log begins', () => {
  it.each([
    [
      'a page',
      'GET / HTTP/1.1\nHost: a\n\n',
      'HTTP/1.1 200 OK\nContent-Length: 40\n\nHTTP/1.1 101 Switching\n\n\x81\x05Hello, world',
    ],
    ['chunks', 'GET / HTTP/1.1\n\n', 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n'],
    ['a request with content', 'POST / HTTP/1.1\nContent-Length: 3\n\nGET', 'HTTP/1.1 204 No Content\n\n'],
    ['a tunnel', 'CONNECT a:80 HTTP/1.1\nHost: a\n\n', 'HTTP/1.1 200 OK\n\n'],
  ])('behind %s on the same connection', (_, request, response) => {
    const writes: Write[] = [[0, plain(request)], [1, plain(response)], ...CONVERSATION];
    for (const size of [1, 7, 1460]) {
      const { rows } = read(pcap(talk(writes, { size })));
      const sent = rows.flatMap((row) =>
        row.kind === 'octets' && row.direction === 'tx' ? [Buffer.from(row.octets.known)] : [],
      );
      expect(Buffer.concat(sent).subarray(0, REQUEST.length).equals(REQUEST)).toBe(true);
    }
  });

  it('behind what a SOCKS proxy is told', () => {
    const writes: Write[] = [
      [0, hex('050100')],
      [1, hex('0500')],
      [0, hex('05010001c000020a0050')],
      [1, hex('05000001000000000000')],
      ...CONVERSATION,
    ];
    expect(briefly(read(pcap(talk(writes))).rows)).toEqual(ROWS);
  });

  it.each([
    ['of version 1', 'PROXY TCP4 192.0.2.1 192.0.2.2 50000 80\r\n'],
    ['of version 2', '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0cabcdefghijkl'],
  ])('with a header of the PROXY protocol %s', (_, header) => {
    const writes: Write[] = [[0, Buffer.concat([Buffer.from(header, 'latin1'), REQUEST])], ...CONVERSATION.slice(1)];
    for (const size of [1, 7, 1460]) {
      const { headers, error } = read(pcap(talk(writes, { size })));
      expect({ count: headers.length, error }).toEqual({ count: 1, error: null });
    }
  });

  it('behind line ends that may belong to what came before the capture', () => {
    const ends = Buffer.from('\r\n');
    const writes: Write[] = [[0, Buffer.concat([ends, REQUEST])], ...CONVERSATION.slice(1)];
    const packets = talk(writes);
    expect(briefly(read(pcap(packets.slice(3))).rows)).toEqual(ROWS);
    // From the start on nothing came before.
    const [first] = read(pcap(packets)).rows;
    expect(first).toMatchObject({ octets: { length: ends.length + REQUEST.length } });
  });

  it('in the middle, where frames show it', () => {
    const packets = talk(CONVERSATION).slice(7);
    const { headers, rows } = read(pcap(packets));
    expect(headers[0]).toMatchObject({ writer: null, connection: { client: '192.0.2.10:51000' } });
    expect(briefly(rows).slice(0, 2)).toEqual(['0 tx 818537fa213d7f9f 11', '1 rx 810548656c6c6f 7']);
  });

  it('inside a frame, and a port that is named tells who is the client', () => {
    const writes: Write[] = [
      [0, REQUEST],
      [1, RESPONSE],
      [1, hex(`820a${'aa'.repeat(10)}`)],
      [0, hex('818537fa213d7f9f4d5158')],
    ];
    const packets = talk(writes, { size: 60 });
    const middle = packets.findIndex(({ packet }) => packet.length === 40 + 12);
    const cut = ipv4(
      SERVER,
      CLIENT,
      tcp(SERVER, CLIENT, { sequence: 5001 + RESPONSE.length + 4, payload: Buffer.alloc(8, 0xaa) }),
    );
    const file = pcap([{ seconds: 1_700_000_000, packet: cut }, ...packets.slice(middle + 1)]);
    expect(read(file).headers[0]?.writer).toBeNull();
    const { rows, headers } = read(file, { port: 80 });
    expect(headers[0]?.writer).toBe('client');
    expect(briefly(rows)[0]).toContain('damaged: the capture begins in the middle of the connection, inside a frame');
    // As rows it is still a loss of that direction.
    const notation = notationOf('rows');
    const again = readLog(readRows, notation.header(headers[0] as LogHeader) + rows.map(notation.row).join(''));
    expect(again.rows[0]).toMatchObject({ kind: 'damaged', loses: 'rx', row: 0 });
    expect(again.rows.slice(1)).toEqual(rows.slice(1));
    expect(again.headers[0]).toMatchObject({ writer: 'client', isTap: true, connection: headers[0]?.connection });
  });
});

describe('where an acknowledgment alone tells of the end, its last octet may be the FIN', () => {
  const packets = talk(CONVERSATION);

  it.each([
    ["the server's Close and FIN are lost", packets.toSpliced(-5, 3), ['5 rx  4?', '6 tcp-drop']],
    ["the server's FIN is lost, and the client's came second", packets.toSpliced(-3, 1), ['6 rx  0?', '7 tcp-drop']],
  ])('%s', (_, kept, end) => {
    const { headers, rows } = read(pcap(kept));
    expect(briefly(rows).slice(-2)).toEqual(end);
    expect(accusations(annotateRows(headers[0] as LogHeader, rows))).toEqual([]);
  });
});

describe('of a connection of which only one side was captured', () => {
  it.each([0, 1] as const)('the other side has its lengths: side %i', (side) => {
    const address = Buffer.from(
      ipv4(CLIENT, SERVER, Buffer.alloc(0)).subarray(side === 0 ? 12 : 16, side === 0 ? 16 : 20),
    );
    const isSent = ({ packet }: Captured) => Buffer.from(packet).subarray(12, 16).equals(address);
    const { rows, error } = read(pcap(talk(CONVERSATION).filter(isSent)));
    expect(error).toBeNull();
    const octets = rows.flatMap((row) => (row.kind === 'octets' ? [row] : []));
    const way = ['tx', 'rx'][side];
    const own = octets.filter(({ direction }) => direction === way);
    expect(own.map(({ octets: { known } }) => Buffer.from(known))).toEqual(
      CONVERSATION.flatMap(([one, written]) => (one === side ? [Buffer.from(written)] : [])),
    );
    const others = octets.filter(({ direction }) => direction !== way);
    expect(others.map(({ octets: { known } }) => known.length)).toEqual(others.map(() => 0));
    expect(others.reduce((sum, { octets: { length } }) => sum + length, 0)).toBe(
      CONVERSATION.reduce((sum, [one, written]) => (one === side ? sum : sum + written.length), 0),
    );
  });
});

describe('what cannot be read is said, with the way to it', () => {
  const reason = (file: Buffer) => (readAll(file).error as InputError).reason;

  it('TLS without keys', () => {
    const hello = hex(
      `160301003a0100003603${'03'.repeat(1)}${'11'.repeat(32)}00000213010100000b002b0003020304000000000000`,
    );
    expect(reason(pcap(talk([[0, hello]])))).toMatch(/TLS connection cannot be decrypted.*SSLKEYLOGFILE.*--keys/);
  });

  it('HTTP/2', () => {
    expect(reason(pcap(talk([[0, plain('PRI * HTTP/2.0\n\nSM\n\n')]])))).toMatch(
      /HTTP\/2 connection passed over.*RFC 8441/,
    );
  });

  it('an unknown link type', () => {
    const file = pcap(talk(CONVERSATION));
    file.writeUInt32LE(147, 20);
    expect(reason(file)).toMatch(/link type 147 cannot be read: capture on/);
  });

  it('packets of a radio, which are encrypted', () => {
    const file = pcap(talk(CONVERSATION));
    file.writeUInt32LE(127, 20);
    expect(reason(file)).toMatch(/link type 127 \(802\.11\), is TCP in the clear: capture on the computer itself/);
  });

  it('an upgrade to HTTP/2', () => {
    const upgrade = 'Connection: Upgrade\nUpgrade: h2c\n\n';
    const writes: Write[] = [
      [0, plain(`GET / HTTP/1.1\nHost: a\n${upgrade}`)],
      [1, plain(`HTTP/1.1 101 Switching Protocols\n${upgrade}`)],
    ];
    expect(reason(pcap(talk(writes)))).toMatch(/HTTP\/2 connection passed over/);
  });

  it('no packets, no TCP, and no WebSocket', () => {
    expect(reason(pcap([]))).toBe('no packet in it');
    expect(
      reason(pcap([{ seconds: 1, packet: Buffer.from('45000014000000000011000000000000000000000000', 'hex') }])),
    ).toMatch(/none of its 1 packets is TCP/);
    expect(reason(pcap(talk([[0, plain('EHLO a\n')]])))).toMatch(/--port/);
  });

  it('packets that were cut', () => {
    const { logs, remarks } = readAll(pcap(talk(CONVERSATION).map((one) => ({ ...one, held: 70 }))));
    expect(remarks.join()).toMatch(/snapshot length.*-s 0/);
    expect(briefly(logs[0]?.rows ?? []).slice(2)).toEqual(ROWS.slice(2));
  });
});
