import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { readRows } from '../ingest/text/rows.ts';
import { type JudgedLog, judgeLog } from '../judge/judged-log.ts';
import { hexOf } from '../model/octets.ts';
import type { LogHeader, Row } from '../model/row.ts';
import { inOneLine, listen, type Peer } from './reach.ts';
import { replay } from './replay.ts';
import { scriptOf } from './script.ts';
import { sentOctets } from './sent-octets.ts';

const REQUEST =
  'GET /chat HTTP/1.1\\r\\nHost: old.example\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n';
const RESPONSE =
  'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\\r\\n\\r\\n';

function logOf(text: string): JudgedLog {
  let header: LogHeader | null = null;
  const rows: Row[] = [];
  const reader = readRows('test.log', {
    header: (one) => {
      header = one;
    },
    row: (row) => void rows.push(row),
  });
  reader.push(`# wirelog 1\n${text}\n`);
  reader.end();
  if (!header) throw new Error('no log in it');
  return judgeLog({ header, rows });
}

const CLIENT_LOG = (rows: string) => logOf(`# writer: client\ntx "${REQUEST}"\nrx "${RESPONSE}"\n${rows}`);
const SERVER_LOG = (rows: string) => logOf(`# writer: server\nrx "${REQUEST}"\ntx "${RESPONSE}"\n${rows}`);

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
await once(server, 'listening');
const requests: { url: string | undefined; host: string | undefined }[] = [];
server.on('connection', (socket, { url, headers }) => {
  requests.push({ url, host: headers.host });
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('error', () => {});
});
const PEER: Peer = {
  target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port, isSecure: false, path: '/' },
};

