// Peers that keep no rule at all: each ends by a limit, with a clear line and a log of what was there.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../model/errors.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { acceptFor } from '../protocol/handshake/handshake.ts';
import { keyIn } from './handshake-heads.ts';
import { listen, type Peer } from './reach.ts';
import type { SuiteCase } from './suite-case.ts';
import type { TestedCase } from './test-case.ts';
import { testPeer } from './test-peer.ts';
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

function caseOf(rows: string, heads = ''): SuiteCase {
  const found = writtenCase(`# wirelog 1\n${heads}\n${rows}\n`, 'own/case', 'own.log', 'client');
  if (!found) throw new Error('the client does not play it');
  return found;
}

const HELLO = caseOf('tx 8185 01020304 49676f686e');

interface Tested {
  readonly cases: readonly TestedCase[];
  /** The line with which the program would end. */
  readonly line: string | null;
}

async function testAt(peer: Peer, cases: readonly SuiteCase[] = [HELLO], more = {}): Promise<Tested> {
  const found: TestedCase[] = [];
  const limits = { jobs: 4, seconds: 0.15, secondsAgain: 0.3, clientSeconds: 0.2, octets: 1 << 16, isInsecure: true };
  const role = 'target' in peer ? ('client' as const) : ('server' as const);
  try {
    for await (const ended of testPeer({ peer, role, cases, ...limits, ...more })) found.push(ended);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { cases: found, line: error.message };
  }
  return { cases: found, line: null };
}

function octetsFrom({ judged }: TestedCase): number {
  const rows = judged?.rows ?? [];
  return rows.reduce((sum, row) => sum + (row.kind === 'octets' && row.direction === 'rx' ? row.octets.length : 0), 0);
}

/** Sockets and timers of this process, once what is being closed has been. */
async function openHandles(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return process.getActiveResourcesInfo().filter((name) => /^(?:TCP|TLS)\w*Wrap$|^Timeout$/.test(name)).length;
}

