// A transparent proxy that tells what it sees: octets pass unchanged in both directions, and each read becomes a row.
// It stands where the server would be for the client, so RX is what the client sent and TX what the server sent; but it is
// no endpoint, and proves of neither what it had seen when it sent something. Nothing is read ahead of a side that does
// not take what it is sent: a socket is paused until the other one has drained.

import { connect as connectTcp, createServer, isIP, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { wholeOctets } from '../model/octets.ts';
import { bareHeader, type Direction, type LogHeader, otherDirection, type Row } from '../model/row.ts';
import type { ListenAddress, PeerAddress } from './address.ts';
import { inOneLine, isLostInWriting } from './reach.ts';

/** What becomes of one connection's log. The calls come in order; each row is whole. */
export interface RecordSink {
  row(row: Row): void;
  /** A sentence about what went wrong beside the rows. */
  trouble(sentence: string): void;
  /** Both sides are over. `sent`: octets of each side that passed. */
  end(sent: Readonly<Record<Direction, number>>): void;
}

export interface RecordOptions {
  readonly listen: ListenAddress;
  readonly target: PeerAddress;
  /** Called once a connection, before its first row. `number` counts from 1. */
  readonly open: (header: LogHeader, number: number) => RecordSink;
  /** Key and certificate, where the proxy itself speaks TLS to its clients. */
  readonly tls?: Pick<TlsOptions, 'key' | 'cert'> | undefined;
  /** Take the target's certificate as it is. */
  readonly isInsecure?: boolean;
  /** How long the target may take to answer, in seconds. */
  readonly connectSeconds?: number;
  /** A connection over which nothing passes for so many seconds is ended; 0: never. */
  readonly idleSeconds?: number;
}

export interface Recorder {
  readonly address: ListenAddress;
  /** Connections that are open. */
  readonly open: number;
  /** Takes no more connections and ends those that are open. */
  close(): Promise<void>;
}

const CONNECT_SECONDS = 10;

/** Rejects with the system's error where it cannot listen. */
export async function startRecorder(options: RecordOptions): Promise<Recorder> {
  const { listen, tls } = options;
  const connections = new Set<Proxied>();
  let count = 0;
  const accept = (client: Socket) => {
    const proxied = openProxied(client, options, ++count);
    connections.add(proxied);
    proxied.ended.then(() => connections.delete(proxied));
  };
  const server: Server = tls
    ? createTlsServer({ ...tls, allowHalfOpen: true, ALPNProtocols: ['http/1.1'] }, accept)
    : createServer({ allowHalfOpen: true }, accept);
  // A client that breaks its TLS handshake off is no connection.
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as { address: string; port: number };
  return {
    address: { host: address.address, port: address.port },
    get open() {
      return connections.size;
    },
    close: async () => {
      const over = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const proxied of connections) proxied.destroy();
      await over;
    },
  };
}

/** One connection through the proxy: the client's socket, the server's, and what has passed. */
interface Proxied {
  readonly ended: Promise<void>;
  destroy(): void;
}

function openProxied(client: Socket, options: RecordOptions, number: number): Proxied {
  const started = new Date();
  const header: LogHeader = {
    ...bareHeader(`connection ${number}`, 'rows'),
    writer: 'server',
    isTap: true,
    started: started.toISOString(),
  };
  const log = openLog(options.open(header, number));
  const server = connectTo(options);
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    let closed = 0;
    const close = () => {
      if (++closed < 2) return;
      isOver = true;
      log.end();
      resolve();
    };
    client.once('close', close);
    server.once('close', close);
  });
  pass('rx', client, server, log, 'the client');
  pass('tx', server, client, log, 'the server');
  limitTime(client, server, options, log);
  return {
    ended,
    destroy: () => {
      if (isOver) return;
      client.destroy();
      server.destroy();
    },
  };
}

function connectTo({ target, isInsecure = false }: RecordOptions): Socket {
  const { host, port, isSecure } = target;
  if (!isSecure) return connectTcp({ host, port, allowHalfOpen: true });
  const servername = isIP(host) === 0 ? host : '';
  const rejectUnauthorized = !isInsecure;
  // Node documents allowHalfOpen here; its types do not know it.
  const half = { allowHalfOpen: true };
  return connectTls({ host, port, servername, rejectUnauthorized, ALPNProtocols: ['http/1.1'], ...half });
}

/** The octets of one side to the other, each read a row. */
function pass(direction: Direction, from: Socket, to: Socket, log: ProxyLog, name: string): void {
  from.setNoDelay(true);
  from.on('data', (chunk: Buffer) => {
    log.octets(direction, chunk);
    if (!to.writable) return;
    if (to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
  from.on('end', () => {
    log.ended(direction, false);
    to.end();
  });
  from.on('error', (error: NodeJS.ErrnoException) => {
    const isLost = isLostInWriting(error);
    const isReset = isLost || error.code === 'ECONNRESET';
    if (isLost) log.unread(direction);
    if (isReset) log.ended(direction, true);
    else log.trouble(`${name}: ${inOneLine(error)}`);
    if (to.connecting) to.destroy();
    else if (isReset) to.resetAndDestroy();
    else to.destroySoon();
  });
  // What one side can no longer take nobody has to bring.
  from.once('close', () => {
    if (!to.destroyed && !to.writableEnded) to.end();
  });
}

/** The target has to answer in time, and a silent connection may be ended. */
function limitTime(client: Socket, server: Socket, options: RecordOptions, log: ProxyLog): void {
  const { connectSeconds = CONNECT_SECONDS, idleSeconds = 0, target } = options;
  const event = target.isSecure ? 'secureConnect' : 'connect';
  const timer = setTimeout(() => {
    log.trouble(`the server did not take the connection within ${connectSeconds} s`);
    server.destroy();
    client.destroy();
  }, connectSeconds * 1000);
  server.once(event, () => clearTimeout(timer));
  server.once('close', () => clearTimeout(timer));
  if (idleSeconds === 0) return;
  client.setTimeout(idleSeconds * 1000, () => {
    log.trouble(`nothing came for ${idleSeconds} s`);
    client.destroy();
    server.destroy();
  });
}

interface ProxyLog {
  octets(direction: Direction, chunk: Buffer): void;
  /** Octets of that side may have come that were not read, nor passed on. */
  unread(direction: Direction): void;
  /** That side will send no more. */
  ended(direction: Direction, isReset: boolean): void;
  trouble(sentence: string): void;
  end(): void;
}

function openLog(sink: RecordSink): ProxyLog {
  const begun = performance.now();
  const sent: Record<Direction, number> = { rx: 0, tx: 0 };
  const over: Record<Direction, boolean> = { rx: false, tx: false };
  let number = 0;
  const place = () => ({ row: number++, time: Math.round((performance.now() - begun) * 1000) / 1e6 });
  return {
    octets: (direction, chunk) => {
      sent[direction] += chunk.length;
      sink.row({ kind: 'octets', ...place(), direction, octets: wholeOctets(chunk), sync: false });
    },
    unread: (direction) => {
      if (!over[direction]) sink.row({ kind: 'log-off', ...place() });
    },
    ended: (direction, isReset) => {
      if (over[direction]) return;
      over[direction] = true;
      // Who ends TCP first has ended it; that the other side follows is no event of its own.
      if (over[otherDirection(direction)] && !isReset) return;
      sink.row({ kind: 'tcp-drop', ...place(), by: direction === 'rx' ? 'peer' : 'writer', reset: isReset });
    },
    trouble: sink.trouble,
    end: () => sink.end(sent),
  };
}
