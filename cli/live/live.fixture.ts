// Live programs for tests: wirelog itself started and waited for, and a small WebSocket server.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { ENVIRONMENT, PROGRAM } from '../built.fixture.ts';

export interface Started {
  readonly process: ChildProcess;
  /** What has come on standard output so far. */
  out(): string;
  err(): string;
  /** Of the line that says where it listens. */
  readonly port: number;
  readonly ended: Promise<number | null>;
}

/** Starts the built program and waits until it listens. */
export async function startWirelog(args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const lines = createInterface({ input: child.stderr });
  const port = await new Promise<number>((resolve, reject) => {
    lines.on('line', (line) => {
      err += `${line}\n`;
      const found = /listening on \S*:(\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    ended.then(() => reject(new Error(`it ended before it listened: ${err}`)));
  });
  return { process: child, out: () => out, err: () => err, port, ended };
}

/** Runs the built program to its end. A live peer in this process goes on meanwhile, so this cannot wait for it in place. */
export async function runWirelog(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A server that takes every handshake and hands the socket over. */
export async function serveWebSocket(handle: (socket: Socket) => void): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('upgrade', (request, duplex) => {
    const socket = duplex as Socket;
    sockets.add(socket);
    socket.on('error', () => {});
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
