import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { scratch, wirelog } from '../built.fixture.ts';
import { serveWebSocket, startWirelog } from './live.fixture.ts';

const directory = scratch();
const server = await serveWebSocket((socket) => {
  socket.on('data', (chunk: Buffer) => {
    const isClose = ((chunk[0] ?? 0) & 15) === 8;
    if (isClose) socket.end(Buffer.from('880203e8', 'hex'));
    else socket.write(Buffer.from('810548656c6c6f', 'hex'));
  });
});
const TARGET = ['--target', `ws://127.0.0.1:${server.port}`];

afterAll(server.close);

function folder(name: string): string {
  const path = join(directory, name);
  mkdirSync(path);
  return path;
}

async function talk(port: number): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  socket.onopen = () => socket.send('Hello');
  socket.onmessage = () => socket.close(1000);
  const [event] = await once(socket, 'close');
  return (event as CloseEvent).code;
}

function logsIn(path: string): string[] {
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name));
}

/** Numbers of messages, the same in each run: Lehmer's generator from a fixed seed. */
function moments(count: number): number[] {
  let seed = 20_261;
  return Array.from({ length: count }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return 1 + (seed % 600);
  });
}

describe('record', () => {
  it('writes a log a connection, which annotate finds sound, and ends after as many as were asked for', async () => {
    const logs = folder('two');
    const started = await startWirelog(['record', '--listen', '0', ...TARGET, '-o', logs, '--connections', '2']);
    expect(await talk(started.port)).toBe(1000);
    expect(await talk(started.port)).toBe(1000);
    expect(await started.ended).toBe(0);
    expect(started.out().split('\n').filter(Boolean)).toHaveLength(2);
    expect(logsIn(logs)).toHaveLength(2);
    const { code, out } = wirelog(['annotate', '--fail-on', 'warning', ...logsIn(logs)]);
    expect(out).toContain('RX text  "Hello"');
    expect(code).toBe(0);
  });

  it('prints a violation while the connection lives', async () => {
    const logs = folder('annotated');
    const started = await startWirelog(['record', '--listen', '0', ...TARGET, '-o', logs, '--annotate']);
    const socket = connect(started.port, '127.0.0.1');
    socket.write(
      'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n',
    );
    socket.write('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
    await once(socket, 'data');
    socket.write(Buffer.from('8105aabbccdd', 'hex'));
    for (let tries = 0; !started.out().includes('frame/mask-missing') && tries < 400; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(started.out()).toContain('frame/mask-missing');
    socket.destroy();
    started.process.kill('SIGINT');
    expect(await started.ended).toBe(130);
  });

  it('goes on in a new file where one is full, and each part can be read', async () => {
    const logs = folder('parts');
    const args = ['record', '--listen', '0', ...TARGET, '-o', logs, '--connections', '1', '--max-size', '600'];
    const started = await startWirelog(args);
    await talk(started.port);
    await started.ended;
    const files = logsIn(logs);
    expect(files.length).toBeGreaterThan(1);
    expect(readFileSync(files[0] ?? '', 'utf8')).toMatch(/^# wirelog 1\n/);
    expect(wirelog(['annotate', '-f', 'ndjson', ...files]).out).not.toContain('"damaged"');
  });

  it.for(moments(6))('loses no whole row when it is killed after %d messages', async (moment) => {
    const logs = folder(`killed-${moment}`);
    const started = await startWirelog(['record', '--listen', '0', ...TARGET, '-o', logs]);
    const sockets = Array.from({ length: 3 }, () => new WebSocket(`ws://127.0.0.1:${started.port}/`));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    const came = sockets.map(() => 0);
    let all = 0;
    for (const [at, socket] of sockets.entries()) {
      socket.onmessage = () => {
        came[at] = (came[at] ?? 0) + 1;
        if (++all === moment) started.process.kill('SIGKILL');
        socket.send('x'.repeat((all * 37) % 900));
      };
      socket.onerror = () => {};
      socket.send('Hello');
    }
    await Promise.all([...sockets.map((socket) => once(socket, 'close')), started.ended]);
    const texts = logsIn(logs).map((file) => readFileSync(file, 'utf8'));
    expect(texts.every((text) => text.endsWith('\n'))).toBe(true);
    // What a client has got was in a log before: the same number of answers, whichever log is whose.
    const logged = texts.map((text) => text.match(/810548656c6c6f/g)?.length ?? 0).sort((a, b) => a - b);
    came.sort((a, b) => a - b);
    expect(logged.every((count, at) => count >= (came[at] ?? 0))).toBe(true);
    expect(wirelog(['annotate', '-f', 'ndjson', ...logsIn(logs)]).out).not.toContain('"damaged"');
  });

  it('takes no more memory for a client that reads slowly', { timeout: 30_000 }, async ({ skip }) => {
    if (!existsSync('/proc/self/statm')) skip('there is no /proc here to read the memory from');
    const chunk = Buffer.concat([Buffer.from('827f0000000000010000', 'hex'), Buffer.alloc(1 << 16)]);
    const endless = await serveWebSocket((socket) => {
      const more = () => {
        while (socket.writable && socket.write(chunk));
      };
      socket.on('drain', more);
      more();
    });
    const target = `ws://127.0.0.1:${endless.port}`;
    const logs = folder('slow');
    const started = await startWirelog(['record', '--listen', '0', '--target', target, '-o', logs]);
    const client = connect(started.port, '127.0.0.1').on('error', () => {});
    client.write(
      'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n',
    );
    client.write('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
    let taken = 0;
    client.on('data', (octets: Buffer) => {
      taken += octets.length;
      client.pause();
      setTimeout(() => client.resume(), 5);
    });
    const pages = () => Number(readFileSync(`/proc/${started.process.pid}/statm`, 'utf8').split(' ')[1]);
    const waitFor = async (octets: number) => {
      while (taken < octets) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await waitFor(8 << 20);
    const before = pages();
    await waitFor(24 << 20);
    // In pages of 4,096 octets; what would be read ahead of the client would be hundreds of megabytes.
    expect(pages() - before).toBeLessThan((48 << 20) / 4096);
    const logged = statSync(logsIn(logs)[0] ?? '').size / 2;
    expect(logged - taken).toBeLessThan(32 << 20);
    client.destroy();
    started.process.kill('SIGINT');
    await started.ended;
    endless.close();
  });

  it('says in one line where it cannot listen or what is no address', () => {
    expect(wirelog(['record', '--target', 'http://localhost']).err).toBe(
      'wirelog: "http://localhost" is not a WebSocket URL: write ws://host:port or wss://host:port\n',
    );
    const taken = wirelog(['record', '--listen', String(server.port), ...TARGET, '-o', directory]);
    expect(taken.code).toBe(2);
    expect(taken.err).toMatch(/^wirelog: \d+: .*address already in use.*\n$/);
  });

  it('speaks TLS on both sides', async ({ skip }) => {
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ];
    const made = spawnSync('openssl', [...request, '-subj', '/CN=localhost', '-keyout', key, '-out', cert]);
    if (made.status !== 0) skip('openssl is not installed, so there is no certificate');
    const inner = await startWirelog([
      'record',
      '--listen',
      '0',
      ...TARGET,
      '-o',
      folder('inner'),
      '--cert',
      cert,
      '--key',
      key,
    ]);
    const outer = await startWirelog([
      ...['record', '--listen', '0', '--target', `wss://localhost:${inner.port}`, '--insecure', '-o', folder('outer')],
      ...['--cert', cert, '--key', key, '--connections', '1'],
    ]);
    const socket = connectTls({ port: outer.port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.write(
      'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n',
    );
    socket.write('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
    await once(socket, 'data');
    socket.write(Buffer.from('888200000000' + '03e8', 'hex'));
    await once(socket, 'data');
    socket.end();
    expect(await outer.ended).toBe(0);
    inner.process.kill('SIGTERM');
    await inner.ended;
    const [a = '', b = ''] = [...logsIn(join(directory, 'inner')), ...logsIn(join(directory, 'outer'))];
    const octets = (file: string) =>
      [...readFileSync(file, 'utf8').matchAll(/[RT]X OCTETS: (\S+)/g)].map(([, hex]) => hex).join('');
    expect(octets(a)).toBe(octets(b));
    expect(wirelog(['annotate', a]).out).toContain('RX close 1000');
  });
});
