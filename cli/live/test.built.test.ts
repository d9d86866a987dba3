import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { put, scratch, wirelog } from '../built.fixture.ts';
import { runWirelog } from './live.fixture.ts';

const directory = scratch();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', skipUTF8Validation: true });
await once(server, 'listening');
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('error', () => {});
});
const URL = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

afterAll(() => server.close());

describe('test', () => {
  it('names a fault once, with the cases that show it, and keeps the logs', async () => {
    const logs = join(directory, 'logs');
    const { code, out } = await runWirelog(['test', URL, '--case', 'text/invalid-utf8-*', '--report', logs]);
    expect(code).toBe(1);
    expect(out.match(/^error reaction\/\S+ \(RFC 6455 §[\d.]+\), \d+ cases?$/gm)?.length).toBeGreaterThan(0);
    const [log = ''] = readdirSync(logs);
    expect(log).toMatch(/^text-invalid-utf8-.*\.log$/);
    expect(wirelog(['annotate', '--fail-on', 'never', join(logs, log)]).out).toContain('HTTP/1.1 101');
  });

  it.each([
    ['html', 'writes no pages: --report FOLDER keeps its logs, and wirelog check makes pages of them'],
    ['htlm', 'no format "htlm": choose text, ndjson, junit, sarif, github or markdown'],
  ])('offers no pages: --format %s', async (form, says) => {
    const { code, err } = await runWirelog(['test', URL, '--case', 'opcode/11', '-f', form]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  it('plays the cases that come with it, and those of somebody else', async () => {
    const own = put(directory, 'own.log', '# wirelog 1\n# expect: echo\ntx 8181 01020304 60\nrx\n');
    const { code, out } = await runWirelog(['test', URL, '--suite', own, '--case', 'suite/*', '-f', 'ndjson']);
    expect(code).toBe(0);
    const cases = out.split('\n').flatMap((line) => JSON.parse(line || '{}').case ?? []);
    expect(cases).toContain('suite/own');
    expect(cases.length).toBeGreaterThan(4);
  });

  it('says which cases break a rule, and lists what there is', () => {
    expect(wirelog(['rules', 'frame/rsv-set']).out).toMatch(/wirelog test ws:\/\/… plays it: frame\/rsv-set-1/);
    expect(wirelog(['test', '--list', '--listen', '0']).out.split('\n').length).toBeGreaterThan(500);
  });

  it('ends with a line where no client comes, and where nobody listens', async () => {
    const { code, err } = await runWirelog(['test', '--listen', '0', '--wait', '0.2', '--jobs', '2']);
    expect(code).toBe(2);
    expect(err).toMatch(/no client came within 0\.2 s; \d+ cases are not played\n$/);
    expect(wirelog(['test', 'ws://127.0.0.1:1'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it.for<[string, (socket: Socket) => void, RegExp]>([
    ['says nothing', () => {}, /says nothing for 0\.4 s; \d+ cases are not played\n$/],
    ['resets', (socket) => socket.resetAndDestroy(), /\d+ cases are not played\n$|^$|ECONNRESET/],
    [
      'refuses',
      (socket) => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
      /answers a sound handshake with 404; \d+ cases are not played\n$/,
    ],
    ['half-closes', (socket) => socket.end(), /^(?:wirelog: \d+ of \d+ cases tells? nothing of the peer: .*\n)*$/],
  ])('ends by itself at a server that %s, and keeps a log', async ([name, handle, says]) => {
    const bad = createServer({ allowHalfOpen: true }, (socket) => handle(socket.on('error', () => {}).resume()));
    bad.listen(0, '127.0.0.1');
    await once(bad, 'listening');
    const { port } = bad.address() as AddressInfo;
    const logs = join(directory, `bad-${name.replace(' ', '-')}`);
    const limits = ['--timeout', '0.2', '--timeout-again', '0.4', '--rule', 'frame', '--report', logs];
    const { code, err } = await runWirelog(['test', `ws://127.0.0.1:${port}`, ...limits]);
    bad.close();
    expect(err).toMatch(says);
    expect([0, 1, 2]).toContain(code);
    if (name !== 'resets') expect(readdirSync(logs).length).toBeGreaterThan(0);
  });

  it('says in one line what is wrong with the call', () => {
    expect(wirelog(['test']).err).toMatch(/^wirelog: name the peer: .*\n$/);
    expect(wirelog(['test', URL, '--case', 'no/such']).err).toMatch(/^wirelog: no case that .*\n$/);
    expect(wirelog(['test', URL, '--suite', join(directory, 'none')]).err).toMatch(/^wirelog: .*none: .*\n$/);
  });
});
