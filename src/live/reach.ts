// How the live peer is reached: it listens and is connected to, or it comes to a port that is listened on.

import { once } from 'node:events';
import { connect as connectTcp, createServer, isIP, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { UserError } from '../model/errors.ts';
import type { ListenAddress, Target } from './address.ts';

/** Where the peer is: it listens, or it is waited for. */
export type Peer = { readonly target: Target } | { readonly listener: Listener };

/** A connection with the peer. Throws `UserError` where there is none. */
export async function reach(
  peer: Peer,
  {
    isInsecure = false,
    seconds = 0,
  }: { readonly isInsecure?: boolean | undefined; readonly seconds?: number | undefined },
): Promise<Socket> {
  if ('listener' in peer) return peer.listener.next();
  const { host, port, isSecure } = peer.target;
  const socket = isSecure
    ? connectTls({ host, port, servername: isIP(host) === 0 ? host : '', rejectUnauthorized: !isInsecure })
    : connectTcp({ host, port, allowHalfOpen: true });
  const signal = AbortSignal.timeout(Math.max(seconds, 5) * 1000);
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal });
  } catch (error) {
    socket.on('error', () => {}).destroy();
    const why = signal.aborted ? 'it does not take the connection' : (error as Error).message;
    throw new UserError(`${host}:${port}: ${why}`);
  }
  return socket;
}

/** Connections that are waited for, one at a time. */
export interface Listener {
  readonly address: ListenAddress;
  /** The next connection. */
  next(): Promise<Socket>;
  close(): void;
}

/** Rejects with the system's error where it cannot listen. */
export async function listen({ host, port }: ListenAddress): Promise<Listener> {
  const waiting: Socket[] = [];
  let wake: ((socket: Socket) => void) | null = null;
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    if (wake) wake(socket);
    else waiting.push(socket);
    wake = null;
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as { address: string; port: number };
  return {
    address: { host: address.address, port: address.port },
    next: () => {
      const socket = waiting.shift();
      return socket ? Promise.resolve(socket) : new Promise((resolve) => (wake = resolve));
    },
    close: () => {
      server.close();
      for (const socket of waiting) socket.destroy();
    },
  };
}
