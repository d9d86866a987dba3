import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { hexOf } from '../model/octets.ts';
import { madeCases } from './made-cases.ts';
import type { Peer } from './reach.ts';
import { suiteFor } from './suite.ts';
import type { SuiteCase } from './suite-case.ts';
import type { TestedCase } from './test-case.ts';
import { testPeer } from './test-peer.ts';
import { filledIn, writtenCase } from './written-case.ts';

async function serve(change: (text: Buffer) => Buffer | null): Promise<Peer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: true });
  await once(server, 'listening');
  afterAll(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      const answer = change(data as Buffer);
      if (answer) socket.send(answer, { binary: isBinary });
    });
  });
  return { target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port, isSecure: false, path: '/' } };
}

async function testAt(peer: Peer, cases: readonly SuiteCase[], seconds = 1): Promise<TestedCase[]> {
  const found: TestedCase[] = [];
  const limits = { jobs: 10, seconds, secondsAgain: 2 * seconds, isInsecure: false };
  for await (const ended of testPeer({ peer, role: 'client', cases, ...limits })) found.push(ended);
  return found;
}

const written = (rows: string, role: 'client' | 'server' = 'client') =>
  writtenCase(`# wirelog 1\n${rows}\n`, 'own/case', 'own.log', role);

describe('a case that somebody wrote', () => {
  it('waits where it says so, and is mirrored for the other role', () => {
    const rows = '# writer: client\n# end: none\ntx 8181 01020304 60\nrx\ntx 8980 00000000\nrx pong\nrx end';
    const steps = written(rows)?.script.steps.map(({ kind, after }) => `${kind} ${after}`);
    expect(steps).toEqual(['send 1', 'awaits 1', 'send 2', 'awaits 2', 'peer-ends 3']);
    const [first] = written(rows, 'server')?.script.steps ?? [];
    expect(first?.kind === 'send' && hexOf(first.octets)).toBe('810161');
    expect(written(rows)).toMatchObject({ ending: 'none', expectsEcho: false, needs: null, breaks: null });
  });

  it('waits for a frame of its own behind a Pong, and for the whole echo where it expects one', () => {
    const steps = written('# expect: echo\ntx 8980 00000000\nrx pong\ntx 8181 01020304 60\nrx')?.script.steps ?? [];
    const waits = steps.flatMap((step) => (step.kind === 'awaits' ? [`${step.count} ${step.what}`] : []));
    expect(waits).toEqual(['1 pong', '3 frame', '1 message']);
  });

  it('is played by the role that it names, and by no other', () => {
    expect(written('# play: server\ntx 810161', 'server')?.script.steps).toHaveLength(1);
    expect(written('# play: server\ntx 810161', 'client')).toBeNull();
  });

  it('says what is wrong with it', () => {
    expect(() => written('# end: somehow\ntx 810161')).toThrow(
      'own.log: "# end: somehow": write probe, close, drop, none',
    );
    expect(() => written('# breaks: no/rule\ntx 810161')).toThrow('no such rule');
    expect(() => written('prose')).toThrow('no wire-log row in it');
  });

  it('has places in its heads that are filled in', () => {
    const head = filledIn(Buffer.from('Host: {host}\r\nX: {other}'), { host: 'a.example' });
    expect(Buffer.from(head).toString()).toBe('Host: a.example\r\nX: {other}');
  });
});

describe('cases made in code', () => {
  it('are the same in each run, each with an id of its own', () => {
    for (const role of ['client', 'server'] as const) {
      const ids = madeCases(role, false).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(madeCases(role, false)[7]).toEqual(madeCases(role, false)[7]);
    }
  });

  it('let a sound server pass, and name what comes back otherwise', { timeout: 20_000 }, async () => {
    const cases = madeCases('client', false);
    const sound = await testAt(await serve((text) => text), cases);
    expect(sound.filter(({ echo }) => echo !== null).map(({ tested }) => tested.id)).toEqual([]);
    expect(sound.filter(({ skipped }) => skipped !== null).map(({ tested }) => tested.id)).toEqual([]);
    const shortened = await testAt(
      await serve((text) => text.subarray(0, 126)),
      cases.filter(({ id }) => /^echo\/text-\d+$/.test(id)),
    );
    const wrong = shortened.filter(({ echo }) => echo !== null).map(({ tested }) => tested.id);
    expect(wrong.sort()).toEqual(['echo/text-127', 'echo/text-128', 'echo/text-65535', 'echo/text-65536']);
  });

  it('ask no echo of a server that is none', async () => {
    const cases = madeCases('client', false).filter(({ id }) => id.startsWith('echo/text-1'));
    const found = await testAt(await serve(() => null), cases, 0.2);
    expect(new Set(found.map(({ skipped }) => skipped))).toEqual(
      new Set(['the peer is no echo server: a plain text does not come back']),
    );
  });
});

describe('the whole suite', () => {
  it('keeps the names of cases whose octets another one has', () => {
    const all = suiteFor('client');
    const names = new Set(all.flatMap(({ id, aliases }) => [id, ...aliases]));
    expect(all.filter(({ id }) => id.endsWith('-inside-message')).length).toBeGreaterThan(20);
    expect(names.size).toBeGreaterThan(all.length);
  });
});
