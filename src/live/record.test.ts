import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { judgeLog } from '../judge/judged-log.ts';
import type { Direction, LogHeader, Row } from '../model/row.ts';
import { contentOf } from '../protocol/frame/message.ts';
import { type Recorder, type RecordOptions, startRecorder } from './record.ts';

interface Taken {
  readonly header: LogHeader;
  readonly rows: Row[];
  readonly troubles: string[];
  sent: Readonly<Record<Direction, number>> | null;
}

const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A server that does with each connection what it is told. */
async function serve(handle: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(server);
  return (server.address() as AddressInfo).port;
}

async function record(port: number, more: Partial<RecordOptions> = {}): Promise<{ recorder: Recorder; logs: Taken[] }> {
  const logs: Taken[] = [];
  const recorder = await startRecorder({
    listen: { host: '127.0.0.1', port: 0 },
    target: { host: '127.0.0.1', port, isSecure: false, path: '/' },
    open: (header) => {
      const taken: Taken = { header, rows: [], troubles: [], sent: null };
      logs.push(taken);
      return {
        row: (row) => void taken.rows.push(row),
        trouble: (sentence) => void taken.troubles.push(sentence),
        end: (sent) => {
          taken.sent = sent;
        },
      };
    },
    ...more,
  });
  opened.push(recorder);
  return { recorder, logs };
}

function dial({ address }: Recorder): Socket {
  const socket = connect({ ...address, allowHalfOpen: true });
  socket.on('error', () => {});
  return socket;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 1000) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function octetsOf({ rows }: Taken, direction: Direction): Buffer {
  return Buffer.concat(
    rows.flatMap((row) => (row.kind === 'octets' && row.direction === direction ? [row.octets.known] : [])),
  );
}

function endsOf({ rows }: Taken): string[] {
  return rows.flatMap((row) => (row.kind === 'tcp-drop' ? [`${row.by}${row.reset ? ' resets' : ''}`] : []));
}

