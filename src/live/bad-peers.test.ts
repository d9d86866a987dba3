// Peers that keep no rule at all: each ends by a limit, with a clear line and a log of what was there.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { acceptFor } from '../protocol/handshake/handshake.ts';
import { keyIn } from './handshake-heads.ts';
import { listen, type Peer } from './reach.ts';
import { type SuiteCase, scriptOfSteps } from './suite-case.ts';
import { type TestedCase, testPeer } from './test-peer.ts';
import { writtenCase } from './written-case.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

async function serve(handle: (socket: Socket) => void): Promise<Peer> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    handle(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { target: { host: '127.0.0.1', port, isSecure: false, path: '/' } };
}

/** Takes the handshake, and hands over what follows. */
function upgraded(then: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) =>
    socket.once('data', (request) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(keyIn(request) ?? '')}\r\n\r\n`,
      );
      then(socket);
    });
}

function caseOf(rows: string, heads = ''): SuiteCase {
  const found = writtenCase(`# wirelog 1\n${heads}\n${rows}\n`, 'own/case', 'own.log', 'client');
  if (!found) throw new Error('the client does not play it');
  return found;
}

const HELLO = caseOf('tx 8185 01020304 496765 686e');

async function testAt(peer: Peer, cases: readonly SuiteCase[] = [HELLO], more = {}): Promise<TestedCase[]> {
  const found: TestedCase[] = [];
  const limits = { jobs: 4, seconds: 0.15, secondsAgain: 0.3, clientSeconds: 0.2, octets: 1 << 16, isInsecure: true };
  const role = 'target' in peer ? ('client' as const) : ('server' as const);
  for await (const ended of testPeer({ peer, role, cases, ...limits, ...more })) found.push(ended);
  return found;
}

function octetsFrom({ judged }: TestedCase): number {
  const rows = judged?.rows ?? [];
  return rows.reduce((sum, row) => sum + (row.kind === 'octets' && row.direction === 'rx' ? row.octets.length : 0), 0);
}

const PING = Buffer.from('8900', 'hex');

describe('a bad peer ends by a limit, with a log of what was there:', () => {
  it.for<[string, (socket: Socket) => void, number]>([
    ['one that is silent', () => {}, 0],
    ['one that is silent after the handshake', upgraded(() => {}), 1],
    ['one that resets after the handshake', upgraded((socket) => setImmediate(() => socket.resetAndDestroy())), 0],
    ['one that answers with no HTTP', (socket) => socket.end('220 mail.example ESMTP\r\n'), 1],
    ['one that refuses', (socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'), 1],
    ['one that half-closes', (socket) => socket.end(), 0],
    ['one that half-closes after the handshake', upgraded((socket) => socket.end()), 1],
    ['one that sends an octet now and then', upgraded((socket) => trickle(socket)), 1],
    ['one that never stops', upgraded((socket) => flood(socket)), 1 << 16],
  ])('%s', async ([, handle, least]) => {
    const [ended] = await testAt(await serve(handle));
    expect(ended?.judged?.rows[0]).toMatchObject({ kind: 'octets', direction: 'tx' });
    expect(ended && octetsFrom(ended)).toBeGreaterThanOrEqual(least);
    expect(ended?.judged?.rows.some(({ kind }) => kind === 'tcp-drop')).toBe(true);
  });

  it('one that resets at once, before or after it could be spoken to', async () => {
    const [ended] = await testAt(await serve((socket) => socket.resetAndDestroy()));
    const last = ended?.judged?.rows.at(-1)?.kind;
    expect(last ?? ended?.skipped).toMatch(/^tcp-drop$|ECONNRESET/);
  });

  it('one to which TLS is spoken, and that knows none', async () => {
    const peer = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const secure = 'target' in peer ? { target: { ...peer.target, isSecure: true } } : peer;
    const [ended] = await testAt(secure);
    expect(ended).toMatchObject({ judged: null, skipped: expect.stringMatching(/^127\.0\.0\.1:\d+: /) });
  });

  it('one that goes away between the cases', async () => {
    const server = createServer(upgraded((socket) => socket.destroySoon()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.once('connection', () => server.close());
    const peer: Peer = { target: { host: '127.0.0.1', port, isSecure: false, path: '/' } };
    const cases = Array.from({ length: 9 }, (_, at) => ({ ...HELLO, id: `own/case-${at}` }));
    await expect(testAt(peer, cases, { jobs: 1 })).rejects.toThrow(/ECONNREFUSED.*; \d cases are not played/);
  });

  it('a client that does not come', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0 });
    const [ended] = await testAt({ listener });
    listener.close();
    expect(ended?.skipped).toMatch(/: no client came within 0\.2 s$/);
  });

  it('clients that come at once each get a case, and one that says nothing ends too', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0 });
    const clients = [1, 2, 3].map(() => connect(listener.address.port, '127.0.0.1').on('error', () => {}));
    const cases = [1, 2, 3].map((at) => ({ ...HELLO, id: `own/case-${at}`, script: scriptOfSteps([]) }));
    const ended = await testAt({ listener }, cases);
    listener.close();
    for (const client of clients) client.destroy();
    expect(ended.map(({ troubles }) => troubles[0])).toEqual(Array(3).fill('no whole request came within 0.15 s'));
  });
});

function trickle(socket: Socket): void {
  const timer = setInterval(() => socket.write(Buffer.of(0x81)), 50);
  socket.on('close', () => clearInterval(timer));
}

function flood(socket: Socket): void {
  const pings = Buffer.concat(Array(8192).fill(PING));
  const more = () => {
    while (!socket.destroyed && socket.write(pings));
  };
  socket.on('drain', more);
  more();
}