const RESPONSE = (request: Buffer) =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(keyIn(request) ?? '')}\r\n\r\n`;
const PING = Buffer.from('8900', 'hex');
const WRONG_ACCEPT = RESPONSE(Buffer.from('Sec-WebSocket-Key: bm9ib2R5IHNlbnQgdGhpcyE=\r\n'));
/** A fatal alert, unexpected_message (RFC 8446 §6). */
const TLS_ALERT = Buffer.from('1503010002020a', 'hex');

/** Takes the handshake, and hands over what follows. */
function upgraded(then: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) =>
    socket.once('data', (request) => {
      socket.write(RESPONSE(request));
      then(socket);
    });
}

/** An octet at a time, each long after the time in which an answer is due. */
function trickle(socket: Socket, octets: Uint8Array, milliseconds: number): void {
  let at = 0;
  const timer = setInterval(() => socket.write(octets.subarray(at, ++at)), milliseconds);
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

/** First octets of what a text, a Close and a Ping are answered with. */
const ANSWERS: Readonly<Record<number, number>> = { [OPCODE.TEXT]: 0x81, [OPCODE.CLOSE]: 0x88, [OPCODE.PING]: 0x8a };

/** Masked frames, each of them whole and shorter than 126 octets. */
function shortFrames(octets: Buffer): { opcode: number; payload: Buffer }[] {
  if (octets.length < 6) return [];
  const end = 6 + ((octets[1] ?? 0) & 127);
  const payload = Buffer.from(octets.subarray(6, end).map((octet, at) => octet ^ (octets[2 + (at & 3)] ?? 0)));
  return [{ opcode: (octets[0] ?? 0) & 15, payload }, ...shortFrames(octets.subarray(end))];
}

const SAYS_NOTHING = 'the peer says nothing for 0.3 s; 1 case is not played';
const STAYS_MUTE = 'the peer says nothing for 0.3 s after the handshake, not even to a Ping; 1 case is not played';

describe('a bad peer ends by a limit, with a log of what was there:', () => {
  it.for<[string, (socket: Socket) => void, number, string | null]>([
    ['one that is silent', () => {}, 0, SAYS_NOTHING],
    ['one that is silent after the handshake', upgraded(() => {}), 1, STAYS_MUTE],
    [
      'one that resets after the handshake',
      upgraded((socket) => setImmediate(() => socket.resetAndDestroy())),
      0,
      null,
    ],
    ['one that answers with no HTTP', (socket) => socket.end('220 mail.example ESMTP\r\n'), 1, null],
    ['one that answers with TLS', (socket) => socket.end(TLS_ALERT), TLS_ALERT.length, null],
    ['one that answers with a wrong Sec-WebSocket-Accept', (socket) => socket.write(WRONG_ACCEPT), 100, null],
    [
      'one that refuses',
      (socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'),
      1,
      'the peer answers a sound handshake with 403; 1 case is not played',
    ],
    ['one that half-closes', (socket) => socket.end(), 0, null],
    ['one that half-closes after the handshake', upgraded((socket) => socket.end()), 1, null],
    [
      'one that sends its handshake an octet a minute',
      (socket) => socket.once('data', (request) => trickle(socket, Buffer.from(RESPONSE(request)), 200)),
      1,
      SAYS_NOTHING,
    ],
    [
      'one that sends a frame an octet a minute',
      upgraded((socket) => trickle(socket, Buffer.from('8103616263', 'hex'), 200)),
      1,
      STAYS_MUTE,
    ],
    ['one that never stops', upgraded(flood), 1 << 16, null],
  ])('%s', async ([, handle, least, line]) => {
    const peer = await serve(handle);
    const before = await openHandles();
    const tested = await testAt(peer);
    expect(tested.line).toBe(line);
    const [ended] = tested.cases;
    expect(ended?.judged?.rows[0]).toMatchObject({ kind: 'octets', direction: 'tx' });
    expect(ended && octetsFrom(ended)).toBeGreaterThanOrEqual(least);
    expect(ended?.judged?.rows.some(({ kind }) => kind === 'tcp-drop')).toBe(true);
    for (const socket of sockets) socket.destroy();
    expect(await openHandles()).toBeLessThanOrEqual(before);
  });

  it('one that resets at once, before or after it could be spoken to', async () => {
    const { cases, line } = await testAt(await serve((socket) => socket.resetAndDestroy()));
    expect(cases[0]?.judged?.rows.at(-1)?.kind ?? line).toMatch(/^tcp-drop$|ECONNRESET/);
  });

  it('one to which TLS is spoken, and that knows none', async () => {
    const peer = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const secure = 'target' in peer ? { target: { ...peer.target, isSecure: true } } : peer;
    const { line } = await testAt(secure);
    expect(line).toMatch(/^127\.0\.0\.1:\d+: it does not speak TLS: [a-z ]+; 1 case is not played$/);
  });

  it('one that goes away between the cases', async () => {
    const server = createServer(upgraded((socket) => socket.destroySoon()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const peer: Peer = { target: { host: '127.0.0.1', port, isSecure: false, path: '/' } };
    let count = 0;
    server.on('connection', () => ++count === 2 && server.close());
    const cases = Array.from({ length: 9 }, (_, at) => ({ ...HELLO, id: `own/case-${at}` }));
    const { line, cases: played } = await testAt(peer, cases, { jobs: 1 });
    expect(line).toMatch(/ECONNREFUSED.*; \d cases are not played$/);
    expect(played.length).toBeGreaterThan(0);
  });

  it('one that says nothing any more from some case on', async () => {
    let count = 0;
    const answering = upgraded((socket) => socket.end(Buffer.from('8a0548656c6c6f', 'hex')));
    const peer = await serve((socket) => (++count > 5 ? undefined : answering(socket)));
    const cases = Array.from({ length: 60 }, (_, at) => ({ ...HELLO, id: `own/case-${at}` }));
    const { line } = await testAt(peer, cases, { seconds: 0.05, jobs: 10 });
    expect(line).toMatch(
      /^the peer says nothing for 0\.3 s, after it had answered other cases; \d\d cases are not played$/,
    );
  });

  it('one that answers what another case had asked', async () => {
    let text: Buffer = Buffer.from('Hello');
    const peer = await serve(
      upgraded((socket) =>
        socket.on('data', (chunk: Buffer) => {
          for (const { opcode, payload } of shortFrames(chunk)) {
            const answer = opcode === OPCODE.TEXT ? text : payload;
            socket.write(Buffer.concat([Buffer.of(ANSWERS[opcode] ?? 0x81, answer.length), answer]));
            if (opcode === OPCODE.TEXT) text = payload;
            if (opcode === OPCODE.CLOSE) socket.end();
          }
        }),
      ),
    );
    const [first, second] = ['49676f686e', '566d716865'].map((hex) =>
      caseOf(`tx 8185 01020304 ${hex}\nrx`, '# expect: echo'),
    );
    const { cases, line } = await testAt(peer, [first, second] as SuiteCase[], { jobs: 1 });
    expect(cases.map(({ echo }) => echo)).toEqual([null, 'message 1 of 1 comes back with other content']);
    expect(line).toBeNull();
  });

  it('a client that does not come', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0 });
    const { line } = await testAt({ listener });
    listener.close();
    expect(line).toMatch(/: no client came within 0\.2 s; 1 case is not played$/);
  });

  it('clients that come at once, and of which the first says nothing', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0 });
    const clients = [1, 2, 3].map(() => connect(listener.address.port, '127.0.0.1').on('error', () => {}));
    const { cases, line } = await testAt({ listener });
    listener.close();
    for (const client of clients) client.destroy();
    expect(cases[0]?.troubles).toEqual(['no whole request came within 0.3 s']);
    expect(line).toBe(SAYS_NOTHING);
  });

  it('a client that speaks TLS where none is expected', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0 });
    const client = connect(listener.address.port, '127.0.0.1').on('error', () => {});
    client.write(Buffer.from('16030100c8010000c40303', 'hex'));
    const { cases, line } = await testAt({ listener });
    listener.close();
    client.destroy();
    expect(cases[0] && octetsFrom(cases[0])).toBe(11);
    expect(line).toBe(SAYS_NOTHING);
  });
});
