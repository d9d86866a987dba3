// TLS between Node's own client and server, captured by the test, is decrypted with the key log that Node writes.

import { connect as connectTcp, createServer as createTcpServer, type Socket } from 'node:net';
import { connect, createServer, type SecureVersion } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../read-log.fixture.ts';
import type { ReadOptions } from '../../reader.ts';
import { readPcap } from '../capture.ts';
import { CONVERSATION, pcap, pcapng, talk, type Write } from '../packets.fixture.ts';
import { CERTIFICATE, KEY } from './server-key.fixture.ts';

interface Taken {
  readonly writes: Write[];
  readonly keys: string;
}

const portOf = (server: { address(): unknown }) => (server.address() as { port: number }).port;
const listening = (server: { listen(port: number, host: string, done: () => void): unknown }) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

/** The conversation over TLS, through a relay that keeps what passes. */
async function take(version: SecureVersion, ciphers: string, curves = ['auto', 'auto']): Promise<Taken> {
  const writes: Write[] = [];
  let keys = '';
  const server = createServer({
    key: KEY,
    cert: CERTIFICATE,
    minVersion: version,
    maxVersion: version,
    ciphers,
    ecdhCurve: curves[1] as string,
  });
  await listening(server);
  const relay = createTcpServer((near: Socket) => {
    const far = connectTcp(portOf(server), '127.0.0.1');
    near.on('data', (octets) => {
      writes.push([0, octets]);
      far.write(octets);
    });
    far.on('data', (octets) => {
      writes.push([1, octets]);
      near.write(octets);
    });
    for (const socket of [near, far]) socket.on('error', () => {});
    near.on('close', () => far.destroy());
  });
  await listening(relay);
  await new Promise<void>((resolve, reject) => {
    const client = connect({
      ecdhCurve: curves[0] as string,
      port: portOf(relay),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ciphers,
      minVersion: version,
      maxVersion: version,
    });
    client.on('keylog', (line: Buffer) => {
      keys += line.toString();
    });
    client.on('error', reject);
    server.once('secureConnection', (socket) => {
      const ends = [client, socket];
      let at = 0;
      const next = () => {
        const write = CONVERSATION[at++];
        if (!write) {
          client.destroy();
          resolve();
          return;
        }
        const [side, octets] = write;
        (ends[side === 0 ? 1 : 0] as Socket).once('data', next);
        (ends[side] as Socket).write(octets);
      };
      next();
    });
  });
  relay.close();
  server.close();
  return { writes, keys };
}

function sentIn({ writes }: Taken, options: ReadOptions, secrets: string | null = null) {
  const packets = talk(writes);
  const file = secrets === null ? pcap(packets) : pcapng(packets, true, secrets);
  const { headers, rows, error } = readLog(
    (source, sink) => readPcap(source, sink, options),
    file.toString('latin1'),
    1000,
  );
  const octets = rows.flatMap((row) =>
    row.kind === 'octets' ? [`${row.direction} ${Buffer.from(row.octets.known).toString('hex')}`] : [],
  );
  return { headers, rows, octets, error: error as Error | null };
}

const WANTED = CONVERSATION.map(
  ([side, octets]) => `${side === 0 ? 'tx' : 'rx'} ${Buffer.from(octets).toString('hex')}`,
);

describe.each([
  ['TLS 1.3, AES-128', 'TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
  ['TLS 1.3, AES-256', 'TLSv1.3', 'TLS_AES_256_GCM_SHA384'],
  ['TLS 1.3, ChaCha20', 'TLSv1.3', 'TLS_CHACHA20_POLY1305_SHA256'],
  ['TLS 1.2, AES-128', 'TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['TLS 1.2, AES-256', 'TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['TLS 1.2, ChaCha20', 'TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
] as const)('%s', (_, version, ciphers) => {
  it('is decrypted with a key log, or with secrets in the file', async () => {
    const taken = await take(version, ciphers);
    for (const found of [
      sentIn(taken, { keys: `# a comment\nnonsense\n${taken.keys.toUpperCase()}` }),
      sentIn(taken, {}, taken.keys),
    ]) {
      expect(found.error).toBeNull();
      expect(found.octets).toEqual(WANTED);
      expect(found.headers[0]?.connection?.tls).toBe(true);
    }
  });

  it('says what is missing without keys, with those of another run, and of one side', async () => {
    const [taken, other] = [await take(version, ciphers), await take(version, ciphers)];
    expect(sentIn(taken, {}).error?.message).toMatch(/SSLKEYLOGFILE/);
    expect(sentIn(taken, { keys: other.keys }).error?.message).toMatch(/no secrets of them/);
    const wrong = taken.keys.replace(/(?<=^\S+ \S+ )[0-9a-f]{8}/gm, '00000000');
    expect(sentIn(taken, { keys: wrong }).error?.message).toMatch(/do not open its records/);
    if (version !== 'TLSv1.3') return;
    const half = taken.keys
      .split('\n')
      .filter((line) => line.startsWith('SERVER'))
      .join('\n');
    const found = sentIn(taken, { keys: half });
    expect(found.octets).toEqual(WANTED.filter((row) => row.startsWith('rx')));
    expect(found.rows).toContainEqual(
      expect.objectContaining({
        kind: 'damaged',
        loses: 'tx',
        why: expect.stringContaining('CLIENT_TRAFFIC_SECRET_0'),
      }),
    );
  });

  it('goes on behind a segment that is missing', async () => {
    const taken = await take(version, ciphers);
    const packets = talk(taken.writes);
    const isRecord = ({ packet }: { packet: Uint8Array }) =>
      packet.length > 45 && packet[40] === 23 && packet[15] === 20;
    // The server's last record is its Close, the one before it the text.
    const text = packets.findLastIndex((one, i) => isRecord(one) && i < packets.findLastIndex(isRecord));
    const file = pcap(packets.filter((_one, i) => i !== text));
    const { rows } = readLog(
      (source, sink) => readPcap(source, sink, { keys: taken.keys }),
      file.toString('latin1'),
      1e6,
    );
    expect(rows.some((row) => row.kind === 'damaged')).toBe(true);
    expect(
      rows.some((row) => row.kind === 'octets' && Buffer.from(row.octets.known).toString('hex') === '880203e8'),
    ).toBe(true);
  });
});

it('a server that asks for another key share is followed', async () => {
  const taken = await take('TLSv1.3', 'TLS_AES_128_GCM_SHA256', ['X25519:P-384', 'P-384']);
  const hellos = taken.writes.filter(([side, octets]) => side === 0 && octets[0] === 22);
  expect(hellos.length).toBeGreaterThanOrEqual(1);
  expect(sentIn(taken, { keys: taken.keys }).octets).toEqual(WANTED);
});