describe('a recorder', () => {
  it('passes every octet unchanged, and has them all in its rows', async () => {
    const hashes = { server: createHash('sha256'), client: createHash('sha256') };
    const port = await serve((socket) => {
      socket.on('data', (chunk) => {
        hashes.server.update(chunk);
        socket.write(chunk);
      });
      socket.on('end', () => socket.end());
    });
    const { recorder, logs } = await record(port);
    const client = dial(recorder);
    const back = createHash('sha256');
    client.on('data', (chunk) => back.update(chunk));
    for (let size = 0; size < 200; size++) {
      const chunk = randomBytes(size * 400);
      hashes.client.update(chunk);
      if (!client.write(chunk)) await once(client, 'drain');
    }
    client.end();
    await once(client, 'close');
    await until(() => logs[0]?.sent !== null);
    const [log] = logs as [Taken];
    const want = hashes.client.digest('hex');
    expect(hashes.server.digest('hex')).toBe(want);
    expect(back.digest('hex')).toBe(want);
    for (const direction of ['rx', 'tx'] as const) {
      expect(createHash('sha256').update(octetsOf(log, direction)).digest('hex')).toBe(want);
    }
    expect(log.header.writer).toBe('server');
    expect(log.rows.map(({ row }) => row)).toEqual(log.rows.map((_, i) => i));
    expect(endsOf(log)).toEqual(['peer']);
  }, 30_000);

  it('has every message of a live conversation in its log, whole, fragmented or compressed', async () => {
    const perMessageDeflate = { threshold: 1024 };
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
    await once(server, 'listening');
    opened.push(server);
    const hashes = { sent: createHash('sha256'), atServer: createHash('sha256'), back: createHash('sha256') };
    server.on('connection', (socket) =>
      socket.on('message', (data: Buffer, isBinary) => {
        hashes.atServer.update(data);
        socket.send(data, { binary: isBinary });
      }),
    );
    const { recorder, logs } = await record((server.address() as AddressInfo).port);
    const client = new WebSocket(`ws://127.0.0.1:${recorder.address.port}/`, { perMessageDeflate });
    await once(client, 'open');
    client.on('message', (data: Buffer) => hashes.back.update(data));
    const noise = randomBytes(70_000);
    for (let at = 0; at < 300; at++) {
      const length = (at * at * 7) % 60_000;
      const content = at % 3 === 0 ? Buffer.alloc(length, 'all work and no play ') : noise.subarray(at, at + length);
      hashes.sent.update(content);
      const half = length >> 1;
      if (at % 5 === 0) {
        client.send(content.subarray(0, half), { fin: false });
        client.send(content.subarray(half), { fin: true });
      } else client.send(content);
      if (at % 20 === 0) await once(client, 'message');
    }
    client.close();
    await once(client, 'close');
    await until(() => logs[0]?.sent !== null);
    const { header, rows } = logs[0] as Taken;
    const judged = judgeLog({ header, rows });
    const want = hashes.sent.digest('hex');
    expect([hashes.atServer.digest('hex'), hashes.back.digest('hex')]).toEqual([want, want]);
    for (const direction of ['rx', 'tx'] as const) {
      const messages = judged.annotated.flatMap((row) =>
        row.frames.flatMap(({ frame, message }) => (message && frame.direction === direction ? [message] : [])),
      );
      expect(messages).toHaveLength(300);
      const hash = createHash('sha256');
      for (const message of messages) hash.update(contentOf(message) ?? 'not known');
      expect(hash.digest('hex')).toBe(want);
    }
    expect(judged.summary.violations).toMatchObject({ error: 0, warning: 0 });
  }, 30_000);

  it('keeps connections apart', async () => {
    const port = await serve((socket) => socket.pipe(socket));
    const { recorder, logs } = await record(port);
    const clients = Array.from({ length: 200 }, (_, i) => {
      const socket = dial(recorder);
      socket.resume();
      socket.end(`connection ${i}`);
      return once(socket, 'close');
    });
    await Promise.all(clients);
    await until(() => logs.length === 200 && logs.every(({ sent }) => sent !== null));
    const said = logs.map((log) => octetsOf(log, 'rx').toString());
    expect(logs.map((log) => octetsOf(log, 'tx').toString())).toEqual(said);
    expect(new Set(said).size).toBe(200);
    expect(recorder.open).toBe(0);
  }, 30_000);

  it('lets a side send on that the other one has stopped sending to', async () => {
    const port = await serve((socket) => {
      socket.resume();
      socket.on('end', () => socket.end('afterwards'));
    });
    const { recorder, logs } = await record(port);
    const client = dial(recorder);
    client.end('before');
    const [chunk] = await once(client, 'data');
    expect(String(chunk)).toBe('afterwards');
    await until(() => logs[0]?.sent !== null);
    expect(endsOf(logs[0] as Taken)).toEqual(['peer']);
  });

  it('tells a reset from an orderly end, and hands it on', async () => {
    const port = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const { recorder, logs } = await record(port);
    const client = dial(recorder);
    const failed = new Promise<string>((resolve) =>
      client.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? '')),
    );
    client.write('x');
    expect(await failed).toBe('ECONNRESET');
    await until(() => logs[0]?.sent !== null);
    expect(endsOf(logs[0] as Taken)).toEqual(['writer resets']);
  });

  it('says that the target refuses, and ends the client', async () => {
    const port = await serve(() => {});
    await (opened.pop() as { close(): unknown }).close();
    const { recorder, logs } = await record(port);
    const client = dial(recorder);
    client.resume();
    await once(client, 'end');
    client.end();
    await until(() => logs[0]?.sent !== null);
    expect((logs[0] as Taken).troubles.join()).toMatch(/^the server: .*ECONNREFUSED/);
  });

  it('does not read ahead of a client that takes nothing', async () => {
    const port = await serve((socket) => {
      const chunk = Buffer.alloc(1 << 16);
      const more = () => {
        while (socket.writable && socket.write(chunk));
      };
      socket.on('drain', more);
      more();
    });
    const { recorder, logs } = await record(port);
    const client = dial(recorder);
    await once(client, 'connect');
    await new Promise((resolve) => setTimeout(resolve, 400));
    const passed = octetsOf(logs[0] as Taken, 'tx').length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(octetsOf(logs[0] as Taken, 'tx').length).toBe(passed);
    expect(passed).toBeLessThan(32 << 20);
    client.destroy();
  });

  it('ends what is silent, where it is told to', async () => {
    const port = await serve((socket) => socket.resume());
    const { recorder, logs } = await record(port, { idleSeconds: 0.2 });
    const client = dial(recorder);
    client.resume();
    client.write('x');
    await once(client, 'end');
    client.end();
    expect((logs[0] as Taken).troubles).toEqual(['nothing came for 0.2 s']);
  });
});