afterAll(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

/** A server that does with each connection what it is told. */
async function rawPeer(handle: (socket: Socket) => void): Promise<Peer> {
  const raw = createServer((socket) => {
    socket.on('error', () => {});
    handle(socket);
  });
  raw.listen(0, '127.0.0.1');
  await once(raw, 'listening');
  afterAll(() => raw.close());
  return { target: { host: '127.0.0.1', port: (raw.address() as AddressInfo).port, isSecure: false, path: '/' } };
}

/** A 101 that any client takes that does not check it. */
const REPLY =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';

/** A binary frame of 65,536 octets. */
const ENDLESS = Buffer.concat([Buffer.from('827f0000000000010000', 'hex'), Buffer.alloc(1 << 16)]);

const ECHO = 'tx 818500000000 48656c6c6f\nrx 8105 48656c6c6f\ntx 888200000000 03e8\nrx 8802 03e8';

describe('the octets that a side sent', () => {
  it('are those of the log where it is whole', () => {
    const { octets, known } = sentOctets(CLIENT_LOG('tx 818100000000 61').annotated, 'tx');
    expect(hexOf(octets).endsWith('81810000000061')).toBe(true);
    expect(new Set(known)).toEqual(new Set([1]));
  });

  it('are rebuilt behind a cut, from the frame row and what is repeated', () => {
    const cut = CLIENT_LOG(
      '005 TX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=200, MASK=01020304, PAYLOAD-REPEAT-LEN=200, CHOPSIZE=None, SYNC=False\n               *\n006 TX OCTETS: 81fe00c8010203042b28292e ... LEN=208',
    );
    const { octets, known } = sentOctets(cut.annotated, 'tx');
    const frame = octets.subarray(octets.length - 208);
    expect(hexOf(frame.subarray(0, 8))).toBe('81fe00c801020304');
    expect([...frame.subarray(8)].map((octet, i) => octet ^ ((i & 3) + 1))).toEqual(Array(200).fill(0x2a));
    expect(known.at(-1)).toBe(2);
  });

  it('get new masking keys on request, and the same payload', () => {
    const log = CLIENT_LOG('tx 8185 01020304 49676f686e');
    const before = sentOctets(log.annotated, 'tx').octets;
    const after = sentOctets(log.annotated, 'tx', true).octets;
    const [old, fresh] = [before.subarray(-11), after.subarray(-11)];
    const payloadOf = (frame: Uint8Array) =>
      [...frame.subarray(6)].map((octet, i) => octet ^ (frame[2 + (i & 3)] ?? 0));
    expect(payloadOf(fresh)).toEqual(payloadOf(old));
    expect(hexOf(fresh.subarray(0, 2))).toBe('8185');
  });

  it('end a script where nobody knows them', () => {
    const { lost, steps } = scriptOf(
      CLIENT_LOG('005 TX OCTETS: 81 ... LEN=11\n006 TX OCTETS: 818000000000').annotated,
      'tx',
    );
    expect(lost).toHaveLength(1);
    expect(steps).toHaveLength(0);
  });
});

describe('a replay', () => {
  it('as client gets the same from a sound server, under its own Host', async () => {
    const { judged, pairs, troubles } = await replay(CLIENT_LOG(ECHO), PEER);
    expect(pairs.every(({ isSame }) => isSame)).toBe(true);
    expect(troubles).toEqual([]);
    expect(judged.summary.violations.error).toBe(0);
    const { port } = (PEER as { target: { port: number } }).target;
    expect(requests.at(-1)).toEqual({ url: '/chat', host: `127.0.0.1:${port}` });
  });

  it('as server answers the key of the live client, and gets the same', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0 });
    const client = new WebSocket(`ws://127.0.0.1:${listener.address.port}/`, { perMessageDeflate: false });
    client.on('message', (data, isBinary) => client.send(data, { binary: isBinary }));
    const log = SERVER_LOG('tx 810161\nrx 8181 00000000 61\ntx 880203e8\nrx 8882 01020304 02ea');
    const { pairs, judged } = await replay(log, { listener });
    listener.close();
    expect(pairs.map(({ isSame }) => isSame)).toEqual([true, true, true]);
    expect(judged.summary.header.underTest).toBe('client');
  });

  it('sends what no library would, and tells what the peer does otherwise', async () => {
    const log = CLIENT_LOG('tx c18100000000 61\nrx 810161\ntx 888200000000 03e8\nrx 880203e8');
    const { pairs, judged, troubles } = await replay(log, PEER);
    expect(pairs.filter(({ isSame }) => !isSame)).not.toHaveLength(0);
    expect(judged.summary.stimuli.error).toBe(1);
    expect(judged.summary.violations.error).toBe(0);
    expect(troubles).toEqual([]);
  });

  it.for([
    ['is silent', (socket: Socket): void => void socket.resume(), /sends 1 frame less/],
    [
      'resets',
      (socket: Socket): void => void socket.once('data', () => socket.resetAndDestroy()),
      /ends TCP after 1 frame less/,
    ],
    [
      'refuses',
      (socket: Socket): void =>
        void socket.once('data', () => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')),
      /ends TCP after/,
    ],
    [
      'ends its side only',
      (socket: Socket): void => void socket.once('data', () => socket.end()),
      /ends TCP after 1 frame less/,
    ],
    [
      'sends without end',
      (socket: Socket): void => {
        const more = (): void => {
          while (socket.writable && socket.write(ENDLESS));
        };
        socket.on('drain', more);
        socket.once('data', () => {
          socket.write(REPLY);
          more();
        });
        socket.resume();
      },
      /more than 1048576 octets/,
    ],
  ] as const)('ends by a limit where the peer %s', { timeout: 10_000 }, async ([, handle, says]) => {
    const { troubles, judged } = await replay(CLIENT_LOG(ECHO), await rawPeer(handle), {
      limits: { seconds: 0.3, octets: 1 << 20 },
    });
    expect(troubles.join('; ')).toMatch(says);
    expect(judged.rows.length).toBeGreaterThan(0);
  });

  it('says in one line that nobody listens', async () => {
    const peer: Peer = { target: { host: '127.0.0.1', port: 1, isSecure: false, path: '/' } };
    await expect(replay(CLIENT_LOG(ECHO), peer)).rejects.toThrow(
      /^127\.0\.0\.1:1: nothing listens there \(ECONNREFUSED\)$/,
    );
  });

  it('says why a connection failed, with the remedy where there is one', () => {
    const failed = (message: string, about: object) => inOneLine(Object.assign(new Error(message), about));
    // Where a name has several addresses, the error has no words of its own.
    expect(failed('', { code: 'ECONNREFUSED' })).toBe('nothing listens there (ECONNREFUSED)');
    expect(failed('self-signed certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })).toBe(
      'self-signed certificate: --insecure takes the certificate as it is',
    );
    expect(failed('', { code: 'ETIMEDOUT' })).toBe('ETIMEDOUT');
    expect(failed('x.c:355: wrong version', { reason: 'wrong version number' })).toBe(
      'it does not speak TLS: wrong version number',
    );
  });
});
