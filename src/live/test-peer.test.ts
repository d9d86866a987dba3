import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { isCharged } from '../judge/annotation.ts';
import { ruleOf } from '../rules/all.ts';
import { areaOf } from '../rules/kit/rule.ts';
import type { Peer } from './reach.ts';
import { suiteFor } from './suite.ts';
import { testPeer } from './test-peer.ts';

type Handle = (socket: WebSocket) => void;

const echo: Handle = (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('error', () => {});
};

async function serve(handle: Handle, options: object = {}): Promise<Peer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  await once(server, 'listening');
  afterAll(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on('connection', handle);
  const { port } = server.address() as AddressInfo;
  return { target: { host: '127.0.0.1', port, isSecure: false, path: '/' } };
}

/** All that the peer sends, and the end of it, comes so much later. */
async function late(peer: Peer, seconds: number): Promise<Peer> {
  if (!('target' in peer)) throw new Error('there is nothing to be late');
  const { port } = peer.target;
  const relay = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client
      .on('error', () => server.destroy())
      .on('data', (chunk) => server.write(chunk))
      .on('end', () => server.end());
    const later = (act: () => void) => setTimeout(act, seconds * 1000);
    server.on('error', () => client.destroy()).on('data', (chunk) => later(() => client.write(chunk)));
    server.on('end', () => later(() => client.end()));
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  afterAll(() => relay.close());
  return { target: { ...peer.target, port: (relay.address() as AddressInfo).port } };
}

const FRAMES = suiteFor('client').filter(
  ({ breaks }) => breaks !== null && ['frame', 'control', 'fragment', 'text'].includes(areaOf(breaks)),
);

/** `case rule` of each error that is charged to the peer. */
async function errorsOf(peer: Peer, cases = FRAMES, seconds = 1): Promise<string[]> {
  const found: string[] = [];
  const options = { peer, role: 'client', cases, jobs: 10, seconds, secondsAgain: 6, isInsecure: false } as const;
  for await (const { tested, judged, skipped } of testPeer(options)) {
    if (skipped !== null || judged === null) continue;
    for (const one of judged.annotated.flatMap(({ annotations }) => annotations)) {
      if (isCharged(one) && one.severity === 'error') found.push(`${tested.id} ${one.rule}`);
    }
  }
  return found;
}

describe('the suite', () => {
  it('has cases for both roles, each with a rule that exists, and no case twice', () => {
    for (const role of ['client', 'server'] as const) {
      const cases = suiteFor(role);
      expect(cases.length).toBeGreaterThan(200);
      expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
      expect(cases.filter(({ breaks }) => breaks !== null && !ruleOf(breaks))).toEqual([]);
      expect(new Set(cases.flatMap(({ breaks }) => breaks ?? [])).size).toBeGreaterThan(90);
    }
  });
});

describe('testing a live server', { timeout: 60_000 }, () => {
  it('charges ws with nothing', async () => {
    const found = await errorsOf(await serve(echo));
    expect(found).toEqual([]);
  });

  it('names a server that takes texts that are no UTF-8', async () => {
    const found = await errorsOf(await serve(echo, { skipUTF8Validation: true }));
    expect(found.some((one) => one.startsWith('text/invalid-utf8-1 reaction/'))).toBe(true);
  });

  it.concurrent.for([
    [0.35, 12],
    [0.9, 12],
    [2.5, 40],
  ] as const)(
    'does not accuse a server of which everything comes %d s late, in every %dth case',
    async ([seconds, every], { expect }) => {
      const some = FRAMES.filter((_, at) => at % every === 0);
      const found = await errorsOf(await late(await serve(echo), seconds), some, 0.5);
      expect(found).toEqual([]);
    },
  );

  it('says that a case did not come alive where the peer does not agree to what it needs', async () => {
    const peer = await serve(echo, { perMessageDeflate: false });
    const cases = suiteFor('client')
      .filter(({ needs, request, response }) => needs !== null && request.length + response.length === 0)
      .slice(0, 5);
    const options = { peer, role: 'client', cases, jobs: 5, seconds: 1, secondsAgain: 1, isInsecure: false } as const;
    const skipped: (string | null)[] = [];
    for await (const ended of testPeer(options)) skipped.push(ended.skipped);
    expect(skipped.filter((why) => why?.startsWith('the peer does not agree to')).length).toBeGreaterThan(0);
  });
});
